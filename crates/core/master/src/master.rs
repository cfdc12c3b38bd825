//! The Master itself: what it knows, and the verbs that a daemon calls.

use std::collections::VecDeque;

use model::{Now, RecoveryState};

use crate::{Effect, Event, MasterConfig, Note, Snapshot};

/// A Master: feed it events, carry out its effects.
#[derive(Clone, Debug)]
pub struct Master {
    config: MasterConfig,
    effects: VecDeque<Effect>,
}

impl Master {
    /// A Master that leads at once, with nothing remembered.
    pub fn new(config: MasterConfig, _seed: u64) -> Self {
        let note = Note::info("I have been elected leader! New state: ALIVE");
        Self { config, effects: VecDeque::from([Effect::Log(note)]) }
    }

    /// Takes in one thing that happened.
    pub fn handle(&mut self, _now: Now, _event: Event) {}

    /// Does what is due by the clock.
    pub fn handle_timeout(&mut self, _now: Now) {}

    /// When to call [`Self::handle_timeout`], in milliseconds of the monotonic clock; none for never.
    pub fn poll_timeout(&self) -> Option<u64> {
        None
    }

    /// The next deed for the daemon, in order; none when all are taken.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// A copy of the state for pages, `/json/` and metrics.
    pub fn snapshot(&self, now: Now) -> Snapshot {
        Snapshot {
            taken_ms: now.wall_ms,
            utc_offset_s: now.utc_offset_s,
            url: self.config.address.spark_url(),
            status: RecoveryState::Alive,
            workers: Vec::new(),
            active_applications: Vec::new(),
            completed_applications: Vec::new(),
            active_drivers: Vec::new(),
            completed_drivers: Vec::new(),
        }
    }
}
