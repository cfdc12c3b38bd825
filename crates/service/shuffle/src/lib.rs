//! The shuffle service: what the core decides and the edge does, for the daemon that is nothing else and for the
//! Worker, which may run one too (`ExternalShuffleService`, 3.4 to 4.3).
//!
//! ```text
//!   accept ──► lanes ──► connection: frame ──► core ──► answer, or a stretch of a file
//!                            │                  ▲
//!                            └── requests ──────┘  registration, removal, diagnosis: on threads that may wait
//!   Handle: applications and executors end, pages ask
//! ```

mod accept;
mod chunks;
mod connection;
mod failure;
mod gauges;
mod handle;
mod requests;
mod settings;
mod shared;
mod vanished;

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use core_shuffle::Refusal;
use edge_blocks::{Lanes, Opened, Store, forgotten_by_a_jvm};
use edge_config::ShuffleSettings;
use shared::Shared;
use tokio::task::JoinHandle;
use tracing::{info, warn};
use vanished::Vanished;

pub use handle::Handle;

/// How often rates are taken, and files closed that nobody asks for.
const TICK: Duration = Duration::from_secs(5);

/// How long a file stays open that nobody asks for: what was removed takes its disk for as long.
const IDLE_MS: u64 = 10_000;

/// How often directories of registered executors are looked for.
const LOOK: Duration = Duration::from_secs(600);

/// What a service is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// On how many threads connections live.
    pub threads: usize,
    /// How many connections there may be; the next ones wait in the system's queue.
    pub max_connections: usize,
    /// `spark.shuffle.maxChunksBeingTransferred`: beyond so many, connections that ask for more are closed.
    pub max_chunks: u64,
    /// `spark.shuffle.service.index.cache.size`
    pub index_cache_bytes: u64,
    /// `spark.shuffle.service.fetch.rdd.enabled`: blocks of RDDs outlive their executors.
    pub fetches_rdds: bool,
    /// Where local directories of executors may lie; anywhere when there are none.
    pub roots: Vec<PathBuf>,
    /// Where registered executors are kept over a restart; none where `spark.shuffle.service.db.enabled` is false.
    pub store: Option<PathBuf>,
}

/// A service that runs. It ends when this is dropped.
#[derive(Debug)]
pub struct ShuffleService {
    handle: Handle,
    port: u16,
    accepting: JoinHandle<()>,
    ticking: JoinHandle<()>,
    looking: JoinHandle<()>,
}

impl ShuffleService {
    /// Listens and serves as an operator's settings say. Its port does not move: executors know no other.
    ///
    /// # Errors
    /// With a sentence when the port or a thread cannot be had.
    pub async fn listen(host: &str, settings: &ShuffleSettings) -> Result<Self, String> {
        let bound = edge_net::bind(host, settings.port, 0).await;
        let listener = bound.map_err(|error| format!("the shuffle service cannot start: {error}"))?;
        let listener =
            listener.into_std().map_err(|error| format!("the shuffle service cannot listen: {error}"))?;
        let settings = settings.clone();
        let looked = tokio::task::spawn_blocking(move || Settings::of(&settings)).await;
        let settings = looked.map_err(|error| format!("looking at local directories broke off: {error}"))?;
        Self::start(settings, listener).await
    }

    /// Reads what was registered before, and begins to serve on the current tokio runtime and on threads of its own.
    ///
    /// # Errors
    /// With a sentence when the socket or a thread cannot be had.
    pub async fn start(settings: Settings, listener: TcpListener) -> Result<Self, String> {
        let cannot = |error: std::io::Error| format!("the shuffle service cannot listen: {error}");
        let port = listener.local_addr().map_err(cannot)?.port();
        listener.set_nonblocking(true).map_err(cannot)?;
        let listener = tokio::net::TcpListener::from_std(listener).map_err(cannot)?;
        info!(target: "ExternalShuffleService", "Starting shuffle service on port {port} (auth enabled = false)");
        let threads = settings.threads;
        let max_connections = settings.max_connections;
        let started = tokio::task::spawn_blocking(move || restored(settings, port));
        let shared =
            started.await.map_err(|error| format!("reading the registered executors broke off: {error}"))?;
        let shared = Arc::new(shared);
        let serving = shared.clone();
        let lanes = Lanes::start(threads, move |socket| connection::serve(serving.clone(), socket))
            .map_err(|error| format!("the system refuses a thread for connections: {error}"))?;
        let accepting = tokio::spawn(accept::accept_all(listener, lanes, max_connections));
        let ticking = tokio::spawn(tick(shared.clone()));
        let looking = tokio::spawn(look_around(shared.clone()));
        info!(target: "ExternalShuffleService", "Started external shuffle service on port {port}");
        Ok(Self { handle: Handle(shared), port, accepting, ticking, looking })
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// What others may ask of it and tell it.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Waits until it ends, which it does by itself only when it broke.
    pub async fn ended(&mut self) {
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for ShuffleService {
    fn drop(&mut self) {
        self.accepting.abort();
        self.ticking.abort();
        self.looking.abort();
        // Connections end a moment later: the next service can have the log at once.
        self.handle.0.release_store();
    }
}

async fn tick(shared: Arc<Shared>) {
    let mut ticks = tokio::time::interval(TICK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut last = ticks.tick().await;
    loop {
        let now = ticks.tick().await;
        shared.write().observe((now - last).as_secs_f64());
        shared.files.sweep(IDLE_MS);
        last = now;
    }
}

/// A disk that hangs holds up this alone.
async fn look_around(shared: Arc<Shared>) {
    let mut vanished = Vanished::default();
    loop {
        tokio::time::sleep(LOOK).await;
        let shared = shared.clone();
        let look = tokio::task::spawn_blocking(move || {
            vanished.look(&shared);
            vanished
        });
        // A look that broke off begins anew the next time.
        vanished = look.await.unwrap_or_default();
    }
}

/// The service with the executors that were registered before it was started.
fn restored(settings: Settings, port: u16) -> Shared {
    let (store, before, state) = match &settings.store {
        None => (None, Vec::new(), "not kept: spark.shuffle.service.db.enabled is false".to_owned()),
        Some(directory) => {
            for (path, kind) in forgotten_by_a_jvm(directory) {
                warn!(
                    target: "ExternalShuffleService",
                    "{} is of Spark's own shuffle service ({kind}) and is not read: executors that registered there must \
                     register here anew", path.display()
                );
            }
            match Store::open(directory) {
                Ok(Opened { store, registered, failure: None }) => {
                    let path = store.path().display().to_string();
                    (Some(store), registered, path)
                }
                Ok(Opened { store, registered, failure: Some(error) }) => {
                    warn!(target: "ExternalShuffleService", "{error}. It is tried again with each executor that registers");
                    (Some(store), registered, format!("not kept at the start: {error}"))
                }
                Err(error) => {
                    // As `DBProvider.initDB` has it, a service without its memory is better than none.
                    warn!(target: "ExternalShuffleService", "{error}. Until then a restart forgets all executors");
                    (None, Vec::new(), format!("not kept: {error}"))
                }
            }
        }
    };
    let shared = Shared::new(settings, port, store, state);
    for one in before {
        let (application, executor) = (one.application.clone(), one.executor.clone());
        info!(
            target: "ExternalShuffleBlockResolver",
            "Reloading registered executors: AppExecId[appId={application},execId={executor}]"
        );
        if let Err(refusal) = register_again(&shared, one) {
            warn!(
                target: "ExternalShuffleService",
                "Executor {executor} of {application}, registered before, is refused now: {refusal}"
            );
        }
    }
    shared
}

fn register_again(shared: &Shared, one: edge_blocks::Registered) -> Result<(), Refusal> {
    let files = core_shuffle::Files {
        local_dirs: one.local_dirs,
        sub_dirs: one.sub_dirs,
        shuffle_manager: one.shuffle_manager,
    };
    let checked = shared.check(&one.application, &one.executor, &files)?;
    shared.write().register(&one.application, &one.executor, checked).map(drop)
}
