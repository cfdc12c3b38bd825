//! What the service's page server answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use edge_config::ShuffleServiceSettings;
use edge_http::{html, probe, text_of};
use edge_telemetry::{Clock, process_usage};
use service_shuffle::Handle;
use web::metrics::{Daemon, Format};

/// What the answers are made from.
#[derive(Clone, Debug)]
struct Sources {
    handle: Handle,
    clock: Clock,
    host: Arc<str>,
    spark_version: Arc<str>,
}

/// The addresses that exist; all others are 404.
pub(crate) fn router(handle: Handle, clock: Clock, settings: &ShuffleServiceSettings) -> Router {
    let sources = Sources {
        handle,
        clock,
        host: settings.public_host.as_str().into(),
        spark_version: settings.spark_version.as_str().into(),
    };
    let router = Router::new()
        .route("/", get(page))
        .route("/json", get(add_slash))
        .route("/json/", get(json))
        .route("/metrics", get(metrics))
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz));
    edge_http::with_fallbacks(router.with_state(sources), message)
}

fn message(title: &str, text: &str) -> String {
    web::message_page(title, text, Some(("/", "Shuffle service")))
}

async fn add_slash(uri: Uri) -> Response {
    edge_http::add_slash(StatusCode::MOVED_PERMANENTLY, &uri)
}

async fn page(State(sources): State<Sources>) -> Response {
    let now = sources.clock.now();
    let snapshot = sources.handle.snapshot(now.wall_ms);
    html(web::shuffle::page(&snapshot, &sources.host, now.utc_offset_s, None))
}

async fn json(State(sources): State<Sources>) -> Response {
    let snapshot = sources.handle.snapshot(sources.clock.now().wall_ms);
    edge_http::json(web::json_text(&web::shuffle::json(&snapshot)))
}

async fn metrics(State(sources): State<Sources>, headers: HeaderMap) -> Response {
    let now = sources.clock.now();
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let format = Format::accepted(accept);
    let daemon = Daemon { spark_version: &sources.spark_version, usage: process_usage(now) };
    let snapshot = sources.handle.snapshot(now.wall_ms);
    text_of(format.content_type(), web::metrics::shuffle(&snapshot, &daemon, format))
}

/// `/healthz`: the process lives and what all connections share can be read.
async fn healthz(State(sources): State<Sources>) -> Response {
    sources.handle.snapshot(0);
    probe(true, "This shuffle service lives.")
}

/// `/readyz`: connections are accepted.
async fn readyz(State(sources): State<Sources>) -> Response {
    if sources.handle.is_accepting() {
        probe(true, "This shuffle service accepts connections.")
    } else {
        probe(false, "This shuffle service accepts no connection now: as many are open as may be.")
    }
}
