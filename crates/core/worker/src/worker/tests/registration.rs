//! Finding a Master and keeping it.

use super::*;

#[test]
fn a_worker_registers_with_all_masters_at_once() {
    let mut bench = Bench::with(1, |config| config.masters = vec![master(7077), master(7177)]);
    assert_eq!(bench.worker.id().as_str(), "worker-20261120131815-127.0.0.1-7078");
    assert_eq!(bench.notes(), ["Connecting to master master:7077...", "Connecting to master master:7177..."]);
    let standby = bench.event(Event::Dialled { master: master(7177), peer: PeerId(2) });
    assert_eq!(words(&standby), ["Send RegisterWorker"]);
    assert!(bench.receive(PeerId(2), ToWorker::MasterInStandby).is_empty());
    let deeds = bench.let_in(MASTER);
    assert_eq!(words(&deeds), ["Send WorkerLatestState", "Send Heartbeat"]);
    assert_eq!(bench.worker.snapshot(bench.now).master_url, "spark://master:7077");
    // One that answers late is not needed any more.
    assert!(bench.event(Event::Dialled { master: master(7177), peer: PeerId(3) }).is_empty());
}

#[test]
fn it_says_which_sparks_it_has_and_what_its_container_leaves() {
    let sparks: Vec<_> = ["3.5.7", "4.0.5"].iter().filter_map(|text| SparkVersion::parse(text)).collect();
    let mut bench = Bench::with(1, |config| {
        config.sparks.clone_from(&sparks);
        config.memory_limit_mib = Some(1101);
    });
    bench.deeds();
    let deeds = bench.event(Event::Dialled { master: master(7077), peer: MASTER });
    let [Effect::Send { message: ToMaster::RegisterWorker(registration), .. }] = &deeds[..] else {
        panic!("{deeds:?}")
    };
    assert_eq!((&registration.sparks, registration.memory_limit_mib), (&sparks, Some(1101)));
    assert_eq!(bench.worker.snapshot(bench.now).sparks, sparks);
}

#[test]
fn the_log_says_who_let_it_in() {
    let mut bench = Bench::new();
    bench.deeds();
    bench.worker.handle(bench.now, Event::Dialled { master: master(7077), peer: MASTER });
    bench.worker.handle(bench.now, Event::Received { peer: MASTER, sender: None, message: registered(7077) });
    assert_eq!(bench.notes(), ["Successfully registered with master spark://master:7077"]);
}

#[test]
fn heartbeats_keep_one_beat_however_often_it_registers() {
    let mut bench = Bench::registered();
    for _ in 0..3 {
        bench.receive(MASTER, ToWorker::ReconnectWorker { master_url: "spark://master:7077".into() });
        bench.let_in(MASTER);
    }
    for beat in 1..=5u64 {
        assert_eq!(words(&bench.until_timeout()), ["Send Heartbeat"]);
        assert_eq!(bench.now.monotonic_ms, beat * 15_000);
    }
}

#[test]
fn many_wishes_to_reconnect_make_one_registration() {
    let mut bench = Bench::registered();
    let reconnect = || ToWorker::ReconnectWorker { master_url: "spark://master:7077".into() };
    assert_eq!(words(&bench.receive(MASTER, reconnect())), ["Dial"]);
    assert!(bench.receive(MASTER, reconnect()).is_empty());
    assert_eq!(words(&bench.let_in(MASTER)), ["Send WorkerLatestState", "Send Heartbeat"]);
}

#[test]
fn tries_are_few_and_quick_then_slow_then_over() {
    for seed in 0..30 {
        let mut bench = Bench::with(seed, |_| {});
        assert_eq!(words(&bench.deeds()), ["Dial"]);
        let mut pauses = Vec::new();
        let end = loop {
            bench.event(Event::DialFailed { master: master(7077), reason: "refused".into() });
            let before_ms = bench.now.monotonic_ms;
            let deeds = bench.until_timeout();
            pauses.push(bench.now.monotonic_ms - before_ms);
            if words(&deeds) != ["Dial"] {
                break deeds;
            }
        };
        let reason = ExitReason::GaveUp("All masters are unresponsive! Giving up.".into());
        assert_eq!(end, [Effect::Exit { reason }]);
        assert_eq!(pauses.len(), 17);
        assert!(pauses[..6].iter().all(|pause| (5_000..=15_000).contains(pause)), "{pauses:?}");
        assert!(pauses[6..].iter().all(|pause| (30_000..=90_000).contains(pause)), "{pauses:?}");
        assert_eq!(bench.worker.poll_timeout(), None);
    }
}

#[test]
fn workers_do_not_come_back_as_one() {
    let pause = |seed| Bench::with(seed, |_| {}).worker.poll_timeout().unwrap();
    let pauses: BTreeSet<u64> = (0..100).map(pause).collect();
    assert!(pauses.len() > 5, "{pauses:?}");
}

#[test]
fn a_dial_that_hangs_is_not_dialled_twice() {
    let mut bench = Bench::new();
    bench.deeds();
    assert!(bench.until_timeout().is_empty());
    bench.event(Event::DialFailed { master: master(7077), reason: "no answer".into() });
    assert_eq!(words(&bench.until_timeout()), ["Dial"]);
}

#[test]
fn a_lost_master_is_dialled_again_where_it_says_it_is() {
    let mut bench = Bench::with(1, |config| config.masters = vec![master(1), master(2)]);
    bench.deeds();
    bench.event(Event::Dialled { master: master(1), peer: MASTER });
    bench.event(Event::DialFailed { master: master(2), reason: "refused".into() });
    let moved = ToWorker::RegisteredWorker {
        master: EndpointRef::new("Master", master(7077)),
        master_web_ui_url: String::new(),
        master_address: master(1),
        duplicate: false,
    };
    bench.receive(MASTER, moved);
    let deeds = bench.event(Event::Disconnected { peer: MASTER });
    assert_eq!(words(&deeds), ["Dial", "Dial"], "first all, as at the start");
    assert_eq!(bench.worker.snapshot(bench.now).master_url, "");
    bench.event(Event::DialFailed { master: master(1), reason: "refused".into() });
    bench.event(Event::DialFailed { master: master(2), reason: "refused".into() });
    assert_eq!(bench.until_timeout(), [Effect::Dial { master: master(7077) }]);
}

#[test]
fn the_configured_address_is_kept_where_that_is_preferred() {
    let mut bench = Bench::with(1, |config| config.prefer_configured_master_address = true);
    bench.deeds();
    bench.event(Event::Dialled { master: master(7077), peer: MASTER });
    let behind_a_proxy = ToWorker::RegisteredWorker {
        master: EndpointRef::new("Master", RpcAddress::new("inside", 1)),
        master_web_ui_url: String::new(),
        master_address: master(7077),
        duplicate: false,
    };
    bench.receive(MASTER, behind_a_proxy);
    bench.event(Event::Disconnected { peer: MASTER });
    bench.event(Event::DialFailed { master: master(7077), reason: "refused".into() });
    assert_eq!(bench.until_timeout(), [Effect::Dial { master: master(7077) }]);
}

#[test]
fn a_refused_worker_ends_unless_another_master_has_it() {
    let refused = || ToWorker::RegisterWorkerFailed { message: "no".into() };
    let mut bench = Bench::registered();
    assert!(bench.receive(PeerId(2), refused()).is_empty());
    let mut bench = Bench::new();
    bench.deeds();
    bench.event(Event::Dialled { master: master(7077), peer: MASTER });
    let reason = ExitReason::GaveUp("Worker registration failed: no".into());
    assert_eq!(bench.receive(MASTER, refused()), [Effect::Exit { reason }]);
}

#[test]
fn a_master_that_took_over_gets_everything_on_its_own_connection() {
    let mut bench = Bench::registered();
    bench.receive(MASTER, launch(0));
    bench.event(Event::ExecutorStarted { executor: key(0), pid: 1 });
    bench.event(Event::Disconnected { peer: MASTER });
    let changed = ToWorker::MasterChanged {
        master: EndpointRef::new("Master", master(9000)),
        master_web_ui_url: "http://master:9001".into(),
    };
    let deeds = bench.receive(PeerId(5), changed);
    assert_eq!(
        words(&deeds),
        ["Ask ExecutorStateChanged", "Send WorkerSchedulerStateResponse", "Send Heartbeat"]
    );
    assert!(deeds.iter().all(|deed| matches!(
        deed,
        Effect::Ask { peer: PeerId(5), .. } | Effect::Send { peer: PeerId(5), .. }
    )));
    assert_eq!(bench.worker.snapshot(bench.now).master_url, "spark://master:9000");
    // The orders of the old one count no longer.
    assert!(bench.receive(MASTER, launch(1)).is_empty());
    assert!(bench.receive(MASTER, kill(0)).is_empty());
}

#[test]
fn its_id_is_made_from_a_pattern() {
    let id = |pattern: &str| Bench::with(1, |config| config.id_pattern = pattern.parse().unwrap()).worker.id;
    assert_eq!(id("worker-%s-%s-%d").as_str(), "worker-20261120131815-127.0.0.1-7078");
    assert_eq!(id("%2$s-%3$05d").as_str(), "127.0.0.1-07078");
}
