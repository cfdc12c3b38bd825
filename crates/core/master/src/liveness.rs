//! Who is still there: Workers that fall silent, connections that break.
//!
//! ```text
//!   ALIVE ──silent for worker_timeout, or its connection broke──► DEAD ──silent for dead_worker_persistence more──► forgotten
//!     ▲                                                            │
//!     └────────── registers again (asked to at its heartbeat) ─────┘
//! ```

use model::message::ToDriver;
use model::{ApplicationId, ApplicationState, DriverId, ExecutorKey, ExecutorState, Now, PeerId, WorkerId};

use crate::Master;

impl Master {
    /// A Worker that is heard of now is not overdue before its timeout is over.
    pub(crate) fn expect_heartbeat(&mut self, now: Now) {
        let due_ms = now.monotonic_ms.saturating_add(self.config.worker_timeout_ms).saturating_add(1);
        self.next_check_ms = Some(self.next_check_ms.map_or(due_ms, |check_ms| check_ms.min(due_ms)));
    }

    /// Removes Workers that were silent for too long and forgets those that are long dead
    /// (`Master.timeOutDeadWorkers`, 3.5).
    pub(crate) fn check_workers(&mut self, now: Now) {
        let timeout_ms = self.config.worker_timeout_ms;
        let listed_ms = timeout_ms.saturating_mul(self.config.dead_worker_persistence.saturating_add(1));
        let overdue: Vec<WorkerId> = self
            .workers
            .live
            .values()
            .filter(|worker| worker.last_heartbeat.monotonic_ms.saturating_add(timeout_ms) < now.monotonic_ms)
            .map(|worker| worker.id.clone())
            .collect();
        self.workers.unlist(now.monotonic_ms.saturating_sub(listed_ms));
        for id in overdue {
            self.warn(format!("Removing {id} because we got no heartbeat in {timeout_ms} ms"));
            let seconds = timeout_ms / 1000;
            self.remove_worker(now, &id, &format!("Not receiving heartbeat for {seconds} seconds"));
        }
        let live = self.workers.live.values().map(|worker| (worker, timeout_ms));
        let dead = self.workers.dead.values().map(|worker| (worker, listed_ms));
        let due = live.chain(dead).map(|(worker, allowed_ms)| {
            worker.last_heartbeat.monotonic_ms.saturating_add(allowed_ms).saturating_add(1)
        });
        self.next_check_ms = due.min();
    }

    /// Whoever spoke on the connection is gone.
    pub(crate) fn on_disconnected(&mut self, now: Now, peer: PeerId) {
        self.workers.disconnect(peer);
        let on_it = self.workers.live.values().filter(|worker| worker.peer == peer);
        for (id, address) in
            on_it.map(|worker| (worker.id.clone(), worker.address.clone())).collect::<Vec<_>>()
        {
            self.note(format!("{address} got disassociated, removing it."));
            self.remove_worker(now, &id, &format!("{address} got disassociated"));
        }
        let applications: Vec<(ApplicationId, String)> = self
            .applications
            .active
            .values()
            .filter(|application| application.peer == peer)
            .map(|application| {
                let address = application.driver.address.as_ref();
                (application.id.clone(), address.map_or_else(|| "A driver".to_owned(), ToString::to_string))
            })
            .collect();
        for (id, address) in applications {
            self.note(format!("{address} got disassociated, removing it."));
            self.remove_application(now, &id, ApplicationState::Finished);
        }
    }

    /// Counts a Worker as dead, and everything that ran there as lost (`Master.removeWorker`, 3.5).
    fn remove_worker(&mut self, now: Now, id: &WorkerId, reason: &str) {
        let Some(worker) = self.workers.bury(id) else { return };
        self.expect_heartbeat(now);
        self.note(format!("Removing worker {id} on {}", worker.host_port()));
        for key in worker.executors.keys() {
            self.lose_executor(key, format!("worker lost: {reason}"), Some(worker.host.clone()));
        }
        for driver in worker.drivers.keys().cloned().collect::<Vec<DriverId>>() {
            self.lose_driver(now, &driver);
        }
        self.note(format!("Telling app of lost worker: {id}"));
        let peers: Vec<PeerId> = self.applications.active.values().map(|one| one.peer).collect();
        for peer in peers {
            self.tell_driver(
                peer,
                ToDriver::WorkerRemoved {
                    worker: id.clone(),
                    host: worker.host.clone(),
                    message: reason.to_owned(),
                },
            );
        }
        self.schedule(now);
    }

    /// Tells an application that an executor is gone through no fault of its own: it does not count as a failure.
    pub(crate) fn lose_executor(&mut self, key: &ExecutorKey, message: String, worker_host: Option<String>) {
        let Some(application) = self.applications.get_mut(&key.application) else { return };
        let peer = application.peer;
        if application.remove_executor(key.executor, ExecutorState::Lost).is_none() {
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
