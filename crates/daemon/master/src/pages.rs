//! The Master's page server: each request takes one snapshot and shows it.
//!
//! ```text
//!   pages        /, /json/, /app/          kill         POST /app/kill/, /driver/kill/, /workers/kill/
//!   own          /environment/, /log/      telemetry    /metrics, Spark's servlets, /healthz, /readyz
//!   proxy        /proxy/ID/…               explain      /explain/ID, /explain/
//!   release      what differs between Spark's releases
//! ```

mod explain;
mod kill;
mod own;
mod proxy;
mod release;
mod telemetry;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use core_master::Snapshot;
use edge_config::MasterSettings;
use edge_http::{Refusal, html, json, not_found, servable, unavailable, with_fallbacks};
use edge_telemetry::Clock;
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use web::master::{PageOptions, Turned};
use web::message_page;

use crate::event_loop::Request;
use release::Release;

/// How long the loop may take to answer before it counts as stuck.
const PATIENCE: Duration = Duration::from_secs(5);

/// What every page needs.
#[derive(Clone)]
struct Pages(Arc<Shared>);

struct Shared {
    requests: mpsc::Sender<Request>,
    settings: MasterSettings,
    release: Release,
    clock: Clock,
    rest_url: Option<String>,
    /// What a form must send along, so that no other site can send it; none where nothing may be ended.
    kill_token: Option<String>,
}

/// All pages of a Master.
pub(crate) fn router(
    settings: &MasterSettings,
    rest_url: Option<String>,
    clock: Clock,
    requests: mpsc::Sender<Request>,
) -> Router {
    let pages = Pages(Arc::new(Shared {
        requests,
        settings: settings.clone(),
        release: Release::of(&settings.spark_version),
        clock,
        rest_url,
        kill_token: settings.ui_kill_enabled.then(random_token),
    }));
    let mut router = Router::new()
        .route("/", get(overview))
        .route("/json/{*field}", get(one_json))
        .route("/explain/{id}", get(explain::one))
        .route("/app/kill/", post(kill::application))
        .route("/driver/kill/", post(kill::driver))
        .route("/workers/kill/", post(kill::workers))
        .route("/metrics", get(telemetry::metrics))
        .route("/healthz", get(telemetry::healthz))
        .route("/readyz", get(telemetry::readyz));
    let folders: [(&str, MethodRouter<Pages>); 6] = [
        ("/json", get(all_json)),
        ("/app", get(application)),
        ("/explain", get(explain::all)),
        ("/environment", get(own::environment)),
        ("/logPage", get(own::log_page)),
        ("/log", get(own::log_text)),
    ];
    let taken: Vec<&str> =
        folders.iter().map(|(path, _)| *path).chain(["/metrics", "/healthz", "/readyz"]).collect();
    let servlets = servable(telemetry::servlets(&settings.metrics), &taken);
    for (path, handler) in folders.into_iter().chain(servlets) {
        router = router.route(path, get(add_slash)).route(&format!("{path}/"), handler);
    }
    if settings.reverse_proxy.is_some() {
        router = proxy::add(router);
    }
    with_fallbacks(router.with_state(pages), not_here)
}

fn not_here(title: &str, text: &str) -> String {
    message_page(title, text, Some(("/", "Master")))
}

fn not_available(why: &str) -> Refusal {
    unavailable(not_here("Not available", why)).into()
}

/// 128 bits of the operating system's randomness, by way of the seed of a hash map.
fn random_token() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}{:016x}", RandomState::new().hash_one(0), RandomState::new().hash_one(1))
}

impl Pages {
    fn options(&self) -> PageOptions<'_> {
        let Shared { settings, rest_url, kill_token, .. } = &*self.0;
        PageOptions {
            title: settings.ui_title.as_deref(),
            kill_token: kill_token.as_deref(),
            rest_url: rest_url.as_deref(),
            history_server_url: settings.history_server_url.as_deref(),
            reverse_proxy: settings.reverse_proxy.is_some(),
            turned: None,
        }
    }

    /// An answer that is made of a snapshot, on a thread beside the loop's: with ten thousand Workers it takes its time.
    async fn show(
        &self,
        make: impl FnOnce(&Self, &Snapshot) -> Response + Send + 'static,
    ) -> Result<Response, Refusal> {
        let snapshot = self.ask(Request::Snapshot).await.map_err(not_available)?;
        let pages = self.clone();
        let made = spawn_blocking(move || make(&pages, &snapshot)).await;
        made.map_err(|_| not_available("Making this answer broke off."))
    }

    /// What the loop says to a request.
    ///
    /// # Errors
    /// With a sentence when it says nothing.
    async fn ask<T>(&self, request: impl FnOnce(oneshot::Sender<T>) -> Request) -> Result<T, &'static str> {
        let (reply, answer) = oneshot::channel();
        let asked = async {
            self.0.requests.send(request(reply)).await.ok()?;
            answer.await.ok()
        };
        match timeout(PATIENCE, asked).await {
            Ok(answer) => answer.ok_or("This Master is shutting down."),
            Err(_) => Err("This Master is too busy: its event loop does not answer."),
        }
    }
}

async fn add_slash(State(pages): State<Pages>, uri: Uri) -> Response {
    edge_http::add_slash(pages.0.release.slash_status, &uri)
}

/// Which part of which table is asked for.
#[derive(Deserialize)]
#[serde(default)]
struct OverviewQuery {
    section: String,
    page: usize,
}

impl Default for OverviewQuery {
    fn default() -> Self {
        Self { section: String::new(), page: 1 }
    }
}

async fn overview(
    State(pages): State<Pages>,
    Query(query): Query<OverviewQuery>,
) -> Result<Response, Refusal> {
    let make = move |pages: &Pages, snapshot: &Snapshot| {
        let turned = Some(Turned { section: &query.section, page: query.page });
        html(web::master::page(snapshot, &PageOptions { turned, ..pages.options() }))
    };
    pages.show(make).await
}

async fn all_json(State(pages): State<Pages>) -> Result<Response, Refusal> {
    pages.show(|_, snapshot| json(web::json_text(&web::master::json(snapshot)))).await
}

async fn one_json(State(pages): State<Pages>, Path(field): Path<String>) -> Result<Response, Refusal> {
    if !pages.0.release.json_has_fields {
        return all_json(State(pages)).await;
    }
    pages.show(move |_, snapshot| json(web::json_text(&web::master::json_field(snapshot, &field)))).await
}

#[derive(Deserialize)]
struct ApplicationQuery {
    #[serde(rename = "appId", default)]
    id: String,
}

async fn application(
    State(pages): State<Pages>,
    Query(query): Query<ApplicationQuery>,
) -> Result<Response, Refusal> {
    let make = move |pages: &Pages, snapshot: &Snapshot| match web::master::application_page(
        snapshot,
        &query.id,
        &pages.options(),
    ) {
        Some(page) => html(page),
        None => {
            let text = format!("This Master knows no application '{}'.", query.id);
            not_found(not_here("No such application", &text))
        }
    };
    pages.show(make).await
}
