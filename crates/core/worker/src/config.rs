//! What the Worker's decisions depend on, besides events.

use model::{IdPattern, ResourceInformation, RpcAddress, SparkVersion};

/// Settings of a Worker; the names of the keys stand at each field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerConfig {
    /// The address that the Worker advertises.
    pub address: RpcAddress,
    /// The page that it advertises, e.g. `http://host:8081`.
    pub web_ui_url: String,
    /// The Masters to register with, at least one.
    pub masters: Vec<RpcAddress>,
    /// Cores to offer.
    pub cores: u32,
    /// Memory to offer.
    pub memory_mib: u32,
    /// What all executors and drivers together may take, where the Worker's container has a limit.
    pub memory_limit_mib: Option<u32>,
    /// When the process began, in milliseconds since 1970; by it the Master tells two processes of one id apart.
    pub started_ms: Option<u64>,
    /// The Sparks that executors and drivers can be launched from, the oldest first.
    pub sparks: Vec<SparkVersion>,
    /// Custom resources to offer.
    pub resources: Vec<ResourceInformation>,
    /// A quarter of `spark.worker.timeout`.
    pub heartbeat_ms: u64,
    /// `spark.worker.initialRegistrationRetries` (6): tries at short intervals of 5 to 15 s.
    pub initial_registration_retries: u32,
    /// `spark.worker.maxRegistrationRetries` (16): tries in all; the later ones 30 to 90 s apart.
    pub max_registration_retries: u32,
    /// `spark.worker.preferConfiguredMasterAddress`: keep to the address dialled, not the one the Master names.
    pub prefer_configured_master_address: bool,
    /// `spark.worker.executorStateSync.maxAttempts` (5): unanswered state changes before the Worker gives up.
    pub executor_state_sync_max_attempts: u32,
    /// `spark.worker.ui.retainedExecutors`: finished executors kept for the page.
    pub retained_executors: usize,
    /// `spark.worker.ui.retainedDrivers`: finished drivers kept for the page.
    pub retained_drivers: usize,
    /// `spark.decommission.enabled`: whether the Worker can be told to leave with care.
    pub decommission_enabled: bool,
    /// `spark.worker.cleanup.interval`, where `spark.worker.cleanup.enabled`: how often folders of stopped applications
    /// are looked at.
    pub cleanup_interval_ms: Option<u64>,
    /// `spark.worker.idPattern`: how its id is made of a time, its host and its port.
    pub id_pattern: IdPattern,
}
