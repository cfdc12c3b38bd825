//! What the Worker's page server answers: the page, its JSON, logs, metrics, and whether it is well.

mod logs;

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use core_worker::Snapshot;
use edge_config::{MetricsForm, SparkVersion, WorkerSettings};
use edge_http::{Refusal, bad_request, forbidden, html, not_found, probe, servable, text, text_of};
use edge_telemetry::{Clock, own_log, process_usage};
use logs::{Logs, Stretch};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use web::Redaction;
use web::log::{LogOwner, LogQuery, LogRequest, LogSlice};
use web::metrics::servlet::Gauges;
use web::metrics::{Daemon, Format};

use crate::event_loop::Request;

/// How long the loop may take to answer before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the answers are made from.
#[derive(Clone, Debug)]
struct Sources {
    requests: mpsc::Sender<Request>,
    clock: Clock,
    settings: Arc<WorkerSettings>,
    logs: Arc<Logs>,
    slash_status: StatusCode,
    /// The shuffle service inside.
    shuffle: Option<service_shuffle::Handle>,
}

/// The addresses that exist; all others are 404.
pub(crate) fn router(
    requests: mpsc::Sender<Request>,
    clock: Clock,
    settings: &WorkerSettings,
    work_dir: PathBuf,
    shuffle: Option<service_shuffle::Handle>,
) -> Router {
    let version = SparkVersion { text: settings.spark.version.to_string(), installed: true };
    let sources = Sources {
        requests,
        clock,
        logs: Arc::new(Logs::new(work_dir, settings.compressed_log_cache)),
        // Jetty 10 and 12: the redirect became a lasting one with Spark 4.2.
        slash_status: if version.is_before("4.2") {
            StatusCode::FOUND
        } else {
            StatusCode::MOVED_PERMANENTLY
        },
        settings: Arc::new(settings.clone()),
        shuffle,
    };
    let mut router = Router::new()
        .route("/", get(page))
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz));
    let mut folders: Vec<(&str, MethodRouter<Sources>)> =
        vec![("/json", get(json)), ("/logPage", get(log_page)), ("/log", get(log_text))];
    if sources.shuffle.is_some() {
        folders.extend([("/shuffle", get(shuffle_page)), ("/shuffle/json", get(shuffle_json))]);
    }
    let servlets = settings.metrics.servlets.iter().map(|servlet| {
        let form = servlet.form;
        let handler = async move |State(sources): State<Sources>| -> Result<Response, Refusal> {
            let gauges = Gauges::of_worker(&sources.snapshot().await?);
            Ok(match form {
                MetricsForm::Json => edge_http::json(gauges.json()),
                MetricsForm::Prometheus => text(gauges.prometheus()),
            })
        };
        (servlet.path.as_str(), get(handler))
    });
    let taken: Vec<&str> =
        folders.iter().map(|(path, _)| *path).chain(["/metrics", "/healthz", "/readyz"]).collect();
    for (path, handler) in folders.into_iter().chain(servable(servlets, &taken)) {
        router = router.route(path, get(add_slash)).route(&format!("{path}/"), handler);
    }
    edge_http::with_fallbacks(router.with_state(sources), message)
}

async fn add_slash(State(sources): State<Sources>, uri: Uri) -> Response {
    edge_http::add_slash(sources.slash_status, &uri)
}

async fn page(State(sources): State<Sources>) -> Result<Response, Refusal> {
    let snapshot = sources.snapshot().await?;
    // With a further proxy before it, the Master announces that one's address.
    let is_proxied = sources.settings.reverse_proxy.as_ref().is_some_and(|proxy| proxy.url.is_none());
    Ok(html(web::worker::page(&snapshot, sources.clock.now().utc_offset_s, is_proxied)))
}

async fn json(State(sources): State<Sources>) -> Result<Response, Refusal> {
    let redaction = Redaction(&sources.settings.redaction);
    Ok(edge_http::json(web::json_text(&web::worker::json(&sources.snapshot().await?, redaction))))
}

async fn metrics(State(sources): State<Sources>, headers: HeaderMap) -> Result<Response, Refusal> {
    let (snapshot, traffic) = sources.ask(Request::Metrics).await.map_err(not_available)?;
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let format = Format::accepted(accept);
    let spark_version = sources.settings.spark.version.as_str();
    let daemon = Daemon { spark_version, usage: process_usage(sources.clock.now()) };
    let service = sources.service();
    let text = web::metrics::worker(&snapshot, service.as_ref(), &traffic, &daemon, format);
    Ok(text_of(format.content_type(), text))
}

async fn shuffle_page(State(sources): State<Sources>) -> Result<Response, Refusal> {
    let service = sources.service().ok_or_else(|| not_available("This Worker runs no shuffle service."))?;
    let offset = sources.clock.now().utc_offset_s;
    Ok(html(web::shuffle::page(&service, &sources.settings.host, offset, Some(("../", "Worker")))))
}

async fn shuffle_json(State(sources): State<Sources>) -> Result<Response, Refusal> {
    let service = sources.service().ok_or_else(|| not_available("This Worker runs no shuffle service."))?;
    Ok(edge_http::json(web::json_text(&web::shuffle::json(&service))))
}

/// `/healthz`: the process lives and its loop answers.
async fn healthz(State(sources): State<Sources>) -> Response {
    match sources.ask(Request::IsRegistered).await {
        Ok(_) => probe(true, "This Worker lives and its event loop answers."),
        Err(why) => probe(false, why),
    }
}

/// `/readyz`: a Master has let this Worker in, so that executors may come.
async fn readyz(State(sources): State<Sources>) -> Response {
    match sources.ask(Request::IsRegistered).await {
        Ok(true) => probe(true, "This Worker is registered with a Master."),
        Ok(false) => probe(false, "This Worker is not registered with a Master and tries to be."),
        Err(why) => probe(false, why),
    }
}

async fn log_page(
    State(sources): State<Sources>,
    Query(query): Query<LogQuery>,
) -> Result<Response, Refusal> {
    let (request, stretch) = sources.read_log(query).await?;
    Ok(html(web::log::page("Worker", &request, &slice(&stretch))))
}

async fn log_text(
    State(sources): State<Sources>,
    Query(query): Query<LogQuery>,
) -> Result<Response, Refusal> {
    let (_, stretch) = sources.read_log(query).await?;
    Ok(text(web::log::plain(&stretch.path.to_string_lossy(), &slice(&stretch))))
}

impl Sources {
    async fn snapshot(&self) -> Result<Snapshot, Refusal> {
        self.ask(Request::Snapshot).await.map_err(not_available)
    }

    /// What the shuffle service inside does.
    fn service(&self) -> Option<core_shuffle::Snapshot> {
        Some(self.shuffle.as_ref()?.snapshot(self.clock.now().wall_ms))
    }

    /// What the loop says to a request.
    ///
    /// # Errors
    /// With a sentence when it says nothing.
    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, &'static str> {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.requests.send(request(reply)).await.ok()?;
            answer.await.ok()
        };
        match timeout(PATIENCE, asked).await {
            Ok(answer) => answer.ok_or("This Worker is shutting down."),
            Err(_) => Err("This Worker is too busy: its event loop does not answer."),
        }
    }

    async fn read_log(&self, query: LogQuery) -> Result<(LogRequest, Stretch), Refusal> {
        let request = LogRequest::try_from(query).map_err(|error| {
            bad_request(message("Not a log", &format!("The address is not one of a log: {error}.")))
        })?;
        if request.owner == LogOwner::Daemon {
            let none = || not_found(message("No such log", "This process keeps no log of its own."));
            let own = own_log().ok_or_else(none)?.read(|total| request.range(total));
            let path = PathBuf::from("the Worker's log");
            return Ok((request, Stretch { path, bytes: own.bytes, start: own.start, total: own.total }));
        }
        let (logs, asked) = (self.logs.clone(), request.clone());
        let read = tokio::task::spawn_blocking(move || {
            logs.read(&asked.owner.to_string(), asked.log_type.name(), |total| asked.range(total))
        });
        let error = match read.await {
            Ok(Ok(stretch)) => return Ok((request, stretch)),
            Ok(Err(error)) => error,
            Err(broken_off) => broken_off.into(),
        };
        let text =
            format!("The log {} of {} cannot be read: {error}.", request.log_type.name(), request.owner);
        Err(Refusal::from(match error.kind() {
            ErrorKind::NotFound => not_found(message("No such log", &text)),
            ErrorKind::PermissionDenied | ErrorKind::InvalidInput => forbidden(message("Not for you", &text)),
            _ => (StatusCode::INTERNAL_SERVER_ERROR, text).into_response(),
        }))
    }
}

fn slice(stretch: &Stretch) -> LogSlice<'_> {
    LogSlice { bytes: &stretch.bytes, start: stretch.start, total: stretch.total }
}

fn not_available(why: &str) -> Refusal {
    edge_http::unavailable(message("Not available", why)).into()
}

fn message(title: &str, text: &str) -> String {
    web::message_page(title, text, Some(("/", "Worker")))
}
