//! Drivers, and the commands that drivers and executors are launched with.

use model::{Command, DriverDescription, DriverId, DriverRecord, WorkerId};
use serde::{Deserialize, Serialize};

use super::{Impossible, spark};

#[derive(Serialize, Deserialize)]
pub(crate) struct Driver {
    id: String,
    jar_url: String,
    memory_mib: u32,
    cores: u32,
    supervise: bool,
    command: CommandLine,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    resources: Vec<(String, u32)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    spark: Option<String>,
    submitted_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    worker: Option<String>,
}

/// Its environment is written as it is: see the crate's page.
#[derive(Serialize, Deserialize)]
pub(crate) struct CommandLine {
    main_class: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    arguments: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    environment: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    class_path_entries: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    library_path_entries: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    java_options: Vec<String>,
}

impl Driver {
    pub(crate) fn of(record: &DriverRecord) -> Self {
        let said = &record.description;
        Self {
            id: record.id.to_string(),
            jar_url: said.jar_url.clone(),
            memory_mib: said.memory_mib,
            cores: said.cores,
            supervise: said.supervise,
            command: CommandLine::of(&said.command),
            resources: said.resources.clone(),
            spark: said.spark.as_ref().map(ToString::to_string),
            submitted_ms: record.submitted_ms,
            worker: record.worker.as_ref().map(ToString::to_string),
        }
    }

    pub(crate) fn record(self) -> Result<DriverRecord, Impossible> {
        let description = DriverDescription {
            jar_url: self.jar_url,
            memory_mib: self.memory_mib,
            cores: self.cores,
            supervise: self.supervise,
            command: self.command.command(),
            resources: self.resources,
            spark: self.spark.map(|text| spark(&text)).transpose()?,
        };
        Ok(DriverRecord {
            id: DriverId::new(self.id),
            description,
            submitted_ms: self.submitted_ms,
            worker: self.worker.map(WorkerId::new),
        })
    }
}

impl CommandLine {
    pub(crate) fn of(command: &Command) -> Self {
        let Command {
            main_class,
            arguments,
            environment,
            class_path_entries,
            library_path_entries,
            java_options,
        } = command.clone();
        Self { main_class, arguments, environment, class_path_entries, library_path_entries, java_options }
    }

    pub(crate) fn command(self) -> Command {
        let Self {
            main_class,
            arguments,
            environment,
            class_path_entries,
            library_path_entries,
            java_options,
        } = self;
        Command { main_class, arguments, environment, class_path_entries, library_path_entries, java_options }
    }
}
