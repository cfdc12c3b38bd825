//! What the Master tells of itself: what it was started with, and its own log.

use axum::extract::{Query, State};
use axum::response::Response;
use edge_config::{LocalMachine, Machine};
use edge_http::{Refusal, bad_request, html, not_found, text};
use edge_telemetry::{LogStretch, own_log};
use web::Redaction;
use web::log::{LogOwner, LogQuery, LogRequest, LogSlice};
use web::master::Environment;

use super::{Pages, not_here};

/// `/environment/` (4.0)
pub(super) async fn environment(State(pages): State<Pages>) -> Response {
    let settings = &pages.0.settings;
    let is_visible = |name: &str| {
        settings.visible_environment_prefixes.iter().any(|prefix| name.starts_with(prefix.as_str()))
    };
    let all = settings.environment.iter();
    let variables: Vec<_> = all.filter(|(name, _)| is_visible(name)).cloned().collect();
    let runtime = [
        ("Hearth", env!("CARGO_PKG_VERSION").to_owned()),
        ("Spark", settings.spark_version.clone()),
        ("Host", LocalMachine.host_name()),
        ("Process", std::process::id().to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value));
    let environment =
        Environment { runtime: &runtime, properties: &settings.properties, variables: &variables };
    html(web::master::environment_page(&environment, Redaction(&settings.redaction), &pages.options()))
}

/// `/logPage/?self`
pub(super) async fn log_page(Query(query): Query<LogQuery>) -> Result<Response, Refusal> {
    let (request, stretch) = read(query)?;
    Ok(html(web::log::page("Master", &request, &slice(&stretch))))
}

/// `/log/?self`
pub(super) async fn log_text(Query(query): Query<LogQuery>) -> Result<Response, Refusal> {
    let (_, stretch) = read(query)?;
    Ok(text(web::log::plain("the Master's log", &slice(&stretch))))
}

fn read(query: LogQuery) -> Result<(LogRequest, LogStretch), Refusal> {
    let refused = |text: &str| Refusal::from(bad_request(not_here("Not a log", text)));
    let request = LogRequest::try_from(query)
        .map_err(|error| refused(&format!("The address is not one of a log: {error}.")))?;
    if request.owner != LogOwner::Daemon {
        return Err(refused("A Master has its own log only: ask for self. Others are with their Workers."));
    }
    let none = || not_found(not_here("No such log", "This process keeps no log of its own."));
    let stretch = own_log().ok_or_else(none)?.read(|total| request.range(total));
    Ok((request, stretch))
}

fn slice(stretch: &LogStretch) -> LogSlice<'_> {
    LogSlice { bytes: &stretch.bytes, start: stretch.start, total: stretch.total }
}
