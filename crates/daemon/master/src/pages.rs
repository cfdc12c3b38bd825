//! The Master's pages: each request takes one snapshot and shows it.

use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use core_master::{Event, Snapshot};
use edge_config::MasterSettings;
use edge_http::{
    add_slash, bad_request, forbidden, html, json, not_found, see_other, unavailable, with_fallbacks,
};
use model::{ApplicationId, DriverId};
use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};
use web::master::PageOptions;
use web::message_page;

use crate::event_loop::Request;

/// What every page needs.
#[derive(Clone)]
struct Pages {
    requests: mpsc::Sender<Request>,
    title: Option<String>,
    rest_url: Option<String>,
    /// What a form must send along, so that no other site can send it; none where nothing may be ended.
    kill_token: Option<String>,
}

/// All pages of a Master.
pub(crate) fn router(
    settings: &MasterSettings,
    rest_url: Option<String>,
    requests: mpsc::Sender<Request>,
) -> Router {
    let kill_token = settings.ui_kill_enabled.then(random_token);
    let pages = Pages { requests, title: settings.ui_title.clone(), rest_url, kill_token };
    let router = Router::new()
        .route("/", get(overview))
        .route("/json", get(add_slash))
        .route("/json/", get(all_json))
        .route("/json/{field}", get(one_json))
        .route("/json/{field}/", get(one_json))
        .route("/app", get(add_slash))
        .route("/app/", get(application))
        .route("/app/kill/", post(kill_application))
        .route("/driver/kill/", post(kill_driver))
        .with_state(pages);
    with_fallbacks(router, not_here)
}

fn not_here(title: &str, text: &str) -> String {
    message_page(title, text, Some(("/", "Master")))
}

/// 128 bits of the operating system's randomness, by way of the seed of a hash map.
fn random_token() -> String {
    use std::hash::{BuildHasher, RandomState};
    format!("{:016x}{:016x}", RandomState::new().hash_one(0), RandomState::new().hash_one(1))
}

impl Pages {
    fn options(&self) -> PageOptions<'_> {
        PageOptions {
            title: self.title.as_deref(),
            rest_url: self.rest_url.as_deref(),
            kill_token: self.kill_token.as_deref(),
        }
    }

    async fn snapshot(&self) -> Result<Snapshot, Response> {
        let (reply, answer) = oneshot::channel();
        let gone = || unavailable(not_here("Not available", "This Master is shutting down."));
        self.requests.send(Request::Snapshot(reply)).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())
    }
}

impl Pages {
    async fn kill(
        &self,
        form: &KillForm,
        request: impl FnOnce(&str) -> Request,
    ) -> Result<Response, Response> {
        let refused = |text: &str| forbidden(not_here("Not allowed", text));
        let Some(token) = &self.kill_token else {
            return Err(refused(
                "Ending applications and drivers here is switched off (spark.ui.killEnabled).",
            ));
        };
        if form.token != *token {
            return Err(refused(
                "The form's token is missing or old: open the Master's page again and press the button there.",
            ));
        }
        if form.id.is_empty() || !form.terminate {
            return Err(bad_request(not_here("Nothing to end", "Send id=ID and terminate=true.")));
        }
        // A Master that shuts down ends nothing any more; the page that follows says so.
        let _ = self.requests.send(request(&form.id)).await;
        Ok(see_other("/"))
    }
}

async fn overview(State(pages): State<Pages>) -> Result<Response, Response> {
    Ok(html(web::master::page(&pages.snapshot().await?, &pages.options())))
}

async fn all_json(State(pages): State<Pages>) -> Result<Response, Response> {
    Ok(json(web::json_text(&web::master::json(&pages.snapshot().await?))))
}

async fn one_json(State(pages): State<Pages>, Path(field): Path<String>) -> Result<Response, Response> {
    Ok(json(web::json_text(&web::master::json_field(&pages.snapshot().await?, &field))))
}

#[derive(Deserialize)]
struct ApplicationQuery {
    #[serde(rename = "appId", default)]
    id: String,
}

async fn application(
    State(pages): State<Pages>,
    Query(query): Query<ApplicationQuery>,
) -> Result<Response, Response> {
    let snapshot = pages.snapshot().await?;
    let page = web::master::application_page(&snapshot, &query.id, &pages.options());
    Ok(page.map_or_else(
        || {
            not_found(not_here(
                "No such application",
                &format!("This Master knows no application '{}'.", query.id),
            ))
        },
        html,
    ))
}

#[derive(Deserialize)]
struct KillForm {
    #[serde(default)]
    id: String,
    #[serde(default)]
    terminate: bool,
    #[serde(default)]
    token: String,
}

async fn kill_application(
    State(pages): State<Pages>,
    Form(form): Form<KillForm>,
) -> Result<Response, Response> {
    pages
        .kill(&form, |id| {
            Request::Event(Box::new(Event::KillApplication { application: ApplicationId::new(id) }))
        })
        .await
}

async fn kill_driver(State(pages): State<Pages>, Form(form): Form<KillForm>) -> Result<Response, Response> {
    // The page that follows shows what becomes of it.
    let (reply, _) = oneshot::channel();
    pages.kill(&form, |id| Request::Ask(core_master::Request::KillDriver(DriverId::new(id)), reply)).await
}
