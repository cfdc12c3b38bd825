//! What is true of a Master after every event. Checked in debug builds at once, and by the simulation.

use std::collections::{BTreeMap, BTreeSet};

use model::{ApplicationState, DriverState, ExecutorKey, RecoveryState, WorkerState};

use crate::Master;
use crate::registry::applications::Application;
use crate::registry::needs::Needs;
use crate::registry::worker::{Given, Worker};

/// What is not true, one sentence each.
pub(crate) fn broken(master: &Master) -> Vec<String> {
    let mut broken = master.workers.broken();
    for worker in master.workers.live() {
        check_worker(worker, &mut broken);
        for key in worker.executors.keys() {
            let known = master
                .applications
                .get(&key.application)
                .is_some_and(|one| one.executors.contains_key(&key.executor));
            // A Worker that leaves keeps its executors; their applications count on them no longer.
            if !known && worker.state != WorkerState::Decommissioned {
                broken.push(format!("{} keeps room for {key}, which no application has", worker.id));
            }
        }
    }
    for application in master.applications.active() {
        check_application(master, application, &mut broken);
    }
    check_standing(master, &mut broken);
    for driver in master.drivers.active() {
        // What became of one that another Master launched is not known yet.
        let Some(place) = driver.place.as_ref().filter(|_| driver.state != DriverState::Unknown) else {
            continue;
        };
        let booked =
            master.workers.get(&place.worker).is_some_and(|worker| worker.drivers.contains_key(&driver.id));
        if !booked {
            broken.push(format!("{} runs on {}, which does not know it", driver.id, place.worker));
        }
    }
    if master.is_alive() {
        check_nobody_waits(master, &mut broken);
    }
    broken
}

/// Who leads knows of everybody where he stands; who does not lead knows nobody.
fn check_standing(master: &Master, broken: &mut Vec<String>) {
    let is_recovering =
        matches!(master.standing.state, RecoveryState::Recovering | RecoveryState::CompletingRecovery);
    for application in master.applications.active() {
        let is_unknown = application.state == ApplicationState::Unknown;
        if is_unknown && !is_recovering {
            broken.push(format!("{} is UNKNOWN, and nobody asks for it", application.id));
        }
        if application.peer.is_none() && !is_unknown {
            broken.push(format!("{} is {} and cannot be told anything", application.id, application.state));
        }
    }
    if !is_recovering {
        let unknown = master.drivers.active().filter(|one| one.state == DriverState::Unknown);
        broken.extend(unknown.map(|one| format!("{} is UNKNOWN, and nobody asks for it", one.id)));
        let awaited = master.standing.records().map(|one| &one.registration.id);
        broken.extend(awaited.map(|id| format!("{id} is waited for, and nobody asks for it")));
    }
    let known =
        master.workers.live().len() + master.applications.active().len() + master.drivers.active().len();
    if master.standing.state == RecoveryState::Standby && !master.standing.is_over && known > 0 {
        broken.push(format!("a Master in standby knows of {known}"));
    }
}

/// Nobody waits for what a Worker could give at once.
fn check_nobody_waits(master: &Master, broken: &mut Vec<String>) {
    let room = |needs: &Needs| master.workers.live().find(|worker| worker.can_take(needs));
    for application in master.applications.active() {
        for (profile, wanted) in &application.profiles {
            let missing = application.missing(wanted);
            let needs = master.needs_with(&application.claim, &wanted.needs);
            if let Some(worker) = room(&needs).filter(|_| missing > 0) {
                let (id, worker) = (&application.id, &worker.id);
                broken.push(format!("{id} waits for {missing} of profile {profile}, and {worker} has room"));
            }
        }
    }
    if master.drivers.running() < master.config.max_drivers {
        for driver in master.drivers.waiting() {
            if let Some(worker) = room(&master.needs_of_driver(driver)) {
                broken.push(format!("{} waits, and {} has room", driver.id, worker.id));
            }
        }
    } else if master.drivers.running() > master.config.max_drivers && !master.standing.took_over {
        broken.push(format!("{} drivers run", master.drivers.running()));
    }
}

fn check_worker(worker: &Worker, broken: &mut Vec<String>) {
    let id = &worker.id;
    let cores: u64 = worker.given().map(|given| u64::from(given.cores)).sum();
    let memory_mib: u64 = worker.given().map(|given| u64::from(given.memory_mib)).sum();
    if (cores, memory_mib) != (u64::from(worker.cores_used()), u64::from(worker.memory_used_mib())) {
        broken.push(format!("{id} does not count what is given of it"));
    }
    if cores > u64::from(worker.cores) {
        broken.push(format!("{id} offers {} cores and {cores} are given", worker.cores));
    }
    if memory_mib > u64::from(worker.memory_mib) {
        broken.push(format!("{id} offers {} MiB and {memory_mib} are given", worker.memory_mib));
    }
    let mut taken: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for resource in worker.given().flat_map(|Given { resources, .. }| resources) {
        let addresses = taken.entry(&resource.name).or_default();
        for address in &resource.addresses {
            if !addresses.insert(address) {
                broken.push(format!("{id} gave {} {address} twice", resource.name));
            }
        }
    }
    for used in worker.resources.used() {
        let given = taken.remove(used.name.as_str()).unwrap_or_default();
        if !used.addresses.iter().map(String::as_str).collect::<BTreeSet<_>>().eq(&given) {
            broken.push(format!("{id} counts {:?} of {} as used, not {given:?}", used.addresses, used.name));
        }
    }
    if let Some((name, _)) = taken.into_iter().find(|(_, addresses)| !addresses.is_empty()) {
        broken.push(format!("{id} gave {name}, which it does not offer"));
    }
}

fn check_application(master: &Master, application: &Application, broken: &mut Vec<String>) {
    let id = &application.id;
    let cores: u64 = application.executors.values().map(|one| u64::from(one.cores)).sum();
    if cores != u64::from(application.cores_granted) {
        broken.push(format!("{id} counts {} cores as granted and has {cores}", application.cores_granted));
    }
    if !application.is_recovered && application.max_cores.is_some_and(|most| cores > u64::from(most)) {
        broken.push(format!("{id} may have {:?} cores and has {cores}", application.max_cores));
    }
    for (profile, counted) in &application.profiles {
        let found = application.executors.values().filter(|one| one.profile == *profile).count();
        if found != counted.executors as usize {
            broken.push(format!(
                "{id} counts {} executors of profile {profile} and has {found}",
                counted.executors
            ));
        }
    }
    for executor in application.executors.values() {
        let key = ExecutorKey { application: id.clone(), executor: executor.id };
        let given = master.workers.get(&executor.worker).and_then(|worker| worker.executors.get(&key));
        let matches = given.is_some_and(|given| {
            (given.cores, given.memory_mib, &given.resources)
                == (executor.cores, executor.memory_mib, &executor.resources)
        });
        if !matches {
            broken.push(format!("{key} is not booked as it is on {}", executor.worker));
        }
        if executor.state.is_finished() {
            broken.push(format!("{key} is {} and still there", executor.state));
        }
    }
}
