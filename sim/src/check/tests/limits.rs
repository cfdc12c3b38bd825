//! Containers and refusals, broken on purpose.

use core_master::Request;
use model::DriverDescription;

use super::*;

/// A Worker of 1024 MiB in a container of so many.
fn contained(limit_mib: u32, refuses: bool) -> Checks {
    let mut checks = judges(&Extras::none(), SparkMatching::Any, refuses);
    let offer = RegisterWorker { memory_limit_mib: Some(limit_mib), ..offer("worker", 4) };
    hears(&mut checks, WORKER, ToMaster::RegisterWorker(offer));
    checks.master_tells_worker(WORKER, &registered(false));
    checks
}

/// An application whose executors take so much, and in all 384 MiB more.
fn of_memory(heap_mib: u32) -> ApplicationDescription {
    let mut description = description(Some(4));
    let memory = ExecutorResourceRequest { amount: heap_mib.into(), ..Default::default() };
    description.default_profile.executor_resources.insert("memory".into(), memory);
    description
}

fn terms(limit_mib: u32) -> Terms {
    Terms { memory_limit_mib: Some(limit_mib), ..Terms::default() }
}

#[test]
fn a_container_that_overflows_is_seen() {
    for (limit_mib, good) in [(1280, true), (1279, false)] {
        let mut checks = contained(limit_mib, false);
        application_joins(&mut checks, 0, of_memory(256));
        launch_with(&mut checks, WORKER, 0, terms(640));
        launch_with(&mut checks, WORKER, 1, terms(640));
        assert_eq!(checks.is_clean(), good, "{limit_mib}: {:?}", checks.broken);
    }
}

#[test]
fn a_process_that_is_told_another_limit_is_seen() {
    for (limit_mib, good) in [(Some(640), true), (Some(256), false), (None, false)] {
        let mut checks = contained(1024, false);
        application_joins(&mut checks, 0, of_memory(256));
        let terms = Terms { memory_limit_mib: limit_mib, ..Terms::default() };
        launch_with(&mut checks, WORKER, 0, terms);
        assert_eq!(checks.is_clean(), good, "{limit_mib:?}: {:?}", checks.broken);
    }
    let mut checks = cluster(&[None]);
    launch_with(&mut checks, WORKER, 0, terms(640));
    assert_found(&checks, "with a limit of Some(640) MiB, not None");
}

#[test]
fn who_waits_for_a_container_with_room_is_seen() {
    for (limit_mib, waits_in_vain) in [(640, true), (639, false)] {
        let mut checks = contained(limit_mib, false);
        application_joins(&mut checks, 0, of_memory(256));
        checks.master_is_done();
        assert_eq!(!checks.is_clean(), waits_in_vain, "{limit_mib}: {:?}", checks.broken);
    }
}

#[test]
fn an_application_is_refused_if_and_only_if_it_fits_nowhere() {
    for (heap_mib, refused, good) in [
        (512, false, true),
        (512, true, false),
        (641, true, true),
        (641, false, false),
        // Its heap would fit, with all else it does not.
        (1000, false, false),
    ] {
        let mut checks = contained(1024, true);
        application_joins(&mut checks, 0, of_memory(heap_mib));
        if refused {
            let message = "refused: it is too large".to_owned();
            checks.master_tells_driver(PeerId(10), &ToDriver::ApplicationRemoved { message });
        } else if good {
            launch_with(&mut checks, WORKER, 0, terms(heap_mib + 384));
        }
        checks.master_is_done();
        assert_eq!(checks.is_clean(), good, "{heap_mib} {refused}: {:?}", checks.broken);
    }
}

#[test]
fn where_nobody_is_refused_and_long_after_it_came_a_refusal_is_wrong() {
    let refusal = || ToDriver::ApplicationRemoved { message: "refused: it is too large".into() };
    let mut checks = contained(1024, false);
    application_joins(&mut checks, 0, of_memory(4096));
    checks.master_tells_driver(PeerId(10), &refusal());
    assert_found(&checks, "did not just come");
    let mut checks = contained(1024, true);
    application_joins(&mut checks, 0, of_memory(512));
    hears(
        &mut checks,
        WORKER,
        ToMaster::Heartbeat { worker: WorkerId::new("worker"), endpoint: endpoint("w") },
    );
    checks.master_tells_driver(PeerId(10), &refusal());
    assert_found(&checks, "did not just come");
}

#[test]
fn a_lost_worker_gives_hope_as_long_as_it_is_listed() {
    let listed_ms = judges(&Extras::none(), SparkMatching::Any, true).rules.listed.at_least_ms;
    for (after_ms, refused, good) in [
        (listed_ms, false, true),
        (listed_ms, true, false),
        // It may be forgotten by then, or soon.
        (listed_ms + 1, true, true),
        (listed_ms + 1, false, true),
    ] {
        let mut checks = contained(1024, true);
        worker_joins(&mut checks, PeerId(2), "small", 0);
        checks.master_hears(Now::default(), &Event::Disconnected { peer: WORKER });
        let later = Now { monotonic_ms: after_ms, ..Now::default() };
        let (description, driver) = (Box::new(of_memory(512)), endpoint("d0"));
        let message = ToMaster::RegisterApplication { description, driver };
        checks.master_hears(later, &Event::Received { peer: PeerId(10), sender: None, ask: None, message });
        let joined = ToDriver::RegisteredApplication { application: id(0), master: endpoint("m") };
        checks.master_tells_driver(PeerId(10), &joined);
        if refused {
            let message = "refused: it is too large".to_owned();
            checks.master_tells_driver(PeerId(10), &ToDriver::ApplicationRemoved { message });
        }
        checks.master_is_done();
        assert_eq!(checks.is_clean(), good, "{after_ms} {refused}: {:?}", checks.broken);
    }
}

#[test]
fn a_driver_is_refused_if_and_only_if_it_fits_nowhere() {
    let answer = |success| Reply::SubmitDriver {
        master: endpoint("m"),
        success,
        driver: success.then(|| model::DriverId::new("driver-0")),
        message: String::new(),
    };
    for (options, success, good) in [
        (&[][..], true, true),
        (&[], false, false),
        (&["-Dspark.driver.memoryOverhead=1g"], false, true),
        (&["-Dspark.driver.memoryOverhead=1g"], true, false),
    ] {
        let mut checks = contained(1024, true);
        let java_options = options.iter().map(|text| (*text).to_owned()).collect();
        let command = Command { main_class: "Main".into(), java_options, ..Command::default() };
        let driver = DriverDescription { memory_mib: 512, cores: 1, command, ..DriverDescription::default() };
        let what = Request::SubmitDriver(Box::new(driver));
        checks.master_hears(Now::default(), &Event::Request { request: 1, what });
        checks.master_responds(1, &Response::Driver(answer(success)));
        assert_eq!(checks.is_clean(), good, "{options:?} {success}: {:?}", checks.broken);
    }
}

#[test]
fn sizes_are_counted_and_written_as_spark_does() {
    let driver = |memory_mib, option: &str| {
        let command = Command { java_options: vec![option.to_owned()], ..Command::default() };
        memory::of_driver(&DriverDescription { memory_mib, command, ..DriverDescription::default() })
    };
    assert_eq!(driver(512, ""), 896);
    assert_eq!(driver(10_240, ""), 11_264);
    assert_eq!(driver(512, "-Dspark.driver.memoryOverhead=100"), 612);
    assert_eq!(driver(512, "-Dspark.driver.memoryOverhead=1g"), 1536);
    assert_eq!(driver(4096, "-Dspark.driver.memoryOverheadFactor=0.25"), 5120);
    assert_eq!(driver(512, "-Dspark.driver.minMemoryOverhead=600m"), 1112);
    let texts = [0, 1, 512, 2047, 2048, 2560].map(memory::text);
    assert_eq!(texts, ["0.0 B", "1024.0 KiB", "512.0 MiB", "2047.0 MiB", "2.0 GiB", "2.5 GiB"]);
}
