//! What every command does first: variables, log, runtime, signals.

use std::future::Future;
use std::time::Duration;

use edge_config::{Environment, Flags, LocalMachine, Machine as _, Sources, Warning, load_spark_env};
use edge_telemetry::{LevelFilter, LogGuard};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::{info, warn};

use crate::arguments::LogArguments;
use crate::failure::Failure;
use crate::signals::Signals;

/// The machine and the variables, those of `spark-env.sh` included.
#[derive(Debug)]
pub(crate) struct Surroundings {
    pub(crate) environment: Environment,
    pub(crate) warnings: Vec<Warning>,
}

impl Surroundings {
    pub(crate) fn look() -> Result<Self, Failure> {
        let (environment, warnings) = load_spark_env(&Environment::of_process())?;
        Ok(Self { environment, warnings })
    }

    pub(crate) fn sources(&self, flags: Flags) -> Sources<'static> {
        Sources { environment: self.environment.clone(), flags, machine: &LocalMachine }
    }
}

/// Opens the log and says in it, as Spark's daemons do, which process this is; then the warnings.
pub(crate) fn open_log(
    arguments: &LogArguments,
    usual_level: LevelFilter,
    daemon: &str,
    warnings: &[Warning],
) -> Result<LogGuard, Failure> {
    let guard = edge_telemetry::install(arguments.format(), arguments.level().unwrap_or(usual_level))
        .map_err(|error| Failure::Start(format!("the log cannot be opened: {error}")))?;
    let (process, host) = (std::process::id(), LocalMachine.host_name());
    match daemon {
        "Worker" => info!(target: "Worker", "Started daemon with process name: {process}@{host}"),
        "ExternalShuffleService" => {
            info!(target: "ExternalShuffleService", "Started daemon with process name: {process}@{host}");
        }
        _ => info!(target: "Master", "Started daemon with process name: {process}@{host}"),
    }
    for warning in warnings {
        warn!(target: "Configuration", "{warning}");
    }
    Ok(guard)
}

/// Runs a command's work on this thread until it ends.
pub(crate) fn run<W>(work: W) -> Result<(), Failure>
where
    W: AsyncFnOnce(Signals) -> Result<(), Failure>,
{
    raise_file_limit();
    let cannot = |error: std::io::Error| Failure::Start(format!("the system refuses to let it run: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot)?;
    let outcome = runtime.block_on(async {
        let signals = Signals::listen().map_err(cannot)?;
        work(signals).await
    });
    // What still waits for a disk or a name server is not waited for.
    runtime.shutdown_timeout(Duration::from_millis(100));
    outcome
}

/// Each peer is an open file: as many are allowed as may be, as every JVM does at its start. Where the system refuses,
/// the limit that there is holds.
fn raise_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
}

/// Waits for a clean end; a second signal ends the process at once, with the status that a shell gives it.
pub(crate) async fn or_at_once(end: impl Future<Output = ()>, signals: &mut Signals) {
    tokio::select! {
        () = end => {}
        signal = signals.next() => {
            let number = match signal { "HUP" => 1, "INT" => 2, _ => 15 };
            std::process::exit(128 + number);
        }
    }
}
