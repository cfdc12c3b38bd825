//! What the pages and `/json/` tell of those who wait, for every reason that there is.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json as value};

use super::*;
use crate::master::{PageOptions, application_page, json, page};
use crate::samples::{busy_master, empty_master, waiting_master};

const NOTE: &str = "<tr class=\"note\">";

#[test]
fn each_that_waits_has_a_note_below_its_row() {
    let snapshot = waiting_master();
    let page = page(&snapshot, &PageOptions::default());
    let waiting = drivers(&snapshot).count() + applications(&snapshot).count();
    assert_eq!((waiting, page.matches(NOTE).count()), (20, 20));
    for text in [
        "<strong>Waiting for 35 s</strong>, since 2026/11/20 14:36:16: needs 4 cores and 8.0 GiB per executor; the freest \
         of 5 Workers has 2 cores and 6.0 GiB left; 3 Workers lack Spark 3.5.7",
        "<strong>Waiting for 1.0 h</strong>, since 2026/11/20 13:35:11: needs 2 cores and 2.0 GiB; 2 drivers run, and no \
         more may (spark.deploy.maxDrivers).",
        "<div class=\"waits idle\"><strong>Idle for 7.6 min</strong>, since 2026/11/20 14:29:16: it asks for no executor.",
        "code 1 &lt;b&gt;see its log&lt;/b&gt;.",
    ] {
        assert!(page.contains(text), "no {text} in {page}");
    }
    let row = page.find("app-20261120094000-0040</a>").unwrap();
    let next = page[row..].find("app-20261120092200-0022</a>").unwrap();
    assert!(
        page[row..row + next].contains("<td colspan=\"9\"><div class=\"waits\"><strong>Waiting for 35 s")
    );
    assert!(!crate::master::page(&empty_master(), &PageOptions::default()).contains(NOTE));
}

#[test]
fn the_page_of_an_application_has_a_line_for_each_reason() {
    let snapshot = waiting_master();
    let page = |id: &str| application_page(&snapshot, id, &PageOptions::default()).unwrap();
    let waits = page("app-20261120094000-0040");
    for text in [
        "<strong>Waiting for 35 s</strong>, since 2026/11/20 14:36:16: it needs 4 cores and 8.0 GiB per executor.",
        "<li>the freest of 5 Workers has 2 cores and 6.0 GiB left</li>",
        "<li>app-20261120092100-0021 ahead of it holds 12 cores</li>",
        "It has no executor, for the reason that stands above.",
        "<dt>Spark</dt><dd>3.5.7</dd>",
    ] {
        assert!(waits.contains(text), "no {text} in {waits}");
    }
    assert!(page("app-20261120095200-0052").contains("<section class=\"waits idle\" id=\"waiting\">"));
    assert!(!page("app-20261120092100-0021").contains("id=\"waiting\""), "it runs");
}

#[test]
fn columns_stand_where_something_is_known() {
    let mut snapshot = busy_master();
    let known = page(&snapshot, &PageOptions::default());
    for text in [
        "<td class=\"spark\" data-label=\"Spark\">3.4.4, 3.5.7</td>",
        "<td class=\"spark\" data-label=\"Spark\">3.4.0 to 3.4.4</td>",
        "<small class=\"limit\">3.5 GiB of 59.0 GiB of the container</small>",
    ] {
        assert!(known.contains(text), "no {text} in {known}");
    }
    let versions: Vec<String> = (0..10).map(|number| format!("3.5.{number}")).collect();
    snapshot.workers[0].sparks = versions.iter().filter_map(|one| SparkVersion::parse(one)).collect();
    assert!(
        page(&snapshot, &PageOptions::default())
            .contains("<td class=\"spark\" data-label=\"Spark\">3.5.0 to 3.5.9</td>")
    );

    snapshot.workers.iter_mut().for_each(|one| {
        one.sparks.clear();
        one.memory_limit_mib = None;
    });
    snapshot.active_applications.iter_mut().for_each(|one| one.spark.clear());
    snapshot.completed_applications.iter_mut().for_each(|one| one.spark.clear());
    snapshot
        .active_drivers
        .iter_mut()
        .chain(&mut snapshot.completed_drivers)
        .for_each(|one| one.spark.clear());
    let unknown = page(&snapshot, &PageOptions::default());
    assert!(!unknown.contains(">Spark</th>") && !unknown.contains("of the container"), "{unknown}");
    assert!(
        unknown.contains("data-label=\"Cores\" data-key=\"16\">16 (7 Used)"),
        "no other column moved: {unknown}"
    );
}

#[test]
fn what_sparks_document_lacks_stands_behind_its_fields() {
    let document = json(&waiting_master());
    let worker = &document["workers"][3];
    assert_eq!(worker["sparkversions"], value!(["3.4.4", "3.5.7"]));
    assert_eq!((&worker["memorylimit"], &worker["memorylimitused"]), (&value!(60_416), &value!(3600)));
    assert_eq!(document["workers"][0].get("memorylimit"), None, "it has no limit");
    let application = &document["activeapps"][3];
    assert_eq!(application["sparkversion"], "3.5.7");
    assert_eq!(application.as_object().unwrap().keys().next_back().unwrap(), "waiting");
    let waiting = &application["waiting"];
    assert_eq!(
        (&waiting["since"], &waiting["needs"]),
        (&value!(1_795_181_776_000_i64), &value!("4 cores and 8.0 GiB per executor"))
    );
    assert!(
        waiting["text"].as_str().unwrap().starts_with("needs 4 cores and 8.0 GiB per executor; the freest")
    );
    assert_eq!(
        waiting["reasons"][0],
        value!({
            "kind": "no_room",
            "text": "the freest of 5 Workers has 2 cores and 6.0 GiB left",
            "workers": 5,
            "coresfree": 2,
            "memoryfree": 6144,
        })
    );
    assert_eq!(waiting["reasons"][1]["sparkversions"], value!(["3.4.4", "3.5.7", "4.0.5", "4.3.0"]));
    let running = &document["activeapps"][0];
    assert_eq!((running.get("waiting"), &running["sparkversion"]), (None, &value!("3.4.0 to 3.4.4")));
    assert_eq!(document["activedrivers"][2]["waiting"]["reasons"][0]["driversmax"], 2);
    let unknown =
        document["activeapps"].as_array().unwrap().iter().find(|one| one.get("sparkversion").is_none());
    assert_eq!(unknown.unwrap()["waiting"]["reasons"][0]["kind"], "asking_spark");
}

#[test]
fn each_reason_is_told_with_its_data_and_stands_in_the_manual() {
    let document = json(&waiting_master());
    let all = document["activeapps"].as_array().unwrap().iter().filter_map(|one| one.get("waiting"));
    let reasons: Vec<&Value> = all.filter_map(|one| one["reasons"].get(0)).collect();
    let kinds: BTreeSet<&str> = reasons.iter().filter_map(|one| one["kind"].as_str()).collect();
    assert_eq!(kinds, Reason::KINDS.into_iter().collect(), "the samples have each kind");
    for reason in reasons {
        let has_data =
            !matches!(reason["kind"].as_str(), Some("no_workers" | "asking_spark" | "nothing_wanted"));
        assert_eq!(reason.as_object().unwrap().len() > 2, has_data, "{reason}");
    }
    let manual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operate/waiting.md");
    let manual = std::fs::read_to_string(manual).unwrap();
    for kind in Reason::KINDS {
        assert!(manual.contains(&format!("| `{kind}` |")), "docs/operate/waiting.md lacks {kind}");
    }
}
