//! Judges from the outside: they see what the Master hears and says, and what processes do; never its state.

mod asks;
mod book;
mod fifo;

use std::collections::BTreeSet;

use core_master::Event;
use model::message::{ToDriver, ToMaster, ToWorker};
use model::{Ask, PeerId};

use crate::scenario::Scenario;
use asks::Asks;
use book::Book;

/// All judges, and what they found.
#[derive(Debug)]
pub(crate) struct Checks {
    book: Book,
    asks: Asks,
    default_cores: u32,
    launched: u32,
    /// What a Worker says it runs and that the Master gave to nobody: it must end.
    strangers: BTreeSet<String>,
    broken: Vec<String>,
}

impl Checks {
    pub(crate) fn new(scenario: &Scenario) -> Self {
        Self {
            book: Book::default(),
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
        self.book = Book::default();
        self.strangers.clear();
        self.asks = Asks::default();
    }

    pub(crate) fn master_hears(&mut self, event: &Event) {
        match event {
            Event::Received { peer, ask, message, .. } => {
                if let Some(ask) = ask {
                    self.asks.asked(*ask);
                }
                self.hears_message(*peer, message);
            }
            Event::Disconnected { peer } => self.book.peer_gone(*peer),
            Event::KillApplication { application } => self.book.application_ends(application),
            // A driver ends when its Worker says so.
            Event::Request { .. } => {}
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
                let wrong = self.book.executor_launched(peer, launch);
                unfair.into_iter().chain(wrong).collect()
            }
            ToWorker::LaunchDriver { driver, description, resources } => {
                self.book.driver_launched(peer, driver, description, resources)
            }
            ToWorker::KillExecutor { executor, .. } => {
                self.strangers.remove(&executor.to_string());
                self.book.free(&executor.to_string());
                Vec::new()
            }
            ToWorker::KillDriver { driver } => {
                self.strangers.remove(driver.as_str());
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

    /// Everything that an event caused was said.
    pub(crate) fn master_is_done(&mut self) {
        if let Err(sentence) = self.asks.none_is_open() {
            self.broken.push(sentence);
        }
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
