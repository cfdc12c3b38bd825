//! The judges must see what is wrong: each rule broken on purpose.

mod limits;
mod reasons;
mod settings;
mod sparks;

use std::sync::Arc;

use model::message::{LaunchExecutor, RegisterWorker};
use model::{
    ApplicationDescription, ApplicationId, Command, EndpointRef, ExecutorKey, ExecutorResourceRequest,
    ExecutorState, ResourceProfile, RpcAddress, SparkMatching, Terms, WorkerId,
};

use super::*;

const WORKER: PeerId = PeerId(1);

fn hears(checks: &mut Checks, peer: PeerId, message: ToMaster) {
    checks.master_hears(Now::default(), &Event::Received { peer, sender: None, ask: None, message });
}

fn endpoint(host: &str) -> EndpointRef {
    EndpointRef::new("it", RpcAddress::new(host, 1))
}

/// A Worker of 4 cores, and as many applications as there are limits of cores.
fn cluster(limits: &[Option<u32>]) -> Checks {
    cluster_by(&Extras::none(), limits)
}

fn cluster_by(extras: &Extras, limits: &[Option<u32>]) -> Checks {
    let mut checks = judges(extras, SparkMatching::Any, false);
    worker_joins(&mut checks, WORKER, "worker", 4);
    for (number, max_cores) in limits.iter().enumerate() {
        application_joins(&mut checks, number, description(*max_cores));
    }
    assert!(checks.is_clean());
    checks
}

/// Judges of a Master that does not know anybody yet.
fn judges(extras: &Extras, matching: SparkMatching, refuses: bool) -> Checks {
    let mut scenario = Scenario::new(0, &mut fastrand::Rng::with_seed(1));
    scenario.default_cores = u32::MAX;
    let mix = Mix { matching, refuse_what_never_fits: refuses, ..Mix::none(&scenario) };
    Checks::new(&scenario, extras, &mix)
}

fn application_joins(checks: &mut Checks, number: usize, description: ApplicationDescription) {
    let peer = PeerId(10 + number as u64);
    let (description, driver) = (Box::new(description), endpoint(&format!("d{number}")));
    hears(checks, peer, ToMaster::RegisterApplication { description, driver });
    let application = id(number);
    checks.master_tells_driver(peer, &ToDriver::RegisteredApplication { application, master: endpoint("m") });
}

fn worker_joins(checks: &mut Checks, peer: PeerId, id: &str, cores: u32) {
    hears(checks, peer, ToMaster::RegisterWorker(offer(id, cores)));
    checks.master_tells_worker(peer, &registered(false));
}

fn registered(duplicate: bool) -> ToWorker {
    ToWorker::RegisteredWorker {
        master: endpoint("m"),
        master_web_ui_url: String::new(),
        master_address: RpcAddress::new("m", 1),
        duplicate,
    }
}

/// A Worker of 1024 MiB.
fn offer(id: &str, cores: u32) -> RegisterWorker {
    RegisterWorker {
        id: WorkerId::new(id),
        host: id.into(),
        port: 1,
        worker: endpoint(id),
        cores,
        memory_mib: 1024,
        web_ui_url: String::new(),
        master_address: RpcAddress::new("m", 1),
        resources: Vec::new(),
        sparks: Vec::new(),
        memory_limit_mib: None,
        started_ms: None,
    }
}

fn id(number: usize) -> ApplicationId {
    ApplicationId::new(format!("app-{number}"))
}

fn description(max_cores: Option<u32>) -> ApplicationDescription {
    let cores = ExecutorResourceRequest { amount: 1, ..Default::default() };
    let memory = ExecutorResourceRequest { amount: 256, ..Default::default() };
    ApplicationDescription {
        name: "job".into(),
        user: "alice".into(),
        max_cores,
        command: Command::default(),
        app_ui_url: String::new(),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: ResourceProfile {
            id: 0,
            executor_resources: [("cores".to_owned(), cores), ("memory".to_owned(), memory)].into(),
            ..Default::default()
        },
    }
}

fn launch(checks: &mut Checks, application: usize, executor: u32, cores: u32, memory_mib: u32) {
    launch_on(checks, WORKER, application, executor, cores, memory_mib);
}

fn launch_on(
    checks: &mut Checks,
    peer: PeerId,
    application: usize,
    executor: u32,
    cores: u32,
    memory_mib: u32,
) {
    let launch = launched(application, executor, cores, memory_mib);
    checks.master_tells_worker(peer, &ToWorker::LaunchExecutor(Box::new(launch)));
}

/// An executor of application 0 with one core and the memory that its profile says.
fn launch_with(checks: &mut Checks, peer: PeerId, executor: u32, terms: Terms) {
    let page = &checks.book.applications[0];
    let launch = LaunchExecutor { terms, ..launched(0, executor, 1, page.profiles[&0].size.memory_mib) };
    checks.master_tells_worker(peer, &ToWorker::LaunchExecutor(Box::new(launch)));
}

fn launched(application: usize, executor: u32, cores: u32, memory_mib: u32) -> LaunchExecutor {
    LaunchExecutor {
        master_url: String::new(),
        executor: ExecutorKey { application: id(application), executor },
        profile: 0,
        description: Arc::new(description(None)),
        cores,
        memory_mib,
        resources: Vec::new(),
        terms: Terms::default(),
    }
}

fn assert_found(checks: &Checks, part: &str) {
    assert!(checks.broken.iter().any(|sentence| sentence.contains(part)), "{part}: {:?}", checks.broken);
}

#[test]
fn a_core_or_a_byte_given_twice_is_seen() {
    let mut checks = cluster(&[None]);
    launch(&mut checks, 0, 0, 3, 256);
    assert!(checks.is_clean());
    launch(&mut checks, 0, 1, 2, 256);
    assert_found(&checks, "has 4 cores and 5 are given");
    let mut checks = cluster(&[None]);
    launch(&mut checks, 0, 0, 1, 1025);
    assert_found(&checks, "has 1024 MiB and 1025 are given");
}

#[test]
fn what_was_given_back_can_be_given_again() {
    let mut checks = cluster(&[None]);
    for executor in 0..3 {
        launch(&mut checks, 0, executor, 4, 256);
        let key = ExecutorKey { application: id(0), executor };
        let change = ToMaster::ExecutorStateChanged {
            executor: key,
            state: ExecutorState::Exited,
            message: None,
            exit_status: None,
        };
        hears(&mut checks, WORKER, change);
    }
    assert!(checks.is_clean(), "{:?}", checks.broken);
    launch(&mut checks, 0, 2, 1, 256);
    assert_found(&checks, "app-0/2 was launched twice");
}

#[test]
fn too_many_cores_for_one_application_are_seen() {
    let mut checks = cluster(&[Some(2)]);
    launch(&mut checks, 0, 0, 3, 256);
    assert_found(&checks, "may have 2 cores and got 3");
}

#[test]
fn serving_the_second_before_the_first_is_seen() {
    let mut checks = cluster(&[Some(1), None]);
    launch(&mut checks, 1, 0, 1, 256);
    assert_found(&checks, "app-1 was served before app-0");
    let mut checks = cluster(&[Some(1), None]);
    launch(&mut checks, 0, 0, 1, 256);
    launch(&mut checks, 1, 0, 1, 256);
    assert!(checks.is_clean(), "{:?}", checks.broken);
}

#[test]
fn an_executor_for_nobody_and_a_word_to_nobody_are_seen() {
    let mut checks = cluster(&[None]);
    hears(&mut checks, PeerId(10), ToMaster::UnregisterApplication { application: id(0) });
    launch(&mut checks, 0, 0, 1, 256);
    assert_found(&checks, "is over and got an executor");
    let mut checks = cluster(&[None]);
    checks.master_hears(Now::default(), &Event::Disconnected { peer: WORKER });
    launch(&mut checks, 0, 0, 1, 256);
    assert_found(&checks, "which is gone");
}

#[test]
fn what_runs_for_nobody_must_be_ended() {
    let mut checks = cluster(&[]);
    let drivers = vec![model::DriverId::new("driver-old")];
    let latest =
        ToMaster::WorkerLatestState { worker: WorkerId::new("worker"), executors: Vec::new(), drivers };
    hears(&mut checks, WORKER, latest.clone());
    checks.master_tells_worker(WORKER, &ToWorker::KillDriver { driver: model::DriverId::new("driver-old") });
    checks.master_is_done();
    assert!(checks.is_clean(), "{:?}", checks.broken);
    hears(&mut checks, WORKER, latest);
    checks.master_is_done();
    assert_found(&checks, "driver-old runs for nobody");
}

#[test]
fn a_question_without_one_answer_is_seen() {
    let ask = Ask { peer: WORKER, request: 1 };
    let mut checks = cluster(&[]);
    let message = ToMaster::KillExecutors { application: id(0), executors: Vec::new() };
    checks.master_hears(
        Now::default(),
        &Event::Received { peer: WORKER, sender: None, ask: Some(ask), message },
    );
    checks.master_is_done();
    assert_found(&checks, "was not answered");
    let mut checks = cluster(&[]);
    checks.master_answers(ask, &Reply::Boolean(true));
    assert_found(&checks, "answered twice, or never asked");
}
