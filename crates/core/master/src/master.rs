//! The Master itself: what it knows, and the verbs that a daemon calls.

mod applications;
mod drivers;
mod executors;
mod ids;
mod recovery;
mod refusals;
mod requests;
mod scheduling;
mod sparks;
pub(crate) mod standing;
mod view;
mod waiting;
mod workers;

use std::collections::VecDeque;
use std::sync::Arc;

use fastrand::Rng;
use model::message::{Reply, ToDriver, ToMaster, ToWorker};
use model::{ApplicationId, ApplicationState, Ask, EndpointRef, Note, Now, PeerId, RecoveryState, WorkerId};

use crate::registry::applications::Applications;
use crate::registry::drivers::Drivers;
use crate::registry::sparks::Line;
use crate::registry::workers::Workers;
use sparks::Questions;
use standing::Standing;

use crate::{Effect, Event, MasterConfig, Snapshot, ToPeer};

/// A Master: feed it events, carry out its effects.
#[derive(Clone, Debug)]
pub struct Master {
    pub(crate) config: MasterConfig,
    pub(crate) rng: Rng,
    pub(crate) workers: Workers,
    pub(crate) applications: Applications,
    pub(crate) drivers: Drivers,
    pub(crate) standing: Standing,
    questions: Questions,
    /// The only line of Spark that Workers had when it was last asked.
    only_line: Option<Line>,
    /// When the log hears who waits, if somebody may.
    tell_due_ms: Option<u64>,
    pub(crate) effects: VecDeque<Effect>,
}

impl Master {
    /// A Master that leads at once, with nothing remembered (`spark.deploy.recoveryMode` NONE); or stands by until it is
    /// elected, where it remembers.
    pub fn new(config: MasterConfig, seed: u64) -> Self {
        let state = if config.remembers { RecoveryState::Standby } else { RecoveryState::Alive };
        let mut master = Self {
            standing: Standing::new(state),
            rng: Rng::with_seed(seed),
            workers: Workers::new(config.worker_selection_policy),
            applications: Applications::default(),
            drivers: Drivers::default(),
            questions: Questions::default(),
            only_line: None,
            tell_due_ms: None,
            effects: VecDeque::new(),
            config,
        };
        if master.is_alive() {
            master.note("I have been elected leader! New state: ALIVE");
        }
        master
    }

    /// Takes in one thing that happened.
    pub fn handle(&mut self, now: Now, event: Event) {
        if self.standing.is_over {
            return;
        }
        match event {
            Event::Received { peer, sender, ask, message }
                if self.is_about_another(peer, sender.as_ref(), &message) =>
            {
                self.warn(
                    "A driver speaks of an application whose id is another's by now; it is passed over",
                );
                if let Some(ask) = ask {
                    self.answer(ask, Reply::Boolean(false));
                }
            }
            Event::Received { peer, ask: Some(ask), message, .. } => self.on_ask(now, peer, ask, message),
            Event::Received { peer, ask: None, message, .. } => self.on_message(now, peer, message),
            Event::Disconnected { peer } => self.on_disconnected(now, peer),
            Event::KillApplication { application } => {
                self.remove_application(now, &application, ApplicationState::Killed);
            }
            Event::Elected { memory } => self.elected(now, memory),
            Event::Deposed { why } => self.step_down(why),
            Event::LeaderKnown { leader } => {
                self.standing.leader = leader.filter(|_| self.is_in_standby());
            }
            Event::Contacted { token, outcome } => self.contacted(now, token, outcome),
            Event::SparkFound { token, candidates } => self.spark_found(now, token, candidates),
            Event::Request { request, what } => self.on_request(now, request, what),
        }
        self.end_recovery(now);
        self.check_invariants();
    }

    /// Does what is due by the clock.
    pub fn handle_timeout(&mut self, now: Now) {
        if self.standing.is_over {
            return;
        }
        self.check_workers(now);
        self.end_recovery(now);
        self.tell_who_waits(now);
        self.check_invariants();
    }

    /// When to call [`Self::handle_timeout`], in milliseconds of the monotonic clock; none for never.
    pub fn poll_timeout(&self) -> Option<u64> {
        if self.standing.is_over {
            return None;
        }
        self.next_check_ms().into_iter().chain(self.tell_due_ms).chain(self.standing.due_ms).min()
    }

    /// The next deed for the daemon, in order; none when all are taken.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// A copy of the state for pages, `/json/` and metrics.
    pub fn snapshot(&self, now: Now) -> Snapshot {
        view::snapshot(self, now)
    }

    /// Where a live Worker or an active application says that its page is; none for any other name.
    pub fn web_ui_of(&self, id: &str) -> Option<&str> {
        let worker = self.workers.get(&WorkerId::new(id)).map(|worker| &*worker.web_ui_url);
        let application = || self.applications.get(&ApplicationId::new(id));
        worker.or_else(|| application().map(|one| one.description.app_ui_url.as_str()))
    }

    /// What is wrong with the state, one sentence each: always empty.
    pub fn broken_invariants(&self) -> Vec<String> {
        crate::invariants::broken(self)
    }

    fn check_invariants(&self) {
        if cfg!(debug_assertions) {
            let broken = self.broken_invariants();
            debug_assert!(broken.is_empty(), "the Master's state is broken: {broken:#?}");
        }
    }

    /// A question: exactly one answer, behind everything that the question caused.
    fn on_ask(&mut self, now: Now, peer: PeerId, ask: Ask, message: ToMaster) {
        if let Some(reply) = self.reply_when_not_alive(&message) {
            return self.answer(ask, reply);
        }
        let reply = match message {
            ToMaster::ExecutorStateChanged { executor, state, message, exit_status } => {
                self.executor_state_changed(now, peer, &executor, state, message, exit_status);
                Reply::Boolean(true)
            }
            ToMaster::RequestExecutors { application, totals } => {
                Reply::Boolean(self.request_executors(now, &application, &totals))
            }
            ToMaster::KillExecutors { application, executors } => {
                Reply::Boolean(self.kill_executors(now, &application, &executors))
            }
            ToMaster::RequestSubmitDriver { description } => {
                self.submit_driver(now, *description, Some(peer))
            }
            ToMaster::RequestKillDriver { driver } => self.kill_driver(now, &driver),
            ToMaster::RequestDriverStatus { driver } => self.driver_status(&driver),
            ToMaster::RegisterWorker(_)
            | ToMaster::WorkerLatestState { .. }
            | ToMaster::WorkerSchedulerStateResponse { .. }
            | ToMaster::Heartbeat { .. }
            | ToMaster::WorkerDecommissioning { .. }
            | ToMaster::DriverStateChanged { .. }
            | ToMaster::RegisterApplication { .. }
            | ToMaster::UnregisterApplication { .. }
            | ToMaster::MasterChangeAcknowledged { .. } => {
                self.warn("A message that takes no answer came as a question; it was not acted upon");
                Reply::Failure { message: "Unsupported message: it takes no answer, send it one-way".into() }
            }
        };
        self.answer(ask, reply);
    }

    fn on_message(&mut self, now: Now, peer: PeerId, message: ToMaster) {
        if self.is_in_standby() {
            return self.on_message_in_standby(peer, &message);
        }
        match message {
            ToMaster::RegisterWorker(registration) => self.register_worker(now, peer, registration),
            ToMaster::WorkerLatestState { worker, executors, drivers } => {
                self.worker_latest_state(now, peer, &worker, &executors, &drivers);
            }
            ToMaster::WorkerSchedulerStateResponse { worker, executors, drivers } => {
                self.scheduler_state(now, peer, &worker, &executors, &drivers);
            }
            ToMaster::Heartbeat { worker, .. } => self.heartbeat(now, peer, &worker),
            ToMaster::WorkerDecommissioning { worker, .. } => {
                self.decommission_worker(&worker);
                self.schedule(now);
            }
            ToMaster::DriverStateChanged { driver, state, exception } => {
                self.driver_state_changed(now, &driver, state, exception);
            }
            ToMaster::RegisterApplication { description, driver } => {
                self.register_application(now, peer, *description, driver);
            }
            ToMaster::UnregisterApplication { application } => {
                self.note(format!("Received unregister request from application {application}"));
                self.remove_application(now, &application, ApplicationState::Finished);
            }
            ToMaster::MasterChangeAcknowledged { application } => {
                self.master_change_acknowledged(now, peer, &application);
            }
            ToMaster::ExecutorStateChanged { .. }
            | ToMaster::RequestExecutors { .. }
            | ToMaster::KillExecutors { .. }
            | ToMaster::RequestSubmitDriver { .. }
            | ToMaster::RequestKillDriver { .. }
            | ToMaster::RequestDriverStatus { .. } => {
                self.warn("A question came as a message that takes no answer; it was not acted upon");
            }
        }
    }

    /// This Master's own endpoint, as peers are told.
    pub(crate) fn endpoint(&self) -> EndpointRef {
        EndpointRef::new("Master", self.config.address.clone())
    }

    pub(crate) fn tell_worker(&mut self, peer: PeerId, message: ToWorker) {
        self.effects.push_back(Effect::Send { peer, message: ToPeer::Worker(message) });
    }

    /// A driver that is not turned to this Master yet misses what happens: it hears of its executors from themselves.
    pub(crate) fn tell_driver(&mut self, peer: impl Into<Option<PeerId>>, message: ToDriver) {
        let Some(peer) = peer.into() else { return };
        self.effects.push_back(Effect::Send { peer, message: ToPeer::Driver(message) });
    }

    /// The same to each of them.
    pub(crate) fn tell_all(&mut self, peers: Arc<[PeerId]>, message: ToPeer) {
        if !peers.is_empty() {
            self.effects.push_back(Effect::SendAll { peers, message });
        }
    }

    pub(crate) fn answer(&mut self, ask: Ask, reply: Reply) {
        self.effects.push_back(Effect::Answer { ask, reply });
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.effects.push_back(Effect::Log(Note::info(text)));
    }

    pub(crate) fn warn(&mut self, text: impl Into<String>) {
        self.effects.push_back(Effect::Log(Note::warning(text)));
    }
}

#[cfg(test)]
mod tests;
