//! Judges from the outside: they see what the Master hears and says, and what processes do; never its state.

mod asks;
mod book;
mod fifo;
mod rules;

use std::collections::BTreeSet;

use core_master::{Event, Request, Response};
use model::message::{ToDriver, ToMaster, ToWorker};
use model::{Ask, PeerId, WorkerId};

use crate::extras::Extras;
use crate::scenario::Scenario;
use asks::Asks;
use book::Book;
use rules::Rules;

/// All judges, and what they found.
#[derive(Debug)]
pub(crate) struct Checks {
    book: Book,
    asks: Asks,
    rules: Rules,
    /// What the event that is looked at has brought.
    event: Brought,
    default_cores: u32,
    launched: u32,
    /// What a Worker says it runs and that the Master gave to nobody: it must end.
    strangers: BTreeSet<String>,
    broken: Vec<String>,
}

/// What one event makes the Master do.
#[derive(Debug, Default)]
struct Brought {
    /// Profiles of applications that were served.
    served: BTreeSet<(String, u32)>,
    ended: BTreeSet<String>,
    told_to_leave: usize,
}

impl Checks {
    pub(crate) fn new(scenario: &Scenario, extras: &Extras) -> Self {
        let rules = Rules::new(extras);
        Self {
            book: Book::new(rules.names_are_ids),
            rules,
            event: Brought::default(),
            asks: Asks::default(),
            default_cores: scenario.default_cores,
            launched: 0,
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

    pub(crate) fn launched(&self) -> u32 {
        self.launched
    }

    pub(crate) fn master_starts(&mut self) {
        self.book = Book::new(self.rules.names_are_ids);
        self.strangers.clear();
        self.asks = Asks::default();
    }

    pub(crate) fn master_hears(&mut self, event: &Event) {
        self.event = Brought::default();
        match event {
            Event::Received { peer, ask, message, .. } => {
                if let Some(ask) = ask {
                    self.asks.asked(*ask);
                }
                self.hears_message(*peer, message);
            }
            Event::Disconnected { peer } => self.book.peer_gone(*peer),
            Event::KillApplication { application } => self.book.application_ends(application),
            Event::SparkFound { .. } => {}
            Event::Request { request, what } => self.asks.requested(*request, what),
        }
    }

    fn hears_message(&mut self, peer: PeerId, message: &ToMaster) {
        match message {
            ToMaster::RegisterWorker(registration) => self.book.worker_offers(peer, registration),
            ToMaster::WorkerLatestState { worker, executors, drivers } => {
                let executors = executors.iter().map(|one| one.executor.to_string());
                let listed = executors.chain(drivers.iter().map(ToString::to_string)).collect();
                self.book.worker_runs(worker, &listed);
                self.strangers = self.book.not_given(worker, listed);
            }
            ToMaster::RegisterApplication { description, driver } => {
                self.book.application_offers(peer, description, driver);
            }
            ToMaster::UnregisterApplication { application } => self.book.application_ends(application),
            ToMaster::ExecutorStateChanged { executor, state, .. } if state.is_finished() => {
                self.book.free(&executor.to_string());
            }
            ToMaster::DriverStateChanged { driver, .. } => self.book.free(driver.as_str()),
            ToMaster::RequestExecutors { application, totals } => self.book.wants(application, totals),
            ToMaster::WorkerDecommissioning { worker, .. } => self.book.worker_decommissioned(worker),
            _ => {}
        }
    }

    pub(crate) fn master_tells_worker(&mut self, peer: PeerId, message: &ToWorker) {
        self.check_peer(peer);
        let found = match message {
            ToWorker::RegisteredWorker { duplicate, .. } => self.book.worker_joins(peer, *duplicate),
            ToWorker::LaunchExecutor(launch) => {
                self.launched += 1;
                let unfair = self.book.passed_over(peer, &launch.executor.application);
                let first = (launch.executor.application.to_string(), launch.profile);
                let first = self.event.served.insert(first);
                let choice = self.rules.wrong_choice(&self.book, peer, launch).filter(|_| first);
                let wrong = self.book.executor_launched(peer, launch);
                unfair.into_iter().chain(choice).chain(wrong).collect()
            }
            ToWorker::LaunchDriver { driver, description, resources, terms: _ } => {
                let mut wrong = self.book.driver_launched(peer, driver, description, resources);
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
        self.check_peer(peer);
        match message {
            ToDriver::RegisteredApplication { application, .. } => {
                self.book.application_joins(peer, application, self.default_cores);
            }
            ToDriver::ExecutorUpdated { executor, state, .. } if state.is_finished() => {
                self.book.free_of_driver(peer, *executor);
            }
            ToDriver::WorkerRemoved { worker, .. } => self.book.worker_leaves(worker),
            ToDriver::ApplicationRemoved { .. } => self.book.driver_ends(peer),
            _ => {}
        }
    }

    pub(crate) fn master_answers(&mut self, ask: Ask) {
        if let Err(sentence) = self.asks.answered(ask) {
            self.broken.push(sentence);
        }
    }

    pub(crate) fn master_responds(&mut self, request: u64, response: &Response) {
        let what = match self.asks.responded(request, response) {
            Ok(what) => what,
            Err(sentence) => return self.fail(sentence),
        };
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
        let lost = text.strip_prefix("Removing worker ").and_then(|rest| rest.split(' ').next());
        if let Some(id) = lost {
            self.book.worker_leaves(&WorkerId::new(id));
        }
    }

    /// Everything that an event caused was said.
    pub(crate) fn master_is_done(&mut self) {
        if let Err(sentence) = self.asks.none_is_open() {
            self.broken.push(sentence);
        }
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

#[cfg(test)]
mod tests;
