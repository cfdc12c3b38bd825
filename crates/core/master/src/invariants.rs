//! What is true of a Master after every event. Checked in debug builds at once, and by the simulation.

use std::collections::{BTreeMap, BTreeSet};

use model::{ExecutorKey, WorkerState};

use crate::Master;
use crate::registry::applications::Application;
use crate::registry::workers::{Given, Worker};

/// What is not true, one sentence each.
pub(crate) fn broken(master: &Master) -> Vec<String> {
    let mut broken = Vec::new();
    let mut addresses = BTreeSet::new();
    for worker in master.workers.live.values() {
        check_worker(worker, &mut broken);
        if !addresses.insert(&worker.address) {
            broken.push(format!("two live Workers are at {}", worker.address));
        }
        if master.workers.dead.contains_key(&worker.id) {
            broken.push(format!("{} is alive and dead", worker.id));
        }
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
    for application in master.applications.active.values() {
        check_application(master, application, &mut broken);
    }
    for driver in master.drivers.active.values() {
        let Some(place) = &driver.place else { continue };
        let booked = master
            .workers
            .live
            .get(&place.worker)
            .is_some_and(|worker| worker.drivers.contains_key(&driver.id));
        if !booked {
            broken.push(format!("{} runs on {}, which does not know it", driver.id, place.worker));
        }
    }
    if !master.workers.live.is_empty() && master.next_check_ms.is_none() {
        broken.push("Workers live, and nothing will notice their silence".into());
    }
    broken
}

fn check_worker(worker: &Worker, broken: &mut Vec<String>) {
    let id = &worker.id;
    let cores: u64 = worker.given().map(|given| u64::from(given.cores)).sum();
    if cores > u64::from(worker.cores) {
        broken.push(format!("{id} offers {} cores and {cores} are given", worker.cores));
    }
    let memory_mib: u64 = worker.given().map(|given| u64::from(given.memory_mib)).sum();
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
    if application.max_cores.is_some_and(|most| cores > u64::from(most)) {
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
        let given = master.workers.live.get(&executor.worker).and_then(|worker| worker.executors.get(&key));
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
