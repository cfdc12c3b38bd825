//! Deploy messages to Java streams.

mod descriptions;
mod encoder;
mod reply;
mod scala;
mod to_driver;
mod to_master;
mod to_worker;
mod values;

use model::message::Reply;
use wire_java::NodeId;

use self::encoder::Encoder;
use crate::{Family, Message};

pub(crate) fn message(message: &Message, family: Family) -> Vec<u8> {
    encode(family, |encoder| match message {
        Message::CheckExistence { name } => {
            let name = encoder.string(name);
            encoder.object("org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence", [("name", name)])
        }
        Message::ToMaster(message) => encoder.message_to_master(message),
        Message::ToWorker(message) => encoder.message_to_worker(message),
        Message::ToDriver(message) => encoder.message_to_driver(message),
    })
}

pub(crate) fn reply(reply: &Reply, family: Family) -> Vec<u8> {
    encode(family, |encoder| encoder.reply(reply))
}

fn encode<'a>(family: Family, root: impl FnOnce(&mut Encoder<'a>) -> NodeId) -> Vec<u8> {
    let mut encoder = Encoder::new(family);
    let root = root(&mut encoder);
    wire_java::write(&encoder.finish(root))
}
