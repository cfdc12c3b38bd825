//! The Master's page about one application: its executors, those it had, and where to look further.

use std::collections::HashSet;

use core_master::{ApplicationView, ExecutorView, Snapshot, WorkerView};
use maud::{Markup, html};
use model::{ApplicationState, ExecutorState, WorkerState};

use super::{PageOptions, waiting};
use crate::layout::{self, Frame, badge, executor_query, link, log_links};
use crate::table::{Cell, empty, section, table};
use crate::{format, resources};

const HEADINGS: [&str; 8] =
    ["ExecutorID", "Worker", "Cores", "Memory", "Resource Profile Id", "Resources", "State", "Logs"];

/// The page at `/app/?appId=ID`; none where the Master knows no such application.
pub fn application_page(snapshot: &Snapshot, id: &str, options: &PageOptions<'_>) -> Option<String> {
    let mut all = snapshot.active_applications.iter().chain(&snapshot.completed_applications);
    let application = all.find(|one| one.id.as_str() == id)?;
    let title = format!("Application: {}", application.name);
    let frame = Frame {
        title: &title,
        state: Some(application.state.name()),
        back: Some(("../", options.title.unwrap_or("Spark Master"))),
        json: None,
        taken: Some(format::date(snapshot.taken_ms, snapshot.utc_offset_s)),
        renews: is_active(application),
    };
    let content = html! {
        (facts(application, snapshot.utc_offset_s, options))
        @if let Some(why) = &application.waiting { (waiting::part(why, snapshot)) }
        (executors(snapshot, application, options))
    };
    Some(layout::document(&frame, &content))
}

fn is_active(application: &ApplicationView) -> bool {
    matches!(application.state, ApplicationState::Running | ApplicationState::Waiting)
}

fn facts(application: &ApplicationView, utc_offset_s: i32, options: &PageOptions<'_>) -> Markup {
    let granted = application.cores_granted;
    let cores = match application.max_cores {
        None => format!("Unlimited ({granted} granted)"),
        Some(max) => format!("{max} ({granted} granted, {} left)", max.saturating_sub(granted)),
    };
    let id = application.id.as_str();
    let (detail, history) = if is_active(application) && !application.ui_url.is_empty() {
        let url = html! { (application.ui_url) };
        (options.link_to("../", id, &application.ui_url, &url), Markup::default())
    } else {
        let ended = options.history_of(id).filter(|_| !is_active(application));
        (Markup::default(), ended.map(|one| link(&one, &html! { (one) })).unwrap_or_default())
    };
    layout::facts(&[
        ("ID", html! { code { (application.id) } }),
        ("Name", html! { (application.name) }),
        ("User", html! { (application.user) }),
        ("Spark", html! { (application.spark) }),
        ("Cores", html! { (cores) }),
        ("Executor Memory", html! { (format::mebibytes(application.memory_per_executor_mib.into())) }),
        ("Executor Resources", html! { (resources::requirements(&application.resources_per_executor)) }),
        ("Submit Date", html! { (format::date(application.submitted_ms, utc_offset_s)) }),
        ("Duration", html! { (format::duration(application.duration_ms)) }),
        ("Application Detail UI", detail),
        ("Application History UI", history),
    ])
}

/// An executor that ended by itself stays in the summary; one that was killed or lost moves below
/// (`ApplicationPage.render`, 3.5).
fn executors(snapshot: &Snapshot, application: &ApplicationView, options: &PageOptions<'_>) -> Markup {
    let is_gone = |worker: &&WorkerView| matches!(worker.state, WorkerState::Dead | WorkerState::Unknown);
    let reachable: HashSet<&str> =
        snapshot.workers.iter().filter(|one| !is_gone(one)).map(|one| one.id.as_str()).collect();
    let mut all: Vec<&ExecutorView> =
        application.executors.iter().chain(&application.removed_executors).collect();
    all.sort_by_key(|executor| executor.id);
    let stays =
        |executor: &&&ExecutorView| !executor.state.is_finished() || executor.state == ExecutorState::Exited;
    let (kept, removed): (Vec<&ExecutorView>, Vec<&ExecutorView>) =
        all.iter().partition(|executor| stays(executor));
    let rows = |executors: &[&ExecutorView]| {
        let is_reachable = |one: &ExecutorView| reachable.contains(one.worker.as_str());
        executors.iter().map(|one| row(application, one, is_reachable(one), options)).collect::<Vec<_>>()
    };
    let summary = if kept.is_empty() {
        let text = match application.state {
            _ if application.waiting.is_some() => "It has no executor, for the reason that stands above.",
            ApplicationState::Waiting => "It waits for its first executor.",
            ApplicationState::Running => "It has no executor at this moment.",
            _ => "It has ended, and its executors with it.",
        };
        empty(&html! { p { (text) } })
    } else {
        table("executors-table", &HEADINGS, rows(&kept))
    };
    html! {
        (section("executors", "Executor Summary", kept.len(), &summary))
        @if !removed.is_empty() {
            (section("removed-executors", "Removed Executors", removed.len(),
                &table("removed-executors-table", &HEADINGS, rows(&removed))))
        }
    }
}

fn row(
    application: &ApplicationView,
    executor: &ExecutorView,
    reachable: bool,
    options: &PageOptions<'_>,
) -> Vec<Cell> {
    let id = html! { (executor.worker) };
    let page = &*executor.worker_web_ui_url;
    let worker_page = options.page_of("../", executor.worker.as_str(), page);
    let query = executor_query(application.id.as_str(), executor.id);
    vec![
        Cell::number(executor.id),
        Cell::id(if reachable { options.link_to("../", executor.worker.as_str(), page, &id) } else { id }),
        Cell::number(executor.cores),
        Cell::quantity(&format::mebibytes(executor.memory_mib.into()), executor.memory_mib),
        Cell::number(executor.profile),
        Cell::text(&resources::list(&executor.resources)),
        Cell::new(badge(executor.state.name())),
        Cell::new(if reachable {
            log_links(&format!("{}/", worker_page.trim_end_matches('/')), &query)
        } else {
            html! { small { "its Worker is gone" } }
        }),
    ]
}
