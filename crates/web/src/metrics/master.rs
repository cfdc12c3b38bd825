//! What a Master tells of its cluster.

use std::collections::BTreeMap;

use core_master::{ApplicationView, Explanation, Reason, Snapshot};
use model::{ApplicationState, DriverState, RecoveryState, WorkerState};

use super::exposition::{Exposition, Family, Samples};
use super::{Daemon, Format, Traffic, families, of_the_process};
use crate::format::MIB;
use crate::master::{Capacity, alive, count, waiting};
use crate::resources;

/// The metrics of a Master.
pub fn master(snapshot: &Snapshot, traffic: &Traffic, daemon: &Daemon<'_>, format: Format) -> String {
    let mut exposition = Exposition::new(format);
    of_the_process(&mut exposition, "master", daemon);
    exposition.family(&families::STATUS, |samples| {
        for status in RecoveryState::ALL {
            samples.add(&[status.name()], u8::from(*status == snapshot.status));
        }
    });
    capacity(&mut exposition, snapshot);
    lives(&mut exposition, snapshot);
    waits(&mut exposition, snapshot);
    applications(&mut exposition, snapshot);
    exposition.family(&families::MASTER_RECEIVED, |samples| add_messages(samples, &traffic.received));
    exposition.family(&families::MASTER_SENT, |samples| add_messages(samples, &traffic.sent));
    exposition.finish()
}

fn capacity(exposition: &mut Exposition, snapshot: &Snapshot) {
    let capacity = Capacity::of(snapshot);
    exposition.value(&families::CORES, capacity.cores);
    exposition.value(&families::CORES_USED, capacity.cores_used);
    exposition.value(&families::MEMORY, capacity.memory_mib.saturating_mul(MIB));
    exposition.value(&families::MEMORY_USED, capacity.memory_used_mib.saturating_mul(MIB));
    let pairs = alive(snapshot).map(|one| (one.resources.as_slice(), one.resources_used.as_slice()));
    let totals = resources::totals(pairs);
    exposition.family(&families::RESOURCES, |samples| {
        totals.iter().for_each(|(name, _, all)| samples.add(&[name], all));
    });
    exposition.family(&families::RESOURCES_USED, |samples| {
        totals.iter().for_each(|(name, used, _)| samples.add(&[name], used));
    });
}

fn lives(exposition: &mut Exposition, snapshot: &Snapshot) {
    let workers = count(snapshot.workers.iter().map(|one| one.state));
    by_state(exposition, &families::WORKERS, WorkerState::ALL, WorkerState::name, |state| {
        workers.get(state).copied()
    });
    let sparks = count(alive(snapshot).flat_map(|one| &one.sparks));
    exposition.family(&families::SPARK_WORKERS, |samples| {
        sparks.iter().for_each(|(spark, number)| samples.add(&[spark.as_str()], number));
    });
    let all = snapshot.active_applications.iter().chain(&snapshot.completed_applications);
    let applications = count(all.map(|one| one.state));
    by_state(exposition, &families::APPLICATIONS, ApplicationState::ALL, ApplicationState::name, |state| {
        applications.get(state).copied()
    });
    let all = snapshot.active_drivers.iter().chain(&snapshot.completed_drivers);
    let drivers = count(all.map(|one| one.state));
    by_state(exposition, &families::DRIVERS, DriverState::ALL, DriverState::name, |state| {
        drivers.get(state).copied()
    });
}

/// A sample for each state there is: one that nothing is in says 0, so that a graph has no holes.
pub(super) fn by_state<S: Copy>(
    exposition: &mut Exposition,
    family: &Family,
    states: &[S],
    name: impl Fn(S) -> &'static str,
    number: impl Fn(&S) -> Option<usize>,
) {
    exposition.family(family, |samples| {
        for state in states {
            samples.add(&[name(*state)], number(state).unwrap_or(0));
        }
    });
}

/// Who waits, by the first reason: a sample for each that there is, so that a graph has no holes.
fn waits(exposition: &mut Exposition, snapshot: &Snapshot) {
    let missing = |one: &ApplicationView| match one.max_cores {
        Some(max) => u64::from(max.saturating_sub(one.cores_granted)),
        None => u64::from(one.state == ApplicationState::Waiting),
    };
    let drivers = snapshot.active_drivers.iter().filter(|one| one.state == DriverState::Submitted);
    let cores = snapshot.active_applications.iter().map(missing).sum::<u64>()
        + drivers.map(|one| u64::from(one.cores)).sum::<u64>();
    exposition.value(&families::WAITING_CORES, cores);

    let applications: Vec<&Explanation> = waiting::applications(snapshot).map(|(_, why)| why).collect();
    let drivers: Vec<&Explanation> = waiting::drivers(snapshot).map(|(_, why)| why).collect();
    for (family, all) in
        [(&families::WAITING_APPLICATIONS, &applications), (&families::WAITING_DRIVERS, &drivers)]
    {
        let kinds = count(all.iter().filter_map(|why| why.kind()));
        by_state(exposition, family, &Reason::KINDS, |kind| kind, |kind| kinds.get(kind).copied());
    }
    let longest_s = |all: &[&Explanation]| {
        let waited = all.iter().filter(|why| !why.is_idle()).map(|why| waiting::waited_ms(why, snapshot));
        seconds(waited.max().unwrap_or(0))
    };
    exposition.family(&families::LONGEST_WAIT, |samples| {
        samples.add(&["application"], longest_s(&applications));
        samples.add(&["driver"], longest_s(&drivers));
    });
}

fn applications(exposition: &mut Exposition, snapshot: &Snapshot) {
    let mut each = |family: &Family, add: fn(&mut Samples<'_>, &[&str], &ApplicationView)| {
        exposition.family(family, |samples| {
            for one in &snapshot.active_applications {
                add(samples, &[one.id.as_str(), &one.name, &one.user], one);
            }
        });
    };
    each(&families::APPLICATION_CORES, |samples, labels, one| samples.add(labels, one.cores_granted));
    each(&families::APPLICATION_EXECUTORS, |samples, labels, one| samples.add(labels, one.executors.len()));
    each(&families::APPLICATION_RUNTIME, |samples, labels, one| {
        samples.add(labels, seconds(one.duration_ms));
    });
}

#[expect(clippy::cast_precision_loss, reason = "a millisecond is lost after 285 thousand years")]
fn seconds(duration_ms: i64) -> f64 {
    duration_ms.max(0) as f64 / 1000.0
}

pub(super) fn add_messages(samples: &mut Samples<'_>, counts: &BTreeMap<&'static str, u64>) {
    counts.iter().for_each(|(message, number)| samples.add(&[message], number));
}
