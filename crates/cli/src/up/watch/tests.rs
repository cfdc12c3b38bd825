//! The lines that a person reads, from snapshots made by hand.

use core_master::{ExecutorView, Explanation, WorkerView};
use model::RecoveryState;

use super::*;

fn worker(number: u16, state: WorkerState) -> WorkerView {
    WorkerView {
        id: WorkerId::new(format!("worker-{number}")),
        host: "127.0.0.1".into(),
        port: 40_000 + number,
        web_ui_url: String::new().into(),
        cores: 4,
        cores_used: 0,
        memory_mib: 6144,
        memory_used_mib: 0,
        resources: Vec::new(),
        resources_used: Vec::new(),
        state,
        last_heartbeat_ms: 0,
        sparks: Vec::new(),
        memory_limit_mib: None,
    }
}

fn executor(id: u32, state: ExecutorState) -> ExecutorView {
    ExecutorView {
        id,
        worker: WorkerId::new("worker-1"),
        worker_web_ui_url: String::new().into(),
        cores: 4,
        memory_mib: 1024,
        profile: 0,
        resources: Vec::new(),
        state,
    }
}

fn application(state: ApplicationState) -> ApplicationView {
    ApplicationView {
        id: ApplicationId::new("app-1"),
        name: "Pi\u{1b}[2J".into(),
        user: "alice".into(),
        state,
        submitted_ms: 1_000,
        duration_ms: 0,
        ui_url: String::new(),
        max_cores: None,
        cores_granted: 0,
        memory_per_executor_mib: 1024,
        resources_per_executor: Vec::new(),
        executors: Vec::new(),
        removed_executors: Vec::new(),
        spark: String::new(),
        waiting: None,
    }
}

fn snapshot(taken_ms: i64) -> Snapshot {
    Snapshot {
        taken_ms,
        utc_offset_s: 0,
        url: "spark://127.0.0.1:7077".into(),
        status: RecoveryState::Alive,
        leader: None,
        workers: vec![worker(1, WorkerState::Alive)],
        active_applications: Vec::new(),
        completed_applications: Vec::new(),
        active_drivers: Vec::new(),
        completed_drivers: Vec::new(),
    }
}

fn running(taken_ms: i64, change: impl FnOnce(&mut ApplicationView)) -> Snapshot {
    let mut view = application(ApplicationState::Running);
    change(&mut view);
    Snapshot { active_applications: vec![view], ..snapshot(taken_ms) }
}

/// A watch that has told of the Worker.
fn watch() -> Watch {
    let mut watch = Watch::default();
    watch.observe(&snapshot(0));
    watch
}

#[test]
fn workers_join_once_and_are_lost_once() {
    let mut watch = Watch::default();
    assert_eq!(watch.observe(&snapshot(0)), ["Worker 127.0.0.1:40001 joined with 4 cores and 6.0 GiB"]);
    assert!(watch.observe(&snapshot(1)).is_empty());
    let lost = Snapshot { workers: vec![worker(1, WorkerState::Dead)], ..snapshot(2) };
    assert_eq!(watch.observe(&lost), ["Worker 127.0.0.1:40001 is lost"]);
    assert!(watch.observe(&lost).is_empty());
}

#[test]
fn an_application_is_told_from_start_to_end() {
    let mut watch = watch();
    let started = running(1_000, |_| {});
    assert_eq!(watch.observe(&started), ["Application 'Pi?[2J' started as app-1 for alice"]);
    let granted = running(2_000, |view| {
        view.executors = vec![executor(0, ExecutorState::Launching)];
        view.cores_granted = 4;
    });
    assert_eq!(watch.observe(&granted), ["Application 'Pi?[2J' has 1 executor on 4 cores"]);
    assert!(watch.observe(&granted).is_empty());
    let mut done = application(ApplicationState::Finished);
    done.duration_ms = 11_234;
    let ended = Snapshot { completed_applications: vec![done], ..snapshot(13_000) };
    assert_eq!(watch.observe(&ended), ["Application 'Pi?[2J' finished after 11.2 s"]);
    assert!(watch.observe(&ended).is_empty());
}

#[test]
fn one_that_ended_between_two_looks_is_told_whole() {
    let mut done = application(ApplicationState::Killed);
    done.duration_ms = 75_000;
    let ended = Snapshot { completed_applications: vec![done], ..snapshot(1_000) };
    assert_eq!(
        watch().observe(&ended),
        [
            "Application 'Pi?[2J' started as app-1 for alice",
            "Application 'Pi?[2J' was killed after 1 min 15 s"
        ]
    );
}

/// An application that has waited since 1 s for these reasons.
fn waiting(taken_ms: i64, reasons: Vec<Reason>) -> Snapshot {
    let needs = reasons.first() != Some(&Reason::NothingWanted);
    let needs = needs.then(|| "4 cores and 8.0 GiB per executor".to_owned());
    running(taken_ms, |view| view.waiting = Some(Explanation { since_ms: 1_000, needs, reasons }))
}

#[test]
fn one_that_waits_is_told_why_and_again_when_the_reasons_are_others() {
    let mut watch = watch();
    let no_room = |cores| vec![Reason::NoRoom { workers: 1, cores, memory_mib: 6144 }];
    watch.observe(&waiting(1_000, no_room(2)));
    assert!(watch.observe(&waiting(10_999, no_room(2))).is_empty());
    let expected = "Application 'Pi?[2J' waits: needs 4 cores and 8.0 GiB per executor; 1 Worker has 2 cores \
                    and 6.0 GiB left";
    assert_eq!(watch.observe(&waiting(11_000, no_room(2))), [expected]);
    assert!(watch.observe(&waiting(60_000, no_room(1))).is_empty(), "the figures alone are no news");
    let lost = waiting(61_000, vec![Reason::WorkersLost { workers: 1 }]);
    let expected = "Application 'Pi?[2J' waits: needs 4 cores and 8.0 GiB per executor; 1 Worker is lost";
    assert_eq!(watch.observe(&lost), [expected]);

    watch.observe(&running(62_000, |_| {}));
    let idle = waiting(90_000, vec![Reason::NothingWanted]);
    assert_eq!(watch.observe(&idle), ["Application 'Pi?[2J' is idle: it asks for no executor"]);
}

#[test]
fn failed_executors_are_told() {
    let mut watch = watch();
    watch.observe(&running(1_000, |_| {}));
    let failed = running(2_000, |view| view.removed_executors = vec![executor(0, ExecutorState::Failed)]);
    assert_eq!(
        watch.observe(&failed),
        ["Application 'Pi?[2J' has lost 1 executor: its page leads to the logs"]
    );
    assert!(watch.observe(&failed).is_empty());
}

#[test]
fn long_times_are_short_to_read() {
    assert_eq!(duration_text(0), "0.0 s");
    assert_eq!(duration_text(3_600_000), "1 h 0 min");
    assert_eq!(memory_text(512), "512 MiB");
}
