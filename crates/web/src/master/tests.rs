//! The Master's JSON beside what real Masters answered; its pages with an empty, a busy and a troubled cluster.

use core_master::ApplicationView;
use model::{ApplicationId, ApplicationState, RecoveryState, ResourceInformation, WorkerId};
use serde_json::{Value, json as value};

use super::*;
use crate::json_text;
use crate::samples::{busy_master, empty_master, troubled_master};

/// A page from which things can be ended.
fn kill() -> PageOptions<'static> {
    PageOptions { kill_token: Some("s3cret"), ..PageOptions::default() }
}

/// The state behind a document of a real Master: what the document derives is left to the code under test.
fn state_behind(document: &Value) -> Snapshot {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let resources = |value: &Value| -> Vec<ResourceInformation> {
        let of = |(name, one): (&String, &Value)| ResourceInformation {
            name: name.clone(),
            addresses: one["addresses"].as_array().unwrap().iter().map(text).collect(),
        };
        value.as_object().unwrap().iter().map(of).filter(|one| !one.addresses.is_empty()).collect()
    };
    let worker = |one: &Value| WorkerView {
        id: WorkerId::new(text(&one["id"])),
        host: text(&one["host"]).into(),
        port: u16::try_from(number(&one["port"])).unwrap(),
        web_ui_url: text(&one["webuiaddress"]).into(),
        cores: number(&one["cores"]),
        cores_used: number(&one["coresused"]),
        memory_mib: number(&one["memory"]),
        memory_used_mib: number(&one["memoryused"]),
        resources: resources(&one["resources"]),
        resources_used: resources(&one["resourcesused"]),
        state: WorkerState::from_name(one["state"].as_str().unwrap()).unwrap(),
        last_heartbeat_ms: one["lastheartbeat"].as_i64().unwrap(),
        sparks: Vec::new(),
        memory_limit_mib: None,
    };
    let application = |one: &Value| ApplicationView {
        id: ApplicationId::new(text(&one["id"])),
        name: text(&one["name"]),
        user: text(&one["user"]),
        state: ApplicationState::from_name(one["state"].as_str().unwrap()).unwrap(),
        submitted_ms: one["starttime"].as_i64().unwrap(),
        duration_ms: one["duration"].as_i64().unwrap(),
        ui_url: String::new(),
        max_cores: None,
        cores_granted: number(&one["cores"]),
        memory_per_executor_mib: number(&one["memoryperexecutor"]),
        resources_per_executor: one["resourcesperexecutor"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| (text(&one["name"]), one["amount"].as_u64().unwrap()))
            .collect(),
        executors: Vec::new(),
        removed_executors: Vec::new(),
        spark: String::new(),
        waiting: None,
    };
    Snapshot {
        utc_offset_s: 0,
        url: text(&document["url"]),
        status: RecoveryState::from_name(document["status"].as_str().unwrap()).unwrap(),
        leader: None,
        workers: document["workers"].as_array().unwrap().iter().map(worker).collect(),
        active_applications: document["activeapps"].as_array().unwrap().iter().map(application).collect(),
        completed_applications: document["completedapps"]
            .as_array()
            .unwrap()
            .iter()
            .map(application)
            .collect(),
        ..empty_master()
    }
}

#[test]
fn the_json_is_that_of_a_real_master_byte_for_byte() {
    for document in [
        include_str!("../../testdata/master-3.5.7-empty.json"),
        include_str!("../../testdata/master-3.5.7-busy.json"),
        include_str!("../../testdata/master-3.5.7-done.json"),
        include_str!("../../testdata/master-4.3.0-empty.json"),
        include_str!("../../testdata/master-4.3.0-busy.json"),
        include_str!("../../testdata/master-4.3.0-done.json"),
    ] {
        let snapshot = state_behind(&serde_json::from_str(document).unwrap());
        assert_eq!(json_text(&json(&snapshot)), document);
    }
}

#[test]
fn one_field_is_that_of_a_real_master_byte_for_byte() {
    let all = include_str!("../../testdata/master-4.3.0-busy.json");
    let snapshot = state_behind(&serde_json::from_str(all).unwrap());
    for (field, document) in [
        ("clusterutilization", include_str!("../../testdata/master-4.3.0-busy-clusterutilization.json")),
        ("aliveworkers", include_str!("../../testdata/master-4.3.0-busy-aliveworkers.json")),
        ("nosuch", include_str!("../../testdata/master-4.3.0-busy-nosuch.json")),
        ("nosuch/deeper", include_str!("../../testdata/master-4.3.0-busy-nosuch.json")),
        ("", all),
    ] {
        assert_eq!(json_text(&json_field(&snapshot, field)), document, "/json/{field}");
    }
}

#[test]
fn nothing_to_use_is_fully_used() {
    let utilization = json_field(&empty_master(), "clusterutilization");
    assert_eq!(utilization["coresutilization"], 100);
    assert_eq!(utilization["memoryutilization"], 100);
}

#[test]
fn drivers_are_described_and_only_those_that_wait_count_as_waiting() {
    let snapshot = busy_master();
    assert_eq!(
        json(&snapshot)["activedrivers"][0],
        value!({
            "id": "driver-20261120090400-0004",
            "starttime": "1795178111000",
            "state": "RUNNING",
            "cores": 2,
            "memory": 2048,
            "resources": {},
            "submitdate": "Fri Nov 20 13:35:11 GMT+01:00 2026",
            "worker": "worker-20261120090112-10.20.0.3-40003",
            "mainclass": "org.example.billing.MonthEnd",
            "sparkversion": "3.5.7",
        })
    );
    assert_eq!(json(&snapshot)["activedrivers"][1]["worker"], "None");
    assert_eq!(json_field(&snapshot, "clusterutilization")["waitingDrivers"], 1);
}

#[test]
fn only_workers_that_live_count() {
    let snapshot = troubled_master();
    let json = json(&snapshot);
    assert_eq!(json["workers"].as_array().unwrap().len(), 4);
    assert_eq!(
        (&json["aliveworkers"], &json["cores"], &json["coresused"]),
        (&1.into(), &16.into(), &7.into())
    );
    assert_eq!(json["resources"].as_array().unwrap().len(), 1);
    let page = page(&snapshot, &PageOptions::default());
    assert!(page.contains("1 Dead, 1 Decommissioned, 1 Unknown"), "{page}");
    assert!(page.contains("of 16, 9 free"), "{page}");
}

#[test]
fn an_empty_cluster_says_how_to_begin() {
    let page = page(&empty_master(), &PageOptions::default());
    assert!(page.contains("No Worker has joined yet."));
    assert!(page.contains("<code>hearth worker spark://larch.example.net:7077</code>"));
    assert!(page.contains("No application runs."));
    assert!(page.contains("<code>spark-submit --master spark://larch.example.net:7077 app.py</code>"));
    assert!(!page.contains("<table") && !page.contains("Running Drivers"));
}

#[test]
fn a_busy_cluster_shows_all_that_it_has() {
    let page = page(&busy_master(), &PageOptions::default());
    for text in [
        "<title>Spark Master at spark://larch.example.net:7077</title>",
        "<span class=\"badge good\">ALIVE</span>",
        "Workers <span class=\"count\">(12)</span>",
        "Running Applications <span class=\"count\">(9)</span>",
        "Completed Applications <span class=\"count\">(21)</span>",
        "Running Drivers <span class=\"count\">(2)</span>",
        "Completed Drivers <span class=\"count\">(3)</span>",
        "<a href=\"http://10.20.0.1:8081\">worker-20261120090112-10.20.0.1-40001</a>",
        "16 (7 Used)",
        "60.0 GiB (9.0 GiB Used)",
        "gpu: Free: [1, 3] / Used: [0, 2]",
        "<a href=\"app/?appId=app-20261120092100-0021\">app-20261120092100-0021</a>",
        "<a href=\"http://10.20.1.21:4040\">PythonPi</a>",
        "1024.0 MiB",
        "2026/11/20 14:06:00",
        "org.example.billing.MonthEnd",
        "as of 2026/11/20 14:36:51",
        "<a href=\"json/\">JSON</a>",
    ] {
        assert!(page.contains(text), "no {text}");
    }
}

#[test]
fn the_newest_application_stands_first() {
    let page = page(&busy_master(), &PageOptions::default());
    let place = |id: &str| page.find(&format!(">{id}<")).unwrap();
    assert!(place("app-20261120092800-0028") < place("app-20261120092000-0020"));
    assert!(
        place("app-20261120092000-0020") < place("app-20261120090000-0000"),
        "running ones before ended ones"
    );
}

#[test]
fn what_was_chosen_to_break_a_page_stands_there_as_text() {
    let snapshot = troubled_master();
    let id = snapshot.active_applications[0].id.as_str();
    let pages = [page(&snapshot, &kill()), application_page(&snapshot, id, &kill()).unwrap()];
    for page in pages {
        assert_eq!(page.matches("<script>").count(), 1, "its own script and no other");
        assert!(!page.contains("<img") && !page.contains("href=\"javascript:"));
        assert!(page.contains("&lt;script&gt;alert('pwned')&lt;/script&gt; &amp; &quot;quoted&quot;"));
    }
    let page = page(&snapshot, &kill());
    let link = "app/?appId=app-1%22%3E%3Cscript%3Ealert%282%29%3C%2Fscript%3E%26x%3Dy";
    assert!(page.contains(&format!("<a href=\"{link}\">app-1&quot;&gt;&lt;script&gt;")));
    assert!(
        page.contains("name=\"id\" value=\"app-1&quot;&gt;&lt;script&gt;alert(2)&lt;/script&gt;&amp;x=y\"")
    );
}

#[test]
fn a_worker_that_is_gone_has_no_link_but_a_last_sign() {
    let page = page(&troubled_master(), &PageOptions::default());
    assert!(page.contains("last heard of 1.2 min ago"));
    assert!(!page.contains("href=\"http://10.20.0.2:8081\""), "dead");
    assert!(page.contains("href=\"http://10.20.0.3:8081\""), "decommissioned: it still answers");
}

#[test]
fn what_runs_can_be_ended_only_with_a_token() {
    let snapshot = busy_master();
    let without = page(&snapshot, &PageOptions::default());
    assert!(!without.contains("<form"));
    let page = page(&snapshot, &kill());
    assert_eq!(page.matches("action=\"app/kill/\"").count(), snapshot.active_applications.len());
    assert_eq!(page.matches("action=\"driver/kill/\"").count(), snapshot.active_drivers.len());
    let form = "<form method=\"post\" action=\"app/kill/\">\
                <input type=\"hidden\" name=\"id\" value=\"app-20261120092800-0028\">\
                <input type=\"hidden\" name=\"terminate\" value=\"true\">\
                <input type=\"hidden\" name=\"csrfToken\" value=\"s3cret\">";
    assert!(page.contains(form), "{page}");
}

#[test]
fn the_title_may_be_chosen() {
    let options = PageOptions { title: Some("Payments <prod>"), ..PageOptions::default() };
    let page = page(&empty_master(), &options);
    assert!(page.contains("<title>Payments &lt;prod&gt;</title>"));
    assert!(page.contains("<code>spark://larch.example.net:7077</code>"), "the URL is still shown");
}

#[test]
fn an_application_shows_its_executors_and_where_to_look_further() {
    let snapshot = busy_master();
    let page = application_page(&snapshot, "app-20261120092100-0021", &PageOptions::default()).unwrap();
    for text in [
        "<title>Application: PythonPi</title>",
        "Unlimited (13 granted)",
        "<a href=\"http://10.20.1.21:4040\">http://10.20.1.21:4040</a>",
        "Executor Summary <span class=\"count\">(4)</span>",
        "<a href=\"http://10.20.0.1:8081/logPage/?appId=app-20261120092100-0021&amp;executorId=0&amp;logType=stderr\">",
        "<span class=\"badge done\">EXITED</span>",
        "<a href=\"../\">",
    ] {
        assert!(page.contains(text), "no {text}");
    }
    assert!(!page.contains("Removed Executors"), "one that ended by itself stays in the summary");
    let page = application_page(&snapshot, "app-20261120092000-0020", &PageOptions::default()).unwrap();
    assert!(page.contains("16 (12 granted, 4 left)"));
}

#[test]
fn an_ended_application_keeps_its_page_and_loses_its_drivers_link() {
    let page = application_page(&busy_master(), "app-20261120090100-0001", &PageOptions::default()).unwrap();
    assert!(page.contains("Removed Executors <span class=\"count\">(3)</span>"));
    assert!(page.contains("It has ended"));
    assert!(!page.contains(":4040"), "nobody answers there any longer");
    assert!(!page.contains("<main data-renews>"), "nothing will change");
}

#[test]
fn executors_of_a_lost_worker_have_no_logs_to_link_to() {
    let snapshot = troubled_master();
    let id = snapshot.active_applications[0].id.as_str();
    let page = application_page(&snapshot, id, &PageOptions::default()).unwrap();
    assert!(page.contains("its Worker is gone"));
    assert!(!page.contains("http://10.20.0.2:8081/"));
    assert!(page.contains("Removed Executors <span class=\"count\">(2)</span>"));
}

#[test]
fn an_application_that_is_not_there_has_no_page() {
    assert_eq!(application_page(&busy_master(), "app-0", &PageOptions::default()), None);
    assert_eq!(application_page(&empty_master(), "", &PageOptions::default()), None);
}

#[test]
fn an_ended_application_leads_to_the_history_server_where_there_is_one() {
    let snapshot = busy_master();
    let options = PageOptions { history_server_url: Some("http://larch:18080/"), ..PageOptions::default() };
    let ended = "<a href=\"http://larch:18080/history/app-20261120090100-0001\">";
    assert!(page(&snapshot, &options).contains(ended));
    assert!(application_page(&snapshot, "app-20261120090100-0001", &options).unwrap().contains(ended));
    let running = application_page(&snapshot, "app-20261120092100-0021", &options).unwrap();
    assert!(!running.contains("/history/"), "it runs: its driver shows it");
    assert!(!page(&snapshot, &PageOptions::default()).contains("/history/"));
}

#[test]
fn behind_a_proxy_all_links_lead_through_this_server() {
    let snapshot = busy_master();
    let options = PageOptions { reverse_proxy: true, ..PageOptions::default() };
    let page = page(&snapshot, &options);
    assert!(page.contains("<a href=\"proxy/worker-20261120090112-10.20.0.1-40001/\">"));
    assert!(page.contains("<a href=\"proxy/app-20261120092100-0021/\">PythonPi</a>"));
    assert!(!page.contains("href=\"http://10."), "{page}");
    let page = application_page(&snapshot, "app-20261120092100-0021", &options).unwrap();
    assert!(page.contains("<a href=\"../proxy/app-20261120092100-0021/\">"));
    let log = "<a href=\"../proxy/worker-20261120090112-10.20.0.1-40001/logPage/?appId=app-20261120092100-0021\
               &amp;executorId=0&amp;logType=stderr\">";
    assert!(page.contains(log), "{page}");
    assert!(!page.contains("href=\"http://10."), "{page}");
}

#[test]
fn a_long_table_is_shown_in_parts() {
    let mut snapshot = busy_master();
    let one = snapshot.workers[0].clone();
    let worker = |number: u32| WorkerView { id: WorkerId::new(format!("worker-{number:05}")), ..one.clone() };
    snapshot.workers = (1..=10_000).map(worker).collect();
    let shown = |page: &str| page.matches("<span class=\"badge good\">ALIVE</span>").count() - 1;
    let turned = |section, number| PageOptions {
        turned: Some(Turned { section, page: number }),
        ..PageOptions::default()
    };
    let first = page(&snapshot, &PageOptions::default());
    assert_eq!(shown(&first), options::ROWS);
    assert!(first.contains("Workers <span class=\"count\">(10000)</span>"));
    assert!(
        first.contains("1 – 500 of 10000") && first.contains("href=\"?section=workers&amp;page=2#workers\"")
    );
    assert!(first.len() < 1_000_000, "{} bytes", first.len());
    let last = page(&snapshot, &turned("workers", usize::MAX));
    assert!(last.contains("9501 – 10000 of 10000") && last.contains(">worker-10000</a>"));
    let other = page(&snapshot, &turned("completed-app", 3));
    assert!(other.contains("1 – 500 of 10000"), "each table is turned by itself");
}

#[test]
fn the_submission_server_is_named() {
    let options = PageOptions { rest_url: Some("spark://larch.example.net:6066"), ..PageOptions::default() };
    assert!(
        page(&busy_master(), &options).contains("<code>spark://larch.example.net:6066</code> (cluster mode)")
    );
    assert!(!page(&busy_master(), &PageOptions::default()).contains("REST URL"));
}

#[test]
fn the_environment_shows_no_secret() {
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let pattern = regex::Regex::new("(?i)secret|password|token").unwrap();
    let environment = Environment {
        runtime: &[pair("Hearth", "0.1.0")],
        properties: &[
            pair("spark.my.password", "hunter2"),
            pair("spark.a", "<b>"),
            pair("spark.b", "a token"),
        ],
        variables: &[],
    };
    let page = environment_page(&environment, crate::Redaction(&pattern), &PageOptions::default());
    assert!(page.contains("Spark Properties <span class=\"count\">(3)</span>"));
    assert!(page.contains("spark.my.password") && !page.contains("hunter2") && !page.contains("a token"));
    assert_eq!(page.matches("*********(redacted)").count(), 2);
    assert!(page.contains("&lt;b&gt;"));
    assert!(page.contains("spark.master.ui.visibleEnvVarPrefixes"));
}
