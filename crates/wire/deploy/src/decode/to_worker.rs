//! What a Master says to a Worker.

use std::sync::Arc;

use model::DriverId;
use model::message::{LaunchExecutor, ToWorker};
use wire_java::NodeId;

use super::decoder::Decoder;
use super::structure::Structure;
use crate::DecodeError;

/// The message of that name; none when no such message goes to a Worker.
pub(super) fn decode(
    name: &str,
    decoder: &Decoder<'_, '_>,
    node: NodeId,
) -> Result<Option<ToWorker>, DecodeError> {
    let message = |name: &'static str| Structure::new(decoder, node, name);
    Ok(Some(match name {
        "RegisteredWorker" => {
            let message = message("RegisteredWorker")?;
            ToWorker::RegisteredWorker {
                master: message.endpoint("master")?,
                master_web_ui_url: message.string("masterWebUiUrl")?,
                master_address: message.address("masterAddress")?,
                duplicate: message.boolean("duplicate")?,
            }
        }
        "RegisterWorkerFailed" => {
            ToWorker::RegisterWorkerFailed { message: message("RegisterWorkerFailed")?.string("message")? }
        }
        "MasterInStandby$" => ToWorker::MasterInStandby,
        "ReconnectWorker" => {
            ToWorker::ReconnectWorker { master_url: message("ReconnectWorker")?.string("masterUrl")? }
        }
        "LaunchExecutor" => launch_executor(&message("LaunchExecutor")?)?,
        "KillExecutor" => {
            let message = message("KillExecutor")?;
            ToWorker::KillExecutor {
                master_url: message.string("masterUrl")?,
                executor: message.executor_key("appId", "execId")?,
            }
        }
        "LaunchDriver" => {
            let message = message("LaunchDriver")?;
            ToWorker::LaunchDriver {
                driver: DriverId::new(message.string("driverId")?),
                description: Box::new(message.driver("driverDesc")?),
                resources: message.resources("resources")?,
                terms: message.terms()?,
            }
        }
        "KillDriver" => {
            ToWorker::KillDriver { driver: DriverId::new(message("KillDriver")?.string("driverId")?) }
        }
        "ApplicationFinished" => ToWorker::ApplicationFinished {
            application: message("ApplicationFinished")?.application_id("id")?,
        },
        "MasterChanged" => {
            let message = message("MasterChanged")?;
            ToWorker::MasterChanged {
                master: message.endpoint("master")?,
                master_web_ui_url: message.string("masterWebUiUrl")?,
            }
        }
        "DecommissionWorker$" => ToWorker::DecommissionWorker,
        _ => return Ok(None),
    }))
}

fn launch_executor(message: &Structure<'_, '_, '_>) -> Result<ToWorker, DecodeError> {
    Ok(ToWorker::LaunchExecutor(Box::new(LaunchExecutor {
        master_url: message.string("masterUrl")?,
        executor: message.executor_key("appId", "execId")?,
        profile: message.count("rpId")?,
        description: Arc::new(message.application("appDesc")?),
        cores: message.count("cores")?,
        memory_mib: message.count("memory")?,
        resources: message.resources("resources")?,
        terms: message.terms()?,
    })))
}
