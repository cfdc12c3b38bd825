//! The daemons' `/json/`, raw and as the few fields that tests ask for.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use ureq::Body;
use ureq::http::Response;

use crate::{Failure, Result};

/// Fetches a document.
pub fn fetch(url: &str) -> Result<Value> {
    read(&format!("GET {url}"), agent().get(url).call())
}

/// Sends a document; gives the one that answers it.
pub fn post(url: &str, document: &Value) -> Result<Value> {
    let request = agent().post(url).content_type("application/json");
    read(&format!("POST {url}"), request.send(document.to_string()))
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(30))).build().into()
}

fn read(request: &str, answer: std::result::Result<Response<Body>, ureq::Error>) -> Result<Value> {
    let failed = |reason: String| Failure::unexpected(format!("{request}: {reason}"));
    let mut answer = answer.map_err(|error| failed(error.to_string()))?;
    let text = answer.body_mut().read_to_string().map_err(|error| failed(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| failed(format!("{error} in: {text}")))
}

/// What a Master says of itself (`JsonProtocol.writeMasterState`).
#[derive(Clone, Debug, Deserialize)]
pub struct MasterState {
    /// Registered Workers, dead ones included.
    pub workers: Vec<WorkerEntry>,
    /// Applications that wait or run.
    #[serde(rename = "activeapps")]
    pub active: Vec<Application>,
    /// Applications that came to an end.
    #[serde(rename = "completedapps")]
    pub completed: Vec<Application>,
    /// Drivers that wait or run.
    #[serde(rename = "activedrivers")]
    pub active_drivers: Vec<Driver>,
    /// Drivers that came to an end.
    #[serde(rename = "completeddrivers")]
    pub completed_drivers: Vec<Driver>,
    /// `ALIVE`, `STANDBY`, `RECOVERING`, ...
    pub status: String,
}

/// A Worker as its Master shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct WorkerEntry {
    /// `worker-20261120121815-127.0.0.1-7078`
    pub id: String,
    /// Its RPC port.
    pub port: u16,
    /// `ALIVE`, `DEAD`, ...
    pub state: String,
    /// Cores given to executors.
    #[serde(rename = "coresused")]
    pub cores_used: u32,
    /// Memory given to executors, in MiB.
    #[serde(rename = "memoryused")]
    pub memory_used_mib: u32,
    /// Addresses of custom resources given to executors, by resource.
    #[serde(rename = "resourcesused")]
    pub resources_used: BTreeMap<String, ResourceEntry>,
}

/// A custom resource, such as gpu, as a Master shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct ResourceEntry {
    /// What it is called.
    pub name: String,
    /// Which units of it.
    pub addresses: Vec<String>,
}

/// An application as its Master shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Application {
    /// `app-20261120121815-0000`
    pub id: String,
    /// What the driver called itself.
    pub name: String,
    /// Cores granted now.
    pub cores: u32,
    /// `WAITING`, `RUNNING`, `FINISHED`, `FAILED`, `KILLED`
    pub state: String,
    /// How long it ran or has been running.
    #[serde(rename = "duration")]
    pub duration_ms: u64,
}

/// A driver that runs on the cluster, as its Master shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Driver {
    /// `driver-20261120121815-0000`
    pub id: String,
    /// `SUBMITTED`, `RUNNING`, `RELAUNCHING`, `FINISHED`, `KILLED`, `FAILED`, `ERROR`
    pub state: String,
    /// The class whose `main` it runs.
    #[serde(rename = "mainclass")]
    pub main_class: String,
}

/// What a Worker says of itself (`JsonProtocol.writeWorkerState`).
#[derive(Clone, Debug, Deserialize)]
pub struct WorkerState {
    /// Its id.
    pub id: String,
    /// Cores that it offers.
    pub cores: u32,
    /// Executors that run.
    pub executors: Vec<Executor>,
    /// Executors that ended.
    #[serde(rename = "finishedexecutors")]
    pub finished: Vec<Executor>,
}

/// An executor as its Worker shows it.
#[derive(Clone, Debug, Deserialize)]
pub struct Executor {
    /// Its number within its application.
    pub id: u32,
    /// Its memory, in MiB.
    #[serde(rename = "memory")]
    pub memory_mib: u32,
    /// Its application.
    #[serde(rename = "appid")]
    pub application_id: String,
}
