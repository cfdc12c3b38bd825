//! The Worker daemon: one event loop where the core, the wire, the processes and the pages meet.
//!
//! ```text
//!   lib        start, stop, snapshot            command    launch ──► command line (pure)
//!   event_loop events in, effects out           launcher   folders + files + command line ──► process
//!   processes  one task for each process        folders    work and scratch folders
//!   shuffle    the shuffle service inside, where one is asked for
//!   confinement  control groups, the container  installations  the Sparks, and who gets which
//!   pages      what browsers, scrapers and probes are answered; stretches of logs
//! ```

mod command;
mod confinement;
mod event_loop;
mod folders;
mod installations;
mod launcher;
mod pages;
mod processes;
mod resources_file;
mod shuffle;
mod user_jar;

use std::sync::Arc;
use std::time::Duration;

use command::Site;
use confinement::Confinement;
use core_worker::{Snapshot, Worker as Core, WorkerConfig, megabytes_to_string};
use edge_config::{ShuffleOfWorker, WorkerSettings};
use edge_net::{NetConfig, Network};
pub use edge_process::{Deeds, appoint_guardian, guard};
use edge_telemetry::Clock;
use event_loop::{EventLoop, Request};
use folders::{Folders, ScratchAfterDeath};
use installations::Installations;
use launcher::Launcher;
use model::{Now, RpcAddress};
use processes::Processes;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{JoinHandle, JoinSet};
use tracing::{info, warn};
use web::metrics::Traffic;
use wire_deploy::Family;

/// How many events may wait for the loop before sockets are no longer read.
const EVENT_QUEUE: usize = 1024;

/// A Worker that listens and runs on the current tokio runtime.
///
/// The runtime's thread must live as long as the Worker: the kernel kills executors when the thread that started
/// them ends.
#[derive(Debug)]
pub struct Worker {
    address: RpcAddress,
    web_ui_url: String,
    requests: mpsc::Sender<Request>,
    stop_pages: watch::Sender<bool>,
    event_loop: JoinHandle<Result<(), String>>,
    /// How it ended: a task says it only once.
    outcome: Option<Result<(), String>>,
    pages: JoinHandle<()>,
    /// Executors of this Worker may read from it to the last.
    shuffle: Option<shuffle::Running>,
}

/// Why a Worker did not start: a sentence that names what was wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl Worker {
    /// Binds both ports and begins to serve.
    ///
    /// # Errors
    /// When a port cannot be bound, the work folder cannot be made or written to, or control groups that must be cannot.
    pub async fn start(settings: WorkerSettings) -> Result<Self, StartError> {
        let Doors { rpc, web_ui, address, web_ui_url } = open_doors(&settings).await?;
        let (installations, confinement, folders) = look_around(settings.clone()).await?;
        let shuffle = shuffle::start(&settings).await?;
        say_what_it_is(&settings, &address, &web_ui_url);

        let clock = Clock::start();
        let (requests, request_queue) = mpsc::channel(EVENT_QUEUE);
        let (stop_pages, pages_stopped) = watch::channel(false);
        let service = shuffle.as_ref().map(|running| running.service.handle());
        let router = pages::router(
            requests.clone(),
            clock.clone(),
            &settings,
            folders.work_dir().to_owned(),
            service.clone(),
        );
        let pages = tokio::spawn(edge_http::serve(web_ui, router, stopped(pages_stopped)));

        let (net_sender, net_events) = mpsc::channel(EVENT_QUEUE);
        let network = Network::new(net_config(&settings, address.clone(), &web_ui_url), net_sender);
        network.accept(rpc);
        let now = clock.now();
        let config = core_config(&settings, address.clone(), web_ui_url.clone(), now);
        let core = Core::new(config, now, fastrand::u64(..));
        let site = Site::new(address.clone(), &web_ui_url, core.id(), settings.reverse_proxy.as_ref());
        let launcher = Launcher::new(&settings, installations, confinement, site, folders.clone());
        let launcher = Arc::new(launcher);
        let (processes, turns) = Processes::new();
        let mut event_loop = EventLoop {
            core,
            clock,
            network,
            net_events,
            processes,
            turns,
            requests: request_queue,
            launcher: launcher.clone(),
            folders: folders.clone(),
            driver_grace: Duration::from_millis(settings.driver_terminate_timeout_ms),
            application_time_to_live: settings
                .cleanup
                .map(|cleanup| Duration::from_millis(cleanup.application_ttl_ms)),
            decommission: decommission_signal(&settings),
            removals: JoinSet::new(),
            traffic: Traffic::default(),
            shuffle: service,
            cleans_up_after_executors: settings.cleanup_files_after_executor_exit,
        };
        event_loop.remove(move || {
            folders.remove_abandoned();
            launcher.remove_abandoned_groups();
        });
        Ok(Self {
            address,
            web_ui_url,
            requests,
            stop_pages,
            event_loop: tokio::spawn(event_loop.run()),
            outcome: None,
            pages,
            shuffle,
        })
    }

    /// The address that it advertises, with the real port.
    pub fn address(&self) -> &RpcAddress {
        &self.address
    }

    /// Its page.
    pub fn web_ui_url(&self) -> &str {
        &self.web_ui_url
    }

    /// Its state now; none once it has ended.
    pub async fn snapshot(&self) -> Option<Snapshot> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Snapshot(reply)).await.ok()?;
        answer.await.ok()
    }

    /// Ends it, its executors first, and waits until all are gone.
    pub async fn stop(mut self) {
        // It may have ended by itself: then there is nobody left to tell.
        let _ = self.requests.send(Request::Stop).await;
        let _ = self.ended().await;
        drop(self.shuffle);
        let _ = self.stop_pages.send(true);
        let _ = self.pages.await;
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// With the reason when it could not go on.
    pub async fn ended(&mut self) -> Result<(), String> {
        if let Some(outcome) = &self.outcome {
            return outcome.clone();
        }
        let outcome = (&mut self.event_loop).await;
        let outcome = outcome.unwrap_or_else(|error| Err(format!("the Worker broke off: {error}")));
        self.outcome.insert(outcome).clone()
    }
}

/// What the Worker listens on.
struct Doors {
    rpc: TcpListener,
    web_ui: TcpListener,
    address: RpcAddress,
    web_ui_url: String,
}

async fn open_doors(settings: &WorkerSettings) -> Result<Doors, StartError> {
    let open = async |service: &str, host: &str, port: u16| {
        let bound = edge_net::bind(host, port, settings.port_max_retries).await;
        let listener = bound.map_err(|error| StartError(error.to_string()))?;
        let address = listener.local_addr();
        let port =
            address.map_err(|error| StartError(format!("a bound port has no address: {error}")))?.port();
        info!(target: "Utils", "Successfully started service '{service}' on port {port}.");
        Ok((listener, port))
    };
    let (rpc, rpc_port) = open("sparkWorker", &settings.host, settings.port).await?;
    let (web_ui, web_ui_port) = open("WorkerUI", &settings.web_ui_bind, settings.web_ui_port).await?;
    Ok(Doors {
        rpc,
        web_ui,
        address: RpcAddress::new(settings.host.clone(), rpc_port),
        web_ui_url: format!("http://{}:{web_ui_port}", settings.public_host),
    })
}

/// What the Worker has around it.
type Surroundings = (Installations, Confinement, Arc<Folders>);

/// Makes the work folder and the control groups and looks at the Sparks, where waiting for disks is allowed.
async fn look_around(settings: WorkerSettings) -> Result<Surroundings, StartError> {
    let seen = tokio::task::spawn_blocking(move || {
        let folders =
            Folders::open(&settings.work_dir, &settings.local_dirs, scratch_after_death(&settings))?;
        Ok((Installations::of(&settings)?, Confinement::open(&settings)?, Arc::new(folders)))
    });
    let seen =
        seen.await.unwrap_or_else(|error| Err(format!("looking at the work directory broke off: {error}")));
    seen.map_err(StartError)
}

fn say_what_it_is(settings: &WorkerSettings, address: &RpcAddress, web_ui_url: &str) {
    info!(
        target: "Worker",
        "Starting Spark worker {address} with {} cores, {} RAM", settings.cores, megabytes_to_string(settings.memory_mib)
    );
    info!(target: "Worker", "Running Spark version {}", settings.spark.version);
    info!(target: "Worker", "Spark home: {}", settings.spark.path.display());
    if settings.sparks.len() > 1 {
        let named =
            settings.sparks.iter().map(|spark| format!("{} ({})", spark.version, spark.path.display()));
        info!(target: "Worker", "Executors and drivers of these Sparks: {}", named.collect::<Vec<_>>().join(", "));
    }
    info!(
        target: "WorkerWebUI",
        "Bound WorkerWebUI to {}, and started at {web_ui_url}", settings.web_ui_bind
    );
}

/// The signal at which the Worker leaves service (`Worker`, 3.5).
fn decommission_signal(settings: &WorkerSettings) -> Option<Signal> {
    let Some(number) = settings.decommission_signal else {
        info!(target: "Worker", "Worker decommissioning not enabled.");
        return None;
    };
    match signal(SignalKind::from_raw(number)) {
        Ok(signal) => {
            info!(target: "Worker", "Registering a handler of signal {number} to trigger decommissioning.");
            Some(signal)
        }
        Err(reason) => {
            warn!(target: "Worker", "Failed to register a handler of signal {number}: {reason}. It decommissions nothing");
            None
        }
    }
}

fn scratch_after_death(settings: &WorkerSettings) -> ScratchAfterDeath {
    match settings.shuffle {
        ShuffleOfWorker::Nobody => ScratchAfterDeath::Goes,
        ShuffleOfWorker::Inside(_) | ShuffleOfWorker::Outside => ScratchAfterDeath::Stays,
    }
}

fn net_config(settings: &WorkerSettings, address: RpcAddress, web_ui_url: &str) -> NetConfig {
    // Whether a Master speaks the one or the other is not known before it has spoken. Most run the same Spark.
    let family = if settings.spark.scala == "2.12" { Family::Scala212 } else { Family::Scala213 };
    NetConfig {
        http_doors: vec![format!("The Worker's page, its logs and /json/ are at {web_ui_url}")],
        ..NetConfig::new(address, vec!["Worker".to_owned()], family)
    }
}

fn core_config(settings: &WorkerSettings, address: RpcAddress, web_ui_url: String, now: Now) -> WorkerConfig {
    WorkerConfig {
        address,
        web_ui_url,
        masters: settings.masters.masters.clone(),
        cores: settings.cores,
        memory_mib: settings.memory_mib,
        started_ms: u64::try_from(now.wall_ms).ok(),
        memory_limit_mib: settings.container_memory.map(|container| container.for_processes_mib),
        sparks: settings.sparks.iter().map(|spark| spark.version.clone()).collect(),
        resources: settings.resources.clone(),
        heartbeat_ms: settings.worker_timeout_ms / 4,
        initial_registration_retries: settings.initial_registration_retries,
        max_registration_retries: settings.max_registration_retries,
        prefer_configured_master_address: settings.prefer_configured_master_address,
        executor_state_sync_max_attempts: settings.executor_state_sync_max_attempts,
        retained_executors: settings.retained_executors,
        retained_drivers: settings.retained_drivers,
        decommission_enabled: settings.decommission_signal.is_some(),
        cleanup_interval_ms: settings.cleanup.map(|cleanup| cleanup.interval_ms),
        id_pattern: settings.id_pattern.clone(),
    }
}

async fn stopped(mut flag: watch::Receiver<bool>) {
    // An error means that the Worker is gone, which stops its pages too.
    let _ = flag.wait_for(|stop| *stop).await;
}
