//! The processes that a Worker runs: each has a task that prepares it, starts it, and waits for its end.

use std::collections::HashMap;
use std::io;
use std::time::Duration;

use core_worker::{MemoryKill, ProcessExit};
use edge_process::{Child, Exit, Launch};
use model::{DriverId, ExecutorKey};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tracing::warn;

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

/// Whether a process is to end, also one that does not run yet.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Receiver<bool>);

impl Stop {
    /// Waits until it is.
    pub(crate) async fn asked(mut self) {
        // A sender that is dropped asks for the end as well.
        let _ = self.0.wait_for(|stop| *stop).await;
    }

    fn is_asked(&self) -> bool {
        *self.0.borrow() || self.0.has_changed().is_err()
    }
}

/// All processes of one Worker. Dropped, they are killed.
#[derive(Debug)]
pub(crate) struct Processes {
    turns: mpsc::UnboundedSender<(Purpose, Turn)>,
    stops: HashMap<Purpose, watch::Sender<bool>>,
    tasks: JoinSet<()>,
}

impl Processes {
    /// No process yet; what happens to them goes to the receiver, at most two turns each.
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<(Purpose, Turn)>) {
        let (turns, receiver) = mpsc::unbounded_channel();
        (Self { turns, stops: HashMap::new(), tasks: JoinSet::new() }, receiver)
    }

    /// Lets `prepare` make what a process needs, then starts it. When it is asked to end it has `grace` to do so.
    /// Whatever waits long in `prepare` should give up once its [`Stop`] is asked.
    pub(crate) fn start<P>(&mut self, purpose: Purpose, grace: Duration, prepare: impl FnOnce(Stop) -> P)
    where
        P: Future<Output = Result<Launch, String>> + Send + 'static,
    {
        while self.tasks.try_join_next().is_some() {}
        let (stop, stopped) = watch::channel(false);
        self.stops.insert(purpose.clone(), stop);
        let turns = self.turns.clone();
        let say = move |turn| {
            // Nobody listens any more when the Worker ends: then nothing is left to be told.
            let _ = turns.send((purpose.clone(), turn));
        };
        let stop = Stop(stopped);
        let prepared = prepare(stop.clone());
        self.tasks.spawn(async move {
            let child = prepared.await.and_then(|launch| {
                if stop.is_asked() {
                    return Err("it was to end before it ran".to_owned());
                }
                Child::spawn(&launch).map_err(|error| error.to_string())
            });
            match child {
                Ok(child) => {
                    say(Turn::Started { pid: child.pid() });
                    say(Turn::Exited(process_exit(child.run_until(stop.asked(), grace).await)));
                }
                Err(reason) => say(Turn::NotStarted { reason }),
            }
        });
    }

    /// Asks a process to end, and sees to it that it does; one that is being prepared never runs.
    pub(crate) fn stop(&mut self, purpose: &Purpose) {
        if let Some(stop) = self.stops.remove(purpose) {
            // It may have ended just now.
            let _ = stop.send(true);
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

fn process_exit(exit: io::Result<Exit>) -> ProcessExit {
    match exit {
        Ok(Exit::Status(status)) => ProcessExit::Status(status),
        Ok(Exit::Signal(signal)) => ProcessExit::Signal(signal),
        Ok(Exit::OutOfMemory(kill)) => ProcessExit::OutOfMemory(MemoryKill {
            limit_mib: kill.limit_mib,
            peak_mib: kill.peak_mib,
            is_shared: kill.is_shared,
        }),
        Err(error) => {
            warn!(target: "Worker", "A process is gone, but the system does not say how it ended: {error}");
            ProcessExit::Status(-1)
        }
    }
}
