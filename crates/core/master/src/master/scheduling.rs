//! Rounds of scheduling: plans are made and carried out, for those whose luck may have changed.

use model::{DriverId, Now, WorkerId, WorkerState};

use super::Master;
use crate::registry::needs::Needs;
use crate::registry::sparks::Wanted;
use crate::schedule::drivers::{Outcome, Round};
use crate::schedule::executors::{Demand, Free, Share, assign};

impl Master {
    /// Gives away what is free. Called after everything that frees something or asks for something; where neither has
    /// happened it does nothing.
    pub(crate) fn schedule(&mut self, now: Now) {
        if !self.is_alive() {
            return;
        }
        self.reconsider_doubts();
        self.place_drivers(now);
        let changed = self.applications.take_changed();
        let mut hopeless = Hopeless::default();
        let mut from = 0;
        loop {
            // One that has not changed since it was last served is only interested in Workers that have.
            let wanting =
                if self.workers.fresh.is_empty() { None } else { self.applications.next_wanting(from) };
            let next = changed.range(from..).next().copied();
            let Some(number) = wanting.into_iter().chain(next).min() else { break };
            self.serve(number, next == Some(number), &mut hopeless);
            self.applications.end_turn(number, now);
            from = number + 1;
        }
        self.workers.fresh.clear();
        self.watch_those_who_wait(now);
    }

    fn place_drivers(&mut self, now: Now) {
        if self.drivers.waiting().len() == 0 {
            self.drivers.changed = false;
            return;
        }
        // One that wants no core fits where executors do not.
        let all = std::mem::take(&mut self.drivers.changed)
            || self.drivers.waiting().any(|driver| driver.needs.least_cores() == 0);
        let workers: Vec<WorkerId> = if all {
            let alive = self.workers.live().filter(|worker| worker.state == WorkerState::Alive);
            alive.map(|worker| worker.id.clone()).collect()
        } else {
            self.workers.fresh.ids().cloned().collect()
        };
        if workers.is_empty() {
            return;
        }
        let mut round = if self.config.spread_out_drivers {
            Round::spread_out(workers, self.rng.u64(..))
        } else {
            Round::consolidated(workers)
        };
        let waiting: Vec<_> =
            self.drivers.waiting().map(|one| (one.id.clone(), self.needs_of_driver(one))).collect();
        for (id, needs) in waiting {
            if self.drivers.running() >= self.config.max_drivers {
                break;
            }
            match round.place(&needs, |id| self.workers.get(id)) {
                Outcome::Placed(worker) => self.launch_driver(now, &id, &worker),
                Outcome::NoRoom { in_vain: false } => {}
                // Not its size is in the way where Workers lack its Spark.
                Outcome::NoRoom { in_vain: true } => {
                    if needs.spark == Wanted::Any
                        || self.workers.live().all(|one| !one.is_large_enough(&needs))
                    {
                        self.say_too_big(&id);
                    }
                }
            }
        }
    }

    /// Serves one application: its profiles in the order of their ids.
    fn serve(&mut self, number: u64, changed: bool, hopeless: &mut Hopeless) {
        let mut from = 0;
        while let Some(application) = self.applications.by_number(number)
            && let Some((&profile, wanted)) = application.profiles.range(from..).next()
        {
            from = profile.saturating_add(1);
            let (missing, cores_left) = (application.missing(wanted), application.cores_left());
            if missing == 0 {
                continue;
            }
            let needs = self.needs_with(&application.claim, &wanted.needs);
            if needs.spark == Wanted::Unknown {
                return;
            }
            if hopeless.includes(&needs, changed) {
                self.say_application_too_big(number);
                continue;
            }
            let demand = Demand { needs: &needs, missing, cores_left };
            let shares = self.plan(&demand, changed);
            if shares.is_empty() {
                self.say_application_too_big(number);
                hopeless.insert(needs, changed);
                continue;
            }
            for (worker, share) in shares {
                for _ in 0..share.executors {
                    let cores = needs.cores.unwrap_or(share.cores);
                    self.launch_executor(number, profile, &worker, cores, &needs);
                }
            }
        }
    }

    /// What each Worker gives of those that have room, all Workers or those that have changed.
    fn plan(&self, demand: &Demand<'_>, all: bool) -> Vec<(WorkerId, Share)> {
        let offers = if all { &self.workers.offers } else { &self.workers.fresh };
        let with_room = offers.with_room(demand.needs).filter_map(|id| self.workers.get(id));
        let usable = with_room.filter(|worker| worker.can_take(demand.needs));
        let usable: Vec<_> = usable.take(usize::try_from(demand.missing).unwrap_or(usize::MAX)).collect();
        let free: Vec<Free<'_>> = usable.iter().map(|worker| Free::of(worker)).collect();
        let shares = assign(demand, &free, self.config.spread_out);
        usable.into_iter().map(|worker| worker.id.clone()).zip(shares).collect()
    }

    /// A driver waits and could not run even on a Worker where nothing else runs. Said once, not at every event.
    fn say_too_big(&mut self, id: &DriverId) {
        let Some(driver) = self.drivers.get_mut(id) else { return };
        if !std::mem::replace(&mut driver.said_too_big, true) {
            self.warn(format!("Driver {id} requires more resource than any of Workers could have."));
        }
    }

    /// An application that is alone waits for its first executor, and no Worker has room.
    fn say_application_too_big(&mut self, number: u64) {
        let alone = self.applications.active().len() == 1 && self.workers.live().len() > 0;
        let Some(application) = self.applications.by_number_mut(number) else { return };
        if alone
            && application.executors.is_empty()
            && !std::mem::replace(&mut application.said_too_big, true)
        {
            let id = application.id.clone();
            self.warn(format!("App {id} requires more resource than any of Workers could have."));
        }
    }
}

/// What no Worker has room for. In one round that stays so: what is free only gets less.
#[derive(Debug, Default)]
struct Hopeless {
    /// On no Worker at all.
    anywhere: Vec<Needs>,
    /// On none of those that have changed.
    fresh: Vec<Needs>,
}

impl Hopeless {
    fn includes(&self, needs: &Needs, anywhere: bool) -> bool {
        let fresh = self.fresh.iter().filter(|_| !anywhere);
        self.anywhere.iter().chain(fresh).any(|less| needs.includes(less))
    }

    fn insert(&mut self, needs: Needs, anywhere: bool) {
        if anywhere { self.anywhere.push(needs) } else { self.fresh.push(needs) }
    }
}
