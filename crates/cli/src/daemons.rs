//! `hearth master`, `hearth worker` and `hearth shuffle-service`.

use daemon_master::Master;
use daemon_shuffle::Shuffle;
use daemon_worker::Worker;
use edge_config::{MasterSettings, ShuffleServiceSettings, WorkerSettings};
use edge_telemetry::LevelFilter;
use tracing::info;

use crate::arguments::{LogArguments, MasterArguments, ShuffleServiceArguments, WorkerArguments};
use crate::failure::Failure;
use crate::guard;
use crate::start::{self, Surroundings};

/// Runs a Master until a signal ends it.
pub(crate) fn master(arguments: &MasterArguments, log: &LogArguments) -> Result<(), Failure> {
    let surroundings = Surroundings::look()?;
    let (settings, warnings) = MasterSettings::from_sources(&surroundings.sources(arguments.flags()))?;
    let warnings = [surroundings.warnings, warnings].concat();
    let _log = start::open_log(log, LevelFilter::INFO, "Master", &warnings)?;
    start::run(async |mut signals| {
        let mut master = tokio::select! {
            started = Master::start(settings) => started?,
            _ = signals.next() => return Ok(()),
        };
        tokio::select! {
            ended = master.ended() => return ended.map_err(Failure::Start),
            signal = signals.next() => info!(target: "Master", "RECEIVED SIGNAL {signal}"),
        }
        start::or_at_once(master.stop(), &mut signals).await;
        Ok(())
    })
}

/// Runs a Worker until a signal ends it, or until it gives up.
pub(crate) fn worker(arguments: &WorkerArguments, log: &LogArguments) -> Result<(), Failure> {
    let surroundings = Surroundings::look()?;
    let (settings, warnings) = WorkerSettings::from_sources(&surroundings.sources(arguments.flags()))?;
    let warnings = [surroundings.warnings, warnings].concat();
    let _log = start::open_log(log, LevelFilter::INFO, "Worker", &warnings)?;
    guard::appoint();
    start::run(async |mut signals| {
        let mut worker = tokio::select! {
            started = Worker::start(settings) => started?,
            _ = signals.next() => return Ok(()),
        };
        tokio::select! {
            ended = worker.ended() => return ended.map_err(Failure::Start),
            signal = signals.next() => info!(target: "Worker", "RECEIVED SIGNAL {signal}"),
        }
        start::or_at_once(worker.stop(), &mut signals).await;
        Ok(())
    })
}

/// Runs a shuffle service until a signal ends it.
pub(crate) fn shuffle_service(
    arguments: &ShuffleServiceArguments,
    log: &LogArguments,
) -> Result<(), Failure> {
    let surroundings = Surroundings::look()?;
    let sources = surroundings.sources(arguments.flags());
    let (settings, warnings) = ShuffleServiceSettings::from_sources(&sources)?;
    let warnings = [surroundings.warnings, warnings].concat();
    let _log = start::open_log(log, LevelFilter::INFO, "ExternalShuffleService", &warnings)?;
    start::run(async |mut signals| {
        let mut shuffle = tokio::select! {
            started = Shuffle::start(settings) => started?,
            _ = signals.next() => return Ok(()),
        };
        tokio::select! {
            ended = shuffle.ended() => return ended.map_err(Failure::Start),
            signal = signals.next() => info!(target: "ExternalShuffleService", "RECEIVED SIGNAL {signal}"),
        }
        start::or_at_once(shuffle.stop(), &mut signals).await;
        Ok(())
    })
}
