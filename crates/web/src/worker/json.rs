//! The Worker's `/json/` with the fields of `org.apache.spark.deploy.JsonProtocol` (3.5; the same in 4.3), and one of
//! ours behind them, `sparkversions`. Drivers are on the page only.

use core_worker::{ExecutorView, Snapshot};
use model::SparkVersion;
use serde_json::{Value, json};

use super::command;
use crate::redaction::Redaction;
use crate::resources;

/// The whole state, as `/json/` shows it.
pub fn json(snapshot: &Snapshot, redaction: Redaction<'_>) -> Value {
    let executor = |one| executor(one, redaction);
    json!({
        "id": snapshot.id.as_str(),
        "masterurl": snapshot.master_url,
        "masterwebuiurl": snapshot.master_web_ui_url,
        "cores": snapshot.cores,
        "coresused": snapshot.cores_used,
        "memory": snapshot.memory_mib,
        "memoryused": snapshot.memory_used_mib,
        "resources": resources::json(&snapshot.resources),
        "resourcesused": resources::json(&resources::used(&snapshot.resources, &snapshot.resources_used)),
        "executors": snapshot.executors.iter().map(executor).collect::<Value>(),
        "finishedexecutors": snapshot.finished_executors.iter().map(executor).collect::<Value>(),
        "sparkversions": snapshot.sparks.iter().map(SparkVersion::as_str).collect::<Value>(),
    })
}

fn executor(executor: &ExecutorView, redaction: Redaction<'_>) -> Value {
    let profile = &executor.description.default_profile;
    let amounts = || resources::requirements_json(profile.custom_executor_resources());
    let memory_mib = profile.executor_memory_mib().unwrap_or(executor.memory_mib);
    json!({
        "id": executor.executor.executor,
        "memory": executor.memory_mib,
        "resources": resources::json(&executor.resources),
        "appid": executor.executor.application.as_str(),
        "appdesc": {
            "name": executor.description.name,
            // 0 means no limit (`JsonProtocol.writeApplicationDescription`, 3.5).
            "cores": executor.description.max_cores.unwrap_or(0),
            "memoryperexecutor": memory_mib,
            "resourcesperexecutor": amounts(),
            "memoryperslave": memory_mib,
            "resourcesperslave": amounts(),
            "user": executor.description.user,
            "command": command::text(&executor.description.command, redaction),
        },
    })
}
