//! Workers that join, fall silent, come back and leave.

use model::WorkerState;
use model::message::ExecutorDescription;

use super::*;

fn states(bench: &Bench) -> Vec<WorkerState> {
    bench.master.snapshot(bench.now).workers.iter().map(|worker| worker.state).collect()
}

fn heartbeat(number: u64) -> ToMaster {
    let RegisterWorker { id, worker, .. } = registration(number, 1, 1);
    ToMaster::Heartbeat { worker: id, endpoint: worker }
}

#[test]
fn a_worker_joins_in_sparks_words() {
    let mut bench = Bench::new();
    bench.master.handle(
        bench.now,
        Event::Received {
            peer: PeerId(1),
            sender: None,
            ask: None,
            message: ToMaster::RegisterWorker(registration(1, 4, 14_951)),
        },
    );
    assert_eq!(bench.notes(), ["Registering worker w1:7078 with 4 cores, 14.6 GiB RAM"]);
    let again = bench.tell(PeerId(1), ToMaster::RegisterWorker(registration(1, 4, 14_951)));
    let Effect::Send {
        message: ToPeer::Worker(ToWorker::RegisteredWorker { master_address, duplicate, .. }),
        ..
    } = &again[0]
    else {
        panic!("{again:?}")
    };
    assert_eq!((master_address, *duplicate), (&RpcAddress::new("master", 7077), true));
}

#[test]
fn another_worker_at_the_same_address_is_refused_while_the_first_lives() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let other = RegisterWorker { id: WorkerId::new("worker-other"), ..registration(1, 4, 4096) };
    let deeds = bench.tell(PeerId(2), ToMaster::RegisterWorker(other.clone()));
    let message = "Attempted to re-register worker at same address: w1:7078".into();
    let refused = ToPeer::Worker(ToWorker::RegisterWorkerFailed { message });
    assert_eq!(deeds, [Effect::Send { peer: PeerId(2), message: refused }]);

    bench.event(Event::Disconnected { peer: PeerId(1) });
    assert_eq!(states(&bench), [WorkerState::Dead]);
    let deeds = bench.tell(PeerId(2), ToMaster::RegisterWorker(other));
    assert_eq!(words(&deeds), ["2 RegisteredWorker"]);
    assert_eq!(states(&bench), [WorkerState::Alive], "the dead one of that address is no longer listed");
}

#[test]
fn an_unbelievable_worker_is_refused() {
    let mut bench = Bench::new();
    let deeds = bench.tell(PeerId(1), ToMaster::RegisterWorker(registration(1, u32::MAX, 1)));
    assert_eq!(words(&deeds), ["1 RegisterWorkerFailed"]);
}

#[test]
fn a_silent_worker_is_lost_listed_and_asked_back() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    bench.application(DRIVER, description(None, None));
    let deeds = bench.until_timeout();
    assert_eq!(bench.now.monotonic_ms, 1000 + 6001);
    assert_eq!(words(&deeds), ["100 ExecutorUpdated", "100 WorkerRemoved"]);
    let lost = ToDriver::ExecutorUpdated {
        executor: 0,
        state: ExecutorState::Lost,
        message: Some("worker lost: Not receiving heartbeat for 6 seconds".into()),
        exit_status: None,
        worker_host: Some("w1".into()),
    };
    assert_eq!(told(&deeds[0]), Some((DRIVER, &lost)));
    assert_eq!(states(&bench), [WorkerState::Dead]);
    assert_eq!(words(&bench.tell(PeerId(1), heartbeat(1))), ["1 ReconnectWorker"]);

    assert!(bench.until_timeout().is_empty(), "the log hears who waits");
    bench.until_timeout();
    assert!(states(&bench).is_empty(), "listed for two timeouts more, then no longer");
    assert_eq!(words(&bench.tell(PeerId(1), heartbeat(1))), ["1 ReconnectWorker"], "its connection stands");
    bench.event(Event::Disconnected { peer: PeerId(1) });
    assert!(bench.tell(PeerId(1), heartbeat(1)).is_empty());
    assert_eq!(bench.master.poll_timeout(), None);
}

#[test]
fn heartbeats_keep_a_worker_alive_and_strangers_are_not_answered() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    for _ in 0..10 {
        bench.later(4_000);
        bench.tell(PeerId(1), heartbeat(1));
        bench.master.handle_timeout(bench.now);
        assert_eq!(states(&bench), [WorkerState::Alive]);
    }
    assert!(bench.tell(PeerId(3), heartbeat(3)).is_empty());
}

#[test]
fn a_lost_connection_loses_the_worker_at_once() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (application, _) = bench.application(DRIVER, description(Some(2), None));
    bench.worker(2, 2, 4096);
    let deeds = bench.event(Event::Disconnected { peer: PeerId(1) });
    assert_eq!(words(&deeds), ["100 ExecutorUpdated", "100 ExecutorUpdated", "100 WorkerRemoved"]);
    let removed = ToDriver::WorkerRemoved {
        worker: WorkerId::new("worker-1"),
        host: "w1".into(),
        message: "w1:7078 got disassociated".into(),
    };
    assert_eq!(told(&deeds[2]), Some((DRIVER, &removed)));
    assert_eq!(bench.cores_used(), [0, 2]);
    assert!(bench.changed(1, &key(&application, 0), ExecutorState::Exited, Some(1)).is_empty());
}

#[test]
fn a_worker_back_on_another_connection_survives_the_end_of_the_first() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (application, _) = bench.application(DRIVER, description(Some(2), None));
    bench.tell(PeerId(9), ToMaster::RegisterWorker(registration(1, 4, 4096)));
    assert!(bench.event(Event::Disconnected { peer: PeerId(1) }).is_empty());
    // It runs one of the two executors that it was sent; the other one's launch was lost with the connection.
    let runs = ExecutorDescription {
        executor: key(&application, 0),
        profile: 0,
        cores: 2,
        memory_mib: 512,
        state: ExecutorState::Running,
    };
    let state = ToMaster::WorkerLatestState {
        worker: WorkerId::new("worker-1"),
        executors: vec![runs],
        drivers: vec![],
    };
    let deeds = bench.tell(PeerId(9), state.clone());
    assert_eq!(words(&deeds), ["100 ExecutorUpdated", "9 LaunchExecutor", "100 ExecutorAdded"]);
    assert_eq!(launches(&deeds)[0].1.executor, key(&application, 2));
    // Later launches are not in doubt.
    assert!(bench.tell(PeerId(9), state).is_empty());
}

#[test]
fn what_a_worker_runs_for_nobody_must_end() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let stranger = ExecutorDescription {
        executor: key(&ApplicationId::new("app-old"), 3),
        profile: 0,
        cores: 1,
        memory_mib: 1,
        state: ExecutorState::Running,
    };
    let deeds = bench.tell(
        PeerId(1),
        ToMaster::WorkerLatestState {
            worker: WorkerId::new("worker-1"),
            executors: vec![stranger],
            drivers: vec![model::DriverId::new("driver-old")],
        },
    );
    assert_eq!(words(&deeds), ["1 KillExecutor", "1 KillDriver"]);
}

#[test]
fn a_worker_that_leaves_gets_nothing_new() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (application, _) = bench.application(DRIVER, description(Some(2), Some(4)));
    let RegisterWorker { id, worker, .. } = registration(1, 4, 4096);
    let deeds = bench.tell(PeerId(1), ToMaster::WorkerDecommissioning { worker: id, endpoint: worker });
    assert_eq!(words(&deeds), ["100 ExecutorUpdated", "100 ExecutorUpdated"]);
    assert!(bench.changed(1, &key(&application, 0), ExecutorState::Exited, Some(0)).is_empty());
    assert_eq!(bench.cores_used(), [2], "what it gives back is free, and stays unused");
    assert_eq!(launches(&bench.tell(PeerId(2), ToMaster::RegisterWorker(registration(2, 4, 4096)))).len(), 2);
}

#[test]
fn a_new_process_with_the_same_id_is_another_worker() {
    let began = |started_ms| RegisterWorker { started_ms: Some(started_ms), ..registration(1, 4, 4096) };
    let mut bench = Bench::new();
    bench.tell(PeerId(1), ToMaster::RegisterWorker(began(1)));
    let (application, _) = bench.application(DRIVER, description(Some(2), Some(4)));
    let RegisterWorker { id, worker, .. } = began(1);
    bench.tell(PeerId(1), ToMaster::WorkerDecommissioning { worker: id, endpoint: worker });

    let deeds = bench.tell(PeerId(2), ToMaster::RegisterWorker(began(1)));
    assert_eq!(
        words(&deeds),
        ["2 RegisteredWorker"],
        "the same process, on another connection, still leaves"
    );
    assert_eq!(states(&bench), [WorkerState::Decommissioned]);

    let deeds = bench.tell(PeerId(3), ToMaster::RegisterWorker(began(2)));
    let expected = ["100 WorkerRemoved", "3 RegisteredWorker"];
    assert_eq!(words(&deeds)[..2], expected, "{:?}", words(&deeds));
    let launched: Vec<_> = launches(&deeds).into_iter().map(|(_, launch)| launch.executor.clone()).collect();
    assert_eq!(launched, [key(&application, 2), key(&application, 3)]);
    assert_eq!(states(&bench), [WorkerState::Alive]);
    assert!(
        bench.event(Event::Disconnected { peer: PeerId(2) }).is_empty(),
        "the old one's end is nothing new"
    );
}
