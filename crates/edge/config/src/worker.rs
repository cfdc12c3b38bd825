//! What a Worker is started with.

use std::path::PathBuf;

use model::{IdPattern, LogRolling, MasterUrl, ResourceInformation};
use regex::Regex;

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::machine::Machine;
use crate::master::{self, ReverseProxy};
use crate::metrics::{self, MetricsInstance, MetricsSettings};
use crate::rolling;
use crate::shuffle::{self, ShuffleSettings};
use crate::sources::Sources;
use crate::spark_home::SparkHome;
use crate::table::{self, Daemons};
use crate::{host, java, resources};

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
    /// `spark.worker.ui.retainedDrivers`.
    pub retained_drivers: usize,
    /// `spark.worker.idPattern`, for a time, a host and a port.
    pub id_pattern: IdPattern,
    /// When folders of stopped applications are removed; none where `spark.worker.cleanup.enabled` is false.
    pub cleanup: Option<CleanupSettings>,
    /// `spark.worker.driverTerminateTimeout`.
    pub driver_terminate_timeout_ms: u64,
    /// The number of the signal at which it leaves service (`spark.worker.decommission.signal`); none where
    /// `spark.decommission.enabled` is false.
    pub decommission_signal: Option<i32>,
    /// How logs of executors roll; none where they do not.
    pub log_rolling: Option<LogRolling>,
    /// `spark.worker.ui.compressedLogFileLengthCacheSize`.
    pub compressed_log_cache: usize,
    /// Whether links to its page lead through the Master's; none where `spark.ui.reverseProxy` is false.
    pub reverse_proxy: Option<ReverseProxy>,
    /// `spark.redaction.regex`: what is shown without its value.
    pub redaction: Regex,
    /// The metrics servlets that are on.
    pub metrics: MetricsSettings,
    /// The shuffle service that runs inside; none where `spark.shuffle.service.enabled` is false.
    pub shuffle: Option<ShuffleSettings>,
    /// `spark.storage.cleanupFilesAfterExecutorExit`
    pub cleanup_files_after_executor_exit: bool,
    /// The `spark.*` keys as they were written. May hold secrets.
    pub properties: Vec<(String, String)>,
}

/// When folders of stopped applications are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CleanupSettings {
    /// `spark.worker.cleanup.interval`: how often the work folder is looked through.
    pub interval_ms: u64,
    /// `spark.worker.cleanup.appDataTtl`: how long a folder is kept in which nothing changes.
    pub application_ttl_ms: u64,
}

impl WorkerSettings {
    /// Reads a Worker's settings from everything that may set them, and checks that Spark and Java are there.
    ///
    /// # Errors
    /// With the first value, file or key that is wrong, or with what is missing.
    pub fn from_sources(sources: &Sources<'_>) -> Result<(Self, Vec<Warning>), ConfigError> {
        let mut effective = Effective::read(sources, Daemons::Worker)?;
        let masters = effective.given(&table::MASTERS)?.ok_or_else(|| ConfigError::Missing {
            what: "no Master is named".into(),
            advice: "give its URL, e.g. spark://host:7077".into(),
        })?;
        let masters: MasterUrl = masters.parse()?;
        let cores = effective.given(&table::CORES)?;
        let memory = effective.given(&table::MEMORY_OFFERED)?;
        let spark = SparkHome::find(effective.environment())?;
        let java = java::find(effective.environment())?;
        let host = match effective.given(&table::WORKER_HOST)? {
            Some(host) => host,
            None => host::local_host(&mut effective)?,
        };
        let settings = Self {
            masters,
            port: effective.value(&table::WORKER_PORT)?,
            web_ui_port: effective.value(&table::WORKER_WEB_UI_PORT)?,
            web_ui_bind: host::web_ui_bind(&effective)?,
            public_host: effective.given(&table::PUBLIC_DNS)?.unwrap_or_else(|| host.clone()),
            port_max_retries: effective.value(&table::PORT_MAX_RETRIES)?,
            cores: cores.unwrap_or_else(|| sources.machine.cores()),
            memory_mib: memory.unwrap_or_else(|| default_worker_memory_mib(sources.machine)),
            resources: resources::discover(&mut effective)?,
            work_dir: work_dir(&mut effective, &spark)?,
            local_dirs: local_dirs(&mut effective)?,
            java,
            environment: inherited(sources, &spark),
            worker_timeout_ms: effective.value(&table::WORKER_TIMEOUT)?,
            initial_registration_retries: effective.value(&table::INITIAL_REGISTRATION_RETRIES)?,
            max_registration_retries: effective.value(&table::MAX_REGISTRATION_RETRIES)?,
            prefer_configured_master_address: effective.value(&table::PREFER_CONFIGURED_MASTER_ADDRESS)?,
            executor_state_sync_max_attempts: effective.value(&table::EXECUTOR_STATE_SYNC_MAX_ATTEMPTS)?,
            retained_executors: effective.value(&table::RETAINED_EXECUTORS)?,
            retained_drivers: effective.value(&table::WORKER_RETAINED_DRIVERS)?,
            id_pattern: effective.value(&table::WORKER_ID_PATTERN)?,
            cleanup: cleanup(&mut effective)?,
            driver_terminate_timeout_ms: effective.value(&table::DRIVER_TERMINATE_TIMEOUT)?,
            decommission_signal: decommission_signal(&mut effective)?,
            log_rolling: rolling::settings(&mut effective)?,
            compressed_log_cache: effective.value(&table::COMPRESSED_LOG_CACHE)?,
            reverse_proxy: master::reverse_proxy(&mut effective)?,
            redaction: effective.value(&table::REDACTION_REGEX)?,
            metrics: metrics::settings(&mut effective, &[MetricsInstance::Worker])?,
            shuffle: shuffle::of_a_worker(&mut effective)?,
            cleanup_files_after_executor_exit: effective.value(&table::CLEANUP_FILES_AFTER_EXECUTOR_EXIT)?,
            properties: effective.properties(),
            host,
            spark,
        };
        Ok((settings, effective.into_warnings()))
    }
}

/// All memory but 1 GiB for the system, and never less than 1 GiB (`WorkerArguments.inferDefaultMemory`, 3.5).
pub fn default_worker_memory_mib(machine: &dyn Machine) -> u32 {
    const UNKNOWN_MIB: u64 = 2048;
    let mib = machine.memory_mib().unwrap_or(UNKNOWN_MIB).saturating_sub(1024).max(1024);
    u32::try_from(mib).unwrap_or(u32::MAX)
}

fn work_dir(effective: &mut Effective<'_>, spark: &SparkHome) -> Result<PathBuf, ConfigError> {
    let folder = effective.given(&table::WORK_DIR)?.unwrap_or_else(|| spark.path.join("work"));
    Ok(std::path::absolute(&folder).unwrap_or(folder))
}

/// `Utils.getConfiguredLocalDirs` (3.5): here the variables win over the key.
pub(crate) fn local_dirs(effective: &mut Effective<'_>) -> Result<Vec<PathBuf>, ConfigError> {
    if let Some(folders) = effective.given(&table::EXECUTOR_DIRS)? {
        return Ok(folders);
    }
    match effective.given(&table::LOCAL_DIRS)? {
        Some(folders) => Ok(folders),
        None => effective.value(&table::LOCAL_DIR),
    }
}

fn cleanup(effective: &mut Effective<'_>) -> Result<Option<CleanupSettings>, ConfigError> {
    let settings = CleanupSettings {
        interval_ms: effective.value(&table::CLEANUP_INTERVAL)?,
        application_ttl_ms: effective.value(&table::CLEANUP_APPLICATION_TTL)?,
    };
    Ok(effective.value(&table::CLEANUP_ENABLED)?.then_some(settings))
}

fn decommission_signal(effective: &mut Effective<'_>) -> Result<Option<i32>, ConfigError> {
    let signal = effective.value(&table::DECOMMISSION_SIGNAL)?;
    Ok(effective.value(&table::DECOMMISSION_ENABLED)?.then_some(signal))
}

/// The Worker's own variables, and `SPARK_HOME` as Spark's start scripts export it.
fn inherited(sources: &Sources<'_>, spark: &SparkHome) -> Vec<(String, String)> {
    let mut environment = sources.environment.clone();
    environment.set("SPARK_HOME", spark.path.to_string_lossy());
    environment.pairs()
}
