//! Workers that join, live, tell what they run, and leave on request.

use std::collections::BTreeSet;

use model::message::{ExecutorDescription, RegisterWorker, ToDriver, ToWorker};
use model::{
    Change, Dialect, DriverId, DriverState, ExecutorKey, ExecutorState, Now, PeerId, WorkerId, WorkerRecord,
    WorkerState,
};

use super::Master;
use crate::amount::megabytes_to_string;
use crate::registry::worker::Worker;

/// More cores than any machine has: a Worker that offers more was started by mistake, and planning for it would
/// cost memory without bound.
const MAX_WORKER_CORES: u32 = 1 << 16;

impl Master {
    /// `Master.handleRegisterWorker`, 4.0; the same in 3.5.
    pub(super) fn register_worker(&mut self, now: Now, peer: PeerId, message: RegisterWorker) {
        let RegisterWorker { host, port, cores, memory_mib, .. } = &message;
        let memory = megabytes_to_string(*memory_mib);
        self.note(format!("Registering worker {host}:{port} with {cores} cores, {memory} RAM"));
        let registered = |duplicate| ToWorker::RegisteredWorker {
            master: self.endpoint(),
            master_web_ui_url: self.config.web_ui_url.clone(),
            master_address: message.master_address.clone(),
            duplicate,
        };
        let (first, again) = (registered(false), registered(true));
        self.lose_earlier_process(now, &message);
        if self.awaited_worker_registers(peer, &message) {
            return;
        }
        if self.workers.hear(&message.id, now) {
            self.remember_registration(peer, &message);
            self.tell_worker(peer, again);
            let is_news = self.relearn_sparks(peer, &message);
            self.workers.rebind(&message.id, peer);
            if is_news {
                self.schedule(now);
            }
            return;
        }
        if let Some(other) = message.worker.address.as_ref().and_then(|address| self.standing.at(address)) {
            self.lose_awaited(now, &other, "Worker replaced by a new worker with same address");
        }
        if let Some(reason) = self.reason_to_refuse(&message) {
            self.warn(format!("Worker registration failed. {reason}"));
            return self.tell_worker(peer, ToWorker::RegisterWorkerFailed { message: reason });
        }
        let record = WorkerRecord { registration: message.clone(), dialect: Dialect::default() };
        self.persist(Some(peer), |_| vec![Change::Worker(Box::new(record))]);
        self.tell_worker(peer, first);
        let sparks = self.sparks_of_worker(&message.id, peer, &message.sparks);
        self.workers.insert(Worker::new(peer, message, sparks, now));
        self.schedule(now);
    }

    /// Another process has the id of one that is in: what that one ran has ended with it, and what it was told to do,
    /// such as to leave, is nothing to the next.
    fn lose_earlier_process(&mut self, now: Now, message: &RegisterWorker) {
        let awaited = self.standing.awaited(&message.id).map(|one| one.record.registration.started_ms);
        let known = awaited.or_else(|| self.workers.get(&message.id).map(|one| one.registration.started_ms));
        if matches!((known.flatten(), message.started_ms), (Some(before), Some(now)) if before != now) {
            let reason = "Worker replaced by a new process with the same id";
            self.lose_awaited(now, &message.id, reason);
            self.remove_worker(now, &message.id, reason);
        }
    }

    /// One that is in registers again, on another connection or with something else to offer.
    fn remember_registration(&mut self, peer: PeerId, message: &RegisterWorker) {
        let known = self.workers.get(&message.id);
        if known.is_some_and(|one| one.peer != peer || *one.registration != *message) {
            self.workers.set_registration(&message.id, message.clone());
            self.persist(Some(peer), |master| {
                let worker = master.workers.get(&message.id);
                worker.map(|one| Change::Worker(Box::new(one.record()))).into_iter().collect()
            });
        }
    }

    fn reason_to_refuse(&self, message: &RegisterWorker) -> Option<String> {
        if message.cores > MAX_WORKER_CORES {
            return Some(format!(
                "It offers {} cores; this Master believes up to {MAX_WORKER_CORES}",
                message.cores
            ));
        }
        let address = message.worker.address.as_ref()?;
        let taken = self.workers.at(address);
        taken.map(|_| format!("Attempted to re-register worker at same address: {address}"))
    }

    pub(super) fn heartbeat(&mut self, now: Now, peer: PeerId, id: &WorkerId) {
        if self.workers.hear(id, now) || self.standing.awaited(id).is_some() {
            return;
        }
        let start = format!("Got heartbeat from unregistered worker {id}.");
        if self.workers.was_lost(id) {
            self.warn(format!("{start} Asking it to re-register."));
            let master_url = self.config.address.spark_url();
            self.tell_worker(peer, ToWorker::ReconnectWorker { master_url });
        } else {
            self.warn(format!("{start} This worker was never registered, so ignoring the heartbeat."));
        }
    }

    /// A Worker that just registered says what it runs: what is not known here must end there. What was sent on a
    /// connection that it has left since, and that it does not name, never reached it or is gone.
    pub(super) fn worker_latest_state(
        &mut self,
        now: Now,
        peer: PeerId,
        id: &WorkerId,
        executors: &[ExecutorDescription],
        drivers: &[DriverId],
    ) {
        // One that is waited for says it once more, with its custom resources.
        if self.standing.awaited(id).is_some() {
            return;
        }
        let Some(worker) = self.workers.get(id).filter(|worker| worker.peer == peer) else {
            return self.warn(format!("Worker state from unknown worker: {id}"));
        };
        let unknown_executors: Vec<ExecutorKey> = executors
            .iter()
            .map(|one| one.executor.clone())
            .filter(|key| !worker.executors.contains_key(key))
            .collect();
        let unknown_drivers: Vec<DriverId> =
            drivers.iter().filter(|id| !worker.drivers.contains_key(id)).cloned().collect();
        let (doubtful_executors, doubtful_drivers) = self.workers.take_doubts(id);
        let master_url = self.config.address.spark_url();
        for executor in unknown_executors {
            self.tell_worker(peer, ToWorker::KillExecutor { master_url: master_url.clone(), executor });
        }
        for driver in unknown_drivers {
            self.tell_worker(peer, ToWorker::KillDriver { driver });
        }
        let listed: BTreeSet<&ExecutorKey> = executors.iter().map(|one| &one.executor).collect();
        for executor in doubtful_executors.iter().filter(|key| !listed.contains(key)) {
            self.workers.free_executor(id, executor);
            self.lose_executor(
                executor,
                "executor lost: its worker does not run it after a lost connection".into(),
                None,
            );
        }
        for driver in doubtful_drivers.iter().filter(|id| !drivers.contains(id)) {
            self.lose_driver(now, driver);
        }
        self.schedule(now);
    }

    /// A Worker leaves, on its own account or because it was told to: it gets nothing new, and drivers move their
    /// blocks away (`Master.decommissionWorker`, 3.5). The caller schedules.
    pub(super) fn decommission_worker(&mut self, id: &WorkerId) {
        let Some(worker) = self.workers.get(id) else { return };
        let (host, port) = (worker.host.clone(), worker.port);
        if worker.state == WorkerState::Decommissioned {
            return self.warn(format!(
                "Skipping decommissioning worker {id} on {host}:{port} as worker is already decommissioned"
            ));
        }
        let executors: Vec<ExecutorKey> = worker.executors.keys().cloned().collect();
        self.workers.decommission(id);
        self.note(format!("Decommissioning worker {id} on {host}:{port}"));
        for key in executors {
            let Some(peer) = self.applications.get(&key.application).map(|one| one.peer) else { continue };
            if self.applications.remove_executor(&key, ExecutorState::Decommissioned).is_none() {
                continue;
            }
            self.note("Telling app of decommission executors");
            self.tell_driver(
                peer,
                ToDriver::ExecutorUpdated {
                    executor: key.executor,
                    state: ExecutorState::Decommissioned,
                    message: Some("worker decommissioned".into()),
                    exit_status: None,
                    worker_host: Some(host.to_string()),
                },
            );
        }
    }

    /// A driver whose Worker does not have it any more. The caller schedules.
    pub(crate) fn lose_driver(&mut self, now: Now, id: &DriverId) {
        let Some(driver) = self.drivers.get(id) else { return };
        if driver.description.supervise {
            self.note(format!("Re-launching {id}"));
            self.relaunch_driver(now, id);
        } else {
            self.note(format!("Not re-launching {id} because it was not supervised"));
            self.remove_driver(now, id, DriverState::Error, None);
        }
    }
}
