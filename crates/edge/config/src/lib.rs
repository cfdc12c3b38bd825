//! Configuration: ONE table of keys; flags, `-D` options, properties file and environment become typed settings.

use std::path::PathBuf;

use model::{MasterUrl, ResourceInformation};

/// What a Master is started with.
#[derive(Clone, Debug)]
pub struct MasterSettings {
    /// The host that it binds and advertises (`--host`, `SPARK_MASTER_HOST`).
    pub host: String,
    /// RPC port; 0 for any free one (`--port`, `SPARK_MASTER_PORT`).
    pub port: u16,
    /// Port of the page; 0 for any free one (`--webui-port`, `SPARK_MASTER_WEBUI_PORT`, `spark.master.ui.port`).
    pub web_ui_port: u16,
    /// The address that the page binds (`SPARK_LOCAL_IP`, else every interface).
    pub web_ui_bind: String,
    /// The host in links to the page (`SPARK_PUBLIC_DNS`, else `host`).
    pub public_host: String,
    /// `spark.master.ui.title`.
    pub ui_title: Option<String>,
    /// `spark.ui.killEnabled`.
    pub ui_kill_enabled: bool,
    /// `spark.deploy.spreadOutApps`.
    pub spread_out: bool,
    /// `spark.deploy.defaultCores`.
    pub default_cores: u32,
    /// `spark.worker.timeout`.
    pub worker_timeout_ms: u64,
    /// `spark.deploy.maxExecutorRetries`; none for -1.
    pub max_executor_retries: Option<u32>,
    /// `spark.deploy.retainedApplications`.
    pub retained_applications: usize,
    /// `spark.deploy.retainedDrivers`.
    pub retained_drivers: usize,
    /// `spark.dead.worker.persistence`.
    pub dead_worker_persistence: u64,
    /// `spark.port.maxRetries`: how many further ports are tried when a port is taken.
    pub port_max_retries: u16,
}

/// What a Worker is started with.
#[derive(Clone, Debug)]
pub struct WorkerSettings {
    /// The Masters to register with.
    pub masters: MasterUrl,
    /// The host that it binds and advertises (`--host`, `SPARK_LOCAL_HOSTNAME`).
    pub host: String,
    /// RPC port; 0 for any free one (`--port`, `SPARK_WORKER_PORT`).
    pub port: u16,
    /// Port of the page; 0 for any free one (`--webui-port`, `SPARK_WORKER_WEBUI_PORT`, `spark.worker.ui.port`).
    pub web_ui_port: u16,
    /// The address that the page binds (`SPARK_LOCAL_IP`, else every interface).
    pub web_ui_bind: String,
    /// The host in links to the page and to logs (`SPARK_PUBLIC_DNS`, else `host`).
    pub public_host: String,
    /// `spark.port.maxRetries`: how many further ports are tried when a port is taken.
    pub port_max_retries: u16,
    /// Cores to offer (`--cores`, `SPARK_WORKER_CORES`, else all).
    pub cores: u32,
    /// Memory to offer (`--memory`, `SPARK_WORKER_MEMORY`, else all but 1 GiB).
    pub memory_mib: u32,
    /// Custom resources to offer.
    pub resources: Vec<ResourceInformation>,
    /// Where applications' folders are made (`--work-dir`, `SPARK_WORKER_DIR`, else `SPARK_HOME/work`).
    pub work_dir: PathBuf,
    /// The Spark whose executors are launched (`SPARK_HOME`); checked to be one.
    pub spark: SparkHome,
    /// Scratch folders (`SPARK_EXECUTOR_DIRS`, `SPARK_LOCAL_DIRS`, `spark.local.dir`, else `/tmp`).
    pub local_dirs: Vec<PathBuf>,
    /// The Java that runs executors: `JAVA_HOME/bin/java`, else `java` of `PATH`; checked to exist.
    pub java: PathBuf,
    /// The environment that executors inherit: the Worker's own.
    pub environment: Vec<(String, String)>,
    /// `spark.worker.timeout`.
    pub worker_timeout_ms: u64,
    /// `spark.worker.initialRegistrationRetries`.
    pub initial_registration_retries: u32,
    /// `spark.worker.maxRegistrationRetries`.
    pub max_registration_retries: u32,
    /// `spark.worker.preferConfiguredMasterAddress`.
    pub prefer_configured_master_address: bool,
    /// `spark.worker.executorStateSync.maxAttempts`.
    pub executor_state_sync_max_attempts: u32,
    /// `spark.worker.ui.retainedExecutors`.
    pub retained_executors: usize,
}

/// A folder that holds a Spark distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparkHome {
    /// The folder.
    pub path: PathBuf,
    /// Its version, read from the name of `jars/spark-core_*.jar`, e.g. `3.5.7`.
    pub version: String,
    /// Its Scala binary version, from the same name: `2.12` or `2.13`.
    pub scala: String,
}
