//! What a Worker shows: a copy of its state at one moment, for the page and `/json/` alike.

use std::sync::Arc;

use model::{
    ApplicationDescription, DriverDescription, DriverId, DriverState, ExecutorKey, ExecutorState,
    ResourceInformation, SparkVersion, WorkerId,
};

/// The Worker's state at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was taken, milliseconds since 1970 UTC.
    pub taken_ms: i64,
    /// Its id.
    pub id: WorkerId,
    /// The host that it advertises.
    pub host: String,
    /// Its RPC port.
    pub port: u16,
    /// `spark://host:port` of the Master that it is registered with, empty when with none.
    pub master_url: String,
    /// That Master's page, empty when with none.
    pub master_web_ui_url: String,
    /// Whether it was told to leave and takes no new executors.
    pub decommissioned: bool,
    /// Cores offered.
    pub cores: u32,
    /// Cores in use.
    pub cores_used: u32,
    /// Memory offered.
    pub memory_mib: u32,
    /// Memory in use.
    pub memory_used_mib: u32,
    /// The Sparks that executors and drivers can be launched from, the oldest first.
    pub sparks: Vec<SparkVersion>,
    /// Custom resources offered.
    pub resources: Vec<ResourceInformation>,
    /// Custom resources in use.
    pub resources_used: Vec<ResourceInformation>,
    /// Executors that live.
    pub executors: Vec<ExecutorView>,
    /// Executors that ended, the oldest first.
    pub finished_executors: Vec<ExecutorView>,
    /// Cluster-mode drivers that live, those that wait for their next start included.
    pub drivers: Vec<DriverView>,
    /// Drivers that ended, the oldest first.
    pub finished_drivers: Vec<DriverView>,
}

/// An executor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorView {
    /// Which executor.
    pub executor: ExecutorKey,
    /// What the application said of itself; shared by its executors. The values of its
    /// environment are left out: they may be secrets.
    pub description: Arc<ApplicationDescription>,
    /// Its cores.
    pub cores: u32,
    /// Its memory.
    pub memory_mib: u32,
    /// Custom resources that it was given.
    pub resources: Vec<ResourceInformation>,
    /// Its state.
    pub state: ExecutorState,
    /// Its process, while it runs.
    pub pid: Option<u32>,
}

/// A cluster-mode driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverView {
    /// Which driver.
    pub driver: DriverId,
    /// What was submitted. The values of its environment are left out: they may be secrets.
    pub description: Arc<DriverDescription>,
    /// `RUNNING` until its end, as Spark's Worker shows it, also while it waits for its next start.
    pub state: DriverState,
    /// Custom resources that it was given.
    pub resources: Vec<ResourceInformation>,
    /// Its process, while it runs.
    pub pid: Option<u32>,
    /// Why it could not be started.
    pub exception: Option<String>,
}
