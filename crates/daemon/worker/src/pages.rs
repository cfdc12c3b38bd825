//! What the Worker's page server answers: the page, its JSON, and logs.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use core_worker::Snapshot;
use edge_telemetry::Clock;
use tokio::sync::{mpsc, oneshot};
use web::worker::{LogQuery, LogRequest, LogSlice};

use crate::event_loop::Request;
use crate::logs::{self, Stretch};

/// What the answers are made from.
#[derive(Clone, Debug)]
struct Sources {
    requests: mpsc::Sender<Request>,
    clock: Clock,
    work_dir: Arc<PathBuf>,
}

/// The addresses that exist; all others are 404.
pub(crate) fn router(requests: mpsc::Sender<Request>, clock: Clock, work_dir: PathBuf) -> Router {
    let router = Router::new()
        .route("/", get(page))
        .route("/json", get(edge_http::add_slash))
        .route("/json/", get(json))
        .route("/logPage", get(edge_http::add_slash))
        .route("/logPage/", get(log_page))
        .route("/log", get(edge_http::add_slash))
        .route("/log/", get(log_text))
        .with_state(Sources { requests, clock, work_dir: Arc::new(work_dir) });
    edge_http::with_fallbacks(router, message)
}

async fn page(State(sources): State<Sources>) -> Response {
    match sources.snapshot().await {
        Some(snapshot) => edge_http::html(web::worker::page(&snapshot, sources.clock.now().utc_offset_s)),
        None => ending(),
    }
}

async fn json(State(sources): State<Sources>) -> Response {
    match sources.snapshot().await {
        Some(snapshot) => edge_http::json(web::json_text(&web::worker::json(&snapshot))),
        None => ending(),
    }
}

async fn log_page(State(sources): State<Sources>, Query(query): Query<LogQuery>) -> Response {
    match sources.read_log(query).await {
        Ok((request, stretch)) => edge_http::html(web::worker::log_page(&request, &slice(&stretch))),
        Err(refusal) => refusal,
    }
}

async fn log_text(State(sources): State<Sources>, Query(query): Query<LogQuery>) -> Response {
    match sources.read_log(query).await {
        Ok((_, stretch)) => {
            edge_http::text(web::worker::log_text(&stretch.path.to_string_lossy(), &slice(&stretch)))
        }
        Err(refusal) => refusal,
    }
}

impl Sources {
    async fn snapshot(&self) -> Option<Snapshot> {
        let (reply, answer) = oneshot::channel();
        self.requests.send(Request::Snapshot(reply)).await.ok()?;
        answer.await.ok()
    }

    async fn read_log(&self, query: LogQuery) -> Result<(LogRequest, Stretch), Response> {
        let request = LogRequest::try_from(query).map_err(|error| {
            edge_http::bad_request(message(
                "Not a log",
                &format!("The address is not one of a log: {error}."),
            ))
        })?;
        let (work_dir, asked) = (self.work_dir.clone(), request.clone());
        let read = tokio::task::spawn_blocking(move || {
            let folder = asked.owner.to_string();
            logs::read(&work_dir, &folder, asked.log_type.name(), |total| asked.range(total))
        });
        let error = match read.await {
            Ok(Ok(stretch)) => return Ok((request, stretch)),
            Ok(Err(error)) => error,
            Err(broken_off) => broken_off.into(),
        };
        let text =
            format!("The log {} of {} cannot be read: {error}.", request.log_type.name(), request.owner);
        Err(match error.kind() {
            ErrorKind::NotFound => edge_http::not_found(message("No such log", &text)),
            ErrorKind::PermissionDenied | ErrorKind::InvalidInput => {
                edge_http::forbidden(message("Not for you", &text))
            }
            _ => (StatusCode::INTERNAL_SERVER_ERROR, text).into_response(),
        })
    }
}

fn slice(stretch: &Stretch) -> LogSlice<'_> {
    LogSlice { bytes: &stretch.bytes, start: stretch.start, total: stretch.total }
}

fn ending() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "The Worker is ending.").into_response()
}

fn message(title: &str, text: &str) -> String {
    web::message_page(title, text, Some(("/", "Worker")))
}
