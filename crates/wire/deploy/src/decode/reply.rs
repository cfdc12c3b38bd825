//! Answers.

use model::message::Reply;
use model::{DriverId, WorkerId};
use wire_java::NodeId;

use super::RPC_FAILURE;
use super::decoder::Decoder;
use super::structure::Structure;
use crate::DecodeError;

/// The answer of that class; `name` is what follows `DeployMessages$`. None when it is no answer that we know.
pub(super) fn decode(
    class: &str,
    name: Option<&str>,
    decoder: &Decoder<'_, '_>,
    node: NodeId,
) -> Result<Option<Reply>, DecodeError> {
    let reply = |name: &'static str| Structure::new(decoder, node, name);
    Ok(Some(match name {
        None if class == "java.lang.Boolean" => Reply::Boolean(reply("Boolean")?.boolean("value")?),
        None if class == RPC_FAILURE => {
            let failure = reply("RpcFailure")?;
            Reply::Failure { message: decoder.exception(failure.value("e")?, &failure.place("e"))? }
        }
        Some("SubmitDriverResponse") => {
            let reply = reply("SubmitDriverResponse")?;
            Reply::SubmitDriver {
                master: reply.endpoint("master")?,
                success: reply.boolean("success")?,
                driver: reply.optional_string("driverId")?.map(DriverId::new),
                message: reply.string("message")?,
            }
        }
        Some("KillDriverResponse") => {
            let reply = reply("KillDriverResponse")?;
            Reply::KillDriver {
                master: reply.endpoint("master")?,
                driver: DriverId::new(reply.string("driverId")?),
                success: reply.boolean("success")?,
                message: reply.string("message")?,
            }
        }
        Some("DriverStatusResponse") => {
            let reply = reply("DriverStatusResponse")?;
            Reply::DriverStatus {
                found: reply.boolean("found")?,
                state: reply.optional_driver_state("state")?,
                worker: reply.optional_string("workerId")?.map(WorkerId::new),
                worker_host_port: reply.optional_string("workerHostPort")?,
                exception: reply.optional_exception("exception")?,
            }
        }
        _ => return Ok(None),
    }))
}
