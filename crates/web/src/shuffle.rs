//! The shuffle service's page and JSON. Spark's service has neither.

use core_shuffle::{ApplicationView, Snapshot};
use maud::{Markup, html};
use serde_json::{Value, json as object};

use crate::format;
use crate::layout::{self, Frame, Tile};
use crate::table::{Cell, empty, section, table};

/// The page: at `/` of the service, at `/shuffle/` of a Worker that runs one, which `back` leads back to.
pub fn page(snapshot: &Snapshot, host: &str, utc_offset_s: i32, back: Option<(&str, &str)>) -> String {
    let title = format!("Shuffle service at {host}:{}", snapshot.port);
    let frame = Frame {
        title: &title,
        state: None,
        back,
        json: Some("json/"),
        taken: Some(format::date(snapshot.taken_ms, utc_offset_s)),
        renews: true,
    };
    let content = html! {
        (overview(snapshot))
        (applications(&snapshot.applications))
        @for application in &snapshot.applications { (executors(application)) }
    };
    layout::document(&frame, &content)
}

fn overview(snapshot: &Snapshot) -> Markup {
    let totals = &snapshot.totals;
    let executors: usize = snapshot.applications.iter().map(|one| one.executors.len()).sum();
    let tile = |name: &str, figure: Markup, detail: Markup| Tile {
        name: name.to_owned(),
        figure,
        detail,
        share: None,
    };
    html! {
        (layout::facts(&[("Registered executors are kept in", html! { code { (snapshot.store) } })]))
        (layout::tiles(&[
            tile(
                "Executors",
                html! { (executors) " " small { "Registered" } },
                html! { "of " (snapshot.applications.len()) " applications" },
            ),
            tile(
                "Given out",
                html! { (format::bytes(totals.counts.bytes)) },
                html! { (totals.counts.blocks) " blocks, " (totals.counts.failures) " chunks refused" },
            ),
            tile(
                "Connections",
                html! { (totals.connections) " " small { "Open" } },
                html! { (totals.streams) " streams, " (totals.chunks_in_transfer) " chunks on their way" },
            ),
            tile(
                "Indexes in memory",
                html! { (format::bytes(totals.cached_bytes)) },
                html! { (totals.cached_files) " files, " (totals.cache_hits) " hits, " (totals.cache_misses) " misses" },
            ),
        ]))
    }
}

fn applications(applications: &[ApplicationView]) -> Markup {
    let headings = [
        "Application ID",
        "Executors",
        "Bytes",
        "Bytes per second",
        "Blocks",
        "Blocks per second",
        "Refused",
    ];
    let rows = applications.iter().map(|one| {
        vec![
            Cell::id(html! { (one.id) }),
            Cell::number(one.executors.len() as u64),
            Cell::quantity(&format::bytes(one.counts.bytes), one.counts.bytes),
            Cell::quantity(
                &format!("{}/s", format::bytes(whole(one.bytes_per_second))),
                whole(one.bytes_per_second),
            ),
            Cell::number(one.counts.blocks),
            Cell::number(whole(one.blocks_per_second)),
            Cell::number(one.counts.failures),
        ]
    });
    let content = if applications.is_empty() {
        empty(
            &html! { p { strong { "No executor is registered." } " Executors register when their application sets spark.shuffle.service.enabled." } },
        )
    } else {
        table("applications-table", &headings, rows.collect())
    };
    section("applications", "Applications", applications.len(), &content)
}

fn executors(application: &ApplicationView) -> Markup {
    let headings = ["ExecutorID", "Local directories", "Shuffle manager"];
    let rows = application.executors.iter().map(|one| {
        vec![
            Cell::id(html! { (one.id) }),
            Cell::text(&one.local_dirs.join(", ")),
            Cell::text(&one.shuffle_manager),
        ]
    });
    let id = format!("executors-of-{}", application.id);
    let content = table(&format!("{id}-table"), &headings, rows.collect());
    section(&id, &format!("Executors of {}", application.id), application.executors.len(), &content)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate is no count")]
fn whole(rate: f64) -> u64 {
    rate.max(0.0).round() as u64
}

/// The whole state, as `/json/` shows it.
pub fn json(snapshot: &Snapshot) -> Value {
    let totals = &snapshot.totals;
    object!({
        "port": snapshot.port,
        "store": snapshot.store,
        "connections": totals.connections,
        "streams": totals.streams,
        "chunksintransfer": totals.chunks_in_transfer,
        "refusedrequests": totals.refused_requests,
        "bytes": totals.counts.bytes,
        "blocks": totals.counts.blocks,
        "chunks": totals.counts.chunks,
        "refusedchunks": totals.counts.failures,
        "cachedfiles": totals.cached_files,
        "cachedbytes": totals.cached_bytes,
        "coldreads": totals.cold_reads,
        "applications": snapshot.applications.iter().map(|one| object!({
            "id": one.id,
            "bytes": one.counts.bytes,
            "blocks": one.counts.blocks,
            "refusedchunks": one.counts.failures,
            "bytespersecond": whole(one.bytes_per_second),
            "blockspersecond": whole(one.blocks_per_second),
            "executors": one.executors.iter().map(|executor| object!({
                "id": executor.id,
                "localdirs": executor.local_dirs,
                "shufflemanager": executor.shuffle_manager,
            })).collect::<Value>(),
        })).collect::<Value>(),
    })
}

#[cfg(test)]
mod tests;
