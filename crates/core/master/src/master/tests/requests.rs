//! What is asked for over HTTP: one response to each request, behind everything that it causes.

use model::message::ExecutorDescription;
use model::{DriverDescription, DriverId, DriverState, WorkerState};

use super::*;
use crate::{Request, Response};

fn request(bench: &mut Bench, what: Request) -> (Vec<Effect>, Response) {
    let mut deeds = bench.event(Event::Request { request: 7, what });
    let Some(Effect::Respond { request: 7, response }) = deeds.pop() else { panic!("{deeds:?}") };
    assert!(!deeds.iter().any(|deed| matches!(deed, Effect::Respond { .. })), "one response for one request");
    (deeds, response)
}

fn submit(bench: &mut Bench, cores: u32) -> DriverId {
    let description = DriverDescription { cores, memory_mib: 512, ..DriverDescription::default() };
    let (_, response) = request(bench, Request::SubmitDriver(Box::new(description)));
    let Response::Driver(Reply::SubmitDriver { success: true, driver: Some(id), message, .. }) = response
    else {
        panic!("{response:?}")
    };
    assert_eq!(message, format!("Driver successfully submitted as {id}"));
    id
}

fn state(bench: &mut Bench, id: &DriverId) -> Option<DriverState> {
    let (_, response) = request(bench, Request::DriverStatus(id.clone()));
    let Response::Driver(Reply::DriverStatus { state, .. }) = response else { panic!("{response:?}") };
    state
}

#[test]
fn a_driver_is_submitted_asked_after_and_ended() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let id = submit(&mut bench, 2);
    assert_eq!(state(&mut bench, &id), Some(DriverState::Running));
    let (deeds, response) = request(&mut bench, Request::KillDriver(id.clone()));
    assert_eq!(words(&deeds), ["1 KillDriver"]);
    let Response::Driver(Reply::KillDriver { success: true, message, .. }) = response else {
        panic!("{response:?}")
    };
    assert_eq!(message, format!("Kill request for {id} submitted"));
}

#[test]
fn all_drivers_are_ended_those_that_wait_at_once() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (running, waiting) = (submit(&mut bench, 4), submit(&mut bench, 4));
    let (deeds, response) = request(&mut bench, Request::KillAllDrivers);
    assert_eq!(words(&deeds), ["1 KillDriver"]);
    let message = "Kill request for all drivers submitted".into();
    assert_eq!(response, Response::KillAllDrivers { success: true, message });
    assert_eq!(state(&mut bench, &running), Some(DriverState::Running));
    assert_eq!(state(&mut bench, &waiting), Some(DriverState::Killed));
}

#[test]
fn what_has_ended_is_forgotten_on_request() {
    let mut bench = Bench::new();
    let (ended, waiting) = (submit(&mut bench, 1), submit(&mut bench, 1));
    request(&mut bench, Request::KillDriver(ended.clone()));
    let (application, _) = bench.application(DRIVER, description(None, None));
    bench.event(Event::KillApplication { application });
    let (deeds, response) = request(&mut bench, Request::ClearCompleted);
    assert!(deeds.is_empty());
    assert_eq!(response, Response::Cleared { success: true, message: String::new() });
    let snapshot = bench.master.snapshot(bench.now);
    assert!(snapshot.completed_applications.is_empty() && snapshot.completed_drivers.is_empty());
    assert_eq!(state(&mut bench, &ended), None);
    assert_eq!(state(&mut bench, &waiting), Some(DriverState::Submitted));
    assert_eq!(request(&mut bench, Request::Readyz).1, Response::Ready(true));
}

#[test]
fn the_workers_of_a_host_leave_and_their_executors_move() {
    let mut bench = Bench::new();
    bench.worker(1, 2, 4096);
    let (application, _) = bench.application(DRIVER, description(Some(1), Some(2)));
    bench.worker(2, 2, 4096);
    let hosts = vec!["W1".to_owned(), "elsewhere".to_owned()];
    let (deeds, response) = request(&mut bench, Request::DecommissionHosts(hosts.clone()));
    assert_eq!(response, Response::Decommissioned(1));
    assert_eq!(
        words(&deeds),
        [
            "100 ExecutorUpdated",
            "100 ExecutorUpdated",
            "1 DecommissionWorker",
            "2 LaunchExecutor",
            "100 ExecutorAdded",
            "2 LaunchExecutor",
            "100 ExecutorAdded"
        ]
    );
    let update = ToDriver::ExecutorUpdated {
        executor: 0,
        state: ExecutorState::Decommissioned,
        message: Some("worker decommissioned".into()),
        exit_status: None,
        worker_host: Some("w1".into()),
    };
    assert_eq!(told(&deeds[0]), Some((DRIVER, &update)));
    assert_eq!(bench.master.snapshot(bench.now).workers[0].state, WorkerState::Decommissioned);

    let (deeds, response) = request(&mut bench, Request::DecommissionHosts(hosts));
    assert_eq!((words(&deeds), response), (vec!["1 DecommissionWorker".into()], Response::Decommissioned(1)));
    // What it ran ends without counting as a failure; it stays alive for as long as it beats.
    for executor in [0, 1] {
        assert!(bench.changed(1, &key(&application, executor), ExecutorState::Exited, Some(1)).is_empty());
    }
    assert_eq!(bench.cores_used(), [0, 2]);
    let latest = ToMaster::WorkerLatestState {
        worker: WorkerId::new("worker-1"),
        executors: Vec::<ExecutorDescription>::new(),
        drivers: Vec::new(),
    };
    assert!(bench.tell(PeerId(1), latest).is_empty());
}
