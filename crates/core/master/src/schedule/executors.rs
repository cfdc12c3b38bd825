//! How many executors, of how many cores, each Worker gets (`Master.scheduleExecutorsOnWorkers`, 3.5).
//!
//! An executor with a fixed number of cores is placed whole. One without takes single cores, all of a Worker's in
//! one executor. Spreading out goes round the Workers; otherwise one Worker is filled before the next.

use super::{Free, ProfileDemand};

/// What one Worker gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    /// Cores in all.
    pub(super) cores: u32,
    /// Executors that these cores are for.
    pub(super) executors: u32,
}

/// One share for each Worker, in the order given.
pub(super) fn assign(
    demand: &ProfileDemand<'_>,
    cores_left: u32,
    workers: &[&mut Free<'_>],
    spread_out: bool,
) -> Vec<Share> {
    let mut round = Round {
        demand,
        workers,
        shares: vec![Share::default(); workers.len()],
        cores_left,
        missing: demand.missing,
    };
    let mut open: Vec<usize> = (0..workers.len()).filter(|&worker| round.fits(worker)).collect();
    while !open.is_empty() {
        for &worker in &open {
            while round.fits(worker) {
                round.place(worker);
                if spread_out {
                    break;
                }
            }
        }
        open.retain(|&worker| round.fits(worker));
    }
    round.shares
}

struct Round<'a, 'w> {
    demand: &'a ProfileDemand<'a>,
    workers: &'a [&'a mut Free<'w>],
    shares: Vec<Share>,
    cores_left: u32,
    missing: u32,
}

impl Round<'_, '_> {
    /// Whether the Worker's only executor would just grow.
    fn grows(&self, worker: usize) -> bool {
        self.demand.needs.cores.is_none() && self.shares[worker].executors > 0
    }

    fn fits(&self, worker: usize) -> bool {
        let (needs, free, share) = (self.demand.needs, &self.workers[worker], self.shares[worker]);
        let unit = needs.least_cores();
        if self.cores_left < unit || free.cores - share.cores < unit {
            return false;
        }
        if self.grows(worker) {
            return true;
        }
        let processes = u64::from(share.executors) + 1;
        self.missing > 0
            && u64::from(needs.memory_mib) * processes <= u64::from(free.memory_mib)
            && free.has_resources(&needs.resources, processes)
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
}
