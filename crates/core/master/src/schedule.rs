//! Who gets what: a view of the cluster and a seed make a plan. Nothing is changed here.
//!
//! ```text
//!   View { Workers, waiting drivers, applications in order }  ──►  drivers::place  ──►  executors::place  ──►  Plan
//!                                                                  (what is left of each Worker flows on)
//! ```
//!
//! Drivers go before executors; among applications, first come, first served (`Master.schedule`, 3.5).

mod drivers;
mod executors;

use std::cmp::Reverse;

use model::{ApplicationId, DriverId, WorkerId};

use crate::registry::needs::Needs;

/// The cluster as the scheduler sees it.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    /// Workers that take work, with what is free of each.
    pub(crate) workers: Vec<Free<'a>>,
    /// Drivers that wait, the oldest first.
    pub(crate) drivers: Vec<DriverDemand<'a>>,
    /// Applications that may get more, the oldest first.
    pub(crate) applications: Vec<Demand<'a>>,
    /// How many applications there are, those that may get nothing more included.
    pub(crate) application_count: usize,
    /// Executors over many Workers or few.
    pub(crate) spread_out: bool,
}

/// What is free of a Worker.
#[derive(Clone, Debug)]
pub(crate) struct Free<'a> {
    pub(crate) id: &'a WorkerId,
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) resources: Vec<(&'a str, u64)>,
    /// Whether nothing runs there at all.
    pub(crate) idle: bool,
}

/// A driver that waits.
#[derive(Clone, Debug)]
pub(crate) struct DriverDemand<'a> {
    pub(crate) driver: &'a DriverId,
    pub(crate) needs: &'a Needs,
}

/// An application that may get more.
#[derive(Clone, Debug)]
pub(crate) struct Demand<'a> {
    pub(crate) application: &'a ApplicationId,
    pub(crate) cores_left: u32,
    /// Whether it has an executor already.
    pub(crate) served: bool,
    /// By profile id: the least first.
    pub(crate) profiles: Vec<ProfileDemand<'a>>,
}

/// Executors of one profile.
#[derive(Clone, Debug)]
pub(crate) struct ProfileDemand<'a> {
    pub(crate) id: u32,
    pub(crate) needs: &'a Needs,
    /// How many executors are wanted beyond those that exist.
    pub(crate) missing: u32,
}

/// What to launch where, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) drivers: Vec<(DriverId, WorkerId)>,
    pub(crate) executors: Vec<Grant>,
    /// What no Worker could run even if it were alone there.
    pub(crate) too_big: Vec<TooBig>,
}

/// One executor to launch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Grant {
    pub(crate) application: ApplicationId,
    pub(crate) profile: u32,
    pub(crate) worker: WorkerId,
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) resources: Vec<(String, u64)>,
}

/// Something that waits in vain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TooBig {
    Application(ApplicationId),
    Driver(DriverId),
}

/// Places waiting drivers, then executors.
pub(crate) fn plan(mut view: View<'_>, seed: u64) -> Plan {
    let mut plan = Plan::default();
    if !view.drivers.is_empty() {
        drivers::place(&view.drivers, &mut view.workers, seed, &mut plan);
    }
    for demand in &view.applications {
        place_application(demand, view.application_count, view.spread_out, &mut view.workers, &mut plan);
    }
    plan
}

fn place_application(
    demand: &Demand<'_>,
    application_count: usize,
    spread_out: bool,
    workers: &mut [Free<'_>],
    plan: &mut Plan,
) {
    let mut cores_left = demand.cores_left;
    for profile in &demand.profiles {
        if cores_left < profile.needs.least_cores() {
            continue;
        }
        let mut usable: Vec<&mut Free<'_>> =
            workers.iter_mut().filter(|worker| worker.can_take(profile.needs)).collect();
        if usable.is_empty() && application_count == 1 && !demand.served {
            plan.too_big.push(TooBig::Application(demand.application.clone()));
        }
        // The most free cores first; ids break ties (`Master.startExecutorsOnWorkers`, 4.0; 3.5 leaves ties open).
        usable.sort_by_key(|worker| Reverse((worker.cores, worker.id)));
        let shares = executors::assign(profile, cores_left, &usable, spread_out);
        for (worker, share) in usable.into_iter().zip(shares) {
            for _ in 0..share.executors {
                let cores = profile.needs.cores.unwrap_or(share.cores);
                worker.take(cores, profile.needs);
                cores_left -= cores;
                plan.executors.push(Grant {
                    application: demand.application.clone(),
                    profile: profile.id,
                    worker: worker.id.clone(),
                    cores,
                    memory_mib: profile.needs.memory_mib,
                    resources: profile.needs.resources.clone(),
                });
            }
        }
    }
}

impl Free<'_> {
    /// Whether there is room for one more process.
    fn can_take(&self, needs: &Needs) -> bool {
        self.cores >= needs.least_cores()
            && self.memory_mib >= needs.memory_mib
            && self.has_resources(&needs.resources, 1)
    }

    /// Whether the custom resources of so many processes are free.
    fn has_resources(&self, wanted: &[(String, u64)], processes: u64) -> bool {
        wanted.iter().all(|(name, amount)| {
            let free = self.resources.iter().find(|(one, _)| one == name).map_or(0, |(_, free)| *free);
            amount.saturating_mul(processes) <= free
        })
    }

    fn take(&mut self, cores: u32, needs: &Needs) {
        self.cores -= cores;
        self.memory_mib -= needs.memory_mib;
        self.idle = false;
        for (name, amount) in &needs.resources {
            if let Some((_, free)) = self.resources.iter_mut().find(|(one, _)| one == name) {
                *free -= amount;
            }
        }
    }
}

#[cfg(test)]
mod tests;
