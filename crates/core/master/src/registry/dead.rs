//! Workers that were lost, while they stay listed.

use std::collections::{BTreeMap, BTreeSet};

use model::{RpcAddress, WorkerId};

use super::worker::Worker;

/// Lost Workers, by id, by when they were last heard of, and by where they were.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dead {
    workers: BTreeMap<WorkerId, Worker>,
    by_silence: BTreeSet<(u64, WorkerId)>,
    by_host_port: BTreeSet<(RpcAddress, WorkerId)>,
}

impl Dead {
    pub(crate) fn insert(&mut self, worker: Worker) {
        self.by_silence.insert((worker.last_heartbeat.monotonic_ms, worker.id.clone()));
        self.by_host_port.insert((host_port(&worker), worker.id.clone()));
        self.workers.insert(worker.id.clone(), worker);
    }

    pub(crate) fn remove(&mut self, id: &WorkerId) -> Option<Worker> {
        let worker = self.workers.remove(id)?;
        self.by_silence.remove(&(worker.last_heartbeat.monotonic_ms, id.clone()));
        self.by_host_port.remove(&(host_port(&worker), id.clone()));
        Some(worker)
    }

    /// One that was where a Worker is now.
    pub(crate) fn at_place_of(&self, worker: &Worker) -> Option<WorkerId> {
        let place = host_port(worker);
        let (found, id) = self.by_host_port.range((place.clone(), WorkerId::new(""))..).next()?;
        (*found == place).then(|| id.clone())
    }

    pub(crate) fn contains(&self, id: &WorkerId) -> bool {
        self.workers.contains_key(id)
    }

    /// When the one that has been silent longest was last heard of.
    pub(crate) fn longest_silence_ms(&self) -> Option<u64> {
        self.by_silence.first().map(|(heard_ms, _)| *heard_ms)
    }

    /// Takes out the one that has been silent longest, if that is since before a moment.
    pub(crate) fn pop_heard_before(&mut self, moment_ms: u64) -> Option<Worker> {
        let (heard_ms, id) = self.by_silence.first()?;
        if *heard_ms >= moment_ms {
            return None;
        }
        let id = id.clone();
        self.remove(&id)
    }

    /// By id.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Worker> {
        self.workers.values()
    }
}

fn host_port(worker: &Worker) -> RpcAddress {
    RpcAddress::new(&*worker.host, worker.port)
}
