//! The Master's state as pages show it.

use std::sync::Arc;

use model::{Now, PeerId, WorkerState};

use super::Master;
use crate::registry::applications::{Application, Executor};
use crate::registry::drivers::Driver;
use crate::registry::sparks::Installed;
use crate::registry::worker::Worker;
use crate::{ApplicationView, DriverView, ExecutorView, Snapshot, WorkerView};

pub(super) fn snapshot(master: &Master, now: Now) -> Snapshot {
    let mut workers: Vec<WorkerView> =
        master.workers.live().chain(master.workers.dead.values()).map(worker_view).collect();
    workers.extend(master.standing.records().map(|record| {
        let registration = record.registration.clone();
        let sparks = Installed::OneOf(registration.sparks.clone().into());
        let worker = Worker::new(PeerId(0), registration, sparks, now);
        WorkerView { state: WorkerState::Unknown, ..worker_view(&worker) }
    }));
    let mut tallies = Vec::new();
    workers.sort_by(|one, other| one.id.cmp(&other.id));
    Snapshot {
        taken_ms: now.wall_ms,
        utc_offset_s: now.utc_offset_s,
        url: master.config.address.spark_url(),
        status: master.standing.state,
        leader: master.standing.leader.clone(),
        workers,
        active_applications: master
            .applications
            .active()
            .map(|application| {
                let waiting = master.why_application_waits(application, now, &mut tallies);
                ApplicationView { waiting, ..application_view(application, now) }
            })
            .collect(),
        completed_applications: master
            .applications
            .completed
            .iter()
            .map(|application| application_view(application, now))
            .collect(),
        active_drivers: master
            .drivers
            .active()
            .map(|driver| {
                let waiting = master.why_driver_waits(driver, &mut tallies);
                DriverView { waiting, ..driver_view(driver, now) }
            })
            .collect(),
        completed_drivers: master.drivers.completed.iter().map(|driver| driver_view(driver, now)).collect(),
    }
}

fn worker_view(worker: &Worker) -> WorkerView {
    WorkerView {
        id: worker.id.clone(),
        host: Arc::clone(&worker.host),
        port: worker.port,
        web_ui_url: Arc::clone(&worker.web_ui_url),
        cores: worker.cores,
        cores_used: worker.cores_used(),
        memory_mib: worker.memory_mib,
        memory_used_mib: worker.memory_used_mib(),
        resources: worker.resources.offered(),
        resources_used: worker.resources.used(),
        sparks: worker.sparks.versions().to_vec(),
        memory_limit_mib: worker.memory_limit(),
        state: worker.state,
        last_heartbeat_ms: worker.last_heartbeat.wall_ms,
    }
}

fn application_view(application: &Application, now: Now) -> ApplicationView {
    let default = application.profiles.get(&0).map(|profile| &profile.needs);
    ApplicationView {
        id: application.id.clone(),
        name: application.description.name.clone(),
        user: application.description.user.clone(),
        state: application.state,
        submitted_ms: application.submitted.wall_ms,
        duration_ms: elapsed_ms(application.submitted, application.ended.unwrap_or(now)),
        spark: application.claim.text(),
        waiting: None,
        ui_url: application.description.app_ui_url.clone(),
        max_cores: application.max_cores,
        cores_granted: application.cores_granted,
        memory_per_executor_mib: default.map_or(0, |needs| needs.memory_mib),
        resources_per_executor: default.map_or_else(Vec::new, |needs| needs.resources.clone()),
        executors: application.executors.values().map(executor_view).collect(),
        removed_executors: application.removed_executors.iter().map(executor_view).collect(),
    }
}

fn executor_view(executor: &Executor) -> ExecutorView {
    ExecutorView {
        id: executor.id,
        worker: executor.worker.clone(),
        worker_web_ui_url: Arc::clone(&executor.worker_web_ui_url),
        cores: executor.cores,
        memory_mib: executor.memory_mib,
        profile: executor.profile,
        resources: executor.resources.clone(),
        state: executor.state,
    }
}

fn driver_view(driver: &Driver, now: Now) -> DriverView {
    let ended = driver.ended.unwrap_or(now);
    DriverView {
        id: driver.id.clone(),
        spark: driver.claim.text(),
        waiting: None,
        main_class: driver.description.main_class().to_owned(),
        state: driver.state,
        submitted_ms: driver.submitted.wall_ms,
        started_ms: driver.started.map(|started| started.wall_ms),
        duration_ms: driver.started.map_or(0, |started| elapsed_ms(started, ended)),
        worker: driver.place.as_ref().map(|place| (place.worker.clone(), Arc::clone(&place.web_ui_url))),
        cores: driver.description.cores,
        memory_mib: driver.description.memory_mib,
        resources: driver.resources.clone(),
    }
}

fn elapsed_ms(start: Now, end: Now) -> i64 {
    i64::try_from(end.monotonic_ms.saturating_sub(start.monotonic_ms)).unwrap_or(i64::MAX)
}
