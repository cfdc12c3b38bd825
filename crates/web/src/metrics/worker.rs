//! What a Worker tells of itself and what it runs.

use core_worker::Snapshot;
use model::{DriverState, ExecutorState};

use super::exposition::Exposition;
use super::master::{add_messages, by_state};
use super::shuffle::of_a_service;
use super::{Daemon, Format, Traffic, families, of_the_process};
use crate::format::MIB;
use crate::master::count;
use crate::resources;

/// The metrics of a Worker.
///
/// `service` is the shuffle service inside it, where there is one.
pub fn worker(
    snapshot: &Snapshot,
    service: Option<&core_shuffle::Snapshot>,
    traffic: &Traffic,
    daemon: &Daemon<'_>,
    format: Format,
) -> String {
    let mut exposition = Exposition::new(format);
    of_the_process(&mut exposition, "worker", daemon);
    exposition.value(&families::REGISTERED, u8::from(!snapshot.master_url.is_empty()));
    exposition.value(&families::WORKER_CORES, snapshot.cores);
    exposition.value(&families::WORKER_CORES_USED, snapshot.cores_used);
    exposition.value(&families::WORKER_MEMORY, u64::from(snapshot.memory_mib) * MIB);
    exposition.value(&families::WORKER_MEMORY_USED, u64::from(snapshot.memory_used_mib) * MIB);
    let pair = (snapshot.resources.as_slice(), snapshot.resources_used.as_slice());
    let totals = resources::totals(std::iter::once(pair));
    exposition.family(&families::WORKER_RESOURCES, |samples| {
        totals.iter().for_each(|(name, _, all)| samples.add(&[name], all));
    });
    exposition.family(&families::WORKER_RESOURCES_USED, |samples| {
        totals.iter().for_each(|(name, used, _)| samples.add(&[name], used));
    });
    lives(&mut exposition, snapshot);
    exposition.family(&families::WORKER_RECEIVED, |samples| add_messages(samples, &traffic.received));
    exposition.family(&families::WORKER_SENT, |samples| add_messages(samples, &traffic.sent));
    if let Some(service) = service {
        of_a_service(&mut exposition, service);
    }
    exposition.finish()
}

fn lives(exposition: &mut Exposition, snapshot: &Snapshot) {
    let all = snapshot.executors.iter().chain(&snapshot.finished_executors);
    let executors = count(all.map(|one| one.state));
    by_state(exposition, &families::WORKER_EXECUTORS, ExecutorState::ALL, ExecutorState::name, |state| {
        executors.get(state).copied()
    });
    let all = snapshot.drivers.iter().chain(&snapshot.finished_drivers);
    let drivers = count(all.map(|one| one.state));
    by_state(exposition, &families::WORKER_DRIVERS, DriverState::ALL, DriverState::name, |state| {
        drivers.get(state).copied()
    });
}
