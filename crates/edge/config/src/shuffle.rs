//! What a shuffle service is started with, alone or inside the Worker.

use std::path::PathBuf;

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::sources::Sources;
use crate::table::{self, Daemons};
use crate::{host, worker};

/// The most threads that are started unasked: the kernel does most of the work, and each thread has its own memory.
const USUAL_THREADS: u32 = 4;

/// What every shuffle service is started with.
#[derive(Clone, Debug)]
pub struct ShuffleSettings {
    /// `spark.shuffle.service.port`
    pub port: u16,
    /// `spark.shuffle.io.serverThreads`, else by the machine's cores.
    pub threads: usize,
    /// `spark.shuffle.service.index.cache.size`
    pub index_cache_bytes: usize,
    /// `spark.shuffle.maxChunksBeingTransferred`
    pub max_chunks: usize,
    /// `spark.shuffle.service.fetch.rdd.enabled`
    pub fetches_rdds: bool,
    /// Below which executors may keep their files (`Utils.getConfiguredLocalDirs`, 4.3).
    pub local_dirs: Vec<PathBuf>,
    /// Where registered executors are kept: folders of `spark.local.dir`, the first one unless another has them already;
    /// none where `spark.shuffle.service.db.enabled` is false.
    pub store: Option<Vec<PathBuf>>,
}

/// What the shuffle service is started with that is a daemon of its own.
#[derive(Clone, Debug)]
pub struct ShuffleServiceSettings {
    /// The address that it listens on (`--host`).
    pub host: String,
    /// Port of its page; 0 for any free one (`--webui-port`).
    pub web_ui_port: u16,
    /// The address that its page binds (`SPARK_LOCAL_IP`, else every interface).
    pub web_ui_bind: String,
    /// The host in links to its page (`SPARK_PUBLIC_DNS`, else this machine's).
    pub public_host: String,
    /// `spark.port.maxRetries`, for the page.
    pub port_max_retries: u16,
    /// The release that it says it is.
    pub spark_version: String,
    /// The rest.
    pub service: ShuffleSettings,
}

impl ShuffleServiceSettings {
    /// Reads the service's settings from everything that may set them.
    ///
    /// # Errors
    /// With the first value, file or key that is wrong.
    pub fn from_sources(sources: &Sources<'_>) -> Result<(Self, Vec<Warning>), ConfigError> {
        let mut effective = Effective::read(sources, Daemons::Shuffle)?;
        let mut service = service(&mut effective)?;
        if effective.given(&table::SHUFFLE_PORT)?.is_none()
            && let Some(port) = effective.given(&table::SHUFFLE_PORT_FLAG)?
        {
            service.port = port;
        }
        let public_host = match effective.given(&table::PUBLIC_DNS)? {
            Some(host) => host,
            None => host::local_host(&mut effective)?,
        };
        let settings = Self {
            host: effective.value(&table::SHUFFLE_HOST)?,
            web_ui_port: effective.value(&table::SHUFFLE_WEB_UI_PORT)?,
            web_ui_bind: host::web_ui_bind(&effective)?,
            public_host,
            port_max_retries: effective.value(&table::PORT_MAX_RETRIES)?,
            spark_version: effective.version().text.clone(),
            service,
        };
        Ok((settings, effective.into_warnings()))
    }
}

/// Who gives out the shuffle files of a Worker's executors that have gone.
#[derive(Clone, Debug)]
pub enum ShuffleOfWorker {
    /// Nobody.
    Nobody,
    /// A service inside the Worker.
    Inside(ShuffleSettings),
    /// A service beside it, of which it knows no more.
    Outside,
}

/// Where a Worker is told that the service is.
pub(crate) fn of_a_worker(effective: &mut Effective<'_>) -> Result<ShuffleOfWorker, ConfigError> {
    let settings = service(effective)?;
    let is_outside = effective.value(&table::SHUFFLE_OUTSIDE)?;
    Ok(match effective.value(&table::SHUFFLE_ENABLED)? {
        false => ShuffleOfWorker::Nobody,
        true if is_outside => ShuffleOfWorker::Outside,
        true => ShuffleOfWorker::Inside(settings),
    })
}

fn service(effective: &mut Effective<'_>) -> Result<ShuffleSettings, ConfigError> {
    let threads = match effective.value(&table::SHUFFLE_SERVER_THREADS)? {
        0 => effective.machine().cores().min(USUAL_THREADS) as usize,
        threads => threads.min(1024),
    };
    let keeps = effective.value(&table::SHUFFLE_DB_ENABLED)?;
    Ok(ShuffleSettings {
        port: effective.value(&table::SHUFFLE_PORT)?,
        threads,
        index_cache_bytes: effective.value(&table::SHUFFLE_INDEX_CACHE)?,
        max_chunks: effective.value(&table::SHUFFLE_MAX_CHUNKS)?,
        fetches_rdds: effective.value(&table::SHUFFLE_FETCH_RDD)?,
        local_dirs: worker::local_dirs(effective)?,
        // `ExternalShuffleService.findRegisteredExecutorsDBFile` (3.5) reads the key alone, no variable.
        store: if keeps { Some(effective.value(&table::LOCAL_DIR)?) } else { None },
    })
}
