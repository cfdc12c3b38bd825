//! What settings and requests demand, broken on purpose.

use core_master::{Request, Response};
use model::{DriverDescription, DriverId, Terms, WorkerSelectionPolicy};

use super::*;

const OTHER: PeerId = PeerId(2);

fn launch_driver(checks: &mut Checks, name: &str, java_options: &[&str]) {
    let java_options = java_options.iter().map(|text| (*text).to_owned()).collect();
    let command = Command { java_options, ..Command::default() };
    let description = DriverDescription { command, ..DriverDescription::default() };
    let launch = ToWorker::LaunchDriver {
        driver: DriverId::new(name),
        description: Box::new(description),
        resources: Vec::new(),
        terms: Terms::default(),
    };
    checks.master_tells_worker(WORKER, &launch);
}

fn asks(checks: &mut Checks, what: Request) {
    checks.master_hears(Now::default(), &Event::Request { request: 1, what });
}

#[test]
fn a_worker_that_leaves_and_gets_more_is_seen() {
    let mut checks = cluster(&[None]);
    checks.master_tells_worker(WORKER, &ToWorker::DecommissionWorker);
    checks.master_is_done();
    assert!(checks.is_clean(), "nobody waits for a Worker that leaves");
    launch(&mut checks, 0, 0, 1, 256);
    assert_found(&checks, "which leaves");

    let mut checks = cluster(&[None]);
    let worker = WorkerId::new("worker");
    hears(&mut checks, WORKER, ToMaster::WorkerDecommissioning { worker, endpoint: endpoint("w") });
    launch_driver(&mut checks, "driver-0", &[]);
    assert_found(&checks, "which leaves");
}

#[test]
fn the_second_choice_is_seen_unless_it_is_the_only_one_left() {
    for (policy, good) in [
        (WorkerSelectionPolicy::CoresFreeDesc, OTHER),
        (WorkerSelectionPolicy::CoresFreeAsc, WORKER),
        (WorkerSelectionPolicy::WorkerId, OTHER),
    ] {
        let extras = Extras { worker_selection_policy: policy, ..Extras::none() };
        for peer in [WORKER, OTHER] {
            let mut checks = cluster_by(&extras, &[None]);
            worker_joins(&mut checks, OTHER, "another", 9);
            launch_on(&mut checks, peer, 0, 0, 1, 256);
            assert_eq!(checks.is_clean(), peer == good, "{policy:?}: {:?}", checks.broken);
            // Within one event those that follow go round.
            launch_on(&mut checks, WORKER, 0, 1, 1, 256);
            assert_eq!(checks.is_clean(), peer == good, "{policy:?}: {:?}", checks.broken);
        }
    }
}

#[test]
fn an_application_that_waits_beside_a_free_worker_is_seen() {
    let mut checks = cluster(&[Some(1)]);
    checks.master_is_done();
    assert_found(&checks, "app-0 waits, and worker has room");
    let mut checks = cluster(&[Some(1)]);
    launch(&mut checks, 0, 0, 1, 256);
    checks.master_is_done();
    assert!(checks.is_clean(), "{:?}", checks.broken);
}

#[test]
fn too_many_drivers_and_wrong_names_are_seen() {
    let mut checks = cluster_by(&Extras { max_drivers: 1, ..Extras::none() }, &[]);
    launch_driver(&mut checks, "driver-0", &[]);
    assert!(checks.is_clean(), "{:?}", checks.broken);
    launch_driver(&mut checks, "driver-1", &[]);
    assert_found(&checks, "2 drivers run, and 1 may");

    let named = Extras { use_driver_id_as_application_name: true, ..Extras::none() };
    for (extras, options, good) in [
        (&named, &["-Dspark.app.name=driver-0"][..], true),
        (&named, &["-Dspark.app.name=mine"][..], false),
        (&Extras::none(), &["-Dspark.app.name=mine"][..], true),
        (&Extras::none(), &["-Dspark.app.name=driver-0"][..], false),
    ] {
        let mut checks = cluster_by(extras, &[]);
        launch_driver(&mut checks, "driver-0", options);
        assert_eq!(checks.is_clean(), good, "{:?}", checks.broken);
    }
}

#[test]
fn a_driver_that_survives_the_end_of_all_is_seen() {
    let ended = Response::KillAllDrivers { success: true, message: String::new() };
    for told in [true, false] {
        let mut checks = cluster(&[]);
        launch_driver(&mut checks, "driver-0", &[]);
        asks(&mut checks, Request::KillAllDrivers);
        if told {
            let driver = DriverId::new("driver-0");
            checks.master_tells_worker(WORKER, &ToWorker::KillDriver { driver });
        }
        checks.master_responds(1, &ended);
        assert_eq!(checks.is_clean(), told, "{:?}", checks.broken);
    }
}

#[test]
fn a_worker_that_is_not_told_to_leave_is_seen() {
    for (told, count, good) in [(true, 1, true), (true, 2, false), (false, 0, false), (false, 1, false)] {
        let mut checks = cluster(&[]);
        asks(&mut checks, Request::DecommissionHosts(vec!["worker".into()]));
        if told {
            checks.master_tells_worker(WORKER, &ToWorker::DecommissionWorker);
        }
        checks.master_responds(1, &Response::Decommissioned(count));
        assert_eq!(checks.is_clean(), good, "{:?}", checks.broken);
    }
}

#[test]
fn a_request_without_one_response_of_its_kind_is_seen() {
    let mut checks = cluster(&[]);
    asks(&mut checks, Request::Readyz);
    checks.master_is_done();
    assert_found(&checks, "Readyz was not answered");
    let mut checks = cluster(&[]);
    asks(&mut checks, Request::Readyz);
    checks.master_responds(1, &Response::Decommissioned(0));
    assert_found(&checks, "Readyz was answered with");
    let mut checks = cluster(&[]);
    checks.master_responds(1, &Response::Ready(true));
    assert_found(&checks, "request 1 was answered twice");
}
