//! What the Master's decisions depend on, besides events.

use model::{IdPattern, RpcAddress, SparkMatching, WorkerSelectionPolicy};

/// Settings of a Master; the names of the keys stand at each field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MasterConfig {
    /// The address that the Master advertises.
    pub address: RpcAddress,
    /// The page that it advertises, e.g. `http://host:8080`.
    pub web_ui_url: String,
    /// `spark.deploy.spreadOutApps`: executors over many Workers (true) or few.
    pub spread_out: bool,
    /// `spark.deploy.workerSelectionPolicy`: which Worker an application is offered first.
    pub worker_selection_policy: WorkerSelectionPolicy,
    /// `spark.deploy.spreadOutDrivers`: drivers over many Workers (true) or few.
    pub spread_out_drivers: bool,
    /// `spark.deploy.maxDrivers`: how many cluster-mode drivers may run at once.
    pub max_drivers: usize,
    /// `spark.deploy.appIdPattern`: filled with a moment and a number.
    pub application_id_pattern: IdPattern,
    /// `spark.deploy.appNumberModulo`: where the numbers of applications begin anew.
    pub application_number_modulo: Option<u32>,
    /// `spark.deploy.driverIdPattern`: filled with a moment and a number.
    pub driver_id_pattern: IdPattern,
    /// `spark.master.useAppNameAsAppId.enabled`.
    pub use_application_name_as_id: bool,
    /// `spark.master.useDriverIdAsAppName.enabled`: a driver's application is named after the driver.
    pub use_driver_id_as_application_name: bool,
    /// `spark.deploy.defaultCores`: for an application without `spark.cores.max`.
    pub default_cores: u32,
    /// `spark.worker.timeout`, here in milliseconds: a Worker not heard of for so long is lost.
    pub worker_timeout_ms: u64,
    /// `spark.deploy.maxExecutorRetries`; none means that failures are never counted (-1).
    pub max_executor_retries: Option<u32>,
    /// `spark.deploy.retainedApplications`: completed applications kept for the page.
    pub retained_applications: usize,
    /// `spark.deploy.retainedDrivers`: completed drivers kept for the page.
    pub retained_drivers: usize,
    /// `spark.hearth.sparkMatching`: which Sparks of a Worker an application may be run with.
    pub spark_matching: SparkMatching,
    /// `spark.hearth.refuseWhatNeverFits`: what is larger than every Worker is refused when it comes.
    pub refuse_what_never_fits: bool,
    /// Whether what must outlast this Master is written down (`spark.deploy.recoveryMode` is not NONE): it stands by until
    /// it is elected. One that is not asked to leads at once.
    pub remembers: bool,
    /// `spark.deploy.recoveryTimeout`, here in milliseconds: for how long a Master that was elected waits for those that are
    /// remembered.
    pub recovery_timeout_ms: u64,
    /// `spark.dead.worker.persistence`: for how many timeouts a lost Worker stays listed.
    pub dead_worker_persistence: u64,
}
