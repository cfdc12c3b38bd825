//! Metrics of sample clusters, in every format, and beside what real daemons answered.

use core_master::ApplicationView;
use model::{ApplicationId, WorkerState};
use serde_json::Value;

use super::servlet::Gauges;
use super::*;
use crate::samples::{busy_master, busy_worker, empty_master, troubled_master, waiting_master};

const DAEMON: Daemon<'_> = Daemon {
    spark_version: "4.3.0",
    usage: ProcessUsage {
        started_s: 1_795_168_800.25,
        uptime_s: 9311.5,
        cpu_s: 1.75,
        resident_bytes: 12_345_678,
        open_fds: 17,
        max_fds: 1024,
    },
};

fn traffic() -> Traffic {
    let mut traffic = Traffic::default();
    (0..3).for_each(|_| traffic.received("Heartbeat"));
    traffic.received("RegisterWorker");
    traffic.sent("LaunchExecutor", 1);
    traffic
}

/// The value of the one sample that begins so.
fn value(text: &str, sample: &str) -> String {
    let mut found = text.lines().filter_map(|line| line.strip_prefix(sample)?.strip_prefix(' '));
    let value = found.next().unwrap_or_else(|| panic!("no {sample} in:\n{text}"));
    assert_eq!(found.next(), None, "{sample} twice");
    value.to_owned()
}

#[test]
fn a_scrape_in_open_metrics() {
    insta::assert_snapshot!("master", master(&busy_master(), &traffic(), &DAEMON, Format::OpenMetrics));
    insta::assert_snapshot!("worker", worker(&busy_worker(), None, &traffic(), &DAEMON, Format::OpenMetrics));
}

#[test]
fn in_prometheus_text_counters_are_named_as_their_samples_and_nothing_else_is_marked() {
    let text = master(&busy_master(), &traffic(), &DAEMON, Format::Prometheus);
    assert!(text.contains("\n# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 1.75\n"));
    assert!(text.contains("# TYPE hearth_build_info gauge\n"));
    for line in text.lines().filter(|line| line.starts_with('#')) {
        assert!(line.starts_with("# HELP ") || line.starts_with("# TYPE "), "{line}");
    }
    assert_eq!(value(&text, "hearth_master_messages_received_total{message=\"Heartbeat\"}"), "3");
}

#[test]
fn every_family_is_told_once_with_its_type_before_its_samples() {
    let open = master(&troubled_master(), &traffic(), &DAEMON, Format::OpenMetrics);
    let families = families::OF_THE_PROCESS.iter().chain(families::OF_A_MASTER);
    for family in families {
        assert!(open.contains(&format!("# TYPE {} {}\n", family.name, family.kind.name())), "{family:?}");
        assert_eq!(open.matches(&format!("# HELP {} ", family.name)).count(), 1, "{family:?}");
        assert!(family.name.ends_with(family.unit), "{family:?}");
        assert!(!family.help.contains(['\n', '\\', '"']), "{family:?}");
    }
    assert!(open.ends_with("\n# EOF\n"));
}

#[test]
fn states_that_nothing_is_in_are_told_too() {
    let text = master(&empty_master(), &Traffic::default(), &DAEMON, Format::OpenMetrics);
    assert_eq!(value(&text, "hearth_master_workers{state=\"DEAD\"}"), "0");
    assert_eq!(value(&text, "hearth_master_applications{state=\"WAITING\"}"), "0");
    assert_eq!(value(&text, "hearth_master_status{status=\"ALIVE\"}"), "1");
    assert_eq!(value(&text, "hearth_master_status{status=\"STANDBY\"}"), "0");
}

#[test]
fn a_name_cannot_break_out_of_its_label() {
    let mut snapshot = busy_master();
    snapshot.active_applications.truncate(1);
    snapshot.active_applications[0].name = "a\"} 1\nevil \\".into();
    let text = master(&snapshot, &Traffic::default(), &DAEMON, Format::Prometheus);
    assert!(text.contains(",name=\"a\\\"} 1\\nevil \\\\\",user="), "{text}");
    assert!(!text.lines().any(|line| line.starts_with("evil")));
}

#[test]
fn what_may_still_be_taken_waits() {
    let mut snapshot = empty_master();
    let application = |max_cores, cores_granted, state| ApplicationView {
        max_cores,
        cores_granted,
        state,
        ..busy_master().active_applications[0].clone()
    };
    let (waiting, running) = (model::ApplicationState::Waiting, model::ApplicationState::Running);
    snapshot.active_applications = vec![
        application(Some(10), 4, running),
        application(Some(4), 4, running),
        application(None, 7, running),
        application(None, 0, waiting),
    ];
    let text = master(&snapshot, &Traffic::default(), &DAEMON, Format::Prometheus);
    assert_eq!(value(&text, "hearth_master_waiting_cores"), "7");
}

#[test]
fn who_waits_is_counted_by_the_first_reason_and_every_reason_is_told() {
    let text = master(&waiting_master(), &Traffic::default(), &DAEMON, Format::Prometheus);
    let waiting =
        |who: &str, reason| value(&text, &format!("hearth_master_waiting_{who}{{reason=\"{reason}\"}}"));
    for reason in core_master::Reason::KINDS {
        // Two of the samples have no room.
        assert_eq!(waiting("applications", reason), if reason == "no_room" { "2" } else { "1" }, "{reason}");
    }
    assert_eq!((waiting("drivers", "max_drivers"), waiting("drivers", "ahead")), ("1".into(), "0".into()));
    let longest =
        |text: &str, who| value(text, &format!("hearth_master_longest_wait_seconds{{who=\"{who}\"}}"));
    assert_eq!((longest(&text, "application"), longest(&text, "driver")), ("595".into(), "3700".into()));

    let mut idle = waiting_master();
    idle.active_applications
        .retain(|one| one.waiting.as_ref().is_some_and(core_master::Explanation::is_idle));
    idle.active_drivers.clear();
    let text = master(&idle, &Traffic::default(), &DAEMON, Format::Prometheus);
    assert_eq!(value(&text, "hearth_master_waiting_applications{reason=\"nothing_wanted\"}"), "1");
    assert_eq!((longest(&text, "application"), longest(&text, "driver")), ("0".into(), "0".into()));
}

#[test]
fn workers_that_live_count_with_each_of_their_sparks() {
    let mut snapshot = busy_master();
    snapshot.workers[0].state = WorkerState::Dead;
    let text = master(&snapshot, &Traffic::default(), &DAEMON, Format::Prometheus);
    let of = |spark| value(&text, &format!("hearth_master_spark_workers{{spark=\"{spark}\"}}"));
    assert_eq!(
        (of("3.4.4"), of("3.5.7"), of("4.0.5"), of("4.3.0")),
        ("7".into(), "9".into(), "2".into(), "2".into())
    );
}

#[test]
fn who_names_open_metrics_gets_it() {
    let prometheus =
        "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2";
    for (accept, format) in [
        (prometheus, Format::OpenMetrics),
        ("text/plain, application/openmetrics-text", Format::OpenMetrics),
        ("application/openmetrics-text;q=0, text/plain", Format::Prometheus),
        ("text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Format::Prometheus),
        ("*/*", Format::Prometheus),
        ("", Format::Prometheus),
    ] {
        assert_eq!(Format::accepted(accept), format, "{accept}");
    }
}

/// The text of a real daemon without the sources that it registers for nothing.
fn own_lines(text: &str) -> String {
    let noise = |line: &&str| !line.contains("_HiveExternalCatalog_") && !line.contains("_CodeGenerator_");
    text.lines().filter(noise).map(|line| format!("{line}\n")).collect()
}

/// The beginning of a real daemon's document, its gauges: what follows are those sources.
fn own_gauges(document: &str) -> &str {
    &document[..document.find("\"counters\"").unwrap()]
}

fn assert_as_real(gauges: &Gauges, json: &str, text: &str) {
    assert_eq!(own_gauges(&gauges.json()), own_gauges(json));
    assert_eq!(gauges.prometheus(), own_lines(text));
    let keys = |document: &str| -> Vec<String> {
        let document: Value = serde_json::from_str(document).unwrap();
        document.as_object().unwrap().keys().cloned().collect()
    };
    assert_eq!(keys(&gauges.json()), keys(json));
}

#[test]
fn the_masters_servlets_are_those_of_a_real_master() {
    let mut snapshot = busy_master();
    snapshot.workers.truncate(1);
    snapshot.active_applications.truncate(1);
    assert_eq!(snapshot.workers[0].state, WorkerState::Alive);
    for (json, text) in [
        (
            include_str!("../../testdata/metrics-master-3.5.7.json"),
            include_str!("../../testdata/metrics-master-3.5.7.prometheus"),
        ),
        (
            include_str!("../../testdata/metrics-master-4.3.0.json"),
            include_str!("../../testdata/metrics-master-4.3.0.prometheus"),
        ),
    ] {
        assert_as_real(&Gauges::of_master(&snapshot), json, text);
    }
}

#[test]
fn the_applications_servlets_are_those_of_a_real_master() {
    let application = |submitted_ms, duration_ms| ApplicationView {
        id: ApplicationId::new("app-20261120164024-0000"),
        name: "slow job".into(),
        submitted_ms,
        duration_ms,
        cores_granted: 1,
        state: model::ApplicationState::Running,
        ..busy_master().active_applications[0].clone()
    };
    for (submitted_ms, json, text) in [
        (
            1_795_192_824_209,
            include_str!("../../testdata/metrics-applications-3.5.7.json"),
            include_str!("../../testdata/metrics-applications-3.5.7.prometheus"),
        ),
        (
            1_795_192_901_531,
            include_str!("../../testdata/metrics-applications-4.3.0.json"),
            include_str!("../../testdata/metrics-applications-4.3.0.prometheus"),
        ),
    ] {
        let document: Value = serde_json::from_str(json).unwrap();
        let runtime = &document["gauges"][format!("application.slow job.{submitted_ms}.runtime_ms")]["value"];
        let snapshot = |duration_ms| core_master::Snapshot {
            active_applications: vec![application(submitted_ms, duration_ms)],
            ..empty_master()
        };
        // The two documents were fetched one after the other.
        let then_ms = runtime.as_i64().unwrap();
        let later_ms = text.lines().find(|line| line.contains("runtime_ms_Value")).unwrap();
        let later_ms = later_ms.rsplit_once(' ').unwrap().1.parse().unwrap();
        let ended = core_master::Snapshot {
            completed_applications: vec![application(submitted_ms, 1)],
            ..empty_master()
        };
        assert!(
            Gauges::of_applications(&ended).json().contains(".runtime_ms\":{\"value\":1}"),
            "it is listed"
        );
        let of_json = Gauges::of_applications(&snapshot(then_ms));
        assert_eq!(own_gauges(&of_json.json()), own_gauges(json));
        assert_eq!(Gauges::of_applications(&snapshot(later_ms)).prometheus(), own_lines(text));
    }
}

#[test]
fn the_workers_servlets_are_those_of_a_real_worker() {
    let mut snapshot = busy_worker();
    snapshot.executors.truncate(1);
    (snapshot.cores, snapshot.cores_used) = (4, 2);
    (snapshot.memory_mib, snapshot.memory_used_mib) = (3000, 1024);
    for (json, text) in [
        (
            include_str!("../../testdata/metrics-worker-3.5.7.json"),
            include_str!("../../testdata/metrics-worker-3.5.7.prometheus"),
        ),
        (
            include_str!("../../testdata/metrics-worker-4.3.0.json"),
            include_str!("../../testdata/metrics-worker-4.3.0.prometheus"),
        ),
    ] {
        assert_as_real(&Gauges::of_worker(&snapshot), json, text);
    }
}
