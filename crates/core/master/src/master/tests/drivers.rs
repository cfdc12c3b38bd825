//! Cluster-mode drivers, from submission to the end.

use model::{DriverDescription, DriverId, DriverState};

use super::*;

const CLIENT: PeerId = PeerId(500);

fn driver(supervise: bool) -> Box<DriverDescription> {
    let command =
        Command { main_class: "org.apache.spark.deploy.worker.DriverWrapper".into(), ..Command::default() };
    Box::new(DriverDescription {
        spark: None,
        jar_url: "file:/app.jar".into(),
        memory_mib: 1024,
        cores: 2,
        supervise,
        command,
        resources: Vec::new(),
    })
}

fn submit(bench: &mut Bench, supervise: bool) -> (DriverId, Vec<Effect>) {
    let (deeds, reply) = bench.ask(CLIENT, ToMaster::RequestSubmitDriver { description: driver(supervise) });
    let Reply::SubmitDriver { success: true, driver: Some(id), message, .. } = reply else {
        panic!("{reply:?}")
    };
    assert_eq!(message, format!("Driver successfully submitted as {id}"));
    (id, deeds)
}

fn state(bench: &mut Bench, driver: &DriverId) -> Option<DriverState> {
    let (_, reply) = bench.ask(CLIENT, ToMaster::RequestDriverStatus { driver: driver.clone() });
    let Reply::DriverStatus { found, state, .. } = reply else { panic!("{reply:?}") };
    assert_eq!(found, state.is_some());
    state
}

fn kill(bench: &mut Bench, driver: &DriverId) -> (Vec<Effect>, bool, String) {
    let (deeds, reply) = bench.ask(CLIENT, ToMaster::RequestKillDriver { driver: driver.clone() });
    let Reply::KillDriver { success, message, .. } = reply else { panic!("{reply:?}") };
    (deeds, success, message)
}

#[test]
fn a_driver_waits_runs_and_ends() {
    let mut bench = Bench::new();
    let (id, deeds) = submit(&mut bench, false);
    assert_eq!(id.as_str(), "driver-20261120121815-0000");
    assert!(deeds.is_empty());
    assert_eq!(state(&mut bench, &id), Some(DriverState::Submitted));
    let deeds = bench.tell(PeerId(1), ToMaster::RegisterWorker(registration(1, 4, 4096)));
    assert_eq!(words(&deeds), ["1 RegisteredWorker", "1 LaunchDriver"]);
    assert_eq!(state(&mut bench, &id), Some(DriverState::Running));
    assert_eq!(bench.cores_used(), [2]);
    let ended = ToMaster::DriverStateChanged {
        driver: id.clone(),
        state: DriverState::Failed,
        exception: Some("why".into()),
    };
    assert!(bench.tell(PeerId(1), ended).is_empty());
    assert_eq!(state(&mut bench, &id), Some(DriverState::Failed));
    assert_eq!(bench.cores_used(), [0]);
    let shown = bench.master.snapshot(bench.now).completed_drivers.remove(0);
    assert_eq!(shown.worker, Some((WorkerId::new("worker-1"), "http://w1:8081".into())));
}

#[test]
fn a_driver_is_served_before_executors() {
    let mut bench = Bench::new();
    bench.application(DRIVER, description(None, None));
    submit(&mut bench, false);
    let deeds = bench.tell(PeerId(1), ToMaster::RegisterWorker(registration(1, 4, 4096)));
    assert_eq!(
        words(&deeds),
        ["1 RegisteredWorker", "1 LaunchDriver", "1 LaunchExecutor", "100 ExecutorAdded"]
    );
    assert_eq!(launches(&deeds)[0].1.cores, 2);
}

#[test]
fn a_waiting_driver_is_killed_here_and_a_running_one_by_its_worker() {
    let mut bench = Bench::new();
    let (waiting, _) = submit(&mut bench, false);
    let (deeds, success, message) = kill(&mut bench, &waiting);
    assert!(deeds.is_empty() && success);
    assert_eq!(message, format!("Kill request for {waiting} submitted"));
    assert_eq!(state(&mut bench, &waiting), Some(DriverState::Killed));

    bench.worker(1, 4, 4096);
    let (running, _) = submit(&mut bench, false);
    let (deeds, success, _) = kill(&mut bench, &running);
    assert_eq!((words(&deeds), success), (vec!["1 KillDriver".to_owned()], true));
    assert_eq!(state(&mut bench, &running), Some(DriverState::Running));

    let (_, success, message) = kill(&mut bench, &waiting);
    assert_eq!(
        (success, message),
        (false, format!("Driver {waiting} has already finished or does not exist"))
    );
    assert_eq!(state(&mut bench, &DriverId::new("driver-x")), None);
}

#[test]
fn a_supervised_driver_of_a_lost_worker_starts_anew_under_another_id() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (supervised, _) = submit(&mut bench, true);
    let (other, _) = submit(&mut bench, false);
    bench.worker(2, 4, 4096);
    let deeds = bench.event(Event::Disconnected { peer: PeerId(1) });
    assert_eq!(words(&deeds), ["2 LaunchDriver"]);
    assert_eq!(state(&mut bench, &supervised), Some(DriverState::Relaunching));
    assert_eq!(state(&mut bench, &other), Some(DriverState::Error));
    assert_eq!(bench.master.snapshot(bench.now).active_drivers[0].id.as_str(), "driver-20261120121815-0002");
}
