//! Applications and their executors, from registration to the end.

use model::ApplicationState;

use super::*;

#[test]
fn an_application_lives_as_captured() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (application, deeds) = bench.application(DRIVER, description(None, None));
    assert_eq!(application.as_str(), "app-20261120121815-0000");
    assert_eq!(words(&deeds), ["100 RegisteredApplication", "1 LaunchExecutor", "100 ExecutorAdded"]);
    let launch = launches(&deeds)[0].1;
    assert_eq!(
        (launch.cores, launch.memory_mib, launch.master_url.as_str()),
        (4, 512, "spark://127.0.0.1:7077")
    );
    let added = ToDriver::ExecutorAdded {
        executor: 0,
        worker: WorkerId::new("worker-1"),
        host_port: "w1:7078".into(),
        cores: 4,
        memory_mib: 512,
    };
    assert_eq!(told(&deeds[2]), Some((DRIVER, &added)));
    let key = key(&application, 0);
    assert_eq!(words(&bench.changed(1, &key, ExecutorState::Running, None)), ["100 ExecutorUpdated"]);
    assert!(
        bench.changed(1, &key, ExecutorState::Running, None).is_empty(),
        "the answer was lost: asked again"
    );
    bench.worker(2, 1, 100);
    bench.later(5_000);

    let deeds = bench.tell(DRIVER, ToMaster::UnregisterApplication { application: application.clone() });
    assert_eq!(words(&deeds), ["1 KillExecutor", "1 ApplicationFinished", "2 ApplicationFinished"]);
    assert!(bench.changed(1, &key, ExecutorState::Killed, Some(143)).is_empty());
    assert!(bench.event(Event::Disconnected { peer: DRIVER }).is_empty());
    let shown = bench.master.snapshot(bench.now).completed_applications.remove(0);
    assert_eq!((shown.state, shown.duration_ms, shown.cores_granted), (ApplicationState::Finished, 5_000, 4));
    assert_eq!(shown.removed_executors[0].state, ExecutorState::Killed);
    assert_eq!(bench.cores_used(), [0, 0]);
}

#[test]
fn sparks_sentences_are_in_the_log() {
    let mut bench = Bench::new();
    bench.worker(1, 1, 4096);
    let driver = EndpointRef::new("AppClient", RpcAddress::new("driver", 7100));
    let message = ToMaster::RegisterApplication { description: Box::new(description(None, None)), driver };
    bench.master.handle(bench.now, Event::Received { peer: DRIVER, sender: None, ask: None, message });
    let id = "app-20261120121815-0000";
    assert_eq!(
        bench.notes(),
        [
            "Registering app pi".to_owned(),
            format!("Registered app pi with ID {id}"),
            format!("Launching executor {id}/0 on worker worker-1"),
        ]
    );
    let message = ToMaster::UnregisterApplication { application: ApplicationId::new(id) };
    bench.master.handle(bench.now, Event::Received { peer: DRIVER, sender: None, ask: None, message });
    assert_eq!(
        bench.notes(),
        [format!("Received unregister request from application {id}"), format!("Removing app {id}")]
    );
    bench.master.handle(bench.now, Event::Disconnected { peer: PeerId(1) });
    assert_eq!(
        bench.notes(),
        [
            "w1:7078 got disassociated, removing it.",
            "Removing worker worker-1 on w1:7078",
            "Telling app of lost worker: worker-1"
        ]
    );
}

#[test]
fn a_driver_that_vanishes_ends_its_application() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (first, _) = bench.application(DRIVER, description(None, None));
    let (second, deeds) = bench.application(PeerId(101), description(None, None));
    assert!(launches(&deeds).is_empty(), "nothing is left");
    let deeds = bench.event(Event::Disconnected { peer: DRIVER });
    assert_eq!(
        words(&deeds),
        ["1 KillExecutor", "1 LaunchExecutor", "101 ExecutorAdded", "1 ApplicationFinished"],
        "as Spark does, the next one is served before the Workers hear of the end"
    );
    assert_eq!(launches(&deeds)[0].1.executor, key(&second, 0));
    let completed = bench.master.snapshot(bench.now).completed_applications.remove(0);
    assert_eq!((completed.id, completed.state), (first, ApplicationState::Finished));
}

#[test]
fn executors_that_only_fail_end_the_application() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (application, _) = bench.application(DRIVER, description(None, None));
    for number in 0..2 {
        let deeds = bench.changed(1, &key(&application, number), ExecutorState::Failed, None);
        assert_eq!(words(&deeds), ["100 ExecutorUpdated", "1 LaunchExecutor", "100 ExecutorAdded"]);
    }
    let deeds = bench.changed(1, &key(&application, 2), ExecutorState::Failed, None);
    assert_eq!(words(&deeds), ["100 ExecutorUpdated", "100 ApplicationRemoved", "1 ApplicationFinished"]);
    let removed = ToDriver::ApplicationRemoved { message: "FAILED".into() };
    assert_eq!(told(&deeds[1]), Some((DRIVER, &removed)));
}

#[test]
fn an_executor_that_ran_forgives_earlier_failures() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (application, _) = bench.application(DRIVER, description(None, None));
    for number in 0..20 {
        bench.changed(1, &key(&application, number), ExecutorState::Running, None);
        let deeds = bench.changed(1, &key(&application, number), ExecutorState::Exited, Some(77));
        assert_eq!(words(&deeds), ["100 ExecutorUpdated", "1 LaunchExecutor", "100 ExecutorAdded"]);
    }
}

#[test]
fn failures_are_not_counted_when_nobody_counts_them() {
    let mut bench = Bench::with(|config| config.max_executor_retries = None);
    bench.worker(1, 4, 4096);
    let (application, _) = bench.application(DRIVER, description(None, None));
    for number in 0..50 {
        assert_eq!(
            launches(&bench.changed(1, &key(&application, number), ExecutorState::Failed, None)).len(),
            1
        );
    }
}

#[test]
fn registering_again_gives_the_same_id_to_the_same_driver() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (first, _) = bench.application(DRIVER, description(None, None));
    let (again, deeds) = bench.application(DRIVER, description(None, None));
    assert_eq!((&again, words(&deeds)), (&first, vec!["100 RegisteredApplication".to_owned()]));
    assert_eq!(bench.master.snapshot(bench.now).active_applications.len(), 1);
}

#[test]
fn another_driver_at_the_same_address_replaces_the_one_that_was_there() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (first, _) = bench.application(DRIVER, description(None, None));
    let driver = EndpointRef::new("AppClient", RpcAddress::new("driver", 7100));
    let message = ToMaster::RegisterApplication { description: Box::new(description(None, None)), driver };
    let deeds = bench.tell(PeerId(200), message);
    assert_eq!(
        words(&deeds),
        [
            "1 KillExecutor",
            "1 ApplicationFinished",
            "200 RegisteredApplication",
            "1 LaunchExecutor",
            "200 ExecutorAdded"
        ]
    );
    assert_ne!(launches(&deeds)[0].1.executor.application, first);
    assert!(bench.event(Event::Disconnected { peer: DRIVER }).is_empty());
}

#[test]
fn targets_are_absolute_and_kills_free_at_once() {
    let mut bench = Bench::new();
    bench.worker(1, 8, 8192);
    let limited = ApplicationDescription { initial_executor_limit: Some(0), ..description(Some(1), None) };
    let (application, deeds) = bench.application(DRIVER, limited);
    assert!(launches(&deeds).is_empty());
    let request = |totals| ToMaster::RequestExecutors { application: application.clone(), totals };
    let (deeds, reply) =
        bench.ask(DRIVER, request(vec![(profile(0, Some(1), 512), 3), (profile(1, Some(2), 1024), 1)]));
    assert_eq!(reply, Reply::Boolean(true));
    let launched: Vec<_> = launches(&deeds)
        .iter()
        .map(|(_, launch)| (launch.profile, launch.cores, launch.memory_mib))
        .collect();
    assert_eq!(launched, [(0, 1, 512), (0, 1, 512), (0, 1, 512), (1, 2, 1024)]);

    let (deeds, _) = bench.ask(DRIVER, request(vec![(profile(0, Some(1), 512), 1)]));
    assert!(deeds.is_empty(), "a lower target ends nothing by itself");
    let executors = ["0", "two", "2", "99"].map(str::to_owned).to_vec();
    let kill = ToMaster::KillExecutors { application: application.clone(), executors };
    let (deeds, reply) = bench.ask(DRIVER, kill);
    assert_eq!((words(&deeds), reply), (vec!["1 KillExecutor".to_owned(); 2], Reply::Boolean(true)));
    assert_eq!(bench.cores_used(), [3]);
    assert!(bench.changed(1, &key(&application, 0), ExecutorState::Killed, Some(143)).is_empty());

    let unknown = ToMaster::KillExecutors { application: ApplicationId::new("app-x"), executors: vec![] };
    assert_eq!(bench.ask(DRIVER, unknown).1, Reply::Boolean(false));
}

#[test]
fn cores_max_and_default_cores_bound_an_application() {
    let mut bench = Bench::with(|config| config.default_cores = 3);
    bench.worker(1, 8, 8192);
    let (_, deeds) = bench.application(DRIVER, description(None, None));
    assert_eq!(launches(&deeds)[0].1.cores, 3);
    let (_, deeds) = bench.application(PeerId(101), description(Some(2), Some(5)));
    assert_eq!(launches(&deeds).len(), 2);
    let shown = bench.master.snapshot(bench.now).active_applications;
    assert_eq!(shown.iter().map(|one| one.max_cores).collect::<Vec<_>>(), [Some(3), Some(5)]);
}

#[test]
fn custom_resources_come_with_addresses_that_nobody_else_has() {
    let mut bench = Bench::new();
    let gpu = |addresses: &[&str]| model::ResourceInformation {
        name: "gpu".into(),
        addresses: addresses.iter().map(|&one| one.to_owned()).collect(),
    };
    let worker = RegisterWorker { resources: vec![gpu(&["0", "1", "2"])], ..registration(1, 8, 8192) };
    bench.tell(PeerId(1), ToMaster::RegisterWorker(worker));
    let mut wants = description(Some(1), None);
    let amount = ExecutorResourceRequest { amount: 1, ..Default::default() };
    wants.default_profile.executor_resources.insert("gpu".into(), amount);
    let (application, deeds) = bench.application(DRIVER, wants);
    let given: Vec<_> = launches(&deeds).iter().map(|(_, launch)| launch.resources.clone()).collect();
    assert_eq!(given, [vec![gpu(&["0"])], vec![gpu(&["1"])], vec![gpu(&["2"])]]);
    let deeds = bench.changed(1, &key(&application, 1), ExecutorState::Exited, Some(1));
    assert_eq!(launches(&deeds)[0].1.resources, [gpu(&["1"])]);
}

#[test]
fn an_application_killed_on_the_page_is_told_so() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (application, _) = bench.application(DRIVER, description(None, None));
    let deeds = bench.event(Event::KillApplication { application: application.clone() });
    assert_eq!(words(&deeds), ["1 KillExecutor", "100 ApplicationRemoved", "1 ApplicationFinished"]);
    let removed = ToDriver::ApplicationRemoved { message: "KILLED".into() };
    assert_eq!(told(&deeds[1]), Some((DRIVER, &removed)));
    assert!(bench.event(Event::KillApplication { application }).is_empty());
}

#[test]
fn the_oldest_tenth_of_completed_applications_goes_at_once() {
    let mut bench = Bench::new();
    for number in 0..21 {
        let peer = PeerId(300 + number);
        bench.application(peer, description(None, None));
        bench.event(Event::Disconnected { peer });
    }
    let completed = bench.master.snapshot(bench.now).completed_applications;
    assert_eq!(completed.len(), 19);
    assert!(completed[0].id.as_str().ends_with("-0002"));
}

#[test]
fn questions_and_messages_are_not_mixed_up() {
    let mut bench = Bench::new();
    let (deeds, reply) = bench.ask(PeerId(1), ToMaster::RegisterWorker(registration(1, 1, 1)));
    assert!(deeds.is_empty() && matches!(reply, Reply::Failure { .. }));
    assert!(bench.master.snapshot(bench.now).workers.is_empty());
    let kill = ToMaster::KillExecutors { application: ApplicationId::new("app"), executors: vec![] };
    assert!(bench.tell(DRIVER, kill).is_empty());
}
