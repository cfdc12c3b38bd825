//! The Worker's page: what it offers, what runs on it, what ran.

use core_worker::{DriverView, ExecutorView, Snapshot};
use maud::{Markup, html};
use model::{SparkVersion, WorkerState};

use crate::layout::{self, Frame, Tile, badge, executor_query, link, log_links};
use crate::table::{Cell, empty, section, table};
use crate::{format, resources};

/// The page at `/`. `utc_offset_s` is the machine's offset from UTC, seconds; `is_proxied` says that people come here
/// through the Master's page, by `/proxy/ID/` (`spark.ui.reverseProxy`).
pub fn page(snapshot: &Snapshot, utc_offset_s: i32, is_proxied: bool) -> String {
    let title = format!("Spark Worker at {}:{}", snapshot.host, snapshot.port);
    let master = snapshot.master_web_ui_url.as_str();
    let frame = Frame {
        title: &title,
        state: snapshot.decommissioned.then_some(WorkerState::Decommissioned.name()),
        back: if is_proxied {
            Some(("../../", "Back to Master"))
        } else {
            layout::is_web_address(master).then_some((master, "Back to Master"))
        },
        json: Some("json/"),
        taken: Some(format::date(snapshot.taken_ms, utc_offset_s)),
        renews: true,
    };
    let content = html! {
        (overview(snapshot))
        (running(snapshot))
        @if !snapshot.drivers.is_empty() {
            (drivers("running-drivers", "Running Drivers", snapshot.drivers.iter()))
        }
        @if !snapshot.finished_executors.is_empty() { (finished(snapshot)) }
        @if !snapshot.finished_drivers.is_empty() {
            (drivers("finished-drivers", "Finished Drivers", snapshot.finished_drivers.iter().rev()))
        }
    };
    layout::document(&frame, &content)
}

fn overview(snapshot: &Snapshot) -> Markup {
    let master = if snapshot.master_url.is_empty() {
        html! { strong { "none yet" } ": this Worker is not registered with a Master and tries to be" }
    } else {
        html! { code { (snapshot.master_url) } }
    };
    let leaving = if snapshot.decommissioned {
        html! { "It is being decommissioned: it takes no new executors, those that run may finish." }
    } else {
        Markup::default()
    };
    let sparks: Vec<&str> = snapshot.sparks.iter().map(SparkVersion::as_str).collect();
    let sparks = sparks.join(", ");
    let mut tiles = vec![
        Tile {
            name: "Executors".into(),
            figure: html! { (snapshot.executors.len()) " " small { "Running" } },
            detail: html! { (snapshot.finished_executors.len()) " Finished" },
            share: None,
        },
        Tile {
            name: "Drivers".into(),
            figure: html! { (snapshot.drivers.len()) " " small { "Running" } },
            detail: html! { (snapshot.finished_drivers.len()) " Finished" },
            share: None,
        },
        Tile::share("Cores", snapshot.cores_used.into(), snapshot.cores.into(), |cores| cores.to_string()),
        Tile::share("Memory", snapshot.memory_used_mib.into(), snapshot.memory_mib.into(), format::mebibytes),
    ];
    for offered in &snapshot.resources {
        let (name, all) = (format!("Resources: {}", offered.name), offered.addresses.len() as u64);
        let left = resources::free(std::slice::from_ref(offered), &snapshot.resources_used);
        let free: usize = left.iter().map(|one| one.addresses.len()).sum();
        let mut tile = Tile::share(&name, all - free as u64, all, |number| number.to_string());
        tile.detail = html! { (resources::details(std::slice::from_ref(offered), &snapshot.resources_used)) };
        tiles.push(tile);
    }
    html! {
        (layout::facts(&[
            ("ID", html! { code { (snapshot.id) } }),
            ("Master URL", master),
            (if snapshot.sparks.len() == 1 { "Spark" } else { "Sparks" }, html! { (sparks) }),
            ("State", leaving),
            ("Log", html! { a href="logPage/?self&logType=out" { "of this Worker" } }),
        ]))
        (layout::tiles(&tiles))
    }
}

fn running(snapshot: &Snapshot) -> Markup {
    let content = if snapshot.executors.is_empty() {
        empty(
            &html! { p { strong { "No executor runs here." } " The Master starts them for applications that need cores." } },
        )
    } else {
        executor_rows("running-executors-table", snapshot.executors.iter())
    };
    section("running-executors", "Running Executors", snapshot.executors.len(), &content)
}

fn finished(snapshot: &Snapshot) -> Markup {
    let content = executor_rows("finished-executors-table", snapshot.finished_executors.iter().rev());
    section("finished-executors", "Finished Executors", snapshot.finished_executors.len(), &content)
}

fn executor_rows<'a>(id: &str, executors: impl Iterator<Item = &'a ExecutorView>) -> Markup {
    let headings = [
        "ExecutorID",
        "State",
        "Cores",
        "Memory",
        "Resources",
        "Application",
        "Name",
        "User",
        "Process",
        "Logs",
    ];
    table(id, &headings, executors.map(executor_row).collect())
}

fn executor_row(executor: &ExecutorView) -> Vec<Cell> {
    let application = executor.executor.application.as_str();
    let name = html! { (executor.description.name) };
    let lives = !executor.state.is_finished();
    vec![
        Cell::number(executor.executor.executor),
        Cell::new(badge(executor.state.name())),
        Cell::number(executor.cores),
        Cell::quantity(&format::mebibytes(executor.memory_mib.into()), executor.memory_mib),
        Cell::text(&resources::list(&executor.resources)),
        Cell::id(html! { (application) }),
        Cell::name(if lives { link(&executor.description.app_ui_url, &name) } else { name }),
        Cell::text(&executor.description.user),
        executor.pid.map_or_else(|| Cell::text(""), Cell::number),
        Cell::new(log_links("", &executor_query(application, executor.executor.executor))),
    ]
}

fn drivers<'a>(id: &str, title: &str, drivers: impl ExactSizeIterator<Item = &'a DriverView>) -> Markup {
    let headings =
        ["DriverID", "Main Class", "State", "Cores", "Memory", "Resources", "Process", "Logs", "Notes"];
    let count = drivers.len();
    let table = table(&format!("{id}-table"), &headings, drivers.map(driver_row).collect());
    section(id, title, count, &table)
}

fn driver_row(driver: &DriverView) -> Vec<Cell> {
    let description = &driver.description;
    let query = format!("driverId={}", format::query_value(driver.driver.as_str()));
    vec![
        Cell::id(html! { (driver.driver) }),
        Cell::text(description.main_class()),
        Cell::new(badge(driver.state.name())),
        Cell::number(description.cores),
        Cell::quantity(&format::mebibytes(description.memory_mib.into()), description.memory_mib),
        Cell::text(&resources::list(&driver.resources)),
        driver.pid.map_or_else(|| Cell::text(""), Cell::number),
        Cell::new(log_links("", &query)),
        Cell::text(driver.exception.as_deref().unwrap_or_default()),
    ]
}
