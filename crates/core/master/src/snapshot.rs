//! What a Master shows: a copy of its state at one moment, for the page, `/json/` and metrics alike.

use std::sync::Arc;

use model::{
    ApplicationId, ApplicationState, DriverId, DriverState, ExecutorState, RecoveryState,
    ResourceInformation, RpcAddress, SparkVersion, WorkerId, WorkerState,
};

use crate::Explanation;

/// The Master's state at one moment. Times are milliseconds since 1970 UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was taken.
    pub taken_ms: i64,
    /// The machine's offset from UTC, seconds.
    pub utc_offset_s: i32,
    /// `spark://host:port`.
    pub url: String,
    /// Whether this Master leads.
    pub status: RecoveryState,
    /// The Master that leads, where this one does not and knows of one.
    pub leader: Option<RpcAddress>,
    /// Workers by id, lost ones included while they stay listed.
    pub workers: Vec<WorkerView>,
    /// Applications that wait or run, in the order of their submission.
    pub active_applications: Vec<ApplicationView>,
    /// Applications that ended, the oldest first.
    pub completed_applications: Vec<ApplicationView>,
    /// Drivers that wait or run.
    pub active_drivers: Vec<DriverView>,
    /// Drivers that ended, the oldest first.
    pub completed_drivers: Vec<DriverView>,
}

/// A Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerView {
    /// Its id.
    pub id: WorkerId,
    /// The host that it advertises.
    pub host: Arc<str>,
    /// Its RPC port.
    pub port: u16,
    /// Its page.
    pub web_ui_url: Arc<str>,
    /// Cores offered.
    pub cores: u32,
    /// Cores given away.
    pub cores_used: u32,
    /// Memory offered.
    pub memory_mib: u32,
    /// Memory given away.
    pub memory_used_mib: u32,
    /// Custom resources offered.
    pub resources: Vec<ResourceInformation>,
    /// Custom resources given away.
    pub resources_used: Vec<ResourceInformation>,
    /// The Sparks that it launches, the oldest first; of one that does not say, those that it can be.
    pub sparks: Vec<SparkVersion>,
    /// Memory that its container lets all its processes take together, and how much of it is given away.
    pub memory_limit_mib: Option<(u32, u32)>,
    /// Its state.
    pub state: WorkerState,
    /// When it was last heard of.
    pub last_heartbeat_ms: i64,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationView {
    /// Its id.
    pub id: ApplicationId,
    /// Its name.
    pub name: String,
    /// Who started it.
    pub user: String,
    /// Its state.
    pub state: ApplicationState,
    /// When it registered.
    pub submitted_ms: i64,
    /// How long it has run, or ran.
    pub duration_ms: i64,
    /// The Spark that it is of: the number, or a span such as `3.5.0 to 3.5.9`; empty where it is not known.
    pub spark: String,
    /// Why it has no executor, be it that it wants none; none for one that has, or has ended.
    pub waiting: Option<Explanation>,
    /// Its driver's own page, empty when switched off.
    pub ui_url: String,
    /// The cores that it may have at most; none means no limit.
    pub max_cores: Option<u32>,
    /// The cores that it has.
    pub cores_granted: u32,
    /// Memory of one executor of its default profile.
    pub memory_per_executor_mib: u32,
    /// Custom resources of one executor of its default profile: name and amount.
    pub resources_per_executor: Vec<(String, u64)>,
    /// Its executors.
    pub executors: Vec<ExecutorView>,
    /// The executors that it had.
    pub removed_executors: Vec<ExecutorView>,
}

/// An executor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorView {
    /// Its number.
    pub id: u32,
    /// The Worker that runs it.
    pub worker: WorkerId,
    /// That Worker's page.
    pub worker_web_ui_url: Arc<str>,
    /// Its cores.
    pub cores: u32,
    /// Its memory.
    pub memory_mib: u32,
    /// Its resource profile.
    pub profile: u32,
    /// Custom resources that it was given.
    pub resources: Vec<ResourceInformation>,
    /// Its state.
    pub state: ExecutorState,
}

/// A cluster-mode driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverView {
    /// Its id.
    pub id: DriverId,
    /// Its main class.
    pub main_class: String,
    /// The Spark that it is of, as an application's.
    pub spark: String,
    /// Why it waits; none for one that runs or has ended.
    pub waiting: Option<Explanation>,
    /// Its state.
    pub state: DriverState,
    /// When it was submitted.
    pub submitted_ms: i64,
    /// When it was launched; none while it waits.
    pub started_ms: Option<i64>,
    /// How long it has run, or ran.
    pub duration_ms: i64,
    /// The Worker that runs it, with that Worker's page.
    pub worker: Option<(WorkerId, Arc<str>)>,
    /// Its cores.
    pub cores: u32,
    /// Its memory.
    pub memory_mib: u32,
    /// Custom resources that it was given.
    pub resources: Vec<ResourceInformation>,
}
