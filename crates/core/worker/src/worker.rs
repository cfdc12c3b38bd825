//! The Worker itself: what it knows, and the verbs that a daemon calls.

mod cleanup;
mod decommission;
mod drivers;
mod executors;
mod registration;
mod sync;
mod view;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::Timestamp;
use jiff::tz::Offset;
use model::message::{ToMaster, ToWorker};
use model::{
    ApplicationId, DriverId, EndpointRef, ExecutorKey, IdArgument, Note, Now, PeerId, RpcAddress, WorkerId,
};

use crate::{Effect, Event, ExitReason, Snapshot, WorkerConfig};
use cleanup::Cleanup;
use drivers::{Driver, FinishedDriver};
use executors::Executor;
use registration::Registration;
use sync::Sync;

/// A Worker: feed it events, carry out its effects.
#[derive(Clone, Debug)]
pub struct Worker {
    config: WorkerConfig,
    id: WorkerId,
    effects: VecDeque<Effect>,
    registration: Registration,
    sync: Sync,
    executors: BTreeMap<ExecutorKey, Executor>,
    finished_executors: VecDeque<(ExecutorKey, Executor)>,
    drivers: BTreeMap<DriverId, Driver>,
    finished_drivers: VecDeque<FinishedDriver>,
    /// Applications that have folders here.
    applications: BTreeSet<ApplicationId>,
    /// Those of them that are over and still have an executor here.
    finished_applications: BTreeSet<ApplicationId>,
    cleanup: Cleanup,
    /// Told to leave once blocks are safe: starts no executor any more.
    decommissioned: bool,
    leaving: Leaving,
}

/// Whether the Worker is on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Leaving {
    No,
    /// As soon as its last process is gone.
    For(ExitReason),
    Gone,
}

impl Worker {
    /// A Worker that wants to register at once: its first effects are [`Effect::Dial`].
    pub fn new(config: WorkerConfig, now: Now, seed: u64) -> Self {
        let time = id_time(now);
        let id = config.id_pattern.format(&[
            IdArgument::Text(&time),
            IdArgument::Text(&config.address.host),
            IdArgument::Number(config.address.port.into()),
        ]);
        let mut worker = Self {
            config,
            id: WorkerId::new(id),
            effects: VecDeque::new(),
            registration: Registration::new(seed),
            sync: Sync::default(),
            executors: BTreeMap::new(),
            finished_executors: VecDeque::new(),
            drivers: BTreeMap::new(),
            finished_drivers: VecDeque::new(),
            cleanup: Cleanup::default(),
            applications: BTreeSet::new(),
            finished_applications: BTreeSet::new(),
            decommissioned: false,
            leaving: Leaving::No,
        };
        worker.register_with_masters(now);
        worker
    }

    /// Its id, chosen by itself.
    pub fn id(&self) -> &WorkerId {
        &self.id
    }

    /// Takes in one thing that happened.
    pub fn handle(&mut self, now: Now, event: Event) {
        match event {
            Event::ExecutorStarted { executor, pid } => self.executor_started(&executor, pid),
            Event::ExecutorNotStarted { executor, reason } => self.executor_not_started(&executor, reason),
            Event::ExecutorExited { executor, exit } => self.executor_exited(&executor, exit),
            Event::DriverStarted { driver, pid } => self.driver_started(now, &driver, pid),
            Event::DriverNotStarted { driver, reason } => self.driver_not_started(&driver, reason),
            Event::DriverExited { driver, exit } => self.driver_exited(now, &driver, exit),
            Event::Stop => self.leave(ExitReason::Stopped),
            _ if self.leaving != Leaving::No => {}
            Event::Dialled { master, peer } => self.dialled(&master, peer),
            Event::DialFailed { master, reason } => self.dial_failed(&master, &reason),
            Event::Received { peer, sender, message } => self.received(now, peer, sender, message),
            Event::Answered { token, reply } => self.answered(now, token, reply),
            Event::Disconnected { peer } => self.disconnected(now, peer),
            Event::Decommission => self.decommission_by_signal(),
        }
        self.exit_when_empty();
    }

    /// Does what is due by the clock.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.leaving == Leaving::No {
            self.retry_registration(now);
        }
        if self.leaving == Leaving::No {
            self.retry_sync(now);
            self.relaunch_drivers(now);
            self.clean_up_work_folders(now);
            self.heartbeat(now);
        }
        self.exit_when_empty();
    }

    /// When to call [`Self::handle_timeout`], in milliseconds of the monotonic clock; none for never.
    pub fn poll_timeout(&self) -> Option<u64> {
        if self.leaving != Leaving::No {
            return None;
        }
        let relaunch = self.drivers.values().filter_map(Driver::due_ms);
        let of_cleanup = self.cleanup.due_ms();
        self.registration.due_ms().chain(self.sync.due_ms()).chain(relaunch).chain(of_cleanup).min()
    }

    /// The next deed for the daemon, in order; none when all are taken.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// Whether a Master that can be reached has let this Worker in.
    pub fn is_registered(&self) -> bool {
        self.registration.peer().is_some()
    }

    /// A copy of the state for the page and `/json/`.
    pub fn snapshot(&self, now: Now) -> Snapshot {
        view::snapshot(self, now)
    }

    fn received(&mut self, now: Now, peer: PeerId, sender: Option<RpcAddress>, message: ToWorker) {
        match message {
            ToWorker::RegisteredWorker { master, master_web_ui_url, master_address, duplicate } => {
                let address = master.address.or(sender).unwrap_or_else(|| master_address.clone());
                self.registered(now, peer, address, master_web_ui_url, master_address, duplicate);
            }
            ToWorker::RegisterWorkerFailed { message } => self.registration_refused(&message),
            // Another Master leads; the retry timer runs on until one lets us in.
            ToWorker::MasterInStandby => {}
            ToWorker::ReconnectWorker { master_url } => {
                self.note(format!("Master with url {master_url} requested this worker to reconnect."));
                self.register_with_masters(now);
            }
            ToWorker::LaunchExecutor(launch) => self.launch_executor(*launch),
            ToWorker::KillExecutor { master_url, executor } => self.kill_executor(&master_url, &executor),
            // Spark's message does not name its Master, as that for executors does; a dead one's may come late.
            ToWorker::LaunchDriver { driver, .. } if self.registration.peer() != Some(peer) => {
                self.warn(format!("Another Master than this Worker's attempted to launch driver {driver}."));
            }
            ToWorker::LaunchDriver { driver, description, resources, terms } => {
                self.launch_driver(&driver, *description, resources, terms);
            }
            ToWorker::KillDriver { driver } => self.kill_driver(&driver),
            ToWorker::ApplicationFinished { application } => {
                if self.applications.contains(&application) {
                    self.finished_applications.insert(application.clone());
                    self.clean_up(&application);
                }
            }
            ToWorker::MasterChanged { master, master_web_ui_url } => {
                if let Some(address) = master.address.or(sender) {
                    self.master_changed(now, peer, address, master_web_ui_url);
                }
            }
            ToWorker::DecommissionWorker => self.decommission(),
        }
    }

    /// Begins to end: the Master hears it from the connection at once, so that it sends nothing more here and drivers
    /// need not wait for the processes to end.
    fn leave(&mut self, reason: ExitReason) {
        if self.leaving != Leaving::No {
            return;
        }
        self.leaving = Leaving::For(reason);
        if let Some(peer) = self.registration.hang_up() {
            self.effects.push_back(Effect::Hangup { peer });
        }
        self.kill_all_executors();
        self.kill_all_drivers();
    }

    fn exit_when_empty(&mut self) {
        if !self.executors.is_empty() || !self.drivers.is_empty() {
            return;
        }
        if let Leaving::For(reason) = &self.leaving {
            let reason = reason.clone();
            self.leaving = Leaving::Gone;
            self.effects.push_back(Effect::Exit { reason });
        }
    }

    /// This Worker's own endpoint, as peers are told.
    fn endpoint(&self) -> EndpointRef {
        EndpointRef::new("Worker", self.config.address.clone())
    }

    fn send(&mut self, peer: PeerId, message: ToMaster) {
        self.effects.push_back(Effect::Send { peer, message });
    }

    fn note(&mut self, text: impl Into<String>) {
        self.effects.push_back(Effect::Log(Note::info(text)));
    }

    fn warn(&mut self, text: impl Into<String>) {
        self.effects.push_back(Effect::Log(Note::warning(text)));
    }
}

/// The local time of an id: `yyyyMMddHHmmss` (`Worker.generateWorkerId`, 3.5).
fn id_time(now: Now) -> String {
    let offset = Offset::from_seconds(now.utc_offset_s).unwrap_or(Offset::UTC);
    let moment = Timestamp::from_millisecond(now.wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    offset.to_datetime(moment).strftime("%Y%m%d%H%M%S").to_string()
}

/// How many finished executors or drivers to forget: a tenth at once, so that it is not done for each
/// (`Worker.trimFinishedExecutorsIfNecessary`, 3.5).
fn surplus(count: usize, retained: usize) -> usize {
    if count > retained { (count / 10).max(1) } else { 0 }
}

#[cfg(test)]
mod tests;
