//! What must last when one Master takes over from another: promises, and whatever runs.

use std::collections::BTreeSet;

use model::message::{Reply, ToDriver, ToWorker};
use model::{ApplicationId, ExecutorKey, RecoveryState, WorkerState};

use super::processes::Running;
use super::{World, address};
use crate::network::{End, Process};

/// In calm weather a leader knows after this who has turned to it.
const SETTLED_MS: u64 = 15_000;

/// Every how many milliseconds that is looked at.
const LOOK_MS: u64 = 5_000;

impl World {
    /// What there was to judge.
    pub(super) fn count_taken_over(&mut self, index: usize) {
        let Some(core) = &self.masters[index].core else { return };
        let snapshot = core.snapshot(self.now());
        let executors = snapshot.active_applications.iter().map(|one| one.executors.len());
        let drivers = snapshot.active_drivers.iter().filter(|one| one.worker.is_some()).count();
        self.checks.took_over(executors.sum::<usize>() + drivers);
    }

    pub(super) fn check_promise_to_worker(&mut self, message: &ToWorker) {
        if !self.scenario.masters.remember() {
            return;
        }
        let is_kept = match message {
            ToWorker::LaunchDriver { driver, .. } => self.ledger.placed.contains(driver.as_str()),
            ToWorker::LaunchExecutor(launch) => {
                let key = &launch.executor;
                self.ledger.reserved.get(&key.application).is_some_and(|end| key.executor < *end)
            }
            _ => true,
        };
        if !is_kept {
            self.checks.fail(format!("said before it was durable: {message:?}"));
        }
    }

    pub(super) fn check_promise_to_driver(&mut self, message: &ToDriver) {
        if let ToDriver::RegisteredApplication { application, .. } = message
            && self.scenario.masters.remember()
            && !self.ledger.written.contains(application.as_str())
        {
            self.checks.fail(format!("{application} was let in before that was durable"));
        }
    }

    pub(super) fn check_promise_of_answer(&mut self, reply: &Reply) {
        if let Reply::SubmitDriver { driver: Some(driver), .. } = reply
            && self.scenario.masters.remember()
            && !self.ledger.written.contains(driver.as_str())
        {
            self.checks.fail(format!("{driver} was submitted before that was durable"));
        }
    }

    /// A leader dies in fair weather.
    pub(super) fn expect_to_go_on(&mut self, index: usize) {
        self.ledger.go_on = self.executors_that_go_on(index).into_iter().collect();
    }

    /// An executor is about to be ended by a Master.
    pub(super) fn check_goes_on(&mut self, worker: Process, key: &ExecutorKey, driver: Option<usize>) {
        let is_needed =
            driver.is_some_and(|driver| self.application_of(driver).as_ref() == Some(&key.application));
        let lives = driver.is_some_and(|driver| self.living_drivers().contains(&driver));
        if self.lives(worker) && self.ledger.go_on.get(key) == Some(&worker) && is_needed && lives {
            self.checks.fail(format!("executor {key} outlived its Master and was ended by the next"));
        }
    }

    /// In calm weather the leader knows everything that runs on Workers that have turned to it, and every driver that has.
    pub(super) fn check_whom_the_leader_knows(&mut self) {
        if !self.calm || !self.scenario.masters.remember() || self.now_ms < self.ledger.looked_ms + LOOK_MS {
            return;
        }
        self.ledger.looked_ms = self.now_ms;
        let Some(index) = self.leader_index() else { return self.ledger.alive = None };
        let Some(snapshot) = self.masters[index].core.as_ref().map(|core| core.snapshot(self.now())) else {
            return;
        };
        if snapshot.status != RecoveryState::Alive {
            self.ledger.alive = None;
            return;
        }
        let process = self.master_process(index);
        let alive = self.ledger.alive.filter(|(one, _)| *one == process);
        let (_, since_ms) = *self.ledger.alive.insert(alive.unwrap_or((process, self.now_ms)));
        if self.now_ms < since_ms + SETTLED_MS {
            return;
        }
        let executors: BTreeSet<String> = snapshot
            .active_applications
            .iter()
            .flat_map(|one| one.executors.iter().map(move |executor| format!("{}/{}", one.id, executor.id)))
            .collect();
        // One that leaves keeps its executors; their applications count on them no longer.
        let stays = |worker: Process| {
            let host = address(worker.node).host;
            snapshot.workers.iter().any(|one| *one.host == *host && one.state == WorkerState::Alive)
        };
        let known = |id: &ApplicationId| snapshot.active_applications.iter().any(|one| one.id == *id);
        let mut wrong = BTreeSet::new();
        for child in self.running_children() {
            match child {
                Running::Executor(worker, ..) | Running::Driver(worker, _)
                    if !stays(worker) || !self.is_registered_with(worker, process) => {}
                Running::Executor(_, key, driver) => {
                    let is_needed = self.living_drivers().contains(&driver);
                    if is_needed && !executors.contains(&key.to_string()) {
                        wrong.insert(format!("executor {key} runs, and the leader does not know it"));
                    }
                }
                Running::Driver(_, id) => {
                    if !snapshot.active_drivers.iter().any(|driver| driver.id == id) {
                        wrong.insert(format!("driver {id} runs, and the leader does not know it"));
                    }
                }
            }
        }
        for driver in self.living_drivers() {
            let Some((connection, application)) = self.is_served_on(driver) else { continue };
            let one = &self.connections[connection];
            let is_told_all = one.last_ms[End::Dialler as usize] <= self.now_ms;
            if is_told_all && !one.broken && one.master == process && !known(application) {
                wrong.insert(format!("{application} was let in, and the leader has forgotten it"));
            }
        }
        let suspected = std::mem::replace(&mut self.ledger.suspected, wrong.clone());
        wrong.intersection(&suspected).for_each(|sentence| self.checks.fail(sentence.clone()));
    }
}
