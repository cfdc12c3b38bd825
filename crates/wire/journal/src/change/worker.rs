//! Workers.

use model::message::RegisterWorker;
use model::{Dialect, ResourceInformation, WorkerId, WorkerRecord};
use serde::{Deserialize, Serialize};

use super::{Address, Endpoint, Impossible, dialect, is_silent, spark};

#[derive(Serialize, Deserialize)]
pub(crate) struct Worker {
    id: String,
    host: String,
    port: u16,
    endpoint: Endpoint,
    cores: u32,
    memory_mib: u32,
    web_ui_url: String,
    master_address: Address,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resources: Vec<Resource>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    sparks: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    memory_limit_mib: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    started_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "is_silent", with = "dialect")]
    dialect: Dialect,
}

#[derive(Serialize, Deserialize)]
struct Resource {
    name: String,
    addresses: Vec<String>,
}

impl Worker {
    pub(crate) fn of(record: &WorkerRecord) -> Self {
        let said = &record.registration;
        let resource =
            |one: &ResourceInformation| Resource { name: one.name.clone(), addresses: one.addresses.clone() };
        Self {
            id: said.id.to_string(),
            host: said.host.clone(),
            port: said.port,
            endpoint: Endpoint::of(&said.worker),
            cores: said.cores,
            memory_mib: said.memory_mib,
            web_ui_url: said.web_ui_url.clone(),
            master_address: Address::of(&said.master_address),
            resources: said.resources.iter().map(resource).collect(),
            sparks: said.sparks.iter().map(ToString::to_string).collect(),
            memory_limit_mib: said.memory_limit_mib,
            started_ms: said.started_ms,
            dialect: record.dialect.clone(),
        }
    }

    pub(crate) fn record(self) -> Result<WorkerRecord, Impossible> {
        let resource = |one: Resource| ResourceInformation { name: one.name, addresses: one.addresses };
        let registration = RegisterWorker {
            id: WorkerId::new(self.id),
            host: self.host,
            port: self.port,
            worker: self.endpoint.endpoint(),
            cores: self.cores,
            memory_mib: self.memory_mib,
            web_ui_url: self.web_ui_url,
            master_address: self.master_address.address(),
            resources: self.resources.into_iter().map(resource).collect(),
            sparks: self.sparks.iter().map(|text| spark(text)).collect::<Result<_, _>>()?,
            memory_limit_mib: self.memory_limit_mib,
            started_ms: self.started_ms,
        };
        Ok(WorkerRecord { registration, dialect: self.dialect })
    }
}
