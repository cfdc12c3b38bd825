//! The Worker's state as its page shows it.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{DriverId, DriverState, ExecutorKey, Now, ResourceInformation};

use super::Worker;
use super::drivers::{Driver, FinishedDriver};
use super::executors::Executor;
use crate::{DriverView, ExecutorView, Snapshot};

pub(super) fn snapshot(worker: &Worker, now: Now) -> Snapshot {
    let config = &worker.config;
    // A Master that is out of reach is not one that the Worker is registered with.
    let master = worker.registration.master.as_ref().filter(|master| master.peer.is_some());
    let executor_cores = worker.executors.values().map(|executor| executor.cores);
    let executor_memory = worker.executors.values().map(|executor| executor.memory_mib);
    Snapshot {
        taken_ms: now.wall_ms,
        id: worker.id.clone(),
        host: config.address.host.clone(),
        port: config.address.port,
        master_url: master.map(|master| master.address.spark_url()).unwrap_or_default(),
        master_web_ui_url: master.map(|master| master.web_ui_url.clone()).unwrap_or_default(),
        decommissioned: worker.decommissioned,
        cores: config.cores,
        cores_used: executor_cores
            .chain(worker.drivers.values().map(Driver::cores))
            .fold(0, u32::saturating_add),
        memory_mib: config.memory_mib,
        memory_used_mib: executor_memory
            .chain(worker.drivers.values().map(Driver::memory_mib))
            .fold(0, u32::saturating_add),
        sparks: config.sparks.clone(),
        resources: config.resources.clone(),
        resources_used: resources_used(worker),
        executors: worker.executors.iter().map(|(key, executor)| executor_view(key, executor)).collect(),
        finished_executors: worker
            .finished_executors
            .iter()
            .map(|(key, executor)| executor_view(key, executor))
            .collect(),
        drivers: worker.drivers.iter().map(|(id, driver)| driver_view(id, driver)).collect(),
        finished_drivers: worker.finished_drivers.iter().map(finished_driver_view).collect(),
    }
}

/// By resource, in the order offered; none of a resource is an empty list, as Spark shows it.
fn resources_used(worker: &Worker) -> Vec<ResourceInformation> {
    let mut used: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let executors = worker.executors.values().map(|executor| &executor.resources);
    let drivers = worker.drivers.values().map(|driver| &driver.resources);
    for resource in executors.chain(drivers).flatten() {
        used.entry(&resource.name).or_default().extend(resource.addresses.iter().cloned());
    }
    let offered = worker.config.resources.iter();
    offered
        .map(|resource| ResourceInformation {
            name: resource.name.clone(),
            addresses: used.remove(resource.name.as_str()).unwrap_or_default(),
        })
        .collect()
}

fn executor_view(key: &ExecutorKey, executor: &Executor) -> ExecutorView {
    ExecutorView {
        executor: key.clone(),
        description: Arc::clone(&executor.description),
        cores: executor.cores,
        memory_mib: executor.memory_mib,
        resources: executor.resources.clone(),
        state: executor.state,
        pid: executor.pid,
    }
}

fn driver_view(id: &DriverId, driver: &Driver) -> DriverView {
    DriverView {
        driver: id.clone(),
        description: Arc::clone(&driver.shown),
        state: DriverState::Running,
        resources: driver.resources.clone(),
        pid: driver.pid(),
        exception: None,
    }
}

fn finished_driver_view(driver: &FinishedDriver) -> DriverView {
    DriverView {
        driver: driver.id.clone(),
        description: Arc::clone(&driver.description),
        state: driver.state,
        resources: driver.resources.clone(),
        pid: None,
        exception: driver.exception.clone(),
    }
}
