//! Why somebody waits: each reason provoked, told once, and gone when its time is over.

use model::{DriverDescription, DriverId, DriverState, ResourceInformation, SparkMatching};

use super::*;
use crate::{Explanation, Reason};

fn why(bench: &Bench, at: usize) -> Option<Explanation> {
    bench.master.snapshot(bench.now).active_applications[at].waiting.clone()
}

fn why_driver(bench: &Bench) -> Option<Explanation> {
    bench.master.snapshot(bench.now).active_drivers.last().and_then(|driver| driver.waiting.clone())
}

fn reasons(why: Option<Explanation>) -> Vec<Reason> {
    why.map(|why| why.reasons).unwrap_or_default()
}

fn submit(bench: &mut Bench, cores: u32, memory_mib: u32) -> DriverId {
    let description = DriverDescription { cores, memory_mib, ..DriverDescription::default() };
    let (_, reply) =
        bench.ask(PeerId(500), ToMaster::RequestSubmitDriver { description: Box::new(description) });
    let Reply::SubmitDriver { driver: Some(id), .. } = reply else { panic!("{reply:?}") };
    id
}

#[test]
fn no_worker_and_then_one() {
    let mut bench = Bench::new();
    bench.application(DRIVER, description(Some(1), None));
    assert_eq!(reasons(why(&bench, 0)), [Reason::NoWorkers]);
    bench.worker(1, 4, 4096);
    assert_eq!(why(&bench, 0), None);
}

#[test]
fn workers_that_are_lost() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    bench.event(Event::Disconnected { peer: PeerId(1) });
    bench.application(DRIVER, description(Some(1), None));
    assert_eq!(reasons(why(&bench, 0)), [Reason::WorkersLost { workers: 1 }]);
}

#[test]
fn an_application_ahead_holds_what_there_is() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    bench.worker(2, 2, 4096);
    let (first, _) = bench.application(PeerId(100), description(Some(2), None));
    bench.application(PeerId(101), description(Some(2), None));
    let explained = why(&bench, 1).unwrap();
    assert_eq!(
        explained.reasons,
        [
            Reason::NoRoom { workers: 2, cores: 0, memory_mib: 3584 },
            Reason::Ahead { application: first.clone(), cores: 6 }
        ]
    );
    assert_eq!(explained.needs.as_deref(), Some("2 cores and 512.0 MiB per executor"));
    bench.tell(PeerId(100), ToMaster::UnregisterApplication { application: first });
    assert_eq!(why(&bench, 0), None);
}

#[test]
fn memory_that_others_hold_beside_the_heap() {
    let mut bench = Bench::new();
    let offer = RegisterWorker { memory_limit_mib: Some(1200), ..registration(1, 4, 4096) };
    bench.tell(PeerId(1), ToMaster::RegisterWorker(offer));
    bench.application(PeerId(100), description(Some(1), Some(1)));
    bench.application(PeerId(101), description(Some(1), Some(1)));
    let explained = reasons(why(&bench, 1));
    assert_eq!(explained[0], Reason::MemoryLimit { workers: 1, needed_mib: 896, free_mib: 304 });
    assert!(matches!(explained[1], Reason::Ahead { cores: 1, .. }));
}

#[test]
fn custom_resources_that_are_taken() {
    let mut bench = Bench::new();
    let gpu = ResourceInformation { name: "gpu".into(), addresses: vec!["0".into()] };
    let offer = RegisterWorker { resources: vec![gpu], ..registration(1, 4, 4096) };
    bench.tell(PeerId(1), ToMaster::RegisterWorker(offer));
    let mut wants_gpu = description(Some(1), Some(1));
    let request = ExecutorResourceRequest { amount: 1, ..Default::default() };
    wants_gpu.default_profile.executor_resources.insert("gpu".into(), request);
    bench.application(PeerId(100), wants_gpu.clone());
    bench.application(PeerId(101), wants_gpu);
    let taken = Reason::Resource { workers: 1, name: "gpu".into(), needed: 1, free: 0 };
    assert_eq!(reasons(why(&bench, 1))[0], taken);
}

#[test]
fn no_worker_is_large_enough() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    bench.application(DRIVER, description(Some(8), None));
    assert_eq!(reasons(why(&bench, 0)), [Reason::TooLarge { cores: 4, memory_mib: 4096 }]);
}

#[test]
fn the_only_worker_leaves() {
    let mut bench = Bench::new();
    let id = bench.worker(1, 4, 4096);
    let endpoint = EndpointRef::new("Worker", RpcAddress::new("w1", 7078));
    bench.tell(PeerId(1), ToMaster::WorkerDecommissioning { worker: id, endpoint });
    bench.application(DRIVER, description(Some(1), None));
    assert_eq!(reasons(why(&bench, 0)), [Reason::Decommissioning { workers: 1 }]);
}

#[test]
fn its_own_limit_lies_below_one_executor() {
    let mut bench = Bench::new();
    bench.worker(1, 8, 4096);
    bench.application(DRIVER, description(Some(4), Some(2)));
    assert_eq!(reasons(why(&bench, 0)), [Reason::MaxCores { most: 2, needed: 4 }]);
}

#[test]
fn it_asks_for_nothing_until_it_does() {
    let mut bench = Bench::new();
    bench.worker(1, 8, 4096);
    let idle = ApplicationDescription { initial_executor_limit: Some(0), ..description(Some(1), None) };
    let (application, _) = bench.application(DRIVER, idle);
    assert_eq!(reasons(why(&bench, 0)), [Reason::NothingWanted]);
    let totals = vec![(profile(0, Some(1), 512), 1)];
    bench.ask(DRIVER, ToMaster::RequestExecutors { application, totals });
    assert_eq!(why(&bench, 0), None);
}

#[test]
fn the_spark_that_it_wants_is_nowhere() {
    let mut bench = Bench::with(|config| config.spark_matching = SparkMatching::Line);
    let sparks = vec![model::SparkVersion::parse("3.5.7").unwrap()];
    let offer = RegisterWorker { sparks: sparks.clone(), ..registration(1, 4, 4096) };
    bench.tell(PeerId(1), ToMaster::RegisterWorker(offer));
    let mut named = description(Some(1), None);
    named.command.environment = vec![("HEARTH_SPARK_VERSION".into(), "4.2.1".into())];
    bench.application(DRIVER, named);
    let lacks = Reason::LacksSpark { workers: 1, wanted: "4.2.1".into(), there: sparks };
    assert_eq!(reasons(why(&bench, 0)), [lacks]);
}

/// It was told that its Spark is not known, and waits for room on the Worker that would have taken it all the same.
#[test]
fn one_of_unknown_spark_waits_for_workers_of_unknown_spark() {
    let mut bench = of_lines(&["3.5.7", "4.0.5"]);
    asked(&mut bench, 2, ToMaster::RegisterWorker(registration(2, 1, 4096)), &[]);
    asked(&mut bench, 100, register(100), &[]);
    let first = bench.master.snapshot(bench.now).active_applications[0].id.clone();
    assert_eq!(why(&bench, 0), None);
    asked(&mut bench, 101, register(101), &[]);
    let waits = [
        Reason::NoRoom { workers: 1, cores: 0, memory_mib: 3584 },
        Reason::SparkUnknown { candidates: Vec::new() },
        Reason::Ahead { application: first, cores: 1 },
    ];
    assert_eq!(reasons(why(&bench, 1)), waits);
}

/// Both wait for the same, and each was told of the Spark of the first.
#[test]
fn a_line_is_named_where_no_more_is_known() {
    let mut bench = of_lines(&["3.5.7"]);
    bench.application(PeerId(100), named("3.5.7"));
    let jvm = registration(2, 1, 4096);
    bench.tell(PeerId(2), ToMaster::RegisterWorker(jvm));
    asked(&mut bench, 101, register(101), &[]);
    asked(&mut bench, 102, register(102), &["3.5.0", "3.5.9"]);
    let wanted = |at| {
        let found = reasons(why(&bench, at)).into_iter();
        found.filter_map(|one| if let Reason::LacksSpark { wanted, .. } = one { Some(wanted) } else { None })
    };
    assert_eq!(wanted(1).collect::<Vec<_>>(), ["3.5"]);
    assert_eq!(wanted(2).collect::<Vec<_>>(), ["3.5.0 to 3.5.9"]);
}

/// One Worker of ours with these.
fn of_lines(sparks: &[&str]) -> Bench {
    let mut bench = Bench::with(|config| config.spark_matching = SparkMatching::Line);
    let sparks = sparks.iter().filter_map(|text| model::SparkVersion::parse(text)).collect();
    let offer = RegisterWorker { sparks, ..registration(1, 1, 4096) };
    bench.tell(PeerId(1), ToMaster::RegisterWorker(offer));
    bench
}

fn named(version: &str) -> ApplicationDescription {
    let mut named = description(Some(1), Some(1));
    named.command.environment = vec![("HEARTH_SPARK_VERSION".into(), version.into())];
    named
}

fn register(peer: u16) -> ToMaster {
    let driver = EndpointRef::new("AppClient", RpcAddress::new("driver", peer));
    ToMaster::RegisterApplication { description: Box::new(description(Some(1), Some(1))), driver }
}

/// Somebody says something, is asked for its Spark, and that is the answer.
fn asked(bench: &mut Bench, peer: u64, message: ToMaster, candidates: &[&str]) {
    let deeds = bench.tell(PeerId(peer), message);
    let token = deeds.iter().find_map(|deed| match deed {
        Effect::FindSpark { token, .. } => Some(*token),
        _ => None,
    });
    let candidates = candidates.iter().filter_map(|text| model::SparkVersion::parse(text)).collect();
    bench.event(Event::SparkFound { token: token.unwrap(), candidates });
}

#[test]
fn as_many_drivers_run_as_may() {
    let mut bench = Bench::with(|config| config.max_drivers = 1);
    bench.worker(1, 8, 4096);
    let first = submit(&mut bench, 1, 512);
    submit(&mut bench, 1, 512);
    assert_eq!(reasons(why_driver(&bench)), [Reason::MaxDrivers { most: 1 }]);
    let finished =
        ToMaster::DriverStateChanged { driver: first, state: DriverState::Finished, exception: None };
    bench.tell(PeerId(1), finished);
    assert_eq!(why_driver(&bench), None);
}

#[test]
fn drivers_hold_what_there_is() {
    let mut bench = Bench::new();
    bench.worker(1, 2, 4096);
    submit(&mut bench, 2, 512);
    bench.application(DRIVER, description(Some(1), None));
    assert_eq!(reasons(why(&bench, 0))[1], Reason::DriversHold { drivers: 1, cores: 2 });
    submit(&mut bench, 1, 512);
    let explained = reasons(why_driver(&bench));
    assert_eq!(explained[0], Reason::NoRoom { workers: 1, cores: 0, memory_mib: 3584 });
    assert_eq!(explained[1], Reason::DriversHold { drivers: 1, cores: 2 });
}

#[test]
fn executors_that_failed_are_remembered() {
    let mut bench = Bench::new();
    bench.worker(1, 1, 4096);
    let (application, _) = bench.application(DRIVER, description(Some(1), None));
    bench.tell(
        PeerId(1),
        ToMaster::WorkerDecommissioning {
            worker: WorkerId::new("worker-1"),
            endpoint: EndpointRef::new("Worker", RpcAddress::new("w1", 7078)),
        },
    );
    bench.worker(2, 1, 4096);
    let message = ToMaster::ExecutorStateChanged {
        executor: key(&application, 1),
        state: ExecutorState::Failed,
        message: Some("no such folder".into()),
        exit_status: None,
    };
    bench.event(Event::Disconnected { peer: PeerId(3) });
    bench.master.workers.decommission(&WorkerId::new("worker-2"));
    bench.ask(PeerId(2), message);
    let explained = reasons(why(&bench, 0));
    assert_eq!(explained.last(), Some(&Reason::ExecutorsFail { failed: 1, last: "no such folder".into() }));
}

/// A page said that an application waits since the log heard of it; and one that had run since, since its first wait.
#[test]
fn an_application_waits_since_it_has_no_executor() {
    let mut bench = Bench::new();
    bench.application(DRIVER, description(Some(1), None));
    let came_ms = bench.now.wall_ms;
    bench.until_timeout();
    bench.later(5_000);
    assert_eq!(why(&bench, 0).map(|why| why.since_ms), Some(came_ms));
    bench.worker(1, 4, 4096);
    bench.later(5_000);
    bench.event(Event::Disconnected { peer: PeerId(1) });
    let lost_ms = bench.now.wall_ms;
    bench.later(5_000);
    assert_eq!(why(&bench, 0).map(|why| why.since_ms), Some(lost_ms));
}

#[test]
fn the_log_hears_of_a_second_wait_too() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    bench.event(Event::Disconnected { peer: PeerId(1) });
    bench.application(DRIVER, description(Some(1), None));
    let first = told_next(&mut bench);
    bench.worker(1, 4, 4096);
    bench.event(Event::Disconnected { peer: PeerId(1) });
    assert_eq!((first.len(), told_next(&mut bench)), (1, first));
}

/// What the log hears when the clock reaches the next moment at which something is due.
fn told_next(bench: &mut Bench) -> Vec<String> {
    let due_ms = bench.master.poll_timeout().unwrap();
    bench.later(due_ms.saturating_sub(bench.now.monotonic_ms));
    bench.master.handle_timeout(bench.now);
    let told = bench.notes().into_iter();
    told.filter_map(|note| note.split_once(" waits: ").map(|(_, why)| why.to_owned())).collect()
}

#[test]
fn the_log_hears_of_each_change_once() {
    let mut bench = Bench::new();
    let (first, _) = bench.application(PeerId(100), description(Some(4), None));
    assert_eq!(told_next(&mut bench), ["needs 4 cores and 512.0 MiB per executor; no Worker has registered"]);
    assert_eq!(bench.master.poll_timeout(), None, "and nothing is due as long as nothing happens");
    bench.application(PeerId(101), description(Some(4), None));
    assert_eq!(told_next(&mut bench).len(), 1, "the first was told");
    bench.worker(1, 4, 4096);
    let told = told_next(&mut bench);
    assert_eq!(told.len(), 1, "the first runs, the second waits for another reason now: {told:?}");
    assert!(told[0].contains(&format!("{first} ahead of it holds 4 cores")), "{told:?}");
}
