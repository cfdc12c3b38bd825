//! A Master that takes over from another: what was written down before what was promised, and who is there again.

use model::message::ExecutorDescription;
use model::{
    Change, DriverDescription, DriverId, DriverState, Memory, RecoveryState, ResourceInformation, WorkerState,
};

use super::*;
use crate::{Request, Response};

/// A Master that remembers, and all that it has written down so far.
struct Ledger {
    bench: Bench,
    memory: Memory,
}

impl Ledger {
    /// In standby.
    fn new() -> Self {
        Self::at(0)
    }

    /// The same, some milliseconds later than another.
    fn at(later_ms: u64) -> Self {
        Self::with(later_ms, |_| {})
    }

    fn with(later_ms: u64, change: impl FnOnce(&mut MasterConfig)) -> Self {
        let mut bench = Bench::with(|config| {
            config.remembers = true;
            config.recovery_timeout_ms = 6_000;
            change(config);
        });
        bench.later(later_ms);
        Self { bench, memory: Memory::default() }
    }

    /// Leads, with nothing to recover.
    fn leading() -> Self {
        let mut ledger = Self::new();
        ledger.event(Event::Elected { memory: Memory::default() });
        assert_eq!(ledger.status(), RecoveryState::Alive);
        ledger
    }

    /// What a later Master knows is what was written down.
    fn heir(&self) -> (Self, Vec<Effect>) {
        let mut heir = Self::at(60_000);
        heir.memory = self.memory.clone();
        let deeds = heir.event(Event::Elected { memory: self.memory.clone() });
        (heir, deeds)
    }

    fn learn(&mut self, deeds: &[Effect]) {
        for deed in deeds {
            if let Effect::Persist { changes, .. } = deed {
                changes.iter().for_each(|change| self.memory.apply(change.clone()));
            }
        }
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        let deeds = self.bench.event(event);
        self.learn(&deeds);
        deeds
    }

    fn tell(&mut self, peer: u64, message: ToMaster) -> Vec<Effect> {
        self.event(Event::Received { peer: PeerId(peer), sender: None, ask: None, message })
    }

    fn ask(&mut self, peer: u64, message: ToMaster) -> (Vec<Effect>, Reply) {
        let ask = Ask { peer: PeerId(peer), request: 7 };
        let mut deeds =
            self.event(Event::Received { peer: PeerId(peer), sender: None, ask: Some(ask), message });
        match deeds.pop() {
            Some(Effect::Answer { reply, .. }) => (deeds, reply),
            other => panic!("the answer comes last, not {other:?}"),
        }
    }

    fn worker(&mut self, number: u64, cores: u32) -> Vec<Effect> {
        self.tell(number, ToMaster::RegisterWorker(registration(number, cores, 4096)))
    }

    fn application(&mut self, peer: u64, description: ApplicationDescription) -> Vec<Effect> {
        let driver = EndpointRef::new("AppClient", RpcAddress::new("driver", 7000 + peer as u16));
        self.tell(peer, ToMaster::RegisterApplication { description: Box::new(description), driver })
    }

    fn submit(&mut self, supervise: bool) -> (Vec<Effect>, DriverId) {
        let description = DriverDescription { cores: 1, memory_mib: 512, supervise, ..Default::default() };
        let (deeds, reply) =
            self.ask(200, ToMaster::RequestSubmitDriver { description: Box::new(description) });
        let Reply::SubmitDriver { driver: Some(driver), success: true, .. } = reply else {
            panic!("not submitted: {reply:?}")
        };
        (deeds, driver)
    }

    fn status(&self) -> RecoveryState {
        self.bench.master.snapshot(self.bench.now).status
    }

    fn snapshot(&self) -> Snapshot {
        self.bench.master.snapshot(self.bench.now)
    }

    /// The peers that were to be contacted answer the dial, in order, with these connections.
    fn connect(&mut self, deeds: &[Effect], peers: &[u64]) -> Vec<Effect> {
        let tokens = deeds.iter().filter_map(|deed| match deed {
            Effect::Contact { token, .. } => Some(*token),
            _ => None,
        });
        let mut told = Vec::new();
        for (token, peer) in tokens.zip(peers) {
            told.extend(self.event(Event::Contacted { token, outcome: Ok(PeerId(*peer)) }));
        }
        told
    }

    fn state_of(
        &mut self,
        peer: u64,
        worker: u64,
        executors: &[ExecutorKey],
        drivers: &[DriverId],
    ) -> Vec<Effect> {
        let executors = executors.iter().map(|key| (running(key), Vec::new())).collect();
        let drivers = drivers.iter().map(|id| (id.clone(), Vec::new())).collect();
        let worker = WorkerId::new(format!("worker-{worker}"));
        self.tell(peer, ToMaster::WorkerSchedulerStateResponse { worker, executors, drivers })
    }
}

fn running(key: &ExecutorKey) -> ExecutorDescription {
    ExecutorDescription {
        executor: key.clone(),
        profile: 0,
        cores: 2,
        memory_mib: 512,
        state: ExecutorState::Running,
    }
}

fn executors_of(snapshot: &Snapshot) -> Vec<u32> {
    snapshot.active_applications.iter().flat_map(|one| one.executors.iter().map(|one| one.id)).collect()
}

/// Every promise stands behind what makes it last.
#[test]
fn what_is_promised_was_written_down_before() {
    let mut ledger = Ledger::leading();
    assert_eq!(words(&ledger.worker(1, 4)), ["Persist Worker", "1 RegisteredWorker"]);

    let deeds = ledger.application(100, description(Some(2), Some(2)));
    let expected = [
        "Persist Numbers",
        "Persist Application",
        "100 RegisteredApplication",
        "1 LaunchExecutor",
        "100 ExecutorAdded",
    ];
    assert_eq!(words(&deeds), expected);

    let (deeds, driver) = ledger.submit(true);
    assert_eq!(words(&deeds), ["Persist Driver", "Persist Driver", "1 LaunchDriver"]);
    assert_eq!(ledger.memory.drivers[&driver].worker, Some(WorkerId::new("worker-1")));

    let application = ledger.memory.applications.keys().next().unwrap().clone();
    let totals = vec![(profile(0, Some(2), 512), 3)];
    let request = ToMaster::RequestExecutors { application: application.clone(), totals: totals.clone() };
    let (deeds, reply) = ledger.ask(100, request.clone());
    assert_eq!((words(&deeds), reply), (vec!["Persist Totals".to_owned()], Reply::Boolean(true)));
    assert_eq!(ledger.memory.applications[&application].totals, Some(totals));
    let (deeds, _) = ledger.ask(100, request);
    assert_eq!(words(&deeds), [""; 0], "nothing new is not written down");

    let gone = ToMaster::DriverStateChanged { driver, state: DriverState::Finished, exception: None };
    assert_eq!(words(&ledger.tell(1, gone)), ["Persist DriverGone"]);
    let deeds = ledger.tell(100, ToMaster::UnregisterApplication { application });
    assert_eq!(words(&deeds), ["Persist ApplicationGone", "1 KillExecutor", "1 ApplicationFinished"]);
    assert_eq!(words(&ledger.event(Event::Disconnected { peer: PeerId(1) })), ["Persist WorkerGone"]);
    assert!(ledger.memory.is_empty());
}

#[test]
fn a_master_that_remembers_nothing_writes_nothing_down() {
    let mut bench = Bench::new();
    bench.worker(1, 4, 4096);
    let (_, deeds) = bench.application(DRIVER, description(Some(2), None));
    assert!(!words(&deeds).iter().any(|word| word.starts_with("Persist")));
}

#[test]
fn an_application_with_executors_on_two_workers_goes_on() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 2);
    ledger.worker(2, 2);
    let deeds = ledger.application(100, description(Some(2), None));
    assert_eq!(launches(&deeds).len(), 2);
    let application = ledger.memory.applications.keys().next().unwrap().clone();

    let (mut heir, deeds) = ledger.heir();
    assert_eq!(words(&deeds), ["Contact driver:7100", "Contact w1:7078", "Contact w2:7078"]);
    assert_eq!(heir.status(), RecoveryState::Recovering);
    assert!(heir.snapshot().workers.iter().all(|worker| worker.state == WorkerState::Unknown));
    let told = heir.connect(&deeds, &[10, 11, 12]);
    assert_eq!(words(&told), ["10 MasterChanged", "11 MasterChanged", "12 MasterChanged"]);

    let one = key(&application, 0);
    assert_eq!(words(&heir.state_of(11, 1, std::slice::from_ref(&one), &[])), [""; 0]);
    heir.tell(10, ToMaster::MasterChangeAcknowledged { application: application.clone() });
    assert_eq!(heir.status(), RecoveryState::Recovering, "one Worker has not answered");
    // One of its executors was lost with the old Master, or never came to be.
    let deeds = heir.state_of(12, 2, &[], &[]);
    assert_eq!(heir.status(), RecoveryState::Alive);
    let expected = ["Persist Application", "12 LaunchExecutor", "10 ExecutorAdded"];
    assert_eq!(words(&deeds), expected, "its place is filled, under a number of its own");
    let (_, launch) = launches(&deeds)[0];
    assert_eq!(launch.executor.executor, 16, "above all numbers that the old Master could have given");
    assert_eq!(executors_of(&heir.snapshot()), [0, 16]);
    assert_eq!(heir.bench.cores_used(), [2, 2]);
}

#[test]
fn custom_resources_are_taken_over_and_not_given_twice() {
    let gpus = |addresses: &[&str]| ResourceInformation {
        name: "gpu".into(),
        addresses: addresses.iter().map(|one| (*one).to_owned()).collect(),
    };
    let mut ledger = Ledger::leading();
    let offer = RegisterWorker { resources: vec![gpus(&["0", "1"])], ..registration(1, 4, 4096) };
    ledger.tell(1, ToMaster::RegisterWorker(offer));
    let mut wanted = description(Some(2), None);
    let amount = ExecutorResourceRequest { amount: 1, ..Default::default() };
    wanted.default_profile.executor_resources.insert("gpu".into(), amount);
    ledger.application(100, wanted);
    let application = ledger.memory.applications.keys().next().unwrap().clone();

    let (mut heir, deeds) = ledger.heir();
    heir.connect(&deeds, &[10, 11]);
    heir.tell(10, ToMaster::MasterChangeAcknowledged { application: application.clone() });
    let executors = vec![(running(&key(&application, 1)), vec![gpus(&["1"])])];
    let worker = WorkerId::new("worker-1");
    let deeds =
        heir.tell(11, ToMaster::WorkerSchedulerStateResponse { worker, executors, drivers: Vec::new() });
    let (_, launch) = launches(&deeds)[0];
    assert_eq!(launch.resources, [gpus(&["0"])]);
}

#[test]
fn who_does_not_answer_in_time_is_removed() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 2);
    ledger.worker(2, 2);
    ledger.application(100, description(Some(2), None));
    ledger.application(101, description(Some(2), None));
    let ids: Vec<ApplicationId> = ledger.memory.applications.keys().cloned().collect();

    let (mut heir, deeds) = ledger.heir();
    heir.connect(&deeds, &[10, 20, 11, 12]);
    heir.tell(10, ToMaster::MasterChangeAcknowledged { application: ids[0].clone() });
    heir.state_of(11, 1, &[], &[]);
    assert_eq!(heir.status(), RecoveryState::Recovering);
    let deeds = heir.bench.until_timeout();
    heir.learn(&deeds);
    assert_eq!(heir.status(), RecoveryState::Alive);
    let expected = ["Persist WorkerGone", "10 WorkerRemoved", "20 WorkerRemoved", "Persist ApplicationGone"];
    assert_eq!(words(&deeds)[..4], expected);
    assert_eq!(heir.memory.workers.len(), 1);
    assert_eq!(heir.memory.applications.keys().collect::<Vec<_>>(), [&ids[0]]);
    // When it thaws it is asked to come again.
    let endpoint = registration(2, 2, 4096).worker;
    let beat = ToMaster::Heartbeat { worker: WorkerId::new("worker-2"), endpoint };
    assert_eq!(words(&heir.tell(12, beat)), ["12 ReconnectWorker"]);
}

#[test]
fn who_cannot_be_reached_is_gone_at_once() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 2);
    ledger.application(100, description(Some(2), None));
    let (mut heir, deeds) = ledger.heir();
    let tokens: Vec<u64> = deeds
        .iter()
        .map(|deed| match deed {
            Effect::Contact { token, .. } => *token,
            other => panic!("not a contact: {other:?}"),
        })
        .collect();
    let refused = || Err("Connection refused".to_owned());
    let deeds = heir.event(Event::Contacted { token: tokens[1], outcome: refused() });
    assert_eq!(words(&deeds), ["Persist WorkerGone"]);
    let deeds = heir.event(Event::Contacted { token: tokens[0], outcome: Ok(PeerId(10)) });
    assert_eq!(words(&deeds), ["10 MasterChanged", "10 WorkerRemoved"], "a driver hears what it missed");
    heir.event(Event::Disconnected { peer: PeerId(10) });
    assert_eq!(heir.status(), RecoveryState::Alive);
    assert!(heir.memory.is_empty());
}

#[test]
fn a_driver_that_its_worker_has_runs_on_and_one_that_it_lacks_is_launched_once() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 4);
    let (_, runs) = ledger.submit(true);
    let (_, supervised) = ledger.submit(true);
    let (_, unsupervised) = ledger.submit(false);
    let (mut heir, deeds) = ledger.heir();
    assert_eq!(words(&deeds), ["Contact w1:7078"], "drivers are not asked themselves");
    heir.connect(&deeds, &[11]);
    let deeds = heir.state_of(11, 1, &[], std::slice::from_ref(&runs));
    let expected = [
        "Persist Numbers",
        "Persist DriverGone Driver",
        "Persist DriverGone",
        "Persist Driver",
        "11 LaunchDriver",
    ];
    assert_eq!(words(&deeds), expected);
    let known: Vec<&DriverId> = heir.memory.drivers.keys().collect();
    assert_eq!(known.len(), 2);
    assert!(known.contains(&&runs) && !known.contains(&&supervised) && !known.contains(&&unsupervised));
    let ended = heir.snapshot().completed_drivers;
    let states: Vec<DriverState> = ended.iter().map(|driver| driver.state).collect();
    assert_eq!(states, [DriverState::Relaunching, DriverState::Error]);

    // Once more: what was launched by the second Master is where the second Master said.
    let again = known.into_iter().find(|id| **id != runs).unwrap().clone();
    let (mut third, deeds) = heir.heir();
    third.connect(&deeds, &[21]);
    let deeds = third.state_of(21, 1, &[], &[runs, again]);
    assert_eq!(words(&deeds), [""; 0], "both run");
}

#[test]
fn a_driver_that_waits_goes_on_waiting() {
    let mut ledger = Ledger::leading();
    let (_, waits) = ledger.submit(false);
    let (mut heir, _) = ledger.heir();
    assert_eq!(heir.status(), RecoveryState::Alive, "there is nobody to wait for");
    let deeds = heir.worker(1, 4);
    assert_eq!(words(&deeds)[2..], ["Persist Driver", "1 LaunchDriver"]);
    assert_eq!(heir.memory.drivers[&waits].worker, Some(WorkerId::new("worker-1")));
}

#[test]
fn numbers_of_executors_never_repeat() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 40);
    // One core at a time: it is given back as soon as it is there.
    ledger.application(100, description(Some(1), Some(1)));
    let application = ledger.memory.applications.keys().next().unwrap().clone();
    let mut written = 0;
    for number in 0..100 {
        let (deeds, _) = ledger.ask(
            1,
            ToMaster::ExecutorStateChanged {
                executor: key(&application, number),
                state: ExecutorState::Exited,
                message: None,
                exit_status: Some(0),
            },
        );
        written += words(&deeds).iter().filter(|word| word.starts_with("Persist")).count();
        let (_, launch) = launches(&deeds)[0];
        assert_eq!(launch.executor.executor, number + 1);
        assert!(ledger.memory.applications[&application].next_executor > number + 1, "reserved before");
    }
    assert!(written < 5, "not every launch is written down: {written}");
}

#[test]
fn ids_never_repeat_even_if_whoever_had_them_is_forgotten() {
    let mut ledger = Ledger::leading();
    ledger.application(100, description(Some(1), Some(1)));
    let first = ledger.memory.applications.keys().next().unwrap().clone();
    let (_, driver) = ledger.submit(false);
    ledger.event(Event::Disconnected { peer: PeerId(100) });
    let kill = ToMaster::RequestKillDriver { driver: driver.clone() };
    ledger.ask(200, kill);
    assert!(ledger.memory.is_empty());
    // Elected in the very second, or with a clock that is behind.
    let mut heir = Ledger::at(0);
    heir.memory = ledger.memory.clone();
    heir.event(Event::Elected { memory: ledger.memory.clone() });
    heir.application(101, description(Some(1), Some(1)));
    let second = heir.memory.applications.keys().next().unwrap().clone();
    assert_eq!(first.as_str().rsplit_once('-').unwrap().0, second.as_str().rsplit_once('-').unwrap().0);
    assert_ne!(first, second);
    assert_ne!(heir.submit(false).1, driver);
}

#[test]
fn what_an_application_asked_for_outlives_the_master() {
    let mut ledger = Ledger::leading();
    ledger.application(100, description(Some(1), None));
    let application = ledger.memory.applications.keys().next().unwrap().clone();
    let totals = vec![(profile(0, Some(1), 512), 0), (profile(1, Some(2), 256), 1)];
    ledger.ask(100, ToMaster::RequestExecutors { application: application.clone(), totals });
    let (mut heir, deeds) = ledger.heir();
    heir.connect(&deeds, &[10]);
    heir.tell(10, ToMaster::MasterChangeAcknowledged { application });
    let deeds = heir.worker(1, 8);
    let wanted: Vec<_> = launches(&deeds).iter().map(|(_, one)| (one.profile, one.cores)).collect();
    assert_eq!(wanted, [(1, 2)]);
}

#[test]
fn what_nobody_has_is_ended() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 4);
    let (mut heir, deeds) = ledger.heir();
    heir.connect(&deeds, &[11]);
    let stray = key(&ApplicationId::new("app-of-nobody"), 3);
    let deeds = heir.state_of(11, 1, &[stray], &[DriverId::new("driver-of-nobody")]);
    assert_eq!(words(&deeds), ["11 KillExecutor", "11 KillDriver"]);
}

#[test]
fn a_worker_that_comes_by_itself_is_asked_for_everything() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 2);
    ledger.application(100, description(Some(2), None));
    let application = ledger.memory.applications.keys().next().unwrap().clone();
    let (mut heir, deeds) = ledger.heir();
    // It noticed the death itself; the connection that this Master dials comes up later.
    let told = heir.worker(1, 2);
    assert_eq!(words(&told), ["Persist Worker", "1 RegisteredWorker", "1 MasterChanged"]);
    let executors = vec![running(&key(&application, 0))];
    let latest =
        ToMaster::WorkerLatestState { worker: WorkerId::new("worker-1"), executors, drivers: Vec::new() };
    assert_eq!(words(&heir.tell(1, latest)), [""; 0], "nothing of it is ended");
    let told = heir.connect(&deeds, &[10, 11]);
    assert_eq!(words(&told), ["10 MasterChanged"], "it is not told twice");
    heir.state_of(1, 1, &[key(&application, 0)], &[]);
    heir.tell(10, ToMaster::MasterChangeAcknowledged { application });
    assert_eq!(heir.status(), RecoveryState::Alive);
    assert_eq!(executors_of(&heir.snapshot()), [0]);
}

#[test]
fn another_process_in_the_place_of_a_worker_registers_anew() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 2);
    let (mut heir, deeds) = ledger.heir();
    heir.connect(&deeds, &[11]);
    let deeds = heir.state_of(11, 5, &[], &[]);
    assert_eq!(words(&deeds), ["Persist WorkerGone", "11 ReconnectWorker"]);
    assert_eq!(heir.status(), RecoveryState::Alive);
}

#[test]
fn a_standby_lets_nobody_in() {
    let mut ledger = Ledger::new();
    assert_eq!(words(&ledger.worker(1, 4)), ["1 MasterInStandby"]);
    assert_eq!(words(&ledger.application(100, description(None, None))), [""; 0]);
    let description = Box::new(DriverDescription::default());
    let (_, reply) = ledger.ask(200, ToMaster::RequestSubmitDriver { description });
    let Reply::SubmitDriver { success: false, driver: None, message, .. } = reply else {
        panic!("submitted: {reply:?}")
    };
    assert_eq!(
        message,
        "Current state is not alive: STANDBY. Can only accept driver submissions in ALIVE state."
    );
    let (_, reply) = ledger.ask(200, ToMaster::RequestDriverStatus { driver: DriverId::new("driver-1") });
    let Reply::DriverStatus { found: false, exception: Some(exception), .. } = reply else {
        panic!("known: {reply:?}")
    };
    assert!(exception.ends_with("Can only request driver status in ALIVE state."));
    let ready = Event::Request { request: 1, what: Request::Readyz };
    let [Effect::Respond { response, .. }] = &ledger.event(ready)[..] else { panic!("one answer") };
    assert_eq!(*response, Response::Ready(false));
    let leader = Some(RpcAddress::new("other", 7077));
    ledger.event(Event::LeaderKnown { leader: leader.clone() });
    assert_eq!((ledger.status(), ledger.snapshot().leader), (RecoveryState::Standby, leader));
}

#[test]
fn who_was_deposed_says_nothing_more() {
    let mut ledger = Ledger::leading();
    ledger.worker(1, 4);
    let now = ledger.bench.now;
    // What it had decided and not said yet is not said either.
    let message = ToMaster::RegisterWorker(registration(2, 4, 4096));
    ledger.bench.master.handle(now, Event::Received { peer: PeerId(2), sender: None, ask: None, message });
    let deeds = ledger.event(Event::Deposed { why: "another leads".into() });
    assert_eq!(words(&deeds), ["StepDown"]);
    assert_eq!(words(&ledger.worker(3, 4)), [""; 0]);
    assert_eq!(ledger.bench.master.poll_timeout(), None);
    let change = |one: &Change| matches!(one, Change::Worker(_));
    assert_eq!(ledger.memory.changes().filter(change).count(), 1);
}
