//! Rounds of scheduling: plans are made and carried out, for those whose luck may have changed.

use model::{DriverId, Now, WorkerId, WorkerState};

use super::Master;
use crate::registry::needs::Needs;
use crate::schedule::drivers::{Outcome, Round};
use crate::schedule::executors::{Demand, Free, Share, assign};

impl Master {
    /// Gives away what is free. Called after everything that frees something or asks for something; where neither has
    /// happened it does nothing.
    pub(crate) fn schedule(&mut self, now: Now) {
        self.place_drivers(now);
        // Shapes for which no Worker has room: what is free only gets less in a round.
        let mut hopeless = Vec::new();
        for (number, changed) in self.applications.take_turn(!self.workers.fresh.is_empty()) {
            if changed || !self.workers.fresh.is_empty() {
                self.serve(number, changed, &mut hopeless);
            }
            self.applications.end_turn(number);
        }
        self.workers.fresh.clear();
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
        let waiting: Vec<_> = self.drivers.waiting().map(|one| (one.id.clone(), one.needs.clone())).collect();
        for (id, needs) in waiting {
            if self.drivers.running() >= self.config.max_drivers {
                break;
            }
            match round.place(&needs, |id| self.workers.get(id)) {
                Outcome::Placed(worker) => self.launch_driver(now, &id, &worker),
                Outcome::NoRoom { in_vain: false } => {}
                Outcome::NoRoom { in_vain: true } => self.say_too_big(&id),
            }
        }
    }

    /// Serves one application: its profiles in the order of their ids.
    fn serve(&mut self, number: u64, changed: bool, hopeless: &mut Vec<Needs>) {
        let Some(application) = self.applications.by_number(number) else { return };
        let profiles: Vec<u32> = application.profiles.keys().copied().collect();
        for profile in profiles {
            let Some((needs, grants)) = self.plan(number, profile, changed, hopeless) else { continue };
            for (worker, share) in grants {
                for _ in 0..share.executors {
                    let cores = needs.cores.unwrap_or(share.cores);
                    self.launch_executor(number, profile, &worker, cores, &needs);
                }
            }
        }
    }

    /// What Workers give for one profile of an application; none when there is nothing to plan.
    fn plan(
        &mut self,
        number: u64,
        profile: u32,
        changed: bool,
        hopeless: &mut Vec<Needs>,
    ) -> Option<(Needs, Vec<(WorkerId, Share)>)> {
        let application = self.applications.by_number(number)?;
        let wanted = application.profiles.get(&profile)?;
        let missing = application.missing(wanted);
        if missing == 0 {
            return None;
        }
        let needs = &wanted.needs;
        let offers = if changed { &self.workers.offers } else { &self.workers.fresh };
        let most = usize::try_from(missing).unwrap_or(usize::MAX);
        let usable: Vec<_> = if hopeless.iter().any(|less| needs.includes(less)) {
            Vec::new()
        } else {
            let with_room = offers.with_room(needs).filter_map(|id| self.workers.get(id));
            with_room.filter(|worker| worker.can_take(needs)).take(most).collect()
        };
        let needs = needs.clone();
        if usable.is_empty() {
            if changed {
                hopeless.push(needs);
            }
            self.say_application_too_big(number);
            return None;
        }
        let free: Vec<Free<'_>> = usable.iter().map(|worker| Free::of(worker)).collect();
        let demand = Demand { needs: &needs, missing, cores_left: application.cores_left() };
        let shares = assign(&demand, &free, self.config.spread_out);
        let shares = usable.iter().map(|worker| worker.id.clone()).zip(shares).collect();
        Some((needs, shares))
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
