//! The Master's page: what it has, who uses it, what came before.

use std::collections::HashSet;

use core_master::{ApplicationView, DriverView, Snapshot, WorkerView};
use maud::{Markup, html};
use model::{ApplicationState, DriverState, SparkVersion, WorkerState};

use super::{Capacity, PageOptions, alive, count, waiting};
use crate::layout::{self, Frame, Tile, badge, bar, link};
use crate::table::{Cell, Row, empty, section, sparse_table};
use crate::{format, resources};

/// Columns that a table leaves out where they would be empty.
const OPTIONAL: [&str; 3] = ["Spark", "Resources", "Resources Per Executor"];

/// As many Sparks of a Worker are named one by one.
const NAMED_SPARKS: usize = 6;

/// The page at `/`.
pub fn page(snapshot: &Snapshot, options: &PageOptions<'_>) -> String {
    let title = options.title.map_or_else(|| format!("Spark Master at {}", snapshot.url), ToOwned::to_owned);
    let frame = Frame {
        title: &title,
        state: Some(snapshot.status.name()),
        back: None,
        json: Some("json/"),
        taken: Some(format::date(snapshot.taken_ms, snapshot.utc_offset_s)),
        renews: true,
    };
    let has_drivers = !(snapshot.active_drivers.is_empty() && snapshot.completed_drivers.is_empty());
    let content = html! {
        (overview(snapshot, options))
        (workers(snapshot, options))
        (running_applications(snapshot, options))
        @if has_drivers { (running_drivers(snapshot, options)) }
        (completed_applications(snapshot, options))
        @if has_drivers { (completed_drivers(snapshot, options)) }
    };
    layout::document(&frame, &content)
}

fn overview(snapshot: &Snapshot, options: &PageOptions<'_>) -> Markup {
    let capacity = Capacity::of(snapshot);
    let workers = count(snapshot.workers.iter().map(|worker| worker.state));
    let of = |state| workers.get(&state).copied().unwrap_or(0);
    let waiting =
        snapshot.active_applications.iter().filter(|one| one.state == ApplicationState::Waiting).count();
    let others = [WorkerState::Decommissioned, WorkerState::Unknown].map(|state| (of(state), state));
    let mut tiles = vec![
        Tile {
            name: "Workers".into(),
            figure: html! { (capacity.workers) " " small { "Alive" } },
            detail: html! {
                (of(WorkerState::Dead)) " Dead"
                @for (number, state) in others { @if number > 0 { ", " (number) " " (capitalized(state.name())) } }
            },
            share: None,
        },
        Tile::share("Cores in use", capacity.cores_used, capacity.cores, |cores| cores.to_string()),
        Tile::share("Memory in use", capacity.memory_used_mib, capacity.memory_mib, format::mebibytes),
        Tile {
            name: "Applications".into(),
            figure: html! {
                a href="#running-app" { (snapshot.active_applications.len()) " " small { "Running" } }
            },
            detail: html! {
                (waiting) " Waiting, "
                a href="#completed-app" { (snapshot.completed_applications.len()) " Completed" }
            },
            share: None,
        },
        drivers_tile(snapshot),
    ];
    let pairs = alive(snapshot).map(|one| (one.resources.as_slice(), one.resources_used.as_slice()));
    for (name, used, all) in resources::totals(pairs) {
        let name = format!("Resources in use: {name}");
        tiles.push(Tile::share(&name, used as u64, all as u64, |number| number.to_string()));
    }
    html! {
        (layout::facts(&[
            ("URL", html! { code { (snapshot.url) } }),
            ("Leader", html! { @if let Some(leader) = &snapshot.leader { code { (leader.spark_url()) } } }),
            ("REST URL", html! { @if let Some(url) = options.rest_url { code { (url) } " (cluster mode)" } }),
            ("Of this Master", html! {
                a href="environment/" { "Environment" } ", " a href="logPage/?self&logType=out" { "Log" }
            }),
        ]))
        (layout::tiles(&tiles))
    }
}

fn drivers_tile(snapshot: &Snapshot) -> Tile {
    let waiting = snapshot.active_drivers.iter().filter(|one| one.state == DriverState::Submitted).count();
    let ended = count(snapshot.completed_drivers.iter().map(|driver| driver.state));
    let states = [DriverState::Killed, DriverState::Failed, DriverState::Error, DriverState::Relaunching];
    let named = |state: &DriverState| {
        ended.get(state).map(|number| format!("{number} {}", capitalized(state.name())))
    };
    let unlucky = states.iter().filter_map(named).collect::<Vec<_>>().join(", ");
    Tile {
        name: "Drivers".into(),
        figure: html! { (snapshot.active_drivers.len()) " " small { "Running" } },
        detail: html! {
            (waiting) " Waiting, " (snapshot.completed_drivers.len()) " Completed"
            @if !unlucky.is_empty() { " (" (unlucky) ")" }
        },
        share: None,
    }
}

/// `Killed` of `KILLED`.
fn capitalized(name: &str) -> String {
    let mut text = name.to_ascii_lowercase();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn workers(snapshot: &Snapshot, options: &PageOptions<'_>) -> Markup {
    let content = if snapshot.workers.is_empty() {
        empty(&html! {
            p { strong { "No Worker has joined yet." } " Start one on any machine that reaches this one:" }
            pre { code { "hearth worker " (snapshot.url) } }
        })
    } else {
        let headings = ["Worker Id", "Address", "State", "Spark", "Cores", "Memory", "Resources"];
        let mut rows: Vec<&WorkerView> = snapshot.workers.iter().collect();
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        let (rows, way) = options.part("workers", rows);
        let row = |worker| Row::new(worker_row(worker, snapshot.taken_ms, options), None);
        let rows = rows.into_iter().map(row).collect();
        html! { (way) (sparse_table("workers-table", &headings, &OPTIONAL, rows)) (way) }
    };
    section("workers", "Workers", snapshot.workers.len(), &content)
}

fn worker_row(worker: &WorkerView, taken_ms: i64, options: &PageOptions<'_>) -> Vec<Cell> {
    let id = html! { (worker.id) };
    let gone = matches!(worker.state, WorkerState::Dead | WorkerState::Unknown);
    let silent_ms = taken_ms.saturating_sub(worker.last_heartbeat_ms);
    vec![
        Cell::id(if gone { id } else { options.link_to("", worker.id.as_str(), &worker.web_ui_url, &id) }),
        Cell::id(html! { (worker.host) ":" (worker.port) }),
        Cell::new(html! {
            (badge(worker.state.name()))
            @if gone { " " small { "last heard of " (format::duration(silent_ms)) " ago" } }
        })
        .sorted_by(worker.state.name()),
        Cell::spark(&sparks(&worker.sparks)),
        Cell::share(
            html! {
                (worker.cores) " (" (worker.cores_used) " Used)"
                (bar(worker.cores_used.into(), worker.cores.into()))
            },
            worker.cores,
        ),
        Cell::share(memory(worker), worker.memory_mib),
        Cell::text(&resources::details(&worker.resources, &worker.resources_used)),
    ]
}

/// What executors may take for their heaps; below it, where a container limits all that its processes take together, how
/// much of that is promised.
fn memory(worker: &WorkerView) -> Markup {
    let size = |mib: u32| format::mebibytes(mib.into());
    html! {
        (size(worker.memory_mib)) " (" (size(worker.memory_used_mib)) " Used)"
        (bar(worker.memory_used_mib.into(), worker.memory_mib.into()))
        @if let Some((limit_mib, given_mib)) = worker.memory_limit_mib {
            small.limit { (size(given_mib)) " of " (size(limit_mib)) " of the container" }
        }
    }
}

/// `3.4.4, 3.5.7`; of many, as a Worker has them of which only the line is known, the first and the last.
fn sparks(versions: &[SparkVersion]) -> String {
    if let (true, [first, .., last]) = (versions.len() > NAMED_SPARKS, versions) {
        return format!("{first} to {last}");
    }
    versions.iter().map(SparkVersion::as_str).collect::<Vec<_>>().join(", ")
}

const APPLICATION_HEADINGS: [&str; 10] = [
    "Application ID",
    "Name",
    "Spark",
    "Cores",
    "Memory per Executor",
    "Resources Per Executor",
    "Submitted Time",
    "User",
    "State",
    "Duration",
];

fn running_applications(snapshot: &Snapshot, options: &PageOptions<'_>) -> Markup {
    let content = if snapshot.active_applications.is_empty() {
        empty(&html! {
            p { strong { "No application runs." } " Submit one:" }
            pre { code { "spark-submit --master " (snapshot.url) " app.py" } }
        })
    } else {
        let all = snapshot.active_applications.iter().rev().collect();
        let (rows, way) = options.part("running-app", all);
        let row = |one| application_row(one, snapshot, options);
        let rows = rows.into_iter().map(row).collect();
        html! { (way) (sparse_table("running-app-table", &APPLICATION_HEADINGS, &OPTIONAL, rows)) (way) }
    };
    section("running-app", "Running Applications", snapshot.active_applications.len(), &content)
}

fn completed_applications(snapshot: &Snapshot, options: &PageOptions<'_>) -> Markup {
    let content = if snapshot.completed_applications.is_empty() {
        empty(&html! { p { "Applications that have ended are listed here." } })
    } else {
        let all = snapshot.completed_applications.iter().rev().collect();
        let (rows, way) = options.part("completed-app", all);
        let row = |one| application_row(one, snapshot, options);
        let rows = rows.into_iter().map(row).collect();
        html! { (way) (sparse_table("completed-app-table", &APPLICATION_HEADINGS, &OPTIONAL, rows)) (way) }
    };
    section("completed-app", "Completed Applications", snapshot.completed_applications.len(), &content)
}

fn application_row(one: &ApplicationView, snapshot: &Snapshot, options: &PageOptions<'_>) -> Row {
    let running = matches!(one.state, ApplicationState::Running | ApplicationState::Waiting);
    let page = format!("app/?appId={}", format::query_value(one.id.as_str()));
    let name = html! { (one.name) };
    let name = if running {
        options.link_to("", one.id.as_str(), &one.ui_url, &name)
    } else {
        match options.history_of(one.id.as_str()) {
            Some(address) => link(&address, &name),
            None => name,
        }
    };
    let cells = vec![
        Cell::id(html! {
            a href=(page) { (one.id) }
            @if let (Some(token), true) = (options.kill_token, running) {
                " " (kill("app/kill/", one.id.as_str(), token))
            }
        })
        .sorted_by(&one.id),
        Cell::name(name),
        Cell::spark(&one.spark),
        Cell::number(one.cores_granted),
        Cell::quantity(&format::mebibytes(one.memory_per_executor_mib.into()), one.memory_per_executor_mib),
        Cell::text(&resources::requirements(&one.resources_per_executor)),
        Cell::time(&format::date(one.submitted_ms, snapshot.utc_offset_s), one.submitted_ms),
        Cell::text(&one.user),
        Cell::new(badge(one.state.name())),
        Cell::quantity(&format::duration(one.duration_ms), one.duration_ms),
    ];
    Row::new(cells, one.waiting.as_ref().map(|why| waiting::note(why, snapshot)))
}

const DRIVER_HEADINGS: [&str; 10] = [
    "Submission ID",
    "Submitted Time",
    "Worker",
    "State",
    "Spark",
    "Cores",
    "Memory",
    "Resources",
    "Main Class",
    "Duration",
];

fn running_drivers(snapshot: &Snapshot, options: &PageOptions<'_>) -> Markup {
    drivers("running-drivers", "Running Drivers", &snapshot.active_drivers, snapshot, options)
}

fn completed_drivers(snapshot: &Snapshot, options: &PageOptions<'_>) -> Markup {
    drivers("completed-drivers", "Completed Drivers", &snapshot.completed_drivers, snapshot, options)
}

fn drivers(
    id: &str,
    title: &str,
    drivers: &[DriverView],
    snapshot: &Snapshot,
    options: &PageOptions<'_>,
) -> Markup {
    let reachable: HashSet<&str> = alive(snapshot).map(|worker| worker.id.as_str()).collect();
    let (rows, way) = options.part(id, drivers.iter().rev().collect());
    let row = |driver: &DriverView| {
        let note = driver.waiting.as_ref().map(|why| waiting::note(why, snapshot));
        Row::new(driver_row(driver, snapshot.utc_offset_s, &reachable, options), note)
    };
    let rows = rows.into_iter().map(row).collect();
    let table = sparse_table(&format!("{id}-table"), &DRIVER_HEADINGS, &OPTIONAL, rows);
    section(id, title, drivers.len(), &html! { (way) (table) (way) })
}

fn driver_row(
    driver: &DriverView,
    utc_offset_s: i32,
    reachable: &HashSet<&str>,
    options: &PageOptions<'_>,
) -> Vec<Cell> {
    let killable =
        matches!(driver.state, DriverState::Running | DriverState::Submitted | DriverState::Relaunching);
    let worker = match &driver.worker {
        Some((id, url)) if reachable.contains(id.as_str()) => {
            options.link_to("", id.as_str(), url, &html! { (id) })
        }
        Some((id, _)) => html! { (id) },
        None => html! { "None" },
    };
    vec![
        Cell::id(html! {
            (driver.id)
            @if let (Some(token), true) = (options.kill_token, killable) {
                " " (kill("driver/kill/", driver.id.as_str(), token))
            }
        })
        .sorted_by(&driver.id),
        Cell::time(&format::date(driver.submitted_ms, utc_offset_s), driver.submitted_ms),
        Cell::id(worker),
        Cell::new(badge(driver.state.name())),
        Cell::spark(&driver.spark),
        Cell::number(driver.cores),
        Cell::quantity(&format::mebibytes(driver.memory_mib.into()), driver.memory_mib),
        Cell::text(&resources::list(&driver.resources)),
        Cell::name(html! { (driver.main_class) }),
        Cell::quantity(&format::duration(driver.duration_ms), driver.duration_ms),
    ]
}

/// A button behind a fold, so that one slip of the hand ends nothing; works without JavaScript.
fn kill(action: &str, id: &str, token: &str) -> Markup {
    html! {
        details.kill {
            summary { "kill" }
            form method="post" action=(action) {
                input type="hidden" name="id" value=(id);
                input type="hidden" name="terminate" value="true";
                input type="hidden" name="csrfToken" value=(token);
                button type="submit" { "End it now" }
            }
        }
    }
}
