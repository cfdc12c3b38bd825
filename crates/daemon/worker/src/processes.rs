//! The processes that a Worker runs: each has a task that prepares it, starts it, and waits for its end.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use core_worker::ProcessExit;
use edge_process::{Child, Exit, Launch};
use model::{DriverId, ExecutorKey};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tracing::warn;

/// How long a process may take to end when it is asked to (`ExecutorRunner.EXECUTOR_TERMINATE_TIMEOUT_MS`).
const GRACE: Duration = Duration::from_secs(10);

/// What a process is run for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Purpose {
    Executor(ExecutorKey),
    Driver(DriverId),
}

/// What happened to a process: `Started` and then `Exited`, or `NotStarted`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Started { pid: u32 },
    NotStarted { reason: String },
    Exited(ProcessExit),
}

/// All processes of one Worker. Dropped, they are killed.
#[derive(Debug)]
pub(crate) struct Processes {
    turns: mpsc::UnboundedSender<(Purpose, Turn)>,
    stops: HashMap<Purpose, oneshot::Sender<()>>,
    tasks: JoinSet<()>,
}

impl Processes {
    /// No process yet; what happens to them goes to the receiver, at most two turns each.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<(Purpose, Turn)>) {
        let (turns, receiver) = mpsc::unbounded_channel();
        (Self { turns, stops: HashMap::new(), tasks: JoinSet::new() }, receiver)
    }

    /// Prepares a process where waiting for disks is allowed, then starts it.
    pub(crate) fn start(
        &mut self,
        purpose: Purpose,
        prepare: impl FnOnce() -> Result<Launch, String> + Send + 'static,
    ) {
        while self.tasks.try_join_next().is_some() {}
        let (stop, stopped) = oneshot::channel();
        self.stops.insert(purpose.clone(), stop);
        let turns = self.turns.clone();
        let say = move |turn| {
            // Nobody listens any more when the Worker ends: then nothing is left to be told.
            let _ = turns.send((purpose.clone(), turn));
        };
        self.tasks.spawn(async move {
            match prepared(prepare).await.and_then(|launch| Child::spawn(&launch).map_err(|e| e.to_string()))
            {
                Ok(child) => {
                    say(Turn::Started { pid: child.pid() });
                    // A sender that is dropped asks for the end as well.
                    let stop = async {
                        let _ = stopped.await;
                    };
                    say(Turn::Exited(process_exit(child.run_until(stop, GRACE).await)));
                }
                Err(reason) => say(Turn::NotStarted { reason }),
            }
        });
    }

    /// Asks a process to end, and sees to it that it does; one that is being prepared ends as soon as it runs.
    pub(crate) fn stop(&mut self, purpose: &Purpose) {
        if let Some(stop) = self.stops.remove(purpose) {
            // It may have ended just now.
            let _ = stop.send(());
        }
    }

    /// Forgets one that is gone.
    pub(crate) fn forget(&mut self, purpose: &Purpose) {
        self.stops.remove(purpose);
    }

    /// Ends all and waits until they are gone.
    pub(crate) async fn stop_all(mut self) {
        self.stops.clear();
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn prepared(
    prepare: impl FnOnce() -> Result<Launch, String> + Send + 'static,
) -> Result<Launch, String> {
    let prepared = tokio::task::spawn_blocking(prepare).await;
    prepared.unwrap_or_else(|error| Err(format!("the preparation broke off: {error}")))
}

fn process_exit(exit: io::Result<Exit>) -> ProcessExit {
    match exit {
        Ok(Exit::Status(status)) => ProcessExit::Status(status),
        Ok(Exit::Signal(signal)) => ProcessExit::Signal(signal),
        Err(error) => {
            warn!(target: "Worker", "A process is gone, but the system does not say how it ended: {error}");
            ProcessExit::Status(-1)
        }
    }
}
