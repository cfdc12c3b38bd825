//! What a Master says to a driver.

use model::WorkerId;
use model::message::ToDriver;
use wire_java::NodeId;

use super::decoder::Decoder;
use super::structure::Structure;
use crate::DecodeError;

/// The message of that name; none when no such message goes to a driver alone.
pub(super) fn decode(
    name: &str,
    decoder: &Decoder<'_, '_>,
    node: NodeId,
) -> Result<Option<ToDriver>, DecodeError> {
    let message = |name: &'static str| Structure::new(decoder, node, name);
    Ok(Some(match name {
        "RegisteredApplication" => {
            let message = message("RegisteredApplication")?;
            let (application, master) = (message.application_id("appId")?, message.endpoint("master")?);
            ToDriver::RegisteredApplication { application, master }
        }
        "ExecutorAdded" => {
            let message = message("ExecutorAdded")?;
            ToDriver::ExecutorAdded {
                executor: message.count("id")?,
                worker: WorkerId::new(message.string("workerId")?),
                host_port: message.string("hostPort")?,
                cores: message.count("cores")?,
                memory_mib: message.count("memory")?,
            }
        }
        "ExecutorUpdated" => {
            let message = message("ExecutorUpdated")?;
            ToDriver::ExecutorUpdated {
                executor: message.count("id")?,
                state: message.executor_state("state")?,
                message: message.optional_string("message")?,
                exit_status: message.optional_int("exitStatus")?,
                worker_host: message.optional_string("workerHost")?,
            }
        }
        "WorkerRemoved" => {
            let message = message("WorkerRemoved")?;
            ToDriver::WorkerRemoved {
                worker: WorkerId::new(message.string("id")?),
                host: message.string("host")?,
                message: message.string("message")?,
            }
        }
        "ApplicationRemoved" => {
            ToDriver::ApplicationRemoved { message: message("ApplicationRemoved")?.string("message")? }
        }
        _ => return Ok(None),
    }))
}
