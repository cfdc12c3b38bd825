//! The Master's `/json/` with the fields of `org.apache.spark.deploy.JsonProtocol` (3.5; the same in 4.3).
//!
//! What Spark's document has no field for stands behind its fields, and only where there is something to say.

use core_master::{ApplicationView, DriverView, Explanation, Snapshot, WorkerView};
use model::DriverState;
use serde_json::{Map, Value, json};

use super::waiting::{versions, waiting_json};
use super::{Capacity, alive};
use crate::{format, resources};

/// The whole state, as `/json/` shows it.
pub fn json(snapshot: &Snapshot) -> Value {
    let capacity = Capacity::of(snapshot);
    json!({
        "url": snapshot.url,
        "workers": each(&snapshot.workers, worker),
        "aliveworkers": capacity.workers,
        "cores": capacity.cores,
        "coresused": capacity.cores_used,
        "memory": capacity.memory_mib,
        "memoryused": capacity.memory_used_mib,
        "resources": alive(snapshot).map(|one| resources::json(&one.resources)).collect::<Value>(),
        "resourcesused": alive(snapshot)
            .map(|one| resources::json(&resources::used(&one.resources, &one.resources_used)))
            .collect::<Value>(),
        "activeapps": each(&snapshot.active_applications, |one| application(one, snapshot.utc_offset_s)),
        "completedapps": each(&snapshot.completed_applications, |one| application(one, snapshot.utc_offset_s)),
        "activedrivers": each(&snapshot.active_drivers, |one| driver(one, snapshot.utc_offset_s)),
        "completeddrivers": each(&snapshot.completed_drivers, |one| driver(one, snapshot.utc_offset_s)),
        "status": snapshot.status.name(),
    })
}

/// One field of the state, as `/json/FIELD` shows it (4.0): `{"FIELD": …}`, with `""` for a field that there is not;
/// `clusterutilization` is a view of its own. `field` is what follows `/json/` in the path: its leading letters
/// count, and where it has none this is the whole state (`MasterPage.renderJson`, 4.0).
pub fn json_field(snapshot: &Snapshot, field: &str) -> Value {
    let end = field.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(field.len());
    match &field[..end] {
        "" => json(snapshot),
        "clusterutilization" => utilization(snapshot),
        name => {
            let value = json(snapshot).get_mut(name).map_or_else(|| Value::from(""), Value::take);
            json!({ name: value })
        }
    }
}

/// `JsonProtocol.writeClusterUtilization`, 4.0: percent, and 100 where there is nothing to use.
fn utilization(snapshot: &Snapshot) -> Value {
    let capacity = Capacity::of(snapshot);
    let percent = |used: u64, total: u64| (used * 100).checked_div(total).unwrap_or(100);
    let waits = |driver: &&DriverView| driver.state == DriverState::Submitted;
    json!({
        "waitingDrivers": snapshot.active_drivers.iter().filter(waits).count(),
        "cores": capacity.cores,
        "coresused": capacity.cores_used,
        "coresutilization": percent(capacity.cores_used, capacity.cores),
        "memory": capacity.memory_mib,
        "memoryused": capacity.memory_used_mib,
        "memoryutilization": percent(capacity.memory_used_mib, capacity.memory_mib),
    })
}

fn each<T>(items: &[T], one: impl Fn(&T) -> Value) -> Value {
    items.iter().map(one).collect()
}

fn worker(worker: &WorkerView) -> Value {
    let value = json!({
        "id": worker.id.as_str(),
        "host": &*worker.host,
        "port": worker.port,
        "webuiaddress": &*worker.web_ui_url,
        "cores": worker.cores,
        "coresused": worker.cores_used,
        "coresfree": worker.cores.saturating_sub(worker.cores_used),
        "memory": worker.memory_mib,
        "memoryused": worker.memory_used_mib,
        "memoryfree": worker.memory_mib.saturating_sub(worker.memory_used_mib),
        "resources": resources::json(&worker.resources),
        "resourcesused": resources::json(&resources::used(&worker.resources, &worker.resources_used)),
        "resourcesfree": resources::json(&resources::free(&worker.resources, &worker.resources_used)),
        "state": worker.state.name(),
        "lastheartbeat": worker.last_heartbeat_ms,
    });
    with(value, |fields| {
        if !worker.sparks.is_empty() {
            fields.insert("sparkversions".into(), versions(&worker.sparks));
        }
        if let Some((limit_mib, given_mib)) = worker.memory_limit_mib {
            fields.insert("memorylimit".into(), limit_mib.into());
            fields.insert("memorylimitused".into(), given_mib.into());
        }
    })
}

/// Adds fields to an object.
fn with(mut value: Value, add: impl FnOnce(&mut Map<String, Value>)) -> Value {
    if let Value::Object(fields) = &mut value {
        add(fields);
    }
    value
}

/// What applications and drivers have beside Spark's fields.
fn with_spark_and_waiting(value: Value, spark: &str, waiting: Option<&Explanation>) -> Value {
    with(value, |fields| {
        if !spark.is_empty() {
            fields.insert("sparkversion".into(), spark.into());
        }
        if let Some(why) = waiting {
            fields.insert("waiting".into(), waiting_json(why));
        }
    })
}

fn application(application: &ApplicationView, utc_offset_s: i32) -> Value {
    let requirements = || {
        let all = application.resources_per_executor.iter();
        resources::requirements_json(all.map(|(name, amount)| (name.as_str(), *amount)))
    };
    let value = json!({
        "id": application.id.as_str(),
        "starttime": application.submitted_ms,
        "name": application.name,
        "cores": application.cores_granted,
        "user": application.user,
        "memoryperexecutor": application.memory_per_executor_mib,
        "memoryperslave": application.memory_per_executor_mib,
        "resourcesperexecutor": requirements(),
        "resourcesperslave": requirements(),
        "submitdate": format::java_date(application.submitted_ms, utc_offset_s),
        "state": application.state.name(),
        "duration": application.duration_ms,
    });
    with_spark_and_waiting(value, &application.spark, application.waiting.as_ref())
}

fn driver(driver: &DriverView, utc_offset_s: i32) -> Value {
    let value = json!({
        "id": driver.id.as_str(),
        "starttime": driver.submitted_ms.to_string(),
        "state": driver.state.name(),
        "cores": driver.cores,
        "memory": driver.memory_mib,
        "resources": resources::json(&driver.resources),
        "submitdate": format::java_date(driver.submitted_ms, utc_offset_s),
        "worker": driver.worker.as_ref().map_or("None", |(id, _)| id.as_str()),
        "mainclass": driver.main_class,
    });
    with_spark_and_waiting(value, &driver.spark, driver.waiting.as_ref())
}
