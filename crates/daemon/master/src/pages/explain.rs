//! `/explain/ID` and `/explain/`: why somebody waits, as sentences, or as JSON for whoever names that in `Accept`.
//!
//! Not below `/json/`: what follows that is a field of Spark's document.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::Response;
use core_master::Snapshot;
use edge_http::{JSON, Refusal, TEXT, not_found_of, text_of};
use web::master::{Explained, everybody_explained, explained, unknown};

use super::Pages;

/// About one application or driver; 404 with a sentence where this Master knows none of that id.
pub(super) async fn one(
    State(pages): State<Pages>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let as_json = wants_json(&headers);
    let make = move |_: &Pages, snapshot: &Snapshot| match explained(snapshot, &id) {
        Some(known) => written(&known, as_json, text_of),
        None => written(&unknown(&id), as_json, not_found_of),
    };
    pages.show(make).await
}

/// About all that wait.
pub(super) async fn all(State(pages): State<Pages>, headers: HeaderMap) -> Result<Response, Refusal> {
    let as_json = wants_json(&headers);
    pages.show(move |_, snapshot| written(&everybody_explained(snapshot), as_json, text_of)).await
}

fn written(answer: &Explained, as_json: bool, make: fn(&'static str, String) -> Response) -> Response {
    if as_json { make(JSON, web::json_text(&answer.json)) } else { make(TEXT, answer.text.clone()) }
}

fn wants_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    web::accepts(accept, "application/json") || web::accepts(accept, "text/json")
}
