//! What a Master is started with.

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::host;
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
            host,
        };
        Ok((settings, effective.into_warnings()))
    }
}
