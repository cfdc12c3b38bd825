//! Rounds of scheduling: who is served first, who again, and what is said of those who wait in vain.

use model::{DriverDescription, DriverId, DriverState, ResourceInformation};

use super::*;

fn submit(bench: &mut Bench, cores: u32, gpus: u32) -> (DriverId, Vec<Effect>) {
    let resources = if gpus > 0 { vec![("gpu".to_owned(), gpus)] } else { Vec::new() };
    let description = DriverDescription { cores, memory_mib: 512, resources, ..DriverDescription::default() };
    let message = ToMaster::RequestSubmitDriver { description: Box::new(description) };
    let (deeds, reply) = bench.ask(PeerId(500), message);
    let Reply::SubmitDriver { driver: Some(id), .. } = reply else { panic!("{reply:?}") };
    (id, deeds)
}

fn ended(bench: &mut Bench, worker: u64, driver: &DriverId) -> Vec<Effect> {
    let (driver, state) = (driver.clone(), DriverState::Finished);
    bench.tell(PeerId(worker), ToMaster::DriverStateChanged { driver, state, exception: None })
}

/// Which Worker gets an executor of one core, if three offer `(cores, memory)`.
fn first_choice(policy: WorkerSelectionPolicy) -> u64 {
    let mut bench = Bench::with(|config| config.worker_selection_policy = policy);
    for (number, cores, memory_mib) in [(1, 4, 2048), (2, 2, 4096), (3, 8, 1024)] {
        bench.worker(number, cores, memory_mib);
    }
    let (_, deeds) = bench.application(DRIVER, description(Some(1), Some(1)));
    launches(&deeds)[0].0.0
}

#[test]
fn the_policy_decides_which_worker_is_first() {
    assert_eq!(first_choice(WorkerSelectionPolicy::CoresFreeAsc), 2);
    assert_eq!(first_choice(WorkerSelectionPolicy::CoresFreeDesc), 3);
    assert_eq!(first_choice(WorkerSelectionPolicy::MemoryFreeAsc), 3);
    assert_eq!(first_choice(WorkerSelectionPolicy::MemoryFreeDesc), 2);
    assert_eq!(first_choice(WorkerSelectionPolicy::WorkerId), 1);
}

#[test]
fn the_first_application_is_served_before_the_second_sees_anything() {
    let mut bench = Bench::new();
    let (first, _) = bench.application(PeerId(100), description(Some(4), None));
    let (second, _) = bench.application(PeerId(101), description(Some(1), None));
    let deeds = bench.tell(PeerId(1), ToMaster::RegisterWorker(registration(1, 10, 65536)));
    let launched: Vec<_> = launches(&deeds).into_iter().map(|(_, launch)| launch.executor.clone()).collect();
    assert_eq!(launched, [key(&first, 0), key(&first, 1), key(&second, 0), key(&second, 1)]);
    // What the second gives back is too small for the first, and what the first gives back is for the first.
    let deeds = bench.changed(1, &key(&second, 0), ExecutorState::Exited, Some(0));
    assert_eq!(launches(&deeds)[0].1.executor, key(&second, 2));
    let deeds = bench.changed(1, &key(&first, 0), ExecutorState::Exited, Some(0));
    assert_eq!(launches(&deeds)[0].1.executor, key(&first, 2));
}

#[test]
fn profiles_are_served_in_the_order_of_their_ids() {
    let mut bench = Bench::new();
    bench.worker(1, 10, 65536);
    let description =
        ApplicationDescription { initial_executor_limit: Some(0), ..description(Some(1), Some(9)) };
    let (application, _) = bench.application(DRIVER, description);
    let totals =
        vec![(profile(7, Some(2), 512), 3), (profile(2, Some(3), 512), 1), (profile(0, Some(1), 512), 1)];
    let message = ToMaster::RequestExecutors { application, totals };
    let (deeds, _) = bench.ask(DRIVER, message);
    let granted: Vec<_> = launches(&deeds).iter().map(|(_, launch)| (launch.profile, launch.cores)).collect();
    assert_eq!(granted, [(0, 1), (2, 3), (7, 2), (7, 2)], "and the limit of nine cores holds for all");
}

#[test]
fn so_many_drivers_run_and_the_next_when_one_has_ended() {
    let mut bench = Bench::with(|config| config.max_drivers = 2);
    bench.worker(1, 10, 65536);
    let (first, _) = submit(&mut bench, 1, 0);
    submit(&mut bench, 1, 0);
    let (third, deeds) = submit(&mut bench, 1, 0);
    assert!(deeds.is_empty());
    let deeds = ended(&mut bench, 1, &first);
    assert_eq!(words(&deeds), ["1 LaunchDriver"]);
    let running = bench.master.snapshot(bench.now).active_drivers;
    assert!(running.iter().any(|driver| driver.id == third && driver.state == DriverState::Running));
}

#[test]
fn drivers_are_kept_together_on_request() {
    let mut bench = Bench::with(|config| config.spread_out_drivers = false);
    bench.worker(2, 4, 4096);
    bench.worker(1, 4, 4096);
    let peers: Vec<String> = (0..3).flat_map(|_| words(&submit(&mut bench, 2, 0).1)).collect();
    assert_eq!(peers, ["1 LaunchDriver", "1 LaunchDriver", "2 LaunchDriver"]);
}

#[test]
fn gpus_go_to_one_process_at_a_time() {
    let mut bench = Bench::new();
    let gpu = ResourceInformation { name: "gpu".into(), addresses: vec!["0".into(), "1".into(), "2".into()] };
    let offer = RegisterWorker { resources: vec![gpu], ..registration(1, 10, 65536) };
    bench.tell(PeerId(1), ToMaster::RegisterWorker(offer));
    let (first, deeds) = submit(&mut bench, 1, 2);
    let given = |deeds: &[Effect]| match deeds {
        [Effect::Send { message: ToPeer::Worker(ToWorker::LaunchDriver { resources, .. }), .. }] => {
            resources[0].addresses.clone()
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(given(&deeds), ["0", "1"]);
    let (_, deeds) = submit(&mut bench, 1, 2);
    assert!(deeds.is_empty());
    assert_eq!(given(&ended(&mut bench, 1, &first)), ["0", "1"]);
}

#[test]
fn who_waits_in_vain_is_named_once() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 1024);
    let driver = EndpointRef::new("AppClient", RpcAddress::new("driver", 7100));
    let message = ToMaster::RegisterApplication { description: Box::new(description(Some(5), None)), driver };
    bench.master.handle(bench.now, Event::Received { peer: DRIVER, sender: None, ask: None, message });
    let in_vain = |bench: &mut Bench| {
        let notes = bench.notes();
        notes.into_iter().filter(|note| note.contains("requires more resource")).collect::<Vec<_>>()
    };
    let expected =
        "App app-20261120121815-0000 requires more resource than any of Workers could have.".to_owned();
    assert_eq!(in_vain(&mut bench), [expected]);
    let message = ToMaster::RegisterWorker(registration(2, 4, 1024));
    bench.master.handle(bench.now, Event::Received { peer: PeerId(2), sender: None, ask: None, message });
    assert!(in_vain(&mut bench).is_empty());
    let description = DriverDescription { cores: 5, ..DriverDescription::default() };
    let what = crate::Request::SubmitDriver(Box::new(description));
    bench.master.handle(bench.now, Event::Request { request: 1, what });
    let expected =
        "Driver driver-20261120121815-0000 requires more resource than any of Workers could have.".to_owned();
    assert_eq!(in_vain(&mut bench), [expected]);
}
