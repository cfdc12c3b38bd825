//! The Worker's `/json/` with the fields of `org.apache.spark.deploy.JsonProtocol` (3.5; the same in 4.3).

use core_worker::{ExecutorView, Snapshot};
use serde_json::{Value, json};

use crate::resources;

/// The whole state, as `/json/` shows it.
pub fn json(snapshot: &Snapshot) -> Value {
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
    })
}

fn executor(executor: &ExecutorView) -> Value {
    let amounts = || {
        let each = executor.resources.iter();
        resources::requirements_json(each.map(|one| (one.name.as_str(), one.addresses.len() as u64)))
    };
    json!({
        "id": executor.executor.executor,
        "memory": executor.memory_mib,
        "resources": resources::json(&executor.resources),
        "appid": executor.executor.application.as_str(),
        "appdesc": {
            "name": executor.application_name,
            "memoryperexecutor": executor.memory_mib,
            "resourcesperexecutor": amounts(),
            "memoryperslave": executor.memory_mib,
            "resourcesperslave": amounts(),
            "user": executor.user,
        },
    })
}
