//! Workers that have something to give, in the order in which an application is offered them
//! (`Master.startExecutorsOnWorkers`, 4.0: `spark.deploy.workerSelectionPolicy`).

use std::collections::BTreeMap;

use model::{WorkerId, WorkerSelectionPolicy};

use super::needs::Needs;
use super::worker::Worker;

/// Workers that are alive and have a free core.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offers {
    policy: WorkerSelectionPolicy,
    /// By what the policy looks at, then by id.
    order: BTreeMap<(u32, WorkerId), Room>,
    /// The id that comes before all others.
    least_id: WorkerId,
}

/// What is free of a Worker, apart from custom resources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Room {
    cores: u32,
    memory_mib: u32,
}

impl Offers {
    pub(crate) fn new(policy: WorkerSelectionPolicy) -> Self {
        Self { policy, order: BTreeMap::new(), least_id: WorkerId::new("") }
    }

    /// Takes a Worker in as it is, if it has something to give.
    pub(crate) fn insert(&mut self, worker: &Worker) {
        if worker.is_open() {
            let room = Room { cores: worker.cores_free(), memory_mib: worker.memory_free_mib() };
            self.order.insert(self.key(worker), room);
        }
    }

    /// Takes a Worker out before it changes. Whether it was there.
    pub(crate) fn remove(&mut self, worker: &Worker) -> bool {
        worker.is_open() && self.order.remove(&self.key(worker)).is_some()
    }

    pub(crate) fn policy(&self) -> WorkerSelectionPolicy {
        self.policy
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.order.clear();
    }

    /// All of them, the first offered first.
    pub(crate) fn ids(&self) -> impl Iterator<Item = &WorkerId> {
        self.order.keys().map(|(_, id)| id)
    }

    /// Those with room for a process, the first offered first; their custom resources were not looked at.
    pub(crate) fn with_room<'a>(&'a self, needs: &'a Needs) -> Box<dyn Iterator<Item = &'a WorkerId> + 'a> {
        use WorkerSelectionPolicy::{
            CoresFreeAsc, CoresFreeDesc, MemoryFreeAsc, MemoryFreeDesc, WorkerId as Id,
        };
        let least = match self.policy {
            CoresFreeAsc | CoresFreeDesc => needs.least_cores(),
            MemoryFreeAsc | MemoryFreeDesc => needs.memory_mib,
            Id => 0,
        };
        let enough = self.order.range((least, self.least_id.clone())..);
        let fits = move |(key, room): (&'a (u32, WorkerId), &Room)| {
            let fits = room.cores >= needs.least_cores() && room.memory_mib >= needs.memory_mib;
            fits.then_some(&key.1)
        };
        match self.policy {
            CoresFreeAsc | MemoryFreeAsc | Id => Box::new(enough.filter_map(fits)),
            CoresFreeDesc | MemoryFreeDesc => Box::new(enough.rev().filter_map(fits)),
        }
    }

    fn key(&self, worker: &Worker) -> (u32, WorkerId) {
        let rank = match self.policy {
            WorkerSelectionPolicy::CoresFreeAsc | WorkerSelectionPolicy::CoresFreeDesc => worker.cores_free(),
            WorkerSelectionPolicy::MemoryFreeAsc | WorkerSelectionPolicy::MemoryFreeDesc => {
                worker.memory_free_mib()
            }
            WorkerSelectionPolicy::WorkerId => 0,
        };
        (rank, worker.id.clone())
    }
}

#[cfg(test)]
mod tests;
