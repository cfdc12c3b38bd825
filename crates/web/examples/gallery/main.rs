//! Writes every page with sample data into a folder, to look at: `cargo run -p web --example gallery -- FOLDER`.

mod samples;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use web::log::{LogQuery, LogRequest, LogSlice};
use web::master::{Environment, PageOptions};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name the folder to write the pages into")?);
    fs::create_dir_all(&folder)?;
    let options = PageOptions {
        kill_token: Some("sample"),
        rest_url: Some("spark://larch.example.net:6066"),
        history_server_url: Some("http://larch.example.net:18080"),
        ..PageOptions::default()
    };
    let (busy, troubled) = (samples::busy_master(), samples::troubled_master());
    let waiting = samples::waiting_master();
    let leaving = core_worker::Snapshot { decommissioned: true, ..samples::busy_worker() };
    let application = |master: &core_master::Snapshot, at: usize| {
        let id = master.active_applications[at].id.as_str();
        web::master::application_page(master, id, &options).ok_or("the sample has that application")
    };
    let pages = [
        ("master-empty", web::master::page(&samples::empty_master(), &options)),
        ("master-busy", web::master::page(&busy, &options)),
        ("master-troubled", web::master::page(&troubled, &options)),
        ("master-waiting", web::master::page(&waiting, &options)),
        ("application", application(&busy, 1)?),
        ("application-waiting", application(&waiting, 3)?),
        ("application-idle", application(&waiting, 15)?),
        ("application-troubled", application(&troubled, 0)?),
        ("worker-lone", web::worker::page(&samples::lone_worker(), 3600, false)),
        ("worker-busy", web::worker::page(&samples::busy_worker(), 3600, false)),
        ("worker-leaving", web::worker::page(&leaving, 3600, false)),
        ("master-large", web::master::page(&large_master(), &options)),
        ("environment", environment(&options)?),
        ("log", log_page()?),
        (
            "not-found",
            web::message_page(
                "Not found",
                "There is nothing at /nosuch on this server.",
                Some(("/", "Spark Master")),
            ),
        ),
    ];
    for (name, page) in pages {
        fs::write(folder.join(name).with_extension("html"), page)?;
    }
    Ok(())
}

/// A cluster whose Workers do not fit on one page.
fn large_master() -> core_master::Snapshot {
    let busy = samples::busy_master();
    let one = &busy.workers[0];
    let worker = |number: u32| core_master::WorkerView {
        id: model::WorkerId::new(format!("worker-20261120090112-10.21.0.0-{number:05}")),
        ..one.clone()
    };
    core_master::Snapshot { workers: (0..10_000).map(worker).collect(), ..busy }
}

fn environment(options: &PageOptions<'_>) -> Result<String, Box<dyn Error>> {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let environment = Environment {
        runtime: &[pair("Hearth", env!("CARGO_PKG_VERSION")), pair("Spark", "4.3.0"), pair("Host", "larch")],
        properties: &[
            pair("spark.master.rest.port", "16066"),
            pair("spark.deploy.zookeeper.password", "hunter2"),
        ],
        variables: &[],
    };
    let pattern = regex::Regex::new("(?i)secret|password|token|access[.]?key")?;
    Ok(web::master::environment_page(&environment, web::Redaction(&pattern), options))
}

fn log_page() -> Result<String, Box<dyn Error>> {
    let request = LogRequest::try_from(LogQuery {
        app_id: Some("app-20261120092100-0021".into()),
        executor_id: Some("0".into()),
        log_type: Some("stderr".into()),
        byte_length: Some("12000".into()),
        ..LogQuery::default()
    })?;
    let text = log();
    let total = text.len() as u64;
    let range = request.range(total);
    let bytes = &text.as_bytes()[usize::try_from(range.start)?..usize::try_from(range.end)?];
    Ok(web::log::page("Worker", &request, &LogSlice { bytes, start: range.start, total }))
}

/// A log as an executor writes it.
fn log() -> String {
    (0..600)
        .map(|task| {
            format!(
                "26/11/20 13:{:02}:{:02} INFO Executor: Finished task {task}.0 in stage 4.0 (TID {task}). 1577 bytes \
                 result sent to driver <ok> naïve\n",
                task / 60,
                task % 60
            )
        })
        .collect()
}
