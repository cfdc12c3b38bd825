//! Applications, and the resource profiles that they ask for.

use std::collections::BTreeMap;

use model::{
    ApplicationDescription, ApplicationId, ApplicationRecord, Change, Dialect, ExecutorResourceRequest,
    ResourceProfile, TaskResourceRequest,
};
use serde::{Deserialize, Serialize};

use super::driver::CommandLine;
use super::{Endpoint, Impossible, dialect, is_silent};

#[derive(Serialize, Deserialize)]
pub(crate) struct Application {
    id: String,
    name: String,
    user: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_cores: Option<u32>,
    command: CommandLine,
    app_ui_url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event_log_dir: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event_log_codec: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    initial_executor_limit: Option<u32>,
    default_profile: Profile,
    driver: Endpoint,
    submitted_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    totals: Option<Vec<Total>>,
    next_executor: u32,
    #[serde(default, skip_serializing_if = "is_silent", with = "dialect")]
    dialect: Dialect,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Totals {
    application: String,
    totals: Vec<Total>,
}

#[derive(Serialize, Deserialize)]
struct Total {
    profile: Profile,
    executors: u32,
}

#[derive(Serialize, Deserialize)]
struct Profile {
    id: u32,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    executor: BTreeMap<String, ExecutorRequest>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    task: BTreeMap<String, f64>,
}

#[derive(Serialize, Deserialize)]
struct ExecutorRequest {
    amount: u64,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    discovery_script: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    vendor: String,
}

impl Application {
    pub(crate) fn of(record: &ApplicationRecord) -> Self {
        let said = &record.description;
        Self {
            id: record.id.to_string(),
            name: said.name.clone(),
            user: said.user.clone(),
            max_cores: said.max_cores,
            command: CommandLine::of(&said.command),
            app_ui_url: said.app_ui_url.clone(),
            event_log_dir: said.event_log_dir.clone(),
            event_log_codec: said.event_log_codec.clone(),
            initial_executor_limit: said.initial_executor_limit,
            default_profile: Profile::of(&said.default_profile),
            driver: Endpoint::of(&record.driver),
            submitted_ms: record.submitted_ms,
            totals: record.totals.as_deref().map(totals_of),
            next_executor: record.next_executor,
            dialect: record.dialect.clone(),
        }
    }

    pub(crate) fn record(self) -> Result<ApplicationRecord, Impossible> {
        let description = ApplicationDescription {
            name: self.name,
            user: self.user,
            max_cores: self.max_cores,
            command: self.command.command(),
            app_ui_url: self.app_ui_url,
            event_log_dir: self.event_log_dir,
            event_log_codec: self.event_log_codec,
            initial_executor_limit: self.initial_executor_limit,
            default_profile: self.default_profile.profile(),
        };
        Ok(ApplicationRecord {
            id: ApplicationId::new(self.id),
            description,
            driver: self.driver.endpoint(),
            submitted_ms: self.submitted_ms,
            totals: self.totals.map(totals),
            next_executor: self.next_executor,
            dialect: self.dialect,
        })
    }
}

impl Totals {
    pub(crate) fn of(application: &ApplicationId, totals: &[(ResourceProfile, u32)]) -> Self {
        Self { application: application.to_string(), totals: totals_of(totals) }
    }

    pub(crate) fn change(self) -> Result<Change, Impossible> {
        Ok(Change::Totals { application: ApplicationId::new(self.application), totals: totals(self.totals) })
    }
}

fn totals_of(totals: &[(ResourceProfile, u32)]) -> Vec<Total> {
    totals
        .iter()
        .map(|(profile, executors)| Total { profile: Profile::of(profile), executors: *executors })
        .collect()
}

fn totals(totals: Vec<Total>) -> Vec<(ResourceProfile, u32)> {
    totals.into_iter().map(|total| (total.profile.profile(), total.executors)).collect()
}

impl Profile {
    fn of(profile: &ResourceProfile) -> Self {
        let executor = profile.executor_resources.iter().map(|(name, request)| {
            let ExecutorResourceRequest { amount, discovery_script, vendor } = request.clone();
            (name.clone(), ExecutorRequest { amount, discovery_script, vendor })
        });
        let task = profile.task_resources.iter().map(|(name, request)| (name.clone(), request.amount));
        Self { id: profile.id, executor: executor.collect(), task: task.collect() }
    }

    fn profile(self) -> ResourceProfile {
        let executor = self.executor.into_iter().map(|(name, request)| {
            let ExecutorRequest { amount, discovery_script, vendor } = request;
            (name, ExecutorResourceRequest { amount, discovery_script, vendor })
        });
        let task = self.task.into_iter().map(|(name, amount)| (name, TaskResourceRequest { amount }));
        ResourceProfile {
            id: self.id,
            executor_resources: executor.collect(),
            task_resources: task.collect(),
        }
    }
}
