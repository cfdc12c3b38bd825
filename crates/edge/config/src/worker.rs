//! What a Worker is started with.

use std::path::PathBuf;

use model::{IdPattern, LogRolling, MasterUrl, ResourceInformation};
use regex::Regex;

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::kind::ProcessCgroups;
use crate::master::{self, ReverseProxy};
use crate::metrics::{self, MetricsInstance, MetricsSettings};
use crate::offer::{self, ContainerMemory};
use crate::rolling;
use crate::shuffle::{self, ShuffleOfWorker};
use crate::sources::Sources;
use crate::spark_home::{SparkHome, SparkHomes};
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
    /// Memory to offer (`--memory`, `SPARK_WORKER_MEMORY`, else all but 1 GiB, or what the container leaves).
    pub memory_mib: u32,
    /// The memory of the container, where that has a limit and `spark.hearth.worker.containerLimits` lets it count.
    pub container_memory: Option<ContainerMemory>,
    /// `spark.hearth.worker.processCgroups`: whether processes have control groups of their own.
    pub process_cgroups: ProcessCgroups,
    /// Custom resources to offer.
    pub resources: Vec<ResourceInformation>,
    /// Where applications' folders are made (`--work-dir`, `SPARK_WORKER_DIR`, else `SPARK_HOME/work`).
    pub work_dir: PathBuf,
    /// The Spark of executors that name none (`SPARK_HOME`, else the first of `SPARK_HOMES`); checked to be one.
    pub spark: SparkHome,
    /// All Sparks whose executors are launched, that one among them (`SPARK_HOMES`); the oldest first, each version once.
    pub sparks: Vec<SparkHome>,
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
    /// Who gives out shuffle files.
    pub shuffle: ShuffleOfWorker,
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
        let cores = offer::cores(&mut effective)?;
        let (memory_mib, container_memory) = offer::memory(&mut effective)?;
        let SparkHomes { default: spark, all: sparks, warnings } = SparkHomes::find(effective.environment())?;
        warnings.into_iter().for_each(|warning| effective.warn(warning));
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
            cores,
            memory_mib,
            container_memory,
            process_cgroups: effective.value(&table::PROCESS_CGROUPS_MODE)?,
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
            sparks,
        };
        Ok((settings, effective.into_warnings()))
    }
}

impl WorkerSettings {
    /// These as one of so many Workers on this machine: what nobody asked for otherwise is divided among them, and so is
    /// in any case the memory of a container.
    #[must_use]
    pub fn one_of(mut self, workers: u32, sources: &Sources<'_>) -> (Self, Option<Warning>) {
        let share = |whole: u32| (whole / workers.max(1)).max(1);
        let is_given = |about: &table::About| {
            sources.flags.value(about.flag).is_some() || sources.environment.value(about.variable).is_some()
        };
        if !is_given(&table::CORES.about) {
            self.cores = share(self.cores);
        }
        if !is_given(&table::MEMORY_OFFERED.about) {
            self.memory_mib = share(self.memory_mib);
        }
        let Some(container) = &mut self.container_memory else { return (self, None) };
        container.for_processes_mib = share(container.for_processes_mib);
        let (asked, most) = (self.memory_mib, container.for_processes_mib);
        self.memory_mib = asked.min(most);
        let warning = (asked > most).then(|| {
            Warning(format!(
                "each of {workers} Workers was to offer {asked} MiB and offers {most}: there is no more for each in the \
                 container, whose limit is {} MiB",
                container.limit_mib
            ))
        });
        (self, warning)
    }
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

/// The Worker's own variables, and `SPARK_HOME` as Spark's start scripts export it. A configuration folder that nobody
/// named is not among them: each Spark has its own.
fn inherited(sources: &Sources<'_>, spark: &SparkHome) -> Vec<(String, String)> {
    let mut environment = sources.environment.clone();
    environment.set("SPARK_HOME", spark.path.to_string_lossy());
    let mut pairs = environment.pairs();
    pairs.retain(|(name, _)| !environment.is_derived(name));
    pairs
}
