//! Leaving with care, on a Master's word and by a signal.

use super::*;

fn told(deeds: &[Effect]) -> bool {
    matches!(deeds, [Effect::Send { peer: MASTER, message: ToMaster::WorkerDecommissioning { .. } }])
}

#[test]
fn on_a_masters_word_nothing_new_starts_and_nothing_ends() {
    let mut bench = Bench::registered();
    bench.receive(MASTER, launch(0));
    bench.event(Event::ExecutorStarted { executor: key(0), pid: 1 });
    assert!(bench.receive(MASTER, ToWorker::DecommissionWorker).is_empty(), "the Master knows");
    assert!(bench.receive(MASTER, launch(1)).is_empty());
    let shown = bench.worker.snapshot(bench.now);
    assert_eq!(shown.executors.len(), 1, "what runs goes on");
    let exit = Event::ExecutorExited { executor: key(0), exit: ProcessExit::Status(0) };
    assert_eq!(words(&bench.event(exit)), ["Ask ExecutorStateChanged"], "without executors it stays as well");
}

#[test]
fn by_a_signal_the_master_hears_of_it() {
    let mut bench = Bench::registered();
    assert!(told(&bench.event(Event::Decommission)));
    assert!(told(&bench.event(Event::Decommission)), "each time, as Spark");
    assert!(bench.receive(MASTER, launch(0)).is_empty());
}

#[test]
fn a_new_master_hears_of_it_before_it_gives_work() {
    let mut bench = Bench::registered();
    bench.event(Event::Disconnected { peer: MASTER });
    assert!(bench.event(Event::Decommission).is_empty());
    let deeds = bench.let_in(PeerId(2));
    assert_eq!(words(&deeds), ["Send WorkerLatestState", "Send WorkerDecommissioning", "Send Heartbeat"]);
    let changed = ToWorker::MasterChanged {
        master: EndpointRef::new("Master", master(7078)),
        master_web_ui_url: String::new(),
    };
    let deeds = bench.receive(PeerId(3), changed);
    assert_eq!(
        words(&deeds),
        ["Send WorkerSchedulerStateResponse", "Send WorkerDecommissioning", "Send Heartbeat"]
    );
}

#[test]
fn where_it_is_switched_off_it_is_not_done() {
    let mut bench = Bench::with(1, |config| config.decommission_enabled = false);
    bench.deeds();
    bench.let_in(MASTER);
    bench.worker.handle(
        bench.now,
        Event::Received { peer: MASTER, sender: None, message: ToWorker::DecommissionWorker },
    );
    assert_eq!(bench.notes(), ["Receive decommission request, but decommission feature is disabled."]);
    assert_eq!(words(&bench.receive(MASTER, launch(0))), ["LaunchExecutor"]);
}

/// A Master places no driver here that knows; one that was on its way is launched, as Spark does it.
#[test]
fn a_driver_is_still_launched() {
    let mut bench = Bench::registered();
    bench.receive(MASTER, ToWorker::DecommissionWorker);
    let order = ToWorker::LaunchDriver {
        driver: DriverId::new("driver-0"),
        description: Box::default(),
        resources: Vec::new(),
        terms: Terms::default(),
    };
    assert_eq!(words(&bench.receive(MASTER, order)), ["LaunchDriver"]);
}
