//! What those are told who wait, broken on purpose.

use core_master::{ApplicationView, DriverView, Reason, WorkerView};
use model::{ApplicationState, DriverDescription, DriverId, DriverState, RecoveryState, WorkerState};

use super::*;

const NOON_MS: i64 = 1_000;

fn noon() -> Now {
    Now { wall_ms: NOON_MS, ..Now::default() }
}

/// A Worker of one core, which application 0 has; application 1 waits.
fn two() -> Checks {
    let mut checks = judges(&Extras::none(), SparkMatching::Any, false);
    worker_joins(&mut checks, WORKER, "worker", 1);
    application_joins(&mut checks, 0, description(None));
    launch(&mut checks, 0, 0, 1, 256);
    application_joins(&mut checks, 1, description(None));
    checks.book.now = noon();
    checks.master_is_done();
    assert!(checks.is_clean(), "{:?}", checks.broken);
    checks
}

fn explanation(reasons: &[Reason]) -> Explanation {
    let needs = Some("1 core and 256.0 MiB per executor".to_owned());
    Explanation { since_ms: NOON_MS, needs, reasons: reasons.to_vec() }
}

fn right() -> [Reason; 2] {
    [Reason::NoRoom { workers: 1, cores: 0, memory_mib: 768 }, Reason::Ahead { application: id(0), cores: 1 }]
}

fn application(number: usize, waiting: Option<Explanation>) -> ApplicationView {
    ApplicationView {
        id: id(number),
        name: "job".into(),
        user: "alice".into(),
        state: ApplicationState::Running,
        submitted_ms: 0,
        duration_ms: 0,
        spark: String::new(),
        waiting,
        ui_url: String::new(),
        max_cores: None,
        cores_granted: 0,
        memory_per_executor_mib: 256,
        resources_per_executor: Vec::new(),
        executors: Vec::new(),
        removed_executors: Vec::new(),
    }
}

/// A page on which the second of two applications waits for that.
fn page(waiting: Option<Explanation>) -> Snapshot {
    let worker = WorkerView {
        id: WorkerId::new("worker"),
        host: "worker".into(),
        port: 1,
        web_ui_url: "".into(),
        cores: 1,
        cores_used: 1,
        memory_mib: 1024,
        memory_used_mib: 256,
        resources: Vec::new(),
        resources_used: Vec::new(),
        sparks: Vec::new(),
        memory_limit_mib: None,
        state: WorkerState::Alive,
        last_heartbeat_ms: 0,
    };
    Snapshot {
        taken_ms: NOON_MS,
        utc_offset_s: 0,
        url: String::new(),
        status: RecoveryState::Alive,
        leader: None,
        workers: vec![worker],
        active_applications: vec![application(0, None), application(1, waiting)],
        completed_applications: Vec::new(),
        active_drivers: Vec::new(),
        completed_drivers: Vec::new(),
    }
}

/// What the judges say of such a page.
fn found(checks: &mut Checks, snapshot: &Snapshot) -> Vec<String> {
    checks.master_shows(snapshot);
    std::mem::take(&mut checks.broken)
}

fn assert_one(found: &[String], part: &str) {
    assert!(found.iter().any(|sentence| sentence.contains(part)), "{part}: {found:?}");
}

#[test]
fn the_truth_is_let_pass() {
    assert_eq!(found(&mut two(), &page(Some(explanation(&right())))), Vec::<String>::new());
}

#[test]
fn a_figure_that_is_wrong_and_a_reason_that_is_missing_or_made_up_are_seen() {
    let [no_room, ahead] = right();
    for (reasons, part) in [
        (vec![Reason::NoRoom { workers: 2, cores: 0, memory_mib: 768 }, ahead.clone()], "which is not so"),
        (vec![Reason::NoRoom { workers: 1, cores: 1, memory_mib: 768 }, ahead.clone()], "which is not so"),
        (vec![no_room.clone(), Reason::Ahead { application: id(0), cores: 2 }], "which is not so"),
        (vec![no_room.clone(), Reason::Ahead { application: id(1), cores: 1 }], "which is not so"),
        (vec![no_room.clone()], "is not told [Ahead"),
        (vec![ahead.clone()], "is not told [NoRoom"),
        (vec![no_room.clone(), ahead.clone(), Reason::NothingWanted], "NothingWanted, which is not so"),
        (vec![no_room.clone(), no_room, ahead], "told twice of no_room"),
    ] {
        let found = found(&mut two(), &page(Some(explanation(&reasons))));
        assert_one(&found, part);
    }
}

#[test]
fn who_is_explained_and_who_is_not() {
    assert_one(&found(&mut two(), &page(None)), "app-1 has no executor, and nobody says why");
    let mut both = page(Some(explanation(&right())));
    both.active_applications[0].waiting = Some(explanation(&right()));
    assert_one(&found(&mut two(), &both), "app-0 has executors and is told why it waits");
    let mut ended = page(Some(explanation(&right())));
    ended.completed_applications.push(application(2, Some(explanation(&right()))));
    assert_one(&found(&mut two(), &ended), "app-2 has ended and is explained");
    let mut missing = page(None);
    missing.active_applications.pop();
    assert_one(&found(&mut two(), &missing), "app-1 is active and not listed");
}

#[test]
fn a_wrong_moment_and_a_wrong_need_are_seen() {
    let later = Explanation { since_ms: NOON_MS + 1, ..explanation(&right()) };
    assert_one(&found(&mut two(), &page(Some(later))), "waits since 1001, and it is Some(1000)");
    let less =
        Explanation { needs: Some("1 core and 128.0 MiB per executor".into()), ..explanation(&right()) };
    assert_one(&found(&mut two(), &page(Some(less))), "is told that it needs");
}

#[test]
fn a_worker_that_is_shown_as_something_else_is_seen() {
    let mut snapshot = page(Some(explanation(&right())));
    snapshot.workers[0].memory_limit_mib = Some((1024, 0));
    assert_one(&found(&mut two(), &snapshot), "of its limit");
    snapshot.workers[0].memory_limit_mib = None;
    snapshot.workers[0].state = WorkerState::Dead;
    assert_one(&found(&mut two(), &snapshot), "1 Workers are listed as lost, and 0 to 0 are");
}

#[test]
fn failures_count_until_one_runs() {
    let changes = |checks: &mut Checks, state| {
        let executor = ExecutorKey { application: id(0), executor: 0 };
        let message = Some("no".to_owned());
        let change = ToMaster::ExecutorStateChanged { executor, state, message, exit_status: None };
        checks.master_hears(
            noon(),
            &Event::Received { peer: WORKER, sender: None, ask: None, message: change },
        );
    };
    use ExecutorState::{Exited, Running};
    for (states, failed) in [(&[Exited][..], 8), (&[Running, Exited], 1), (&[Running], 0)] {
        let mut checks = two();
        checks.book.applications[0].failed = 7;
        states.iter().for_each(|state| changes(&mut checks, *state));
        assert_eq!(checks.book.applications[0].failed, failed, "{states:?}");
    }
}

#[test]
fn what_the_log_hears_is_what_pages_show() {
    for (text, good) in [(explanation(&right()).to_string(), true), ("of the weather".into(), false)] {
        let mut checks = two();
        checks.master_notes(&format!("App app-1 waits: {text}"));
        assert!(checks.log_heard_of_those_who_wait());
        let found = found(&mut checks, &page(Some(explanation(&right()))));
        assert_eq!(found.is_empty(), good, "{found:?}");
    }
}

fn driver(waiting: Option<Explanation>) -> DriverView {
    DriverView {
        id: DriverId::new("driver-0"),
        main_class: "Main".into(),
        spark: String::new(),
        waiting,
        state: DriverState::Submitted,
        submitted_ms: NOON_MS,
        started_ms: None,
        duration_ms: 0,
        worker: None,
        cores: 1,
        memory_mib: 512,
        resources: Vec::new(),
    }
}

#[test]
fn drivers_are_explained_as_applications_are() {
    let command = Command { main_class: "Main".into(), ..Command::default() };
    let description =
        DriverDescription { memory_mib: 512, cores: 1, command, ..DriverDescription::default() };
    let mut checks = two();
    checks.book.driver_submitted(&description, true);
    let needs = Some("1 core and 512.0 MiB".to_owned());
    let why = |reasons: &[Reason]| {
        Some(Explanation { since_ms: NOON_MS, needs: needs.clone(), reasons: reasons.to_vec() })
    };
    for (waiting, part) in [
        (why(&right()), ""),
        (None, "driver-0 runs nowhere, and nobody says why"),
        (why(&[Reason::MaxDrivers { most: 1 }]), "which is not so"),
        (why(&right()[..1]), "is not told [Ahead"),
    ] {
        let mut snapshot = page(Some(explanation(&right())));
        snapshot.active_drivers.push(driver(waiting));
        let found = found(&mut checks, &snapshot);
        if part.is_empty() {
            assert_eq!(found, Vec::<String>::new());
        } else {
            assert_one(&found, part);
        }
    }
}
