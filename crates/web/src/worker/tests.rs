//! The Worker's JSON and page.

use regex::Regex;

use super::*;
use crate::samples::{busy_worker, lone_worker};
use crate::{Redaction, json_text};

/// The default of `spark.redaction.regex`, 3.5.
fn pattern() -> Regex {
    Regex::new("(?i)secret|password|token|access[.]?key").unwrap()
}

#[test]
fn the_json_has_sparks_fields() {
    insta::assert_snapshot!("busy", json_text(&json(&busy_worker(), Redaction(&pattern()))));
    insta::assert_snapshot!("lone", json_text(&json(&lone_worker(), Redaction(&pattern()))));
}

#[test]
fn a_command_shows_no_secret() {
    let text = json_text(&json(&busy_worker(), Redaction(&pattern())));
    assert!(text.contains("CoarseGrainedExecutorBackend,List(--driver-url, spark://"), "{text}");
    assert!(text.contains("Map(SPARK_USER -> *********(redacted)"), "{text}");
    assert!(
        text.contains("ArraySeq(-Dspark.driver.port=43391, -Dstore.Password=*********(redacted))"),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_worker_without_a_master_says_so() {
    let page = page(&lone_worker(), 3600, false);
    assert!(page.contains("not registered with a Master"));
    assert!(page.contains("No executor runs here."));
    assert!(!page.contains("Back to Master") && !page.contains("Finished Executors"));
}

#[test]
fn a_busy_worker_shows_what_runs_and_what_ran() {
    let page = page(&busy_worker(), 3600, false);
    for text in [
        "<title>Spark Worker at 10.20.0.1:40001</title>",
        "<a href=\"http://larch.example.net:8080\">← Back to Master</a>",
        "<code>spark://larch.example.net:7077</code>",
        "Running Executors <span class=\"count\">(3)</span>",
        "Finished Executors <span class=\"count\">(3)</span>",
        "of 16, 4 free",
        "<dt>Sparks</dt><dd>3.5.7, 4.1.1</dd>",
        "gpu: Free: [1] / Used: [0]",
        "<a href=\"http://10.20.1.9:4040\">Nightly ledger reconciliation</a>",
        "<a href=\"logPage/?appId=app-20261120090100-0001&amp;executorId=1&amp;logType=stdout\">stdout</a>",
        "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;script&gt;alert(1)&lt;/script&gt;",
        "as of 2026/11/20 14:36:51",
    ] {
        assert!(page.contains(text), "no {text}");
    }
    assert_eq!(page.matches("<script>").count(), 1, "its own script and no other");
    assert!(!page.contains("href=\"javascript:"));
}

#[test]
fn drivers_stand_on_the_page_with_their_logs_and_why_they_did_not_start() {
    let page = page(&busy_worker(), 3600, false);
    for text in [
        "Running Drivers <span class=\"count\">(1)</span>",
        "Finished Drivers <span class=\"count\">(2)</span>",
        "org.example.billing.MonthEnd",
        "<a href=\"logPage/?driverId=driver-20261120090700-0007&amp;logType=stdout\">stdout</a>",
        "The jar &lt;file:/none.jar&gt; could not be fetched: no such file",
    ] {
        assert!(page.contains(text), "no {text}");
    }
    assert!(!page.contains("DriverWrapper"), "it runs what was submitted");
    let lone = super::page(&lone_worker(), 3600, false);
    assert!(!lone.contains("Running Drivers") && !lone.contains("Finished Drivers"));
}

#[test]
fn a_worker_that_leaves_says_so() {
    let leaving = core_worker::Snapshot { decommissioned: true, ..busy_worker() };
    assert!(page(&leaving, 0, false).contains("<span class=\"badge dull\">DECOMMISSIONED</span>"));
    assert!(!page(&busy_worker(), 0, false).contains("DECOMMISSIONED"));
}

#[test]
fn behind_the_masters_page_the_way_back_is_there() {
    let page = page(&busy_worker(), 0, true);
    assert!(
        page.contains("<a href=\"../../\">← Back to Master</a>") && !page.contains("larch.example.net:8080")
    );
}
