//! Deploy messages to Java streams.

mod descriptions;
mod encoder;
mod mirror;
mod ours;
mod reply;
mod scala;
mod to_driver;
mod to_master;
mod to_worker;
mod values;

use model::message::Reply;
use wire_java::NodeId;

use self::encoder::Encoder;
use crate::{Message, Mirror, Releases};

pub(crate) fn message(message: &Message, readers: Releases) -> Vec<u8> {
    encode(readers, |encoder| match message {
        Message::CheckExistence { name } => {
            let name = encoder.string(name);
            encoder.object("org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence", [("name", name)])
        }
        Message::ToMaster(message) => encoder.message_to_master(message),
        Message::ToWorker(message) => encoder.message_to_worker(message),
        Message::ToDriver(message) => encoder.message_to_driver(message),
    })
}

pub(crate) fn reply(reply: &Reply, readers: Releases) -> Vec<u8> {
    encode(readers, |encoder| encoder.reply(reply))
}

pub(crate) fn mirror(mirror: Mirror, readers: Releases) -> Vec<u8> {
    encode(readers, |encoder| encoder.mirror(mirror))
}

fn encode<'a>(readers: Releases, root: impl FnOnce(&mut Encoder<'a>) -> NodeId) -> Vec<u8> {
    let mut encoder = Encoder::new(readers);
    let root = root(&mut encoder);
    wire_java::write(&encoder.finish(root))
}
