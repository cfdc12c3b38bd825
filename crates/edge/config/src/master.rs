//! What a Master is started with.

use model::{IdPattern, SparkMatching, WorkerSelectionPolicy};
use regex::Regex;

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::host;
use crate::kind::DecommissionAllow;
use crate::metrics::{self, MetricsInstance, MetricsSettings};
use crate::recovery::{self, RecoveryPlace, RecoverySettings};
use crate::sources::Sources;
use crate::table::{self, Daemons};

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
    /// `spark.deploy.maxDrivers`.
    pub max_drivers: usize,
    /// `spark.deploy.spreadOutDrivers`.
    pub spread_out_drivers: bool,
    /// `spark.deploy.workerSelectionPolicy`.
    pub worker_selection_policy: WorkerSelectionPolicy,
    /// `spark.hearth.sparkMatching`.
    pub spark_matching: SparkMatching,
    /// `spark.hearth.refuseWhatNeverFits`.
    pub refuse_what_never_fits: bool,
    /// `spark.deploy.appIdPattern`, for a time and a number.
    pub application_id_pattern: IdPattern,
    /// `spark.deploy.driverIdPattern`, for a time and a number.
    pub driver_id_pattern: IdPattern,
    /// `spark.deploy.appNumberModulo`.
    pub application_number_modulo: Option<u32>,
    /// `spark.master.useAppNameAsAppId.enabled`.
    pub use_application_name_as_id: bool,
    /// `spark.master.useDriverIdAsAppName.enabled`.
    pub use_driver_id_as_application_name: bool,
    /// Where its state lasts and who leads; none where `spark.deploy.recoveryMode` is NONE.
    pub recovery: Option<RecoverySettings>,
    /// The folder of applications' event logs, where that is in a bucket.
    pub event_logs: Option<RecoveryPlace>,
    /// The submission server; none where `spark.master.rest.enabled` is false.
    pub rest: Option<RestSettings>,
    /// The release that it says it is and whose defaults count: that of `SPARK_HOME`, else the newest known one.
    pub spark_version: String,
    /// `spark.decommission.enabled`.
    pub decommission_enabled: bool,
    /// `spark.master.ui.decommission.allow.mode`.
    pub decommission_allow: DecommissionAllow,
    /// `spark.master.ui.visibleEnvVarPrefixes`.
    pub visible_environment_prefixes: Vec<String>,
    /// `spark.master.ui.historyServerUrl`.
    pub history_server_url: Option<String>,
    /// Whether its page leads to those of Workers and applications, and how; none where `spark.ui.reverseProxy` is false.
    pub reverse_proxy: Option<ReverseProxy>,
    /// `spark.redaction.regex`: what is shown without its value.
    pub redaction: Regex,
    /// The metrics servlets that are on.
    pub metrics: MetricsSettings,
    /// The variables, for the environment page.
    pub environment: Vec<(String, String)>,
    /// The `spark.*` keys as they were written, for the environment page. May hold secrets.
    pub properties: Vec<(String, String)>,
}

/// The server to which drivers are submitted by HTTP.
#[derive(Clone, Debug)]
pub struct RestSettings {
    /// The host that it binds (`spark.master.rest.host`, else the Master's).
    pub host: String,
    /// Its port; 0 for any free one (`spark.master.rest.port`).
    pub port: u16,
    /// `spark.master.rest.maxRequestBodySize`.
    pub max_body_bytes: usize,
    /// `spark.master.rest.maxThreads`: requests that are worked on at the same time.
    pub max_threads: usize,
    /// `spark.master.rest.allowedAppResourcePatterns`, each anchored at both ends; empty for any resource.
    pub allowed_resources: Vec<Regex>,
}

/// The Master's page as the way to other pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReverseProxy {
    /// The address of a further proxy before the Master, without a slash at its end (`spark.ui.reverseProxyUrl`).
    pub url: Option<String>,
}

impl MasterSettings {
    /// Reads a Master's settings from everything that may set them.
    ///
    /// # Errors
    /// With the first value, file or key that is wrong.
    pub fn from_sources(sources: &Sources<'_>) -> Result<(Self, Vec<Warning>), ConfigError> {
        let mut effective = Effective::read(sources, Daemons::Master)?;
        let host = match effective.given(&table::MASTER_HOST)? {
            Some(host) => host,
            None => host::local_host(&mut effective)?,
        };
        let count = |n: u32| usize::try_from(n).unwrap_or(usize::MAX);
        let settings = Self {
            port: effective.value(&table::MASTER_PORT)?,
            web_ui_port: effective.value(&table::MASTER_WEB_UI_PORT)?,
            web_ui_bind: host::web_ui_bind(&effective)?,
            public_host: effective.given(&table::PUBLIC_DNS)?.unwrap_or_else(|| host.clone()),
            ui_title: effective.given(&table::MASTER_UI_TITLE)?.filter(|title| !title.is_empty()),
            ui_kill_enabled: effective.value(&table::UI_KILL_ENABLED)?,
            spread_out: effective.value(&table::SPREAD_OUT)?,
            default_cores: effective.value(&table::DEFAULT_CORES)?,
            worker_timeout_ms: effective.value(&table::WORKER_TIMEOUT)?,
            max_executor_retries: effective.value(&table::MAX_EXECUTOR_RETRIES)?,
            retained_applications: effective.value(&table::RETAINED_APPLICATIONS)?,
            retained_drivers: effective.value(&table::RETAINED_DRIVERS)?,
            dead_worker_persistence: effective.value(&table::DEAD_WORKER_PERSISTENCE)? as u64,
            port_max_retries: effective.value(&table::PORT_MAX_RETRIES)?,
            max_drivers: count(effective.value(&table::MAX_DRIVERS)?),
            spread_out_drivers: effective.value(&table::SPREAD_OUT_DRIVERS)?,
            worker_selection_policy: effective.value(&table::WORKER_SELECTION_POLICY)?,
            spark_matching: effective.value(&table::SPARK_MATCHING)?,
            refuse_what_never_fits: effective.value(&table::REFUSE_WHAT_NEVER_FITS)?,
            application_id_pattern: effective.value(&table::APPLICATION_ID_PATTERN)?,
            driver_id_pattern: effective.value(&table::DRIVER_ID_PATTERN)?,
            application_number_modulo: effective.given(&table::APPLICATION_NUMBER_MODULO)?,
            use_application_name_as_id: effective.value(&table::USE_APPLICATION_NAME_AS_ID)?,
            use_driver_id_as_application_name: effective.value(&table::USE_DRIVER_ID_AS_APPLICATION_NAME)?,
            recovery: recovery::settings(&mut effective)?,
            event_logs: recovery::event_logs(&mut effective)?,
            rest: rest(&mut effective, &host)?,
            spark_version: effective.version().text.clone(),
            decommission_enabled: effective.value(&table::DECOMMISSION_ENABLED)?,
            decommission_allow: effective.value(&table::DECOMMISSION_ALLOW_MODE)?,
            visible_environment_prefixes: effective.value(&table::VISIBLE_ENVIRONMENT_PREFIXES)?,
            history_server_url: effective.given(&table::HISTORY_SERVER_URL)?.filter(|url| !url.is_empty()),
            reverse_proxy: reverse_proxy(&mut effective)?,
            redaction: effective.value(&table::REDACTION_REGEX)?,
            metrics: metrics::settings(
                &mut effective,
                &[MetricsInstance::Master, MetricsInstance::Applications],
            )?,
            environment: sources.environment.pairs(),
            properties: effective.properties(),
            host,
        };
        Ok((settings, effective.into_warnings()))
    }
}

fn rest(effective: &mut Effective<'_>, host: &str) -> Result<Option<RestSettings>, ConfigError> {
    let settings = RestSettings {
        host: effective.given(&table::REST_HOST)?.unwrap_or_else(|| host.to_owned()),
        port: effective.value(&table::REST_PORT)?,
        max_body_bytes: effective.value(&table::REST_MAX_BODY)?,
        max_threads: effective.value(&table::REST_MAX_THREADS)?.try_into().unwrap_or(usize::MAX),
        allowed_resources: effective.value(&table::REST_ALLOWED_RESOURCES)?,
    };
    Ok(effective.value(&table::REST_ENABLED)?.then_some(settings))
}

/// `spark.ui.reverseProxy` and its address (`Master.onStart`, 3.5).
pub(crate) fn reverse_proxy(effective: &mut Effective<'_>) -> Result<Option<ReverseProxy>, ConfigError> {
    let url = effective.given(&table::REVERSE_PROXY_URL)?;
    let url = url.map(|url| url.trim_end_matches('/').to_owned()).filter(|url| !url.is_empty());
    Ok(effective.value(&table::REVERSE_PROXY)?.then_some(ReverseProxy { url }))
}
