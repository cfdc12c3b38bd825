//! What Workers, drivers and submission clients say to a Master.

use model::message::{RegisterWorker, ToMaster};
use model::{DriverId, WorkerId};
use wire_java::{NodeId, Value};

use super::decoder::Decoder;
use super::structure::Structure;
use crate::DecodeError;

/// The message of that name; none when no such message goes to a Master.
pub(super) fn decode(
    name: &str,
    decoder: &Decoder<'_, '_>,
    node: NodeId,
) -> Result<Option<ToMaster>, DecodeError> {
    let from_worker = match name {
        "Heartbeat" => heartbeat(decoder, node),
        "RegisterWorker" => register_worker(decoder, node),
        "WorkerLatestState" => worker_latest_state(decoder, node),
        "WorkerSchedulerStateResponse" => worker_scheduler_state(decoder, node),
        "WorkerDecommissioning" => worker_decommissioning(decoder, node),
        "ExecutorStateChanged" => executor_state_changed(decoder, node),
        "DriverStateChanged" => driver_state_changed(decoder, node),
        _ => return from_application_or_client(name, decoder, node),
    };
    from_worker.map(Some)
}

fn from_application_or_client(
    name: &str,
    decoder: &Decoder<'_, '_>,
    node: NodeId,
) -> Result<Option<ToMaster>, DecodeError> {
    let message = |name: &'static str| Structure::new(decoder, node, name);
    Ok(Some(match name {
        "RegisterApplication" => {
            let message = message("RegisterApplication")?;
            let description = Box::new(message.application("appDescription")?);
            ToMaster::RegisterApplication { description, driver: message.endpoint("driver")? }
        }
        "UnregisterApplication" => ToMaster::UnregisterApplication {
            application: message("UnregisterApplication")?.application_id("appId")?,
        },
        "MasterChangeAcknowledged" => ToMaster::MasterChangeAcknowledged {
            application: message("MasterChangeAcknowledged")?.application_id("appId")?,
        },
        "RequestExecutors" => request_executors(&message("RequestExecutors")?)?,
        "KillExecutors" => {
            let message = message("KillExecutors")?;
            ToMaster::KillExecutors {
                application: message.application_id("appId")?,
                executors: message.strings("executorIds")?,
            }
        }
        "RequestSubmitDriver" => ToMaster::RequestSubmitDriver {
            description: Box::new(message("RequestSubmitDriver")?.driver("driverDescription")?),
        },
        "RequestKillDriver" => {
            ToMaster::RequestKillDriver { driver: driver_id(&message("RequestKillDriver")?, "driverId")? }
        }
        "RequestDriverStatus" => {
            ToMaster::RequestDriverStatus { driver: driver_id(&message("RequestDriverStatus")?, "driverId")? }
        }
        _ => return Ok(None),
    }))
}

fn worker_id(message: &Structure<'_, '_, '_>, field: &str) -> Result<WorkerId, DecodeError> {
    message.string(field).map(WorkerId::new)
}

fn driver_id(message: &Structure<'_, '_, '_>, field: &str) -> Result<DriverId, DecodeError> {
    message.string(field).map(DriverId::new)
}

fn heartbeat(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<ToMaster, DecodeError> {
    let message = Structure::new(decoder, node, "Heartbeat")?;
    Ok(ToMaster::Heartbeat {
        worker: worker_id(&message, "workerId")?,
        endpoint: message.endpoint("worker")?,
    })
}

fn register_worker(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<ToMaster, DecodeError> {
    let message = Structure::new(decoder, node, "RegisterWorker")?;
    Ok(ToMaster::RegisterWorker(RegisterWorker {
        id: worker_id(&message, "id")?,
        host: message.string("host")?,
        port: message.port("port")?,
        worker: message.endpoint("worker")?,
        cores: message.count("cores")?,
        memory_mib: message.count("memory")?,
        web_ui_url: message.string("workerWebUiUrl")?,
        master_address: message.address("masterAddress")?,
        resources: message.resources("resources")?,
        sparks: message.sparks()?,
        memory_limit_mib: message.memory_limit_mib()?,
        started_ms: message.started_ms()?,
    }))
}

fn worker_latest_state(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<ToMaster, DecodeError> {
    let message = Structure::new(decoder, node, "WorkerLatestState")?;
    Ok(ToMaster::WorkerLatestState {
        worker: worker_id(&message, "id")?,
        executors: message.each("executors", |value, place| decoder.executor(value, place))?,
        drivers: message.each("driverIds", |value, place| decoder.string(value, place).map(DriverId::new))?,
    })
}

fn worker_scheduler_state(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<ToMaster, DecodeError> {
    let message = Structure::new(decoder, node, "WorkerSchedulerStateResponse")?;
    let executor = |value: Value, place: &str| {
        let class = "org.apache.spark.deploy.DeployMessages$WorkerExecutorStateResponse";
        let response = Structure::of_class(decoder, value, class, place)?;
        let description = decoder.executor(response.value("desc")?, &response.place("desc"))?;
        Ok((description, response.resources("resources")?))
    };
    let driver = |value: Value, place: &str| {
        let class = "org.apache.spark.deploy.DeployMessages$WorkerDriverStateResponse";
        let response = Structure::of_class(decoder, value, class, place)?;
        Ok((driver_id(&response, "driverId")?, response.resources("resources")?))
    };
    Ok(ToMaster::WorkerSchedulerStateResponse {
        worker: worker_id(&message, "id")?,
        executors: message.each("execResponses", executor)?,
        drivers: message.each("driverResponses", driver)?,
    })
}

fn worker_decommissioning(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<ToMaster, DecodeError> {
    let message = Structure::new(decoder, node, "WorkerDecommissioning")?;
    let (worker, endpoint) = (worker_id(&message, "id")?, message.endpoint("workerRef")?);
    Ok(ToMaster::WorkerDecommissioning { worker, endpoint })
}

fn executor_state_changed(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<ToMaster, DecodeError> {
    let message = Structure::new(decoder, node, "ExecutorStateChanged")?;
    Ok(ToMaster::ExecutorStateChanged {
        executor: message.executor_key("appId", "execId")?,
        state: message.executor_state("state")?,
        message: message.optional_string("message")?,
        exit_status: message.optional_int("exitStatus")?,
    })
}

fn driver_state_changed(decoder: &Decoder<'_, '_>, node: NodeId) -> Result<ToMaster, DecodeError> {
    let message = Structure::new(decoder, node, "DriverStateChanged")?;
    Ok(ToMaster::DriverStateChanged {
        driver: driver_id(&message, "driverId")?,
        state: message.driver_state("state")?,
        exception: message.optional_exception("exception")?,
    })
}

fn request_executors(message: &Structure<'_, '_, '_>) -> Result<ToMaster, DecodeError> {
    let field = "resourceProfileToTotalExecs";
    let total = |profile: Value, total: Value, place: &str| {
        let total = message.decoder.integer(total, place)?;
        let total = u32::try_from(total).map_err(|_| message.misbehaved(field, "0 or more", total))?;
        Ok((message.decoder.profile(profile, place)?, total))
    };
    let totals = message.entries(field, total)?;
    Ok(ToMaster::RequestExecutors { application: message.application_id("appId")?, totals })
}
