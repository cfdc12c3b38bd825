//! Cluster-mode drivers.

use model::{DriverDescription, DriverState, Terms};

use super::*;

fn id() -> DriverId {
    DriverId::new("driver-0")
}

fn order(supervise: bool) -> ToWorker {
    let description =
        Box::new(DriverDescription { cores: 1, memory_mib: 256, supervise, ..Default::default() });
    ToWorker::LaunchDriver { driver: id(), description, resources: Vec::new(), terms: Terms::default() }
}

fn started(bench: &mut Bench, supervise: bool) {
    assert_eq!(words(&bench.receive(MASTER, order(supervise))), ["LaunchDriver"]);
    bench.event(Event::DriverStarted { driver: id(), pid: 7 });
}

fn exited(bench: &mut Bench, exit: ProcessExit) -> Vec<Effect> {
    bench.event(Event::DriverExited { driver: id(), exit })
}

fn reported(deeds: &[Effect]) -> (DriverState, Option<&str>) {
    match deeds {
        [Effect::Send { message: ToMaster::DriverStateChanged { state, exception, .. }, .. }] => {
            (*state, exception.as_deref())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn ends_are_reported_by_their_kind() {
    let mut bench = Bench::registered();
    started(&mut bench, false);
    assert_eq!(bench.worker.snapshot(bench.now).cores_used, 1);
    assert_eq!(reported(&exited(&mut bench, ProcessExit::Status(0))), (DriverState::Finished, None));
    assert_eq!(bench.worker.snapshot(bench.now).cores_used, 0);
    started(&mut bench, false);
    assert_eq!(reported(&exited(&mut bench, ProcessExit::Status(1))), (DriverState::Failed, None));
    started(&mut bench, true);
    let kill = ToWorker::KillDriver { driver: id() };
    assert_eq!(bench.receive(MASTER, kill), [Effect::KillDriver { driver: id() }]);
    assert_eq!(reported(&exited(&mut bench, ProcessExit::Signal(15))), (DriverState::Killed, None));
    bench.receive(MASTER, order(true));
    let failed = bench.event(Event::DriverNotStarted { driver: id(), reason: "no jar".into() });
    assert_eq!(reported(&failed), (DriverState::Error, Some("no jar")));
}

#[test]
fn a_supervised_driver_starts_again_after_growing_pauses() {
    let mut bench = Bench::registered();
    started(&mut bench, true);
    for pause_ms in [1_000, 2_000, 4_000, 8_000] {
        assert!(exited(&mut bench, ProcessExit::Status(1)).is_empty());
        bench.now.monotonic_ms += pause_ms;
        bench.worker.handle_timeout(bench.now);
        let deeds = bench.deeds();
        assert!(words(&deeds).contains(&"LaunchDriver".to_owned()), "after {pause_ms} ms: {deeds:?}");
        bench.event(Event::DriverStarted { driver: id(), pid: 8 });
    }
    // A long run makes the pause short again.
    bench.now.monotonic_ms += 5_001;
    exited(&mut bench, ProcessExit::Status(1));
    bench.now.monotonic_ms += 1_000;
    bench.worker.handle_timeout(bench.now);
    assert!(words(&bench.deeds()).contains(&"LaunchDriver".to_owned()));
}

#[test]
fn a_driver_that_took_too_much_memory_says_so_and_is_started_again_where_it_is_supervised() {
    let mut bench = Bench::registered();
    started(&mut bench, false);
    let deeds = exited(&mut bench, too_much_memory());
    let (state, reason) = reported(&deeds);
    assert_eq!(state, DriverState::Failed);
    let reason = reason.unwrap();
    assert!(
        reason.starts_with("Killed for memory: it took 1151.0 MiB of the 1152.0 MiB that it may (heap 256.0")
    );
    assert!(reason.contains("raise spark.driver.memoryOverhead"), "{reason}");
    started(&mut bench, true);
    bench.worker.handle(bench.now, Event::DriverExited { driver: id(), exit: too_much_memory() });
    let notes = bench.notes();
    assert_eq!(notes[0], format!("Driver driver-0: {reason}"));
    assert_eq!(notes[1], "Command exited with status 137, re-launching after 1 s.");
    bench.now.monotonic_ms += 1_000;
    bench.worker.handle_timeout(bench.now);
    assert!(words(&bench.deeds()).contains(&"LaunchDriver".to_owned()));
}

#[test]
fn a_driver_between_two_runs_is_killed_at_once() {
    let mut bench = Bench::registered();
    started(&mut bench, true);
    exited(&mut bench, ProcessExit::Status(1));
    let deeds = bench.receive(MASTER, ToWorker::KillDriver { driver: id() });
    assert_eq!(reported(&deeds), (DriverState::Killed, None));
}

#[test]
fn a_stopping_worker_ends_its_drivers() {
    let mut bench = Bench::registered();
    started(&mut bench, true);
    assert_eq!(words(&bench.event(Event::Stop)), ["Hangup", "KillDriver"]);
    assert_eq!(exited(&mut bench, ProcessExit::Signal(15)), [Effect::Exit { reason: ExitReason::Stopped }]);
}

#[test]
fn a_new_master_hears_what_runs() {
    let mut bench = Bench::registered();
    started(&mut bench, false);
    bench.event(Event::Disconnected { peer: MASTER });
    let deeds = bench.let_in(PeerId(2));
    let Effect::Send { message: ToMaster::WorkerLatestState { drivers, .. }, .. } = &deeds[0] else {
        panic!("{deeds:?}")
    };
    assert_eq!(drivers, &[id()]);
}

#[test]
fn the_page_sees_drivers_that_live_and_that_ended_but_no_secrets() {
    let mut bench = Bench::registered();
    let mut description = DriverDescription { cores: 1, supervise: true, ..Default::default() };
    description.command.environment = vec![("TOKEN".into(), "sekret".into())];
    let order = ToWorker::LaunchDriver {
        driver: id(),
        description: Box::new(description),
        resources: Vec::new(),
        terms: Terms::default(),
    };
    let launched = bench.receive(MASTER, order);
    let [Effect::LaunchDriver(launch)] = &launched[..] else { panic!("{launched:?}") };
    assert_eq!(launch.description.command.environment[0].1, "sekret");
    let shown = |bench: &Bench| bench.worker.snapshot(bench.now);
    let view = &shown(&bench).drivers[0];
    assert_eq!((view.state, view.pid), (DriverState::Running, None));
    assert_eq!(view.description.command.environment, [("TOKEN".to_owned(), String::new())]);
    bench.event(Event::DriverStarted { driver: id(), pid: 7 });
    assert_eq!(shown(&bench).drivers[0].pid, Some(7));
    exited(&mut bench, ProcessExit::Status(1));
    let view = &shown(&bench).drivers[0];
    assert_eq!((view.state, view.pid), (DriverState::Running, None), "it waits for its next start");
    bench.now.monotonic_ms += 1_000;
    bench.worker.handle_timeout(bench.now);
    assert!(words(&bench.deeds()).contains(&"LaunchDriver".to_owned()));
    bench.event(Event::DriverNotStarted { driver: id(), reason: "no jar".into() });
    let snapshot = shown(&bench);
    assert!(snapshot.drivers.is_empty());
    let view = &snapshot.finished_drivers[0];
    assert_eq!((view.state, view.exception.as_deref()), (DriverState::Error, Some("no jar")));
}

#[test]
fn old_finished_drivers_are_forgotten() {
    let mut bench = Bench::registered();
    for pid in 0..30 {
        bench.receive(MASTER, order(false));
        bench.event(Event::DriverStarted { driver: id(), pid });
        exited(&mut bench, ProcessExit::Status(0));
    }
    assert_eq!(bench.worker.snapshot(bench.now).finished_drivers.len(), 10);
}
