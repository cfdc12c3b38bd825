//! `/proxy/ID/…`: the pages of Workers and applications by way of the Master's (`MasterWebUI.addProxy`, 3.5).

use axum::Router;
use axum::extract::{RawPathParams, Request as HttpRequest, State};
use axum::response::Response;
use axum::routing::{any, get};
use edge_http::{Refusal, bad_gateway, forward, not_found};

use super::{Pages, add_slash, not_available, not_here};
use crate::event_loop::Request;

/// Adds the addresses to a router.
pub(super) fn add(router: Router<Pages>) -> Router<Pages> {
    router
        .route("/proxy/{id}", get(add_slash))
        .route("/proxy/{id}/", any(pass))
        .route("/proxy/{id}/{*rest}", any(pass))
}

/// Leads only to who has registered here, and only where they said their page is.
async fn pass(
    State(pages): State<Pages>,
    path: RawPathParams,
    request: HttpRequest,
) -> Result<Response, Refusal> {
    let id = path.iter().find(|(name, _)| *name == "id").map_or("", |(_, id)| id).to_owned();
    let encoded = request.uri().path().split('/').nth(2).unwrap_or_default().to_owned();
    let asked = pages.ask(|reply| Request::WebUi { id: id.clone(), reply }).await;
    let target = asked.map_err(not_available)?;
    let target = target.ok_or_else(|| nobody(&id))?;
    forward(&target, &format!("/proxy/{encoded}"), request).await.map_err(|why| {
        let text = format!("The page of {id} cannot be shown: {why}.");
        bad_gateway(not_here("No answer", &text)).into()
    })
}

fn nobody(id: &str) -> Refusal {
    let text =
        format!("This Master knows no Worker '{id}' that is alive and no application '{id}' that runs.");
    not_found(not_here("Nobody of that name", &text)).into()
}
