//! The Master's pages and JSON.

mod application;
mod environment;
mod explain;
mod json;
mod options;
mod page;
pub(crate) mod waiting;

use std::collections::BTreeMap;

use core_master::{Snapshot, WorkerView};
use model::WorkerState;

pub use application::application_page;
pub use environment::{Environment, environment_page};
pub use explain::{Explained, everybody_explained, explained, unknown};
pub use json::{json, json_field};
pub use options::{PageOptions, Turned};
pub use page::page;

/// What the Workers that live offer and have given away.
pub(crate) struct Capacity {
    pub(crate) workers: usize,
    pub(crate) cores: u64,
    pub(crate) cores_used: u64,
    pub(crate) memory_mib: u64,
    pub(crate) memory_used_mib: u64,
}

impl Capacity {
    pub(crate) fn of(snapshot: &Snapshot) -> Self {
        let mut sum = Self { workers: 0, cores: 0, cores_used: 0, memory_mib: 0, memory_used_mib: 0 };
        for worker in alive(snapshot) {
            sum.workers += 1;
            sum.cores += u64::from(worker.cores);
            sum.cores_used += u64::from(worker.cores_used);
            sum.memory_mib += u64::from(worker.memory_mib);
            sum.memory_used_mib += u64::from(worker.memory_used_mib);
        }
        sum
    }
}

pub(crate) fn alive(snapshot: &Snapshot) -> impl Iterator<Item = &WorkerView> {
    snapshot.workers.iter().filter(|worker| worker.state == WorkerState::Alive)
}

/// How many there are of each, in the order of `T`.
pub(crate) fn count<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests;
