//! How many executors, of how many cores, each Worker gets (`Master.scheduleExecutorsOnWorkers`, 3.5).
//!
//! An executor with a fixed number of cores is placed whole. One without takes single cores, all of a Worker's in
//! one executor. Spreading out goes round the Workers; otherwise one Worker is filled before the next.

use crate::registry::needs::Needs;
use crate::registry::worker::Worker;

/// Executors of one profile of an application.
#[derive(Clone, Debug)]
pub(crate) struct Demand<'a> {
    pub(crate) needs: &'a Needs,
    /// How many more executors it may have: no more Workers than that are of interest.
    pub(crate) missing: u32,
    /// How many more cores its application may have.
    pub(crate) cores_left: u32,
}

/// What is free of a Worker that has room for at least one executor.
#[derive(Clone, Debug)]
pub(crate) struct Free<'a> {
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    /// Within its container's limit.
    pub(crate) total_mib: u32,
    /// Of custom resources.
    pub(crate) resources: Vec<(&'a str, u64)>,
}

/// What one Worker gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    /// Cores in all.
    pub(crate) cores: u32,
    /// Executors that these cores are for.
    pub(crate) executors: u32,
}

impl<'a> Free<'a> {
    pub(crate) fn of(worker: &'a Worker) -> Self {
        Self {
            cores: worker.cores_free(),
            memory_mib: worker.memory_free_mib(),
            total_mib: worker.total_free_mib(),
            resources: worker.resources.free().collect(),
        }
    }
}

/// One share for each Worker, in the order given.
pub(crate) fn assign(demand: &Demand<'_>, workers: &[Free<'_>], spread_out: bool) -> Vec<Share> {
    let mut round = Round {
        demand,
        workers,
        shares: vec![Share::default(); workers.len()],
        cores_left: demand.cores_left,
        missing: demand.missing,
    };
    let mut open: Vec<usize> = (0..workers.len()).filter(|&worker| round.fits(worker)).collect();
    while !open.is_empty() {
        for &worker in &open {
            if spread_out {
                if round.fits(worker) {
                    round.place(worker);
                }
            } else {
                while round.fits(worker) {
                    round.place(worker);
                    round.grow(worker, u32::MAX);
                }
            }
        }
        open.retain(|&worker| round.fits(worker));
        round.grow_evenly(&open);
        open.retain(|&worker| round.fits(worker));
    }
    round.shares
}

struct Round<'a> {
    demand: &'a Demand<'a>,
    workers: &'a [Free<'a>],
    shares: Vec<Share>,
    cores_left: u32,
    missing: u32,
}

impl Round<'_> {
    /// Whether the Worker's only executor would just grow.
    fn grows(&self, worker: usize) -> bool {
        self.demand.needs.cores.is_none() && self.shares[worker].executors > 0
    }

    fn cores_free(&self, worker: usize) -> u32 {
        self.workers[worker].cores - self.shares[worker].cores
    }

    fn fits(&self, worker: usize) -> bool {
        let (needs, free) = (self.demand.needs, &self.workers[worker]);
        let unit = needs.least_cores();
        if self.cores_left < unit || self.cores_free(worker) < unit {
            return false;
        }
        if self.grows(worker) {
            return true;
        }
        let processes = u64::from(self.shares[worker].executors) + 1;
        self.missing > 0
            && u64::from(needs.memory_mib) * processes <= u64::from(free.memory_mib)
            && u64::from(needs.total_mib) * processes <= u64::from(free.total_mib)
            && needs.resources.iter().all(|(name, amount)| {
                let free = free.resources.iter().find(|(one, _)| one == name).map_or(0, |(_, free)| *free);
                amount.saturating_mul(processes) <= free
            })
    }

    fn place(&mut self, worker: usize) {
        let unit = self.demand.needs.least_cores();
        if !self.grows(worker) {
            self.shares[worker].executors += 1;
            self.missing -= 1;
        }
        self.shares[worker].cores += unit;
        self.cores_left -= unit;
    }

    /// Gives the Worker's only executor so many cores more, as far as there are any.
    fn grow(&mut self, worker: usize, cores: u32) {
        if self.grows(worker) {
            let cores = cores.min(self.cores_free(worker)).min(self.cores_left);
            self.shares[worker].cores += cores;
            self.cores_left -= cores;
        }
    }

    /// The same as so many rounds of one core each in which nobody drops out.
    fn grow_evenly(&mut self, open: &[usize]) {
        let least = open.iter().map(|&worker| self.cores_free(worker)).min().unwrap_or(0);
        let rounds = least.min(self.cores_left / u32::try_from(open.len().max(1)).unwrap_or(u32::MAX));
        if open.iter().all(|&worker| self.grows(worker)) {
            open.iter().for_each(|&worker| self.grow(worker, rounds));
        }
    }
}
