//! The shuffle service inside the Worker (`Worker.startExternalShuffleService`, 3.5).

use edge_config::{ShuffleOfWorker, WorkerSettings};
use service_shuffle::ShuffleService;

use crate::StartError;

/// A service that runs inside a Worker.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) service: ShuffleService,
}

/// Starts it where `spark.shuffle.service.enabled` is set, unless another runs beside the Worker. It listens on every
/// interface, as Spark's does.
///
/// # Errors
/// When its port is taken: executors know no other.
pub(crate) async fn start(settings: &WorkerSettings) -> Result<Option<Running>, StartError> {
    let ShuffleOfWorker::Inside(shuffle) = &settings.shuffle else { return Ok(None) };
    let started = ShuffleService::listen("0.0.0.0", shuffle).await;
    let service = started.map_err(|error| {
        StartError(format!(
            "{error}; or set spark.hearth.worker.shuffleServiceOutside to true, where another service runs on this machine"
        ))
    })?;
    Ok(Some(Running { service }))
}
