//! Who is still there: Workers that fall silent, connections that break.
//!
//! ```text
//!   ALIVE ──silent for worker_timeout, or its connection broke──► DEAD ──silent for dead_worker_persistence more──► forgotten
//!     ▲                                                            │
//!     └────────── registers again (asked to at its heartbeat) ─────┘
//! ```

use model::message::ToDriver;
use model::{ApplicationState, Change, ExecutorKey, ExecutorState, Now, PeerId, WorkerId};

use crate::{Master, ToPeer};

impl Master {
    /// When the next Worker is overdue, or has been listed for long enough.
    pub(crate) fn next_check_ms(&self) -> Option<u64> {
        let live =
            self.workers.silence.longest().map(|(_, heard_ms)| (heard_ms, self.config.worker_timeout_ms));
        let dead = self.workers.dead.longest_silence_ms().map(|heard_ms| (heard_ms, self.listed_ms()));
        let due_ms =
            |(heard_ms, allowed_ms): (u64, u64)| heard_ms.saturating_add(allowed_ms).saturating_add(1);
        live.into_iter().chain(dead).map(due_ms).min()
    }

    /// For how long a dead Worker stays listed, since it was last heard of.
    fn listed_ms(&self) -> u64 {
        let timeouts = self.config.dead_worker_persistence.saturating_add(1);
        self.config.worker_timeout_ms.saturating_mul(timeouts)
    }

    /// Removes a Worker that was silent for too long, and forgets those that are long dead
    /// (`Master.timeOutDeadWorkers`, 3.5). One at a time: when it was the Master that slept, what waits to be read
    /// meanwhile saves the others.
    pub(crate) fn check_workers(&mut self, now: Now) {
        let timeout_ms = self.config.worker_timeout_ms;
        self.workers.unlist(now.monotonic_ms.saturating_sub(self.listed_ms()));
        let Some((id, heard_ms)) = self.workers.silence.longest() else { return };
        if heard_ms.saturating_add(timeout_ms) < now.monotonic_ms {
            let id = id.clone();
            self.warn(format!("Removing {id} because we got no heartbeat in {timeout_ms} ms"));
            let seconds = timeout_ms / 1000;
            self.remove_worker(now, &id, &format!("Not receiving heartbeat for {seconds} seconds"));
        }
    }

    /// Whoever spoke on the connection is gone.
    pub(crate) fn on_disconnected(&mut self, now: Now, peer: PeerId) {
        for id in self.standing.on(peer) {
            let Some(address) = self.standing.address_of(&id) else { continue };
            self.note(format!("{address} got disassociated, removing it."));
            self.lose_awaited(now, &id, &format!("{address} got disassociated"));
        }
        for id in self.workers.disconnect(peer) {
            let Some(address) = self.workers.get(&id).map(|worker| worker.address.clone()) else { continue };
            self.note(format!("{address} got disassociated, removing it."));
            self.remove_worker(now, &id, &format!("{address} got disassociated"));
        }
        let there = self.applications.on(peer).map(|one| (one.id.clone(), one.driver.address.clone()));
        for (id, address) in there.collect::<Vec<_>>() {
            let address = address.map_or_else(|| "A driver".to_owned(), |address| address.to_string());
            self.note(format!("{address} got disassociated, removing it."));
            self.remove_application(now, &id, ApplicationState::Finished);
        }
    }

    /// Counts a Worker as dead, and everything that ran there as lost (`Master.removeWorker`, 3.5).
    pub(crate) fn remove_worker(&mut self, now: Now, id: &WorkerId, reason: &str) {
        let Some(worker) = self.workers.bury(id) else { return };
        self.note(format!("Removing worker {id} on {}", worker.host_port()));
        self.persist(None, |_| vec![Change::WorkerGone(id.clone())]);
        for key in worker.executors.keys() {
            self.lose_executor(key, format!("worker lost: {reason}"), Some(worker.host.to_string()));
        }
        for driver in worker.drivers.keys() {
            self.lose_driver(now, driver);
        }
        self.note(format!("Telling app of lost worker: {id}"));
        let peers = self.applications.peers();
        let removed = ToDriver::WorkerRemoved {
            worker: id.clone(),
            host: worker.host.to_string(),
            message: reason.to_owned(),
        };
        self.tell_all(peers, ToPeer::Driver(removed));
        self.schedule(now);
    }

    /// Tells an application that an executor is gone through no fault of its own: it does not count as a failure.
    pub(crate) fn lose_executor(&mut self, key: &ExecutorKey, message: String, worker_host: Option<String>) {
        let Some(peer) = self.applications.get(&key.application).map(|application| application.peer) else {
            return;
        };
        if self.applications.remove_executor(key, ExecutorState::Lost).is_none() {
            return;
        }
        self.note(format!("Telling app of lost executor: {}", key.executor));
        self.tell_driver(
            peer,
            ToDriver::ExecutorUpdated {
                executor: key.executor,
                state: ExecutorState::Lost,
                message: Some(message),
                exit_status: None,
                worker_host,
            },
        );
    }
}
