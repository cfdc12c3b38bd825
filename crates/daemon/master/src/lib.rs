//! The Master daemon: one event loop where the core, the wire and the pages meet.

mod event_logs;
mod event_loop;
mod inspect;
mod keeper;
mod outbox;
mod pages;
mod rest;
mod version;

use core_master::{Master as Core, MasterConfig, Snapshot};
use edge_config::MasterSettings;
use edge_net::{NetConfig, Network};
use edge_telemetry::Clock;
use event_loop::{Asks, EventLoop, Request};
use keeper::Keeper;
use model::RpcAddress;
use outbox::Outbox;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tracing::info;
use web::metrics::Traffic;
use wire_deploy::Family;

pub use inspect::inspect;

/// How many events may wait for the loop before sockets are no longer read.
const EVENT_QUEUE: usize = 1024;

/// A Master that listens and runs on the current tokio runtime.
#[derive(Debug)]
pub struct Master {
    address: RpcAddress,
    web_ui_url: String,
    requests: mpsc::Sender<Request>,
    stop_pages: watch::Sender<bool>,
    event_loop: JoinHandle<Result<(), String>>,
    /// How it ended: a task says it only once.
    outcome: Option<Result<(), String>>,
    pages: JoinHandle<()>,
    rest_url: Option<String>,
    rest: Option<JoinHandle<()>>,
    event_logs: Option<JoinHandle<()>>,
}

/// Why a Master did not start: a sentence that names what was wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl Master {
    /// Binds its ports and begins to serve.
    ///
    /// # Errors
    /// When a port cannot be bound.
    pub async fn start(settings: MasterSettings) -> Result<Self, StartError> {
        let start_error = |error: edge_net::BindError| StartError(error.to_string());
        // The page may move to the next free port, as Spark's does; the address that a whole cluster is given may not.
        let rpc = edge_net::bind(&settings.host, settings.port, 0).await.map_err(start_error)?;
        let web_ui = edge_net::bind(&settings.web_ui_bind, settings.web_ui_port, settings.port_max_retries)
            .await
            .map_err(start_error)?;
        let rest = rest::bind(&settings).await.map_err(start_error)?;
        let address = RpcAddress::new(settings.host.clone(), port_of(&rpc)?);
        let rest_url = rest.as_ref().map(|rest| rest.url(&address));
        let web_ui_url = format!("http://{}:{}", settings.public_host, port_of(&web_ui)?);
        info!(target: "Utils", "Successfully started service 'sparkMaster' on port {}.", address.port);
        info!(target: "Master", "Starting Spark master at {}", address.spark_url());
        info!(target: "MasterWebUI", "Bound MasterWebUI to {}, and started at {web_ui_url}", settings.web_ui_bind);

        let clock = Clock::start();
        let (requests, request_queue) = mpsc::channel(EVENT_QUEUE);
        let (stop_pages, pages_stopped) = watch::channel(false);
        let serve_rest = |rest: rest::Bound<'_>| {
            rest.serve(&settings, address.clone(), requests.clone(), pages_stopped.clone())
        };
        let rest = rest.map(serve_rest);
        let router = pages::router(&settings, rest_url.clone(), clock.clone(), requests.clone());
        let pages = tokio::spawn(edge_http::serve(web_ui, router, stopped(pages_stopped)));
        // A further proxy before the Master is where its page is for everybody (`Master.onStart`, 3.5).
        let proxy_url = settings.reverse_proxy.as_ref().and_then(|proxy| proxy.url.as_deref());
        let announced = proxy_url.map_or_else(|| web_ui_url.clone(), |url| format!("{url}/"));
        let config = core_config(&settings, address.clone(), announced);
        let network = NetConfig {
            http_doors: http_doors(&web_ui_url, rest_url.as_deref()),
            // A Master dials nobody before somebody has registered, so no family has to be guessed.
            ..NetConfig::new(address.clone(), vec!["Master".into()], Family::Scala212)
        };
        let keeper = match &settings.recovery {
            Some(recovery) => {
                Some(Keeper::start(recovery, &address, &web_ui_url, &clock).await.map_err(StartError)?)
            }
            None => None,
        };
        let event_logs = settings.event_logs.as_ref().and_then(event_logs::make);
        let event_loop = event_loop(config, network, clock, rpc, request_queue, keeper);
        let event_loop = tokio::spawn(event_loop.run());
        Ok(Self {
            address,
            web_ui_url,
            requests,
            stop_pages,
            event_loop,
            outcome: None,
            pages,
            rest_url,
            rest,
            event_logs,
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

    /// Where drivers are submitted by HTTP, as `spark-submit` is told it: `spark://HOST:6066`.
    pub fn rest_url(&self) -> Option<&str> {
        self.rest_url.as_deref()
    }

    /// Its state now; none once it has ended.
    pub async fn snapshot(&self) -> Option<Snapshot> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Snapshot(reply)).await.ok()?;
        answer.await.ok()
    }

    /// Ends it and waits until it has.
    pub async fn stop(mut self) {
        // Either may have ended before: then there is nothing left to tell it.
        let _ = self.requests.send(Request::Stop).await;
        let _ = self.stop_pages.send(true);
        let _ = self.ended().await;
        if let Some(event_logs) = self.event_logs {
            event_logs.abort();
        }
        let _ = self.pages.await;
        if let Some(rest) = self.rest {
            let _ = rest.await;
        }
    }

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// With the reason when it could not go on.
    pub async fn ended(&mut self) -> Result<(), String> {
        if let Some(outcome) = &self.outcome {
            return outcome.clone();
        }
        let broke_off = |error| format!("the Master broke off: {error}");
        let outcome = (&mut self.event_loop).await.map_err(broke_off).and_then(|outcome| outcome);
        self.outcome.insert(outcome).clone()
    }
}

fn port_of(listener: &tokio::net::TcpListener) -> Result<u16, StartError> {
    let address =
        listener.local_addr().map_err(|error| StartError(format!("a bound port has no address: {error}")))?;
    Ok(address.port())
}

/// Where a client that came to the RPC port with HTTP may have wanted to go. `spark-submit --status` and `--kill` speak
/// HTTP to whatever port stands in the master URL.
fn http_doors(web_ui_url: &str, rest_url: Option<&str>) -> Vec<String> {
    let page = format!("The Master's page and /json/ are at {web_ui_url}");
    let rest = match rest_url {
        Some(url) => format!(
            "Submissions (create, status, kill) are taken over HTTP at {url}: give that URL as the master, as in \
             'spark-submit --master {url} --status ID'"
        ),
        None => {
            "Submissions are not taken over HTTP here: set spark.master.rest.enabled=true for that".to_owned()
        }
    };
    vec![page, rest]
}

fn event_loop(
    config: MasterConfig,
    net_config: NetConfig,
    clock: Clock,
    listener: tokio::net::TcpListener,
    requests: mpsc::Receiver<Request>,
    keeper: Option<Keeper>,
) -> EventLoop {
    let (events, net_events) = mpsc::channel(EVENT_QUEUE);
    let network = Network::new(net_config, events);
    network.accept(listener);
    let core = Core::new(config, fastrand::u64(..));
    EventLoop {
        core,
        clock,
        network,
        net_events,
        requests,
        asks: Asks::default(),
        traffic: Traffic::default(),
        versions: tokio::task::JoinSet::new(),
        outbox: Outbox::default(),
        keeper,
        leads: false,
        outcome: None,
    }
}

fn core_config(settings: &MasterSettings, address: RpcAddress, web_ui_url: String) -> MasterConfig {
    MasterConfig {
        address,
        web_ui_url,
        spread_out: settings.spread_out,
        worker_selection_policy: settings.worker_selection_policy,
        spread_out_drivers: settings.spread_out_drivers,
        max_drivers: settings.max_drivers,
        application_id_pattern: settings.application_id_pattern.clone(),
        application_number_modulo: settings.application_number_modulo,
        driver_id_pattern: settings.driver_id_pattern.clone(),
        use_application_name_as_id: settings.use_application_name_as_id,
        use_driver_id_as_application_name: settings.use_driver_id_as_application_name,
        default_cores: settings.default_cores,
        worker_timeout_ms: settings.worker_timeout_ms,
        max_executor_retries: settings.max_executor_retries,
        retained_applications: settings.retained_applications,
        retained_drivers: settings.retained_drivers,
        spark_matching: settings.spark_matching,
        refuse_what_never_fits: settings.refuse_what_never_fits,
        remembers: settings.recovery.is_some(),
        recovery_timeout_ms: settings.recovery.as_ref().map_or(0, |recovery| recovery.timeout_ms),
        dead_worker_persistence: settings.dead_worker_persistence,
    }
}

async fn stopped(mut flag: watch::Receiver<bool>) {
    // An error means that the Master is gone, which stops its pages too.
    let _ = flag.wait_for(|stop| *stop).await;
}
