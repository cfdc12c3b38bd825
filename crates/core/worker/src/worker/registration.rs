//! Finding a Master, staying registered with it, and finding it again.
//!
//! ```text
//!            ┌─────────────── Disconnected, ReconnectWorker ───────────────┐
//!            ▼                                                             │
//!   SEEKING: dial ──Dialled──► RegisterWorker ──RegisteredWorker──► REGISTERED: heartbeats
//!      ▲  │                          │
//!      └──┘ retry timer              └──RegisterWorkerFailed──► exit
//!      6 tries 5..15 s apart, then up to 16 in all 30..90 s apart, then exit
//! ```

use std::collections::BTreeSet;

use model::message::{ExecutorDescription, RegisterWorker, ToMaster};
use model::{Now, PeerId, RpcAddress};

use super::Worker;
use crate::{Effect, ExitReason};

/// Seconds between the first tries and between the later ones, before the fuzz (`Worker`, 3.5).
const INITIAL_RETRY_S: f64 = 10.0;
const PROLONGED_RETRY_S: f64 = 60.0;

/// Where the Worker stands with Masters.
#[derive(Clone, Debug)]
pub(super) struct Registration {
    /// The Master that let us in last; kept while its connection is gone, to be dialled again.
    pub(super) master: Option<ActiveMaster>,
    /// Between 0.5 and 1.5, once for the Worker's life: Workers that lost one Master do not come back as one.
    fuzz: f64,
    attempts: u32,
    /// Present while seeking.
    retry: Option<Retry>,
    /// Dialled and not answered yet.
    dialling: BTreeSet<RpcAddress>,
    next_heartbeat_ms: Option<u64>,
}

/// A Master that let us in.
#[derive(Clone, Debug)]
pub(super) struct ActiveMaster {
    /// None while it is out of reach.
    pub(super) peer: Option<PeerId>,
    /// What it says of itself.
    pub(super) address: RpcAddress,
    pub(super) web_ui_url: String,
    /// What to dial when the connection is lost.
    reconnect_to: RpcAddress,
}

#[derive(Clone, Copy, Debug)]
struct Retry {
    due_ms: u64,
    interval_ms: u64,
}

impl Registration {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            master: None,
            fuzz: 0.5 + fastrand::Rng::with_seed(seed).f64(),
            attempts: 0,
            retry: None,
            dialling: BTreeSet::new(),
            next_heartbeat_ms: None,
        }
    }

    /// The connection to the Master, while there is one.
    pub(super) fn peer(&self) -> Option<PeerId> {
        self.master.as_ref()?.peer
    }

    /// `spark://host:port` of the Master that may give orders, empty when none ever could.
    pub(super) fn master_url(&self) -> String {
        self.master.as_ref().map(|master| master.address.spark_url()).unwrap_or_default()
    }

    pub(super) fn due_ms(&self) -> impl Iterator<Item = u64> {
        self.retry.map(|retry| retry.due_ms).into_iter().chain(self.next_heartbeat_ms)
    }

    /// Stops seeking; gives the connection that must be closed.
    pub(super) fn hang_up(&mut self) -> Option<PeerId> {
        self.retry = None;
        self.next_heartbeat_ms = None;
        self.master.as_mut()?.peer.take()
    }

    fn interval_ms(&self, seconds: f64) -> u64 {
        // Whole seconds, as `math.round` makes them.
        (seconds * self.fuzz).round() as u64 * 1000
    }
}

impl Worker {
    /// Seeks a Master, unless it does so already (`Worker.registerWithMaster`, 3.5).
    pub(super) fn register_with_masters(&mut self, now: Now) {
        if self.registration.retry.is_some() {
            return self.note(
                "Not spawning another attempt to register with the master, since there is an attempt scheduled already.",
            );
        }
        self.registration.attempts = 0;
        self.schedule_retry(now, INITIAL_RETRY_S);
        self.dial_all();
    }

    fn schedule_retry(&mut self, now: Now, seconds: f64) {
        let interval_ms = self.registration.interval_ms(seconds);
        let due_ms = now.monotonic_ms.saturating_add(interval_ms);
        self.registration.retry = Some(Retry { due_ms, interval_ms });
    }

    fn dial_all(&mut self) {
        for master in self.config.masters.clone() {
            self.dial(master);
        }
    }

    fn dial(&mut self, master: RpcAddress) {
        if self.registration.dialling.insert(master.clone()) {
            self.note(format!("Connecting to master {master}..."));
            self.effects.push_back(Effect::Dial { master });
        }
    }

    /// `Worker.reregisterWithMaster`, 3.5: once a Master is known only that one is dialled, so that two Masters never
    /// both let this Worker in.
    pub(super) fn retry_registration(&mut self, now: Now) {
        let Some(retry) = self.registration.retry.filter(|retry| retry.due_ms <= now.monotonic_ms) else {
            return;
        };
        self.registration.attempts += 1;
        let attempt = self.registration.attempts;
        if attempt > self.config.max_registration_retries {
            self.warn("All masters are unresponsive! Giving up.");
            return self.leave(ExitReason::GaveUp("All masters are unresponsive! Giving up.".into()));
        }
        self.note(format!("Retrying connection to master (attempt # {attempt})"));
        if attempt == self.config.initial_registration_retries {
            self.schedule_retry(now, PROLONGED_RETRY_S);
        } else {
            let due_ms = now.monotonic_ms.saturating_add(retry.interval_ms);
            self.registration.retry = Some(Retry { due_ms, ..retry });
        }
        match &self.registration.master {
            Some(master) => self.dial(master.reconnect_to.clone()),
            None => self.dial_all(),
        }
    }

    pub(super) fn dialled(&mut self, master: &RpcAddress, peer: PeerId) {
        self.registration.dialling.remove(master);
        if self.registration.retry.is_none() {
            return;
        }
        let message = RegisterWorker {
            id: self.id.clone(),
            host: self.config.address.host.clone(),
            port: self.config.address.port,
            worker: self.endpoint(),
            cores: self.config.cores,
            memory_mib: self.config.memory_mib,
            web_ui_url: self.config.web_ui_url.clone(),
            master_address: master.clone(),
            resources: self.config.resources.clone(),
            sparks: self.config.sparks.clone(),
            memory_limit_mib: self.config.memory_limit_mib,
            started_ms: self.config.started_ms,
        };
        self.send(peer, ToMaster::RegisterWorker(message));
    }

    pub(super) fn dial_failed(&mut self, master: &RpcAddress, reason: &str) {
        self.registration.dialling.remove(master);
        self.warn(format!("Failed to connect to master {master}: {reason}"));
    }

    /// The Master lets us in: it hears at once what ended, what runs and that we live.
    pub(super) fn registered(
        &mut self,
        now: Now,
        peer: PeerId,
        address: RpcAddress,
        web_ui_url: String,
        dialled: RpcAddress,
        duplicate: bool,
    ) {
        let configured = self.config.prefer_configured_master_address;
        let reconnect_to = if configured { dialled } else { address.clone() };
        let url = reconnect_to.spark_url();
        if duplicate {
            self.warn(format!("Duplicate registration at master {url}"));
        }
        self.note(format!("Successfully registered with master {url}"));
        self.change_master(ActiveMaster { peer: Some(peer), address, web_ui_url, reconnect_to });
        self.sync_all();
        let executors = self.executor_descriptions().map(|(description, _)| description).collect();
        let drivers = self.drivers.keys().cloned().collect();
        self.send(peer, ToMaster::WorkerLatestState { worker: self.id.clone(), executors, drivers });
        self.tell_of_decommission();
        self.beat(now, peer);
        self.start_cleanup(now);
    }

    /// A Master that took over dials us, and asks for everything that it must know.
    pub(super) fn master_changed(&mut self, now: Now, peer: PeerId, address: RpcAddress, web_ui_url: String) {
        self.note(format!("Master has changed, new master is at {}", address.spark_url()));
        let reconnect_to = address.clone();
        self.change_master(ActiveMaster { peer: Some(peer), address, web_ui_url, reconnect_to });
        self.sync_all();
        let executors = self
            .executor_descriptions()
            .map(|(description, executor)| (description, executor.resources.clone()))
            .collect();
        let drivers =
            self.drivers.iter().map(|(id, driver)| (id.clone(), driver.resources.clone())).collect();
        let worker = self.id.clone();
        self.send(peer, ToMaster::WorkerSchedulerStateResponse { worker, executors, drivers });
        self.tell_of_decommission();
        self.beat(now, peer);
    }

    fn change_master(&mut self, master: ActiveMaster) {
        self.registration.master = Some(master);
        self.registration.retry = None;
    }

    fn executor_descriptions(&self) -> impl Iterator<Item = (ExecutorDescription, &super::Executor)> {
        self.executors.iter().map(|(key, executor)| {
            let description = ExecutorDescription {
                executor: key.clone(),
                profile: executor.profile,
                cores: executor.cores,
                memory_mib: executor.memory_mib,
                state: executor.state,
            };
            (description, executor)
        })
    }

    pub(super) fn registration_refused(&mut self, message: &str) {
        // A Master that lets nobody in twice may refuse while another one has us already.
        if self.registration.retry.is_some() {
            let sentence = format!("Worker registration failed: {message}");
            self.warn(sentence.clone());
            self.leave(ExitReason::GaveUp(sentence));
        }
    }

    pub(super) fn disconnected(&mut self, now: Now, peer: PeerId) {
        let Some(master) = self.registration.master.as_mut().filter(|master| master.peer == Some(peer))
        else {
            return;
        };
        master.peer = None;
        let address = master.address.clone();
        self.registration.next_heartbeat_ms = None;
        self.note(format!("{address} Disassociated !"));
        self.warn("Connection to master failed! Waiting for master to reconnect...");
        self.register_with_masters(now);
    }

    /// Sends the heartbeat that is due. There is one timer, however often the Worker registers (4.3; Workers of 3.5
    /// start another at each registration).
    pub(super) fn heartbeat(&mut self, now: Now) {
        let due = self.registration.next_heartbeat_ms.is_some_and(|due_ms| due_ms <= now.monotonic_ms);
        if let Some(peer) = self.registration.peer().filter(|_| due) {
            self.beat(now, peer);
        }
    }

    fn beat(&mut self, now: Now, peer: PeerId) {
        let (worker, endpoint) = (self.id.clone(), self.endpoint());
        self.registration.next_heartbeat_ms = Some(now.monotonic_ms.saturating_add(self.config.heartbeat_ms));
        self.send(peer, ToMaster::Heartbeat { worker, endpoint });
    }
}
