//! Taking over from another Master: whom it let in is told that this one leads now, and says what it runs.
//!
//! ```text
//!   STANDBY ──Elected──► RECOVERING ──all have answered, or are gone, or time is up──► COMPLETING_RECOVERY ──► ALIVE
//!                           │ Contact ──Contacted──► MasterChanged ──► WorkerSchedulerStateResponse, MasterChangeAcknowledged
//!   any of these ──Deposed──► it says nothing more to anyone
//! ```
//!
//! Nothing is scheduled before ALIVE. A Worker is among the Workers only once it has said what it runs; an application
//! and a driver are known at once, UNKNOWN until somebody has heard of them.

use model::message::{ExecutorDescription, RegisterWorker, ToDriver, ToWorker};
use model::{
    ApplicationId, ApplicationRecord, ApplicationState, Change, DriverId, DriverRecord, DriverState,
    ExecutorKey, Memory, Now, Numbers, PeerId, RecoveryState, ResourceInformation, RpcAddress, WorkerId,
    WorkerRecord,
};

use super::Master;
use super::standing::Whom;
use crate::registry::applications::{Application, Executor};
use crate::registry::drivers::{Driver, Place};
use crate::registry::needs::Needs;
use crate::registry::sparks::{Claim, Installed};
use crate::registry::worker::{Given, Worker};
use crate::{Effect, Speaker};

/// How many numbers of ids are reserved at once.
const BLOCK: u64 = 64;

/// The connection of a Worker that has none.
const NOBODY: PeerId = PeerId(u64::MAX);

impl Master {
    /// This Master leads (`Master.receive`, `ElectedLeader`, 3.5).
    pub(super) fn elected(&mut self, now: Now, memory: Memory) {
        if self.standing.state != RecoveryState::Standby {
            return self.warn("Elected leader once more; it is passed over");
        }
        let state = if memory.is_empty() { RecoveryState::Alive } else { RecoveryState::Recovering };
        self.standing.state = state;
        self.standing.leader = None;
        self.note(format!("I have been elected leader! New state: {state}"));
        let Numbers { application, driver } = memory.numbers;
        let modulo = self.config.application_number_modulo.map(|modulo| u64::from(modulo.max(1)));
        self.applications.begin_at(modulo.map_or(application, |modulo| application % modulo));
        self.drivers.begin_at(driver);
        self.standing.numbers = memory.numbers;
        if state == RecoveryState::Alive {
            return;
        }
        self.standing.took_over = true;
        self.standing.due_ms = Some(now.monotonic_ms.saturating_add(self.config.recovery_timeout_ms));
        let mut applications: Vec<_> = memory.applications.into_values().collect();
        applications.sort_by_key(|one| one.submitted_ms);
        applications.into_iter().for_each(|record| self.recover_application(now, record));
        let mut drivers: Vec<_> = memory.drivers.into_values().collect();
        drivers.sort_by_key(|one| one.submitted_ms);
        for record in drivers {
            let worker = record.worker.as_ref().and_then(|id| memory.workers.get(id));
            self.recover_driver(now, record, worker.map(|one| &one.registration));
        }
        memory.workers.into_values().for_each(|record| self.recover_worker(record));
    }

    fn recover_application(&mut self, now: Now, record: ApplicationRecord) {
        let id = record.id.clone();
        self.note(format!("Trying to recover app: {id}"));
        let (address, dialect) = (record.driver.address.clone(), record.dialect.clone());
        let default_cores = self.default_cores();
        // Which Spark it is of is asked once it has answered; nothing is launched before.
        self.applications.insert(Application::recovered(record, default_cores, Claim::Asked(0), now));
        match address {
            Some(address) => {
                let token = self.standing.contact(Whom::Application(id));
                self.effects.push_back(Effect::Contact { address, dialect, who: Speaker::Driver, token });
            }
            None => self.remove_application(now, &id, ApplicationState::Finished),
        }
    }

    /// One that was sent to a Worker runs there, or has ended, or never began: its Worker says which.
    fn recover_driver(&mut self, now: Now, record: DriverRecord, worker: Option<&RegisterWorker>) {
        let DriverRecord { id, description, submitted_ms, worker: sent_to } = record;
        let claim = self.claim_of_driver(&id, None, &description);
        let mut driver = Driver::new(id, description, claim, now);
        driver.submitted.wall_ms = i64::try_from(submitted_ms).unwrap_or(now.wall_ms);
        if let Some(id) = sent_to {
            driver.state = DriverState::Unknown;
            driver.place = Some(Place {
                worker: id,
                host_port: worker.map_or_else(String::new, |one| format!("{}:{}", one.host, one.port)),
                web_ui_url: worker.map_or("", |one| one.web_ui_url.as_str()).into(),
            });
        }
        self.drivers.insert(driver);
    }

    fn recover_worker(&mut self, record: WorkerRecord) {
        let RegisterWorker { id, host, port, worker, .. } = &record.registration;
        self.note(format!("Trying to recover worker: {id}"));
        let address = worker.address.clone().unwrap_or_else(|| RpcAddress::new(host.clone(), *port));
        let token = self.standing.contact(Whom::Worker(id.clone()));
        let dialect = record.dialect.clone();
        self.standing.expect(record);
        self.effects.push_back(Effect::Contact { address, dialect, who: Speaker::Worker, token });
    }

    /// Somebody that another Master had can be spoken to, or cannot.
    pub(super) fn contacted(&mut self, now: Now, token: u64, outcome: Result<PeerId, String>) {
        let Some(whom) = self.standing.contacted(token) else { return };
        match (whom, outcome) {
            (Whom::Application(id), Ok(peer)) => self.turn_driver(&id, peer),
            (Whom::Application(id), Err(reason)) => {
                let is_missed = self.applications.get(&id).is_some_and(|one| one.peer.is_none());
                if is_missed {
                    self.warn(format!("App {id} had exception on reconnect: {reason}"));
                    self.remove_application(now, &id, ApplicationState::Finished);
                }
            }
            (Whom::Worker(id), Ok(peer)) => {
                // It may have registered by itself.
                if self.standing.connect(&id, peer) {
                    self.turn_worker(peer);
                }
            }
            (Whom::Worker(id), Err(reason)) => {
                if self.standing.awaited(&id).is_some_and(|one| one.peer.is_none()) {
                    self.warn(format!("Worker {id} had exception on reconnect: {reason}"));
                    self.lose_awaited(now, &id, &reason);
                }
            }
        }
    }

    fn turn_driver(&mut self, id: &ApplicationId, peer: PeerId) {
        if self.applications.get(id).is_none_or(|one| one.peer.is_some()) {
            return;
        }
        self.applications.connect(id, peer);
        let (master, master_web_ui_url) = (self.endpoint(), self.config.web_ui_url.clone());
        self.tell_driver(peer, ToDriver::MasterChanged { master, master_web_ui_url });
        for removed in self.standing.removed.clone() {
            self.tell_driver(peer, removed);
        }
    }

    fn turn_worker(&mut self, peer: PeerId) {
        let (master, master_web_ui_url) = (self.endpoint(), self.config.web_ui_url.clone());
        self.tell_worker(peer, ToWorker::MasterChanged { master, master_web_ui_url });
    }

    /// A driver has turned to this Master. Another one than was looked for can listen at its address by now.
    pub(super) fn master_change_acknowledged(&mut self, now: Now, peer: PeerId, id: &ApplicationId) {
        let known = self.applications.get(id).filter(|one| one.peer == Some(peer));
        let Some(application) = known else {
            self.warn(format!("Master change ack from unknown app: {id}"));
            if self.applications.get(id).is_none() {
                // It was given up, and would wait for executors for ever.
                let message = "it did not answer the new Master in time".into();
                self.tell_driver(peer, ToDriver::ApplicationRemoved { message });
            }
            let missed: Vec<ApplicationId> = self
                .applications
                .on(peer)
                .filter(|one| one.state == ApplicationState::Unknown)
                .map(|one| one.id.clone())
                .collect();
            for id in missed {
                self.remove_application(now, &id, ApplicationState::Finished);
            }
            return;
        };
        if application.state != ApplicationState::Unknown {
            return;
        }
        let description = std::sync::Arc::clone(&application.description);
        self.note(format!("Application has been re-registered: {id}"));
        let claim = self.claim_of_application(id, peer, &description);
        if let Some(application) = self.applications.change(id) {
            application.state = ApplicationState::Waiting;
            application.claim = claim;
        }
    }

    /// A Worker that another Master had comes by itself. What it runs it says in answer to `MasterChanged`, with the
    /// custom resources, which its list after a registration lacks. Whether it was one.
    pub(super) fn awaited_worker_registers(&mut self, peer: PeerId, message: &RegisterWorker) -> bool {
        let Some(awaited) = self.standing.awaited(&message.id) else { return false };
        if awaited.peer.is_some() {
            // It was told where to turn on that connection, and does so.
            return true;
        }
        let mut record = awaited.record.clone();
        record.registration = message.clone();
        self.persist(Some(peer), |_| vec![Change::Worker(Box::new(record.clone()))]);
        self.standing.expect(record);
        self.standing.connect(&message.id, peer);
        let (master, master_web_ui_url) = (self.endpoint(), self.config.web_ui_url.clone());
        let master_address = message.master_address.clone();
        let registered =
            ToWorker::RegisteredWorker { master, master_web_ui_url, master_address, duplicate: true };
        self.tell_worker(peer, registered);
        self.turn_worker(peer);
        true
    }

    /// A Worker says what it runs, in answer to `MasterChanged`.
    pub(super) fn scheduler_state(
        &mut self,
        now: Now,
        peer: PeerId,
        id: &WorkerId,
        executors: &[(ExecutorDescription, Vec<ResourceInformation>)],
        drivers: &[(DriverId, Vec<ResourceInformation>)],
    ) {
        if let Some(awaited) = self.standing.awaited(id) {
            if awaited.peer == Some(peer) {
                return self.take_over_worker(now, peer, id, executors, drivers);
            }
            return self.warn(format!("Scheduler state from worker {id} on another connection than its own"));
        }
        if self.workers.get(id).is_some() {
            self.warn(format!("Scheduler state from worker {id}, which was not asked for"));
            let executors: Vec<_> = executors.iter().map(|(one, _)| one.clone()).collect();
            let drivers: Vec<_> = drivers.iter().map(|(one, _)| one.clone()).collect();
            return self.worker_latest_state(now, peer, id, &executors, &drivers);
        }
        self.warn(format!("Scheduler state from unknown worker: {id}. Asking it to re-register."));
        // Another process is in the place of one that was looked for.
        for other in self.standing.on(peer) {
            self.lose_awaited(now, &other, "another worker is in its place");
        }
        let master_url = self.config.address.spark_url();
        self.tell_worker(peer, ToWorker::ReconnectWorker { master_url });
    }

    fn take_over_worker(
        &mut self,
        now: Now,
        peer: PeerId,
        id: &WorkerId,
        executors: &[(ExecutorDescription, Vec<ResourceInformation>)],
        drivers: &[(DriverId, Vec<ResourceInformation>)],
    ) {
        let Some(awaited) = self.standing.came(id) else { return };
        let WorkerRecord { registration, dialect } = awaited.record;
        self.note(format!("Worker has been re-registered: {id}"));
        let sparks = self.sparks_of_worker(id, peer, &registration.sparks);
        let mut worker = Worker::new(peer, registration, sparks, now);
        worker.dialect = dialect;
        self.workers.insert(worker);
        let master_url = self.config.address.spark_url();
        for (description, resources) in executors {
            if !self.take_over_executor(id, description, resources) {
                let executor = description.executor.clone();
                self.warn(format!("Executor {executor} of worker {id} is nobody's; it is ended"));
                self.tell_worker(peer, ToWorker::KillExecutor { master_url: master_url.clone(), executor });
            }
        }
        for (driver, resources) in drivers {
            if !self.take_over_driver(now, id, driver, resources) {
                self.warn(format!("Driver {driver} of worker {id} is not known; it is ended"));
                self.tell_worker(peer, ToWorker::KillDriver { driver: driver.clone() });
            }
        }
        self.lose_drivers_of(now, id);
    }

    /// Whether an application has it, and its Worker had room for it.
    fn take_over_executor(
        &mut self,
        worker: &WorkerId,
        description: &ExecutorDescription,
        resources: &[ResourceInformation],
    ) -> bool {
        let ExecutorDescription { executor: key, profile, cores, memory_mib, state } = description.clone();
        let Some(application) = self.applications.get(&key.application) else { return false };
        if application.executors.contains_key(&key.executor) || state.is_finished() {
            return false;
        }
        let needs = application.profiles.get(&profile).map(|one| &one.needs);
        let beside_mib = needs.map(|needs| needs.total_mib.saturating_sub(needs.memory_mib));
        let beside_mib = beside_mib.unwrap_or_else(|| Needs::usual_overhead_mib(memory_mib));
        let given = Given {
            cores,
            memory_mib,
            total_mib: memory_mib.saturating_add(beside_mib),
            resources: resources.to_vec(),
        };
        if !self.workers.take_over_executor(worker, key.clone(), given) {
            return false;
        }
        let web_ui_url = self.workers.get(worker).map(|worker| worker.web_ui_url.clone());
        let executor = Executor {
            id: key.executor,
            worker: worker.clone(),
            worker_web_ui_url: web_ui_url.unwrap_or_default(),
            cores,
            memory_mib,
            profile,
            resources: resources.to_vec(),
            state,
        };
        self.applications.take_over_executor(&key.application, executor);
        true
    }

    /// Whether it is known and runs nowhere else.
    fn take_over_driver(
        &mut self,
        now: Now,
        worker: &WorkerId,
        id: &DriverId,
        resources: &[ResourceInformation],
    ) -> bool {
        let Some(driver) = self.drivers.get(id) else { return false };
        let is_elsewhere = driver.place.as_ref().is_some_and(|place| place.worker != *worker);
        if is_elsewhere || driver.state == DriverState::Running {
            return false;
        }
        let needs = driver.needs.clone();
        let given = Given {
            cores: needs.least_cores(),
            memory_mib: needs.memory_mib,
            total_mib: needs.total_mib,
            resources: resources.to_vec(),
        };
        let Some(there) = self.workers.get(worker) else { return false };
        let place = Place {
            worker: worker.clone(),
            host_port: there.host_port(),
            web_ui_url: there.web_ui_url.clone(),
        };
        if !self.workers.take_over_driver(worker, id.clone(), given) {
            return false;
        }
        self.drivers.launch(id, place, resources.to_vec(), now);
        true
    }

    /// Drivers that were sent to a Worker which does not have them.
    fn lose_drivers_of(&mut self, now: Now, worker: &WorkerId) {
        let is_there = |one: &&Driver| one.place.as_ref().is_some_and(|place| place.worker == *worker);
        let unknown = self.drivers.active().filter(|one| one.state == DriverState::Unknown);
        let lost: Vec<DriverId> = unknown.filter(is_there).map(|one| one.id.clone()).collect();
        for id in lost {
            self.warn(format!("Driver {id} was not found after master recovery"));
            self.lose_driver(now, &id);
        }
    }

    /// A Worker that another Master had is gone: it refuses, breaks off, or does not answer in time.
    pub(crate) fn lose_awaited(&mut self, now: Now, id: &WorkerId, reason: &str) {
        let Some(awaited) = self.standing.came(id) else { return };
        let peer = awaited.peer.unwrap_or(NOBODY);
        let worker = Worker::new(peer, awaited.record.registration, Installed::Any, now);
        self.note(format!("Removing worker {id} on {}", worker.host_port()));
        self.persist(None, |_| vec![Change::WorkerGone(id.clone())]);
        self.workers.list_as_lost(&worker, awaited.peer.is_some());
        self.lose_drivers_of(now, id);
        self.note(format!("Telling app of lost worker: {id}"));
        let removed = ToDriver::WorkerRemoved {
            worker: id.clone(),
            host: worker.host.to_string(),
            message: reason.to_owned(),
        };
        self.standing.removed.push(removed.clone());
        let peers = self.applications.peers();
        self.tell_all(peers, crate::ToPeer::Driver(removed));
    }

    /// Ends the recovery once nobody is waited for, or for too long (`Master.completeRecovery`, 3.5).
    pub(crate) fn end_recovery(&mut self, now: Now) {
        if self.standing.state != RecoveryState::Recovering {
            return;
        }
        let is_due = self.standing.due_ms.is_some_and(|due_ms| due_ms <= now.monotonic_ms);
        let unknown = |one: &Application| one.state == ApplicationState::Unknown;
        if !is_due && (self.standing.awaits_workers() || self.applications.active().any(unknown)) {
            return;
        }
        self.standing.state = RecoveryState::CompletingRecovery;
        for id in self.standing.all_awaited() {
            self.lose_awaited(now, &id, "Not responding for recovery");
        }
        let missed = self.applications.active().filter(|one| unknown(one)).map(|one| one.id.clone());
        for id in missed.collect::<Vec<_>>() {
            self.remove_application(now, &id, ApplicationState::Finished);
        }
        for application in self.applications.active_mut() {
            if application.is_recovered && application.state == ApplicationState::Waiting {
                application.state = ApplicationState::Running;
            }
        }
        // Those that were sent to a Worker of which nothing is remembered.
        let lost = self.drivers.active().filter(|one| one.state == DriverState::Unknown);
        for id in lost.map(|one| one.id.clone()).collect::<Vec<_>>() {
            self.warn(format!("Driver {id} was not found after master recovery"));
            self.lose_driver(now, &id);
        }
        self.standing.recovered();
        self.schedule(now);
        self.note("Recovery complete - resuming operations!");
    }

    /// Writes down what is to outlast this Master, before what promises it is said.
    pub(crate) fn persist(&mut self, peer: Option<PeerId>, changes: impl FnOnce(&Self) -> Vec<Change>) {
        if self.config.remembers {
            let changes = changes(self);
            if !changes.is_empty() {
                self.effects.push_back(Effect::Persist { changes, peer });
            }
        }
    }

    /// The record of an application that is known better than when it was written down.
    pub(crate) fn persist_application(&mut self, id: &ApplicationId) {
        let peer = self.applications.get(id).and_then(|one| one.peer);
        self.persist(peer, |master| {
            let application = master.applications.get(id);
            application.map(|one| Change::Application(Box::new(one.record()))).into_iter().collect()
        });
    }

    /// The same of a Worker.
    pub(crate) fn persist_worker(&mut self, id: &WorkerId) {
        let peer = self.workers.peer_of(id);
        self.persist(peer, |master| {
            let worker = master.workers.get(id);
            worker.map(|one| Change::Worker(Box::new(one.record()))).into_iter().collect()
        });
    }

    /// The same of a driver.
    pub(crate) fn persist_driver(&mut self, id: &DriverId) {
        self.persist(None, |master| {
            let driver = master.drivers.get(id);
            driver.map(|one| Change::Driver(Box::new(one.record()))).into_iter().collect()
        });
    }

    /// Reserves the numbers that ids carry, so that no later Master uses them again, whoever had them.
    pub(super) fn reserve_numbers(&mut self) {
        let next =
            Numbers { application: self.applications.next_number(), driver: self.drivers.next_number() };
        let reserved = self.standing.numbers;
        if next.application < reserved.application && next.driver < reserved.driver {
            return;
        }
        let up_to = |next: u64, reserved: u64| if next < reserved { reserved } else { next + BLOCK };
        self.standing.numbers = Numbers {
            application: up_to(next.application, reserved.application),
            driver: up_to(next.driver, reserved.driver),
        };
        self.persist(None, |master| vec![Change::Numbers(master.standing.numbers)]);
    }

    /// An executor's number is about to be used: it is reserved first.
    pub(super) fn reserve_executor(&mut self, key: &ExecutorKey) {
        let is_due = self.applications.get_mut(&key.application).is_some_and(Application::reserve_number);
        if is_due {
            self.persist_application(&key.application);
        }
    }
}
