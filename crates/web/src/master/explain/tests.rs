//! The sentences about one and about all.

use super::*;
use crate::samples::{busy_master, empty_master, troubled_master, waiting_master};

fn text(snapshot: &Snapshot, id: &str) -> String {
    explained(snapshot, id).unwrap().text
}

#[test]
fn who_waits_is_told_why_and_since_when() {
    let snapshot = waiting_master();
    assert_eq!(
        text(&snapshot, "app-20261120094100-0041"),
        "Application app-20261120094100-0041 'Spark shell' has waited 1.2 min, since 2026/11/20 14:35:41: needs 4 cores \
         and 8.0 GiB per executor; all cores of 5 Workers are in use; app-20261120092100-0021 ahead of it holds 12 cores.\n"
    );
    assert_eq!(
        text(&snapshot, "driver-20261120090600-0006"),
        "Driver driver-20261120090600-0006 'org.example.billing.MonthEnd' has waited 1.0 h, since 2026/11/20 13:35:11: \
         needs 2 cores and 2.0 GiB; 2 drivers run, and no more may (spark.deploy.maxDrivers).\n"
    );
    assert!(text(&snapshot, "app-20261120095200-0052").contains("has been idle for 7.6 min, since"));
    let document = explained(&snapshot, "app-20261120094100-0041").unwrap().json;
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "kind", "name", "state", "text", "sparkversion", "waiting"]);
    assert_eq!((&document["kind"], &document["state"]), (&"application".into(), &"WAITING".into()));
    assert_eq!(document["waiting"]["reasons"][0]["kind"], "no_room");
}

#[test]
fn who_runs_is_told_where_and_with_what() {
    let snapshot = busy_master();
    assert_eq!(
        text(&snapshot, "app-20261120092100-0021"),
        "Application app-20261120092100-0021 'PythonPi' runs: it has 3 executors with 13 cores and is of Spark 3.5.7.\n"
    );
    assert_eq!(
        text(&snapshot, "driver-20261120090400-0004"),
        "Driver driver-20261120090400-0004 'org.example.billing.MonthEnd' runs on \
         worker-20261120090112-10.20.0.3-40003 with 2 cores and 2.0 GiB and is of Spark 3.5.7.\n"
    );
    let mut snapshot = snapshot;
    snapshot.active_applications[1].executors.clear();
    snapshot.active_drivers[1].waiting = None;
    assert!(text(&snapshot, "app-20261120092100-0021").ends_with("nothing is known to stand in its way.\n"));
    assert!(text(&snapshot, "driver-20261120090500-0005").contains("is not launched yet"));
}

#[test]
fn who_has_ended_is_told_how() {
    let mut snapshot = busy_master();
    assert_eq!(
        text(&snapshot, "app-20261120090500-0005"),
        "Application app-20261120090500-0005 'Spark shell' has ended: FAILED after 4.6 min, it was of Spark 3.4.0 to \
         3.4.4.\n"
    );
    snapshot.completed_drivers[1].spark = String::new();
    assert_eq!(
        text(&snapshot, "driver-20261120090200-0002"),
        "Driver driver-20261120090200-0002 'org.example.billing.MonthEnd' has ended: FAILED after 1.0 h on \
         worker-20261120090112-10.20.0.12-40012.\n"
    );
    // An id may come again.
    snapshot.completed_applications[5].id = snapshot.active_applications[1].id.clone();
    assert!(text(&snapshot, "app-20261120092100-0021").contains(" runs: "));
}

#[test]
fn who_is_not_known_is_no_answer_but_a_sentence() {
    assert_eq!(explained(&busy_master(), "app-0"), None);
    let unknown = unknown("app-\n0");
    assert!(
        unknown.text.starts_with("This Master knows no application and no driver 'app- 0': the id is wrong")
    );
    assert_eq!(unknown.text.lines().count(), 1);
    assert_eq!(unknown.json["id"], "app-\n0");
}

#[test]
fn everybody_that_waits_has_a_line_drivers_first() {
    let all = everybody_explained(&waiting_master());
    let lines: Vec<&str> = all.text.lines().collect();
    assert_eq!(lines.len(), 20);
    assert!(lines[0].starts_with("Driver driver-20261120090500-0005 "), "{}", lines[0]);
    assert!(lines[3].starts_with("Application app-20261120094000-0040 "), "{}", lines[3]);
    assert_eq!(all.json["waiting"].as_array().unwrap().len(), 20);
    assert_eq!(all.json["waiting"][3]["id"], "app-20261120094000-0040");
}

#[test]
fn that_nobody_waits_is_said() {
    let mut snapshot = empty_master();
    assert_eq!(everybody_explained(&snapshot).text, "Nobody waits, and nobody runs.\n");
    snapshot.active_applications = busy_master().active_applications[..1].to_vec();
    assert_eq!(everybody_explained(&snapshot).text, "Nobody waits: 1 application runs.\n");
    snapshot.active_applications = busy_master().active_applications[..2].to_vec();
    snapshot.active_drivers = busy_master().active_drivers[..1].to_vec();
    let all = everybody_explained(&snapshot);
    assert_eq!(all.text, "Nobody waits: 2 applications and 1 driver run.\n");
    assert_eq!(all.json, json!({"waiting": []}));
}

#[test]
fn a_name_stays_on_its_line() {
    let mut snapshot = troubled_master();
    snapshot.active_applications[0].name = "two\nlines\u{1b}[2J".into();
    let id = snapshot.active_applications[0].id.as_str().to_owned();
    assert!(text(&snapshot, &id).contains("'two lines [2J' runs"));
}
