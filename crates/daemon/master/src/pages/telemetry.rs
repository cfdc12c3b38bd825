//! What machines ask: metrics in three forms, and whether the Master does what it should.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use core_master::{Request as Asked, Response as Answered, Snapshot};
use edge_config::{MetricsForm, MetricsInstance, MetricsSettings};
use edge_http::{Refusal, json, probe, text, text_of};
use edge_telemetry::process_usage;
use web::metrics::servlet::Gauges;
use web::metrics::{Daemon, Format};

use super::{Pages, not_available};
use crate::event_loop::Request;

/// `/metrics`
pub(super) async fn metrics(State(pages): State<Pages>, headers: HeaderMap) -> Result<Response, Refusal> {
    let (snapshot, traffic) = pages.ask(Request::Metrics).await.map_err(not_available)?;
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let format = Format::accepted(accept);
    let spark_version = &pages.0.settings.spark_version;
    let daemon = Daemon { spark_version, usage: process_usage(pages.0.clock.now()) };
    Ok(text_of(format.content_type(), web::metrics::master(&snapshot, &traffic, &daemon, format)))
}

/// Spark's servlets, where they are on: their paths and handlers.
pub(super) fn servlets(metrics: &MetricsSettings) -> impl Iterator<Item = (&str, MethodRouter<Pages>)> {
    metrics.servlets.iter().map(|servlet| {
        let gauges: fn(&Snapshot) -> Gauges = match servlet.instance {
            MetricsInstance::Applications => Gauges::of_applications,
            MetricsInstance::Master | MetricsInstance::Worker => Gauges::of_master,
        };
        let form = servlet.form;
        let handler = async move |State(pages): State<Pages>| -> Result<Response, Refusal> {
            let make = move |_: &Pages, snapshot: &Snapshot| match form {
                MetricsForm::Json => json(gauges(snapshot).json()),
                MetricsForm::Prometheus => text(gauges(snapshot).prometheus()),
            };
            pages.show(make).await
        };
        (servlet.path.as_str(), get(handler))
    })
}

/// `/healthz`: the process lives and its loop answers.
pub(super) async fn healthz(State(pages): State<Pages>) -> Response {
    match pages.is_ready().await {
        Ok(_) => probe(true, "This Master lives and its event loop answers."),
        Err(why) => probe(false, why),
    }
}

/// `/readyz`: this Master leads, so that Workers and drivers may come.
pub(super) async fn readyz(State(pages): State<Pages>) -> Response {
    match pages.is_ready().await {
        Ok(true) => probe(true, "This Master leads."),
        Ok(false) => probe(false, "This Master does not lead: it waits until the one that does is gone."),
        Err(why) => probe(false, why),
    }
}

impl Pages {
    async fn is_ready(&self) -> Result<bool, &'static str> {
        let answer = self.ask(|reply| Request::Ask(Asked::Readyz, reply)).await?;
        Ok(answer == Answered::Ready(true))
    }
}
