//! The Worker's one thread of decision: events in, the core's effects out, in order.
//!
//! ```text
//!   network ────┐                        ┌──► network     messages, asks
//!   processes ──┼──► core (decides) ─────┼──► processes   start, stop
//!   timer ──────┤                        ├──► folders     remove, on threads that may wait
//!   requests ───┘                        └──► log
//! ```

use std::sync::Arc;
use std::time::Duration;

use core_worker::{Effect, Event, ExitReason, Snapshot, Worker as Core};
use edge_net::{NetEvent, Network};
use edge_telemetry::Clock;
use model::message::Reply;
use model::{ApplicationId, DriverId, Note};
use tokio::signal::unix::Signal;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tracing::{info, warn};
use web::metrics::Traffic;
use wire_deploy::Message;

use crate::folders::Folders;
use crate::launcher::Launcher;
use crate::processes::{Processes, Purpose, Turn};

/// How long an executor may take to end when it is asked to (`ExecutorRunner.EXECUTOR_TERMINATE_TIMEOUT_MS`, 3.5).
const EXECUTOR_GRACE: Duration = Duration::from_secs(10);

/// What pages and the owner of the daemon want of the loop.
#[derive(Debug)]
pub(crate) enum Request {
    /// A copy of the state, for a page.
    Snapshot(oneshot::Sender<Snapshot>),
    /// The same, with what was sent and received since the start.
    Metrics(oneshot::Sender<(Snapshot, Traffic)>),
    /// Whether a Master has let the Worker in.
    IsRegistered(oneshot::Sender<bool>),
    /// End the Worker, its processes first.
    Stop,
}

/// Everything that the loop owns.
pub(crate) struct EventLoop {
    pub(crate) core: Core,
    pub(crate) clock: Clock,
    pub(crate) network: Network,
    pub(crate) net_events: mpsc::Receiver<NetEvent>,
    pub(crate) processes: Processes,
    pub(crate) turns: mpsc::UnboundedReceiver<(Purpose, Turn)>,
    pub(crate) requests: mpsc::Receiver<Request>,
    pub(crate) launcher: Arc<Launcher>,
    pub(crate) folders: Arc<Folders>,
    /// `spark.worker.driverTerminateTimeout`
    pub(crate) driver_grace: Duration,
    /// `spark.worker.cleanup.appDataTtl`; none where nothing is cleaned up.
    pub(crate) application_time_to_live: Option<Duration>,
    /// The signal at which it leaves service, where it can.
    pub(crate) decommission: Option<Signal>,
    /// Removals of folders that are under way.
    pub(crate) removals: JoinSet<()>,
    pub(crate) traffic: Traffic,
    /// The shuffle service inside.
    pub(crate) shuffle: Option<service_shuffle::Handle>,
    /// `spark.storage.cleanupFilesAfterExecutorExit`
    pub(crate) cleans_up_after_executors: bool,
}

impl EventLoop {
    /// Runs until the core wants to end, then ends what still runs.
    ///
    /// # Errors
    /// With the reason when the Worker gave up.
    pub(crate) async fn run(mut self) -> Result<(), String> {
        let reason = self.decide().await;
        let Self { processes, mut removals, folders, launcher, network, mut net_events, .. } = self;
        processes.stop_all().await;
        while removals.join_next().await.is_some() {}
        let removed = tokio::task::spawn_blocking(move || {
            folders.remove_scratch();
            // With it go its control groups.
            drop(launcher);
        });
        if let Err(error) = removed.await {
            warn!(target: "Worker", "Removing scratch folders broke off: {error}");
        }
        drop(network);
        // Its tasks hold the sender: when the last one has closed its socket, there is nothing more to receive.
        while net_events.recv().await.is_some() {}
        match reason {
            ExitReason::Stopped => Ok(()),
            ExitReason::GaveUp(reason) => Err(reason),
        }
    }

    async fn decide(&mut self) -> ExitReason {
        let mut owned = true;
        let mut exit = self.carry_out();
        loop {
            if let Some(reason) = exit {
                return reason;
            }
            exit = tokio::select! {
                Some(event) = self.net_events.recv() => self.on_net_event(event),
                Some((purpose, turn)) = self.turns.recv() => self.on_turn(purpose, turn),
                request = self.requests.recv(), if owned => match request {
                    Some(request) => self.on_request(request),
                    None => {
                        owned = false;
                        self.handle(Event::Stop)
                    }
                },
                () = came(&mut self.decommission) => self.handle(Event::Decommission),
                () = self.clock.sleep_until(self.core.poll_timeout()) => {
                    self.core.handle_timeout(self.clock.now());
                    self.carry_out()
                }
            };
        }
    }

    /// Whoever asked may have gone: then nobody misses the answer.
    fn on_request(&mut self, request: Request) -> Option<ExitReason> {
        match request {
            Request::Snapshot(reply) => {
                let _ = reply.send(self.core.snapshot(self.clock.now()));
            }
            Request::Metrics(reply) => {
                let _ = reply.send((self.core.snapshot(self.clock.now()), self.traffic.clone()));
            }
            Request::IsRegistered(reply) => {
                let _ = reply.send(self.core.is_registered());
            }
            Request::Stop => return self.handle(Event::Stop),
        }
        None
    }

    fn on_net_event(&mut self, event: NetEvent) -> Option<ExitReason> {
        match event {
            NetEvent::Dialled { address, peer } => self.handle(Event::Dialled { master: address, peer }),
            NetEvent::DialFailed { address, reason } => {
                self.handle(Event::DialFailed { master: address, reason })
            }
            NetEvent::Received { peer, sender, ask: None, message: Message::ToWorker(message) } => {
                self.traffic.received(message.name());
                self.handle(Event::Received { peer, sender, message })
            }
            NetEvent::Received { ask: Some(ask), .. } => {
                let message = "This endpoint is a Worker, and a Worker answers no questions".to_owned();
                self.network.answer(ask, &Reply::Failure { message });
                None
            }
            NetEvent::Received { ask: None, peer, sender, .. } => {
                let from =
                    sender.map_or_else(|| format!("connection {}", peer.0), |sender| sender.to_string());
                warn!(target: "Worker", "Ignored a message from {from} that is not for a Worker");
                None
            }
            NetEvent::Answered { token, reply, .. } => self.handle(Event::Answered { token, reply }),
            NetEvent::Disconnected { peer } => self.handle(Event::Disconnected { peer }),
            // It asks nobody for that.
            NetEvent::ReleasesFound { .. } | NetEvent::Contacted { .. } => None,
        }
    }

    fn on_turn(&mut self, purpose: Purpose, turn: Turn) -> Option<ExitReason> {
        if !matches!(turn, Turn::Started { .. }) {
            self.processes.forget(&purpose);
        }
        if let (Purpose::Executor(executor), Turn::Exited(_)) = (&purpose, &turn)
            && self.cleans_up_after_executors
            && let Some(shuffle) = self.shuffle.clone()
        {
            let executor = executor.clone();
            self.remove(move || {
                shuffle.executor_removed(executor.application.as_str(), &executor.executor.to_string());
            });
        }
        let event = match (purpose, turn) {
            (Purpose::Executor(executor), Turn::Started { pid }) => Event::ExecutorStarted { executor, pid },
            (Purpose::Executor(executor), Turn::NotStarted { reason }) => {
                Event::ExecutorNotStarted { executor, reason }
            }
            (Purpose::Executor(executor), Turn::Exited(exit)) => Event::ExecutorExited { executor, exit },
            (Purpose::Driver(driver), Turn::Started { pid }) => Event::DriverStarted { driver, pid },
            (Purpose::Driver(driver), Turn::NotStarted { reason }) => {
                Event::DriverNotStarted { driver, reason }
            }
            (Purpose::Driver(driver), Turn::Exited(exit)) => Event::DriverExited { driver, exit },
        };
        self.handle(event)
    }

    /// Removes folders on a thread that may wait for disks.
    pub(crate) fn remove(&mut self, removal: impl FnOnce() + Send + 'static) {
        while self.removals.try_join_next().is_some() {}
        self.removals.spawn_blocking(removal);
    }

    fn clean_up(&mut self, running: &[ApplicationId], running_drivers: &[DriverId]) {
        let Some(time_to_live) = self.application_time_to_live else { return };
        let applications = running.iter().map(ToString::to_string);
        let running: Vec<_> = applications.chain(running_drivers.iter().map(ToString::to_string)).collect();
        let folders = self.folders.clone();
        self.remove(move || folders.clean_up(&running, time_to_live));
    }

    fn handle(&mut self, event: Event) -> Option<ExitReason> {
        self.core.handle(self.clock.now(), event);
        self.carry_out()
    }

    /// Does what the core wants, in its order; the reason once it wants to end.
    fn carry_out(&mut self) -> Option<ExitReason> {
        while let Some(effect) = self.core.poll_effect() {
            match effect {
                Effect::Dial { master } => self.network.dial(master, "Master"),
                Effect::Hangup { peer } => self.network.hangup(peer),
                Effect::Send { peer, message } => {
                    self.traffic.sent(message.name(), 1);
                    self.network.send(peer, &Message::ToMaster(message));
                }
                Effect::Ask { peer, token, message } => {
                    self.traffic.sent(message.name(), 1);
                    self.network.ask(peer, token, &Message::ToMaster(message));
                }
                Effect::LaunchExecutor(launch) => {
                    let launcher = self.launcher.clone();
                    let purpose = Purpose::Executor(launch.executor.clone());
                    self.processes.start(purpose, EXECUTOR_GRACE, |_| launcher.prepare_executor(*launch));
                }
                Effect::KillExecutor { executor } => self.processes.stop(&Purpose::Executor(executor)),
                Effect::LaunchDriver(launch) => {
                    let launcher = self.launcher.clone();
                    let purpose = Purpose::Driver(launch.driver.clone());
                    self.processes
                        .start(purpose, self.driver_grace, |stop| launcher.prepare_driver(*launch, stop));
                }
                Effect::KillDriver { driver } => self.processes.stop(&Purpose::Driver(driver)),
                Effect::RemoveApplicationFolders { application } => {
                    let (folders, shuffle) = (self.folders.clone(), self.shuffle.clone());
                    self.remove(move || {
                        if let Some(shuffle) = shuffle {
                            shuffle.application_removed(application.as_str());
                        }
                        folders.remove_scratch_of(&application);
                    });
                }
                Effect::CleanUpWorkFolders { running, running_drivers } => {
                    self.clean_up(&running, &running_drivers);
                }
                Effect::Log(Note { warning: false, text }) => info!(target: "Worker", "{text}"),
                Effect::Log(Note { warning: true, text }) => warn!(target: "Worker", "{text}"),
                Effect::Exit { reason } => return Some(reason),
            }
        }
        None
    }
}

/// Waits for a signal; for ever where there is none to wait for.
async fn came(signal: &mut Option<Signal>) {
    let came = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if came.is_none() {
        std::future::pending::<()>().await;
    }
}
