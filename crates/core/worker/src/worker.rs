//! The Worker itself: what it knows, and the verbs that a daemon calls.

use std::collections::VecDeque;

use model::{Now, WorkerId};

use crate::{Effect, Event, Snapshot, WorkerConfig};

/// A Worker: feed it events, carry out its effects.
#[derive(Clone, Debug)]
pub struct Worker {
    config: WorkerConfig,
    id: WorkerId,
    effects: VecDeque<Effect>,
}

impl Worker {
    /// A Worker that wants to register at once: its first effects are [`Effect::Dial`].
    pub fn new(config: WorkerConfig, _now: Now, _seed: u64) -> Self {
        let id = WorkerId::new(format!("worker-{}-{}", config.address.host, config.address.port));
        let dials = config.masters.iter().map(|master| Effect::Dial { master: master.clone() }).collect();
        Self { config, id, effects: dials }
    }

    /// Its id, chosen by itself.
    pub fn id(&self) -> &WorkerId {
        &self.id
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

    /// A copy of the state for the page and `/json/`.
    pub fn snapshot(&self, now: Now) -> Snapshot {
        Snapshot {
            taken_ms: now.wall_ms,
            id: self.id.clone(),
            host: self.config.address.host.clone(),
            port: self.config.address.port,
            master_url: String::new(),
            master_web_ui_url: String::new(),
            cores: self.config.cores,
            cores_used: 0,
            memory_mib: self.config.memory_mib,
            memory_used_mib: 0,
            resources: self.config.resources.clone(),
            resources_used: Vec::new(),
            executors: Vec::new(),
            finished_executors: Vec::new(),
        }
    }
}
