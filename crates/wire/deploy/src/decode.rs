//! Java streams to deploy messages: which message it is, and who can have written it.

mod collection;
mod decoder;
mod descriptions;
mod java_collection;
mod leftover;
mod ours;
mod reply;
mod structure;
mod to_driver;
mod to_master;
mod to_worker;
mod values;
mod vector;

use wire_java::{Limits, NodeId};

use self::decoder::Decoder;
use self::structure::Structure;
use crate::{DecodeError, Message, Origin};
use model::message::Reply;

pub(crate) use leftover::leftover;

pub(crate) const DEPLOY_MESSAGES: &str = "org.apache.spark.deploy.DeployMessages$";
const CHECK_EXISTENCE: &str = "org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence";
const RPC_FAILURE: &str = "org.apache.spark.rpc.netty.RpcFailure";

pub(crate) fn message(stream: &[u8]) -> Result<(Message, Origin), DecodeError> {
    let graph = wire_java::read(stream, &Limits::default())?;
    let decoder = Decoder::new(&graph, stream.len());
    let top = Top::of(&decoder)?;
    let message = match top.simple_name() {
        Some(name) => deploy_message(name, &decoder, top.node)?,
        None if top.class == CHECK_EXISTENCE => Some(check_existence(&decoder, top.node)?),
        None => None,
    };
    let message = message.ok_or_else(|| top.incompatible())?;
    Ok((message, Origin::of(&graph)))
}

pub(crate) fn reply(stream: &[u8]) -> Result<Reply, DecodeError> {
    let graph = wire_java::read(stream, &Limits::default())?;
    let decoder = Decoder::new(&graph, stream.len());
    let top = Top::of(&decoder)?;
    reply::decode(&top.class, top.simple_name(), &decoder, top.node)?.ok_or_else(|| top.incompatible())
}

pub(crate) fn origin(stream: &[u8]) -> Result<Origin, DecodeError> {
    Ok(Origin::of(&wire_java::read(stream, &Limits::default())?))
}

fn deploy_message(
    name: &str,
    decoder: &Decoder<'_, '_>,
    node: NodeId,
) -> Result<Option<Message>, DecodeError> {
    if let Some(message) = to_master::decode(name, decoder, node)? {
        return Ok(Some(Message::ToMaster(message)));
    }
    if let Some(message) = to_worker::decode(name, decoder, node)? {
        return Ok(Some(Message::ToWorker(message)));
    }
    Ok(to_driver::decode(name, decoder, node)?.map(Message::ToDriver))
}

fn check_existence(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<Message, DecodeError> {
    let name = Structure::new(decoder, node, "CheckExistence")?.string("name")?;
    Ok(Message::CheckExistence { name })
}

/// The one object that the stream holds. A Scala `object` of 2.13 stands there by proxy and goes by its own name.
struct Top {
    node: NodeId,
    class: String,
    suid: i64,
}

impl Top {
    fn of(decoder: &Decoder<'_, '_>) -> Result<Self, DecodeError> {
        let malformed = |found: &str| DecodeError::Malformed {
            place: "the stream".into(),
            expected: "one object",
            found: found.into(),
        };
        let contents = decoder.graph.contents().len();
        let node = decoder.graph.root().ok_or_else(|| malformed(&format!("{contents} parts")))?;
        let class = decoder.class(node).ok_or_else(|| malformed("a string"))?;
        Ok(Self { node, class: class.name.to_string(), suid: class.suid })
    }

    fn simple_name(&self) -> Option<&str> {
        self.class.strip_prefix(DEPLOY_MESSAGES)
    }

    fn incompatible(&self) -> DecodeError {
        DecodeError::incompatible("the message", &*self.class, self.suid)
    }
}

#[cfg(test)]
mod tests;
