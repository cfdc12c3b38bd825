//! Places cluster-mode drivers: round and round over the Workers in random order (`Master.schedule`, 3.5).

use super::{DriverDemand, Free, Plan, TooBig};

pub(super) fn place(drivers: &[DriverDemand<'_>], workers: &mut [Free<'_>], seed: u64, plan: &mut Plan) {
    let mut order: Vec<usize> = (0..workers.len()).collect();
    fastrand::Rng::with_seed(seed).shuffle(&mut order);
    let mut position = 0;
    for demand in drivers {
        let mut launched = false;
        let mut last_was_idle = true;
        for _ in 0..order.len() {
            let worker = &mut workers[order[position]];
            position = (position + 1) % order.len();
            last_was_idle = worker.idle;
            let cores = demand.needs.least_cores();
            if worker.can_take(demand.needs) {
                worker.take(cores, demand.needs);
                plan.drivers.push((demand.driver.clone(), worker.id.clone()));
                launched = true;
                break;
            }
        }
        if !launched && last_was_idle {
            plan.too_big.push(TooBig::Driver(demand.driver.clone()));
        }
    }
}
