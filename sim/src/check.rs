//! Judges from the outside: they see what the Master hears and says, and what processes do; never its state.

mod asks;
mod book;
mod fifo;
mod memory;
mod pages;
mod reasons;
mod refusals;
mod rules;
mod sparks;
mod words;

use std::collections::BTreeSet;

use core_master::{Event, Explanation, Request, Response, Snapshot, Speaker};
use model::message::{Reply, ToDriver, ToMaster, ToWorker};
use model::{ApplicationId, Ask, Now, PeerId, WorkerId};

use crate::Seen;
use crate::extras::Extras;
use crate::mix::Mix;
use crate::scenario::Scenario;
use asks::Asks;
use book::Book;
use refusals::Listed;
use rules::Rules;
use sparks::Inquiries;

/// `spark.dead.worker.persistence` of every Master.
pub(crate) const DEAD_WORKER_PERSISTENCE: u32 = 3;

/// All judges, and what they found.
#[derive(Debug)]
pub(crate) struct Checks {
    book: Book,
    asks: Asks,
    rules: Rules,
    /// What the event that is looked at has brought.
    event: Brought,
    /// Lines that the log has just heard of those who wait.
    told: Vec<String>,
    /// Masters that remember are judged by what they write down and by what runs; the book knows one Master only.
    is_for_one: bool,
    default_cores: u32,
    seen: Seen,
    /// What a Worker says it runs and that the Master gave to nobody: it must end.
    strangers: BTreeSet<String>,
    broken: Vec<String>,
}

/// What one event makes the Master do.
#[derive(Debug, Default)]
struct Brought {
    inquiries: Inquiries,
    /// The application that was let in, and whether it was refused at once.
    joined: Option<(ApplicationId, bool)>,
    /// The name of the driver that was submitted.
    submitted: Option<String>,
    /// Profiles of applications that were served.
    served: BTreeSet<(String, u32)>,
    ended: BTreeSet<String>,
    told_to_leave: usize,
}

impl Checks {
    pub(crate) fn new(scenario: &Scenario, extras: &Extras, mix: &Mix) -> Self {
        let timeouts = u64::from(DEAD_WORKER_PERSISTENCE) + 1;
        let listed = Listed { at_least_ms: timeouts * scenario.worker_timeout_ms };
        let rules = Rules::new(extras, mix, listed);
        Self {
            book: Book::new(rules.names_are_ids, rules.matching, Now::default()),
            rules,
            event: Brought::default(),
            asks: Asks::default(),
            told: Vec::new(),
            is_for_one: !scenario.masters.remember(),
            default_cores: scenario.default_cores,
            seen: Seen::default(),
            strangers: BTreeSet::new(),
            broken: Vec::new(),
        }
    }

    pub(crate) fn fail(&mut self, sentence: String) {
        self.broken.push(sentence);
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.broken.is_empty()
    }

    pub(crate) fn broken(&self) -> Vec<String> {
        self.broken.clone()
    }

    pub(crate) fn seen(&self) -> Seen {
        self.seen.clone()
    }

    /// A Master has taken over, and has so many executors and drivers now.
    pub(crate) fn took_over(&mut self, running: usize) {
        self.seen.takeovers += 1;
        self.seen.taken_over += u32::try_from(running).unwrap_or(u32::MAX);
    }

    pub(crate) fn master_starts(&mut self, now: Now) {
        if !self.is_for_one {
            return;
        }
        self.book = Book::new(self.rules.names_are_ids, self.rules.matching, now);
        self.strangers.clear();
        self.asks = Asks::default();
    }

    /// Something comes to the Master, or something is due by its clock.
    pub(crate) fn master_wakes(&mut self, now: Now) {
        if !self.is_for_one {
            return;
        }
        self.book.now = now;
        self.event = Brought::default();
    }

    pub(crate) fn master_hears(&mut self, now: Now, event: &Event) {
        if !self.is_for_one {
            return;
        }
        self.master_wakes(now);
        match event {
            Event::Received { peer, ask, message, .. } => {
                if let Some(ask) = ask {
                    self.asks.asked(*ask);
                }
                self.hears_message(*peer, message);
            }
            Event::Disconnected { peer } => self.book.peer_gone(*peer),
            // Only Masters that remember hear of these.
            Event::Elected { .. }
            | Event::Deposed { .. }
            | Event::LeaderKnown { .. }
            | Event::Contacted { .. } => {}
            Event::KillApplication { application } => self.book.application_ends(application),
            Event::SparkFound { token, candidates } => {
                let found = self.book.spark_found(*token, candidates, &mut self.event.inquiries);
                self.broken.extend(found.err());
            }
            Event::Request { request, what } => {
                if let Request::SubmitDriver(description) = what {
                    self.book.driver_submitted(description, true);
                    self.event.submitted = Some(description.command.main_class.clone());
                }
                self.asks.requested(*request, what);
            }
        }
    }

    fn hears_message(&mut self, peer: PeerId, message: &ToMaster) {
        match message {
            ToMaster::RegisterWorker(registration) => {
                self.event.inquiries.worker_registers(peer);
                self.book.worker_offers(peer, registration);
            }
            ToMaster::Heartbeat { worker, .. } => self.book.worker_heard(worker),
            ToMaster::WorkerLatestState { worker, executors, drivers } => {
                let executors = executors.iter().map(|one| one.executor.to_string());
                let listed = executors.chain(drivers.iter().map(ToString::to_string)).collect();
                self.book.worker_runs(worker, &listed);
                self.strangers = self.book.not_given(worker, listed);
            }
            ToMaster::RegisterApplication { description, driver } => {
                self.event.inquiries.application_registers(peer);
                self.book.application_offers(peer, description, driver);
            }
            ToMaster::UnregisterApplication { application } if self.book.speaks_for(peer, application) => {
                self.book.application_ends(application);
            }
            ToMaster::RequestSubmitDriver { description } => {
                let name = &description.command.main_class;
                self.event.inquiries.driver_comes(peer, name);
                self.event.submitted = Some(name.clone());
                self.book.driver_submitted(description, false);
            }
            ToMaster::ExecutorStateChanged { executor, state, message, exit_status } => {
                self.book.executor_changes(executor, *state, message.as_deref(), *exit_status);
            }
            ToMaster::DriverStateChanged { driver, .. } => self.book.free(driver.as_str()),
            ToMaster::RequestExecutors { application, totals } if self.book.speaks_for(peer, application) => {
                self.book.wants(application, totals);
            }
            ToMaster::WorkerDecommissioning { worker, .. } => self.book.worker_decommissioned(worker),
            _ => {}
        }
    }

    pub(crate) fn master_tells_worker(&mut self, peer: PeerId, message: &ToWorker) {
        if !self.is_for_one {
            self.seen.launched += u32::from(matches!(message, ToWorker::LaunchExecutor(_)));
            return;
        }
        self.check_peer(peer);
        let found = match message {
            ToWorker::RegisteredWorker { duplicate, .. } => self.book.worker_joins(peer, *duplicate),
            ToWorker::LaunchExecutor(launch) => {
                self.seen.launched += 1;
                let unfair = self.book.passed_over(peer, &launch.executor.application);
                let first = (launch.executor.application.to_string(), launch.profile);
                let first = self.event.served.insert(first);
                let choice = self.rules.wrong_choice(&self.book, peer, launch).filter(|_| first);
                let wrong = self.book.executor_launched(peer, launch);
                unfair.into_iter().chain(choice).chain(wrong).collect()
            }
            ToWorker::LaunchDriver { driver, description, resources, terms } => {
                let mut wrong = self.book.driver_launched(peer, driver, description, resources, terms);
                wrong.extend(self.rules.driver_launched(&self.book, driver, description));
                wrong
            }
            ToWorker::KillExecutor { executor, .. } => {
                self.strangers.remove(&executor.to_string());
                self.book.free(&executor.to_string());
                Vec::new()
            }
            ToWorker::KillDriver { driver } => {
                self.strangers.remove(driver.as_str());
                self.event.ended.insert(driver.to_string());
                Vec::new()
            }
            ToWorker::DecommissionWorker => {
                self.event.told_to_leave += 1;
                self.book.decommissioned_at(peer);
                Vec::new()
            }
            _ => Vec::new(),
        };
        self.broken.extend(found);
    }

    pub(crate) fn master_tells_driver(&mut self, peer: PeerId, message: &ToDriver) {
        if !self.is_for_one {
            return;
        }
        self.check_peer(peer);
        match message {
            ToDriver::RegisteredApplication { application, .. } => {
                let is_new = self.book.application_joins(peer, application, self.default_cores);
                self.event.joined = is_new.then(|| (application.clone(), false));
            }
            ToDriver::ExecutorUpdated { executor, state, .. } if state.is_finished() => {
                self.book.free_of_driver(peer, *executor);
            }
            ToDriver::WorkerRemoved { worker, .. } => self.book.worker_leaves(worker),
            ToDriver::ApplicationRemoved { message } => {
                self.book.driver_ends(peer);
                if message.starts_with("refused: ") {
                    self.application_refused(message);
                }
            }
            _ => {}
        }
    }

    fn application_refused(&mut self, message: &str) {
        self.seen.refused += 1;
        match &mut self.event.joined {
            Some((_, refused)) if self.rules.refuses => *refused = true,
            _ => self.broken.push(format!("an application that did not just come is {message}")),
        }
    }

    /// The Master asks which Spark speaks on a connection.
    pub(crate) fn master_asks(&mut self, peer: PeerId, speaker: Speaker, token: u64) {
        if !self.is_for_one {
            return;
        }
        self.check_peer(peer);
        let asked = self.book.is_asked(peer, speaker, token, &self.event.inquiries);
        self.broken.extend(asked.err());
    }

    /// The Master asks a driver's page of which Spark it is.
    pub(crate) fn master_reads(&mut self, url: &str, token: u64) {
        if !self.is_for_one {
            return;
        }
        let asked = self.book.page_is_asked(url, token, &mut self.event.inquiries);
        self.broken.extend(asked.err());
    }

    pub(crate) fn master_answers(&mut self, ask: Ask, reply: &Reply) {
        if !self.is_for_one {
            return;
        }
        if let Err(sentence) = self.asks.answered(ask) {
            self.broken.push(sentence);
        }
        self.driver_answered(reply);
    }

    /// Whether a driver that was submitted was refused, and rightly so.
    fn driver_answered(&mut self, reply: &Reply) {
        let (Reply::SubmitDriver { success, .. }, Some(name)) = (reply, self.event.submitted.take()) else {
            return;
        };
        if self.rules.refuses {
            self.broken.extend(self.book.wrong_refusal_of_driver(&name, !success, self.rules.listed));
        } else if !success {
            self.broken.push(format!("{name} was refused, and nobody is to be"));
        }
        if !success {
            self.seen.refused += 1;
            self.book.submissions.remove(&name);
        }
    }

    /// What pages show.
    pub(crate) fn master_shows(&mut self, snapshot: &Snapshot) {
        if !self.is_for_one {
            return;
        }
        let applications = snapshot.active_applications.iter().map(|one| &one.waiting);
        let all = applications.chain(snapshot.active_drivers.iter().map(|one| &one.waiting));
        for Explanation { reasons, .. } in all.flatten() {
            self.seen.explained += 1;
            self.seen.reasons.extend(reasons.iter().map(core_master::Reason::kind));
        }
        let told = std::mem::take(&mut self.told);
        self.broken.extend(told.iter().filter_map(|line| wrong_line(snapshot, line)));
        self.broken.extend(self.book.wrong_snapshot(snapshot, self.rules.limits()));
    }

    /// Whether a driver of that name could run, if nothing else did.
    pub(crate) fn could_run(&self, name: &str) -> bool {
        self.is_for_one && self.book.could_run(name)
    }

    pub(crate) fn master_responds(&mut self, request: u64, response: &Response) {
        if !self.is_for_one {
            return;
        }
        let what = match self.asks.responded(request, response) {
            Ok(what) => what,
            Err(sentence) => return self.fail(sentence),
        };
        if let Response::Driver(reply) = response {
            self.driver_answered(reply);
        }
        match (what, response) {
            (Request::KillAllDrivers, _) => {
                if let Some(left) = self.book.drivers().find(|driver| !self.event.ended.contains(*driver)) {
                    self.broken.push(format!("all drivers were to be ended, and {left} was not"));
                }
            }
            (Request::DecommissionHosts(hosts), Response::Decommissioned(count)) => {
                if *count != self.event.told_to_leave {
                    let told = self.event.told_to_leave;
                    self.broken.push(format!("{count} Workers leave, and {told} were told"));
                }
                if let Some(left) = self.book.staying_at(&hosts) {
                    self.broken.push(format!("{hosts:?} were to leave, and {left} was not told"));
                }
            }
            _ => {}
        }
    }

    /// The Master's log says which Worker it has lost; drivers hear it too, if there are any.
    pub(crate) fn master_notes(&mut self, text: &str) {
        if !self.is_for_one {
            return;
        }
        let lost = text.strip_prefix("Removing worker ").and_then(|rest| rest.split(' ').next());
        if let Some(id) = lost {
            self.book.worker_leaves(&WorkerId::new(id));
        }
        if text.contains(" waits: ") {
            self.told.push(text.to_owned());
        }
    }

    /// Whether the log has heard of somebody who waits: pages must say the same.
    pub(crate) fn log_heard_of_those_who_wait(&self) -> bool {
        !self.told.is_empty()
    }

    /// Everything that an event caused was said.
    pub(crate) fn master_is_done(&mut self) {
        if !self.is_for_one {
            return;
        }
        if let Err(sentence) = self.asks.none_is_open() {
            self.broken.push(sentence);
        }
        self.broken.extend(self.event.inquiries.left_open());
        self.broken.extend(self.book.unasked());
        if let Some((id, refused)) = self.event.joined.take().filter(|_| self.rules.refuses) {
            self.broken.extend(self.book.wrong_refusal(&id, refused, self.rules.listed));
        }
        self.book.settle();
        self.broken.extend(self.book.waits_for_nothing());
        if let Some(stranger) = self.strangers.pop_first() {
            self.broken.push(format!("{stranger} runs for nobody and was not ended"));
        }
    }

    fn check_peer(&mut self, peer: PeerId) {
        if self.book.is_gone(peer) {
            self.broken.push(format!("the Master speaks on {peer:?}, which is gone"));
        }
    }
}

/// What is wrong with what the log heard of somebody: pages say something else.
fn wrong_line(snapshot: &Snapshot, line: &str) -> Option<String> {
    let line_of = |what: &str, id: &str, why: &Option<Explanation>| {
        why.as_ref().map(|why| format!("{what} {id} waits: {why}"))
    };
    let applications = snapshot.active_applications.iter();
    let applications = applications.filter_map(|one| line_of("App", one.id.as_str(), &one.waiting));
    let drivers = snapshot.active_drivers.iter();
    let drivers = drivers.filter_map(|one| line_of("Driver", one.id.as_str(), &one.waiting));
    let pages: Vec<String> = applications.chain(drivers).collect();
    (!pages.iter().any(|page| page == line))
        .then(|| format!("the log says '{line}', and pages say {pages:?}"))
}

#[cfg(test)]
mod tests;
