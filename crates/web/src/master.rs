//! The Master's pages and JSON.

mod application;
mod json;
mod page;

use std::collections::BTreeMap;

use core_master::{Snapshot, WorkerView};
use model::WorkerState;

pub use application::application_page;
pub use json::{json, json_field};
pub use page::page;

/// What the Master's pages depend on, besides its state.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageOptions<'a> {
    /// `spark.master.ui.title`; without it `Spark Master at spark://HOST:PORT`.
    pub title: Option<&'a str>,
    /// Where drivers are submitted by HTTP; without it there is no such server.
    pub rest_url: Option<&'a str>,
    /// Where applications and drivers may be ended from the page (`spark.ui.killEnabled`): what the form sends
    /// along in its field `token`, so that no other site can send it. Without it there are no such buttons.
    ///
    /// The forms POST `id`, `terminate=true` and `token` to `/app/kill/` and `/driver/kill/`.
    pub kill_token: Option<&'a str>,
}

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
