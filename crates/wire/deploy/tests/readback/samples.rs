//! At least one of each message and answer that we can write, with all that it can hold and with as little as it can.

use std::collections::BTreeMap;

use std::sync::Arc;

use model::message::{
    ExecutorDescription, LaunchExecutor, RegisterWorker, Reply, ToDriver, ToMaster, ToWorker,
};
use model::{
    ApplicationDescription, ApplicationId, Command, DriverDescription, DriverId, DriverState, EndpointRef,
    ExecutorKey, ExecutorResourceRequest, ExecutorState, ResourceInformation, ResourceProfile, RpcAddress,
    SparkVersion, TaskResourceRequest, Terms, WorkerId,
};
use wire_deploy::Message;

/// Something to say.
pub(crate) struct Sample {
    pub(crate) name: String,
    pub(crate) said: Said,
}

pub(crate) enum Said {
    Message(Message),
    Reply(Reply),
}

pub(crate) fn samples() -> Vec<Sample> {
    let mut messages = vec![("CheckExistence".into(), Message::CheckExistence { name: "Master".into() })];
    let to_master = from_worker().into_iter().chain(from_application()).chain(from_client());
    messages.extend(to_master.map(|(name, message)| (name, Message::ToMaster(message))));
    messages.extend(to_worker().into_iter().map(|(name, message)| (name.into(), Message::ToWorker(message))));
    messages.extend(to_driver().into_iter().map(|(name, message)| (name, Message::ToDriver(message))));
    let messages = messages.into_iter().map(|(name, message)| Sample { name, said: Said::Message(message) });
    let replies = replies().into_iter().map(|(name, reply)| Sample { name, said: Said::Reply(reply) });
    messages.chain(replies).collect()
}

fn address(port: u16) -> RpcAddress {
    RpcAddress::new("127.0.0.1", port)
}

fn master() -> EndpointRef {
    EndpointRef::new("Master", address(7077))
}

fn worker() -> EndpointRef {
    EndpointRef::new("Worker", address(7078))
}

fn application() -> ApplicationId {
    ApplicationId::new("app-1")
}

fn key() -> ExecutorKey {
    ExecutorKey { application: application(), executor: 3 }
}

fn gpus() -> Vec<ResourceInformation> {
    vec![ResourceInformation { name: "gpu".into(), addresses: vec!["0".into(), "1".into()] }]
}

/// Texts in other alphabets, characters beyond the basic plane and NUL, empty ones and one longer than 65,535 bytes.
fn command() -> Command {
    let long = "x".repeat(70_000);
    Command {
        main_class: "org.example.Größe".into(),
        arguments: ["{{EXECUTOR_ID}}", "", "𝄞 \0", &long].map(String::from).to_vec(),
        environment: (0..40).map(|number| (format!("NAME_{number}"), format!("value {number}"))).collect(),
        class_path_entries: vec!["/a.jar".into()],
        library_path_entries: vec![],
        java_options: (0..100).map(|number| format!("-Dspark.key{number}=1")).collect(),
    }
}

fn profile() -> ResourceProfile {
    let request = |amount| ExecutorResourceRequest { amount, ..ExecutorResourceRequest::default() };
    let gpu = ExecutorResourceRequest { amount: 2, discovery_script: "/find".into(), vendor: "v".into() };
    let executor = [("cores", request(2)), ("memory", request(1024)), ("offHeap", request(0)), ("gpu", gpu)];
    let task = [("cpus", 1.0), ("gpu", 0.25)].map(|(name, amount)| (name, TaskResourceRequest { amount }));
    ResourceProfile {
        id: 1,
        executor_resources: executor.map(|(name, request)| (name.to_owned(), request)).into(),
        task_resources: task.map(|(name, request)| (name.to_owned(), request)).into(),
    }
}

/// One of each kind: what Spark's maps say of more depends on the order of their hashes.
fn small_profile() -> ResourceProfile {
    let mut profile = profile();
    profile.executor_resources.retain(|name, _| name == "gpu");
    profile.task_resources.retain(|name, _| name == "cpus");
    profile
}

fn description() -> ApplicationDescription {
    ApplicationDescription {
        name: "an application".into(),
        user: "alice".into(),
        max_cores: Some(4),
        command: command(),
        app_ui_url: "http://driver:4040".into(),
        event_log_dir: Some("hdfs://namenode/logs".into()),
        event_log_codec: Some("zstd".into()),
        initial_executor_limit: Some(0),
        default_profile: profile(),
    }
}

fn bare_description() -> ApplicationDescription {
    ApplicationDescription {
        name: String::new(),
        user: String::new(),
        max_cores: None,
        command: Command::default(),
        app_ui_url: String::new(),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: ResourceProfile {
            id: 0,
            executor_resources: BTreeMap::new(),
            task_resources: BTreeMap::new(),
        },
    }
}

fn driver_description() -> DriverDescription {
    DriverDescription {
        spark: None,
        jar_url: "file:/app.jar".into(),
        memory_mib: 1024,
        cores: 2,
        supervise: true,
        command: command(),
        resources: vec![("gpu".into(), 2)],
    }
}

fn executor(state: ExecutorState) -> ExecutorDescription {
    ExecutorDescription { executor: key(), profile: 0, cores: 2, memory_mib: 1024, state }
}

/// What Spark's own classes have no fields for.
fn terms() -> Terms {
    Terms { spark: SparkVersion::parse("3.5.7"), memory_limit_mib: Some(1408) }
}

fn from_worker() -> Vec<(String, ToMaster)> {
    let id = || WorkerId::new("worker-1");
    let register_worker = |resources, terms: Terms| {
        ToMaster::RegisterWorker(RegisterWorker {
            id: id(),
            host: "127.0.0.1".into(),
            port: 7078,
            worker: worker(),
            cores: 4,
            memory_mib: 2048,
            web_ui_url: "http://127.0.0.1:8081".into(),
            master_address: address(7077),
            resources,
            started_ms: terms.memory_limit_mib.map(|_| 1_790_000_000_000),
            sparks: terms.spark.into_iter().collect(),
            memory_limit_mib: terms.memory_limit_mib,
        })
    };
    let latest_state = |executors, drivers| ToMaster::WorkerLatestState { worker: id(), executors, drivers };
    let all_states = ExecutorState::ALL.iter().map(|state| executor(*state)).collect();
    let mut messages = vec![
        ("RegisterWorker".to_owned(), register_worker(gpus(), Terms::default())),
        ("RegisterWorker-bare".to_owned(), register_worker(vec![], Terms::default())),
        ("RegisterWorker-ours".to_owned(), register_worker(gpus(), terms())),
        ("WorkerLatestState".to_owned(), latest_state(all_states, vec![DriverId::new("driver-1")])),
        ("WorkerLatestState-bare".to_owned(), latest_state(vec![], vec![])),
        (
            "WorkerSchedulerStateResponse".to_owned(),
            ToMaster::WorkerSchedulerStateResponse {
                worker: id(),
                executors: vec![(executor(ExecutorState::Running), gpus())],
                drivers: vec![(DriverId::new("driver-1"), vec![]), (DriverId::new("driver-2"), gpus())],
            },
        ),
        ("Heartbeat".to_owned(), ToMaster::Heartbeat { worker: id(), endpoint: worker() }),
        (
            "WorkerDecommissioning".to_owned(),
            ToMaster::WorkerDecommissioning { worker: id(), endpoint: worker() },
        ),
    ];
    for state in ExecutorState::ALL {
        let (message, exit_status) =
            (state.is_finished().then(|| "why".into()), state.is_finished().then_some(143));
        let message = ToMaster::ExecutorStateChanged { executor: key(), state: *state, message, exit_status };
        messages.push((format!("ExecutorStateChanged-{state}"), message));
    }
    for state in DriverState::ALL {
        let exception = (*state == DriverState::Error).then(|| "java.io.IOException: no such jar".to_owned());
        let message =
            ToMaster::DriverStateChanged { driver: DriverId::new("driver-1"), state: *state, exception };
        messages.push((format!("DriverStateChanged-{state}"), message));
    }
    messages
}

fn from_application() -> Vec<(String, ToMaster)> {
    let driver = || EndpointRef::new("AppClient", address(4000));
    let register =
        |description, driver| ToMaster::RegisterApplication { description: Box::new(description), driver };
    let only_dials = EndpointRef { name: "AppClient".into(), address: None };
    let application = application();
    vec![
        ("RegisterApplication".to_owned(), register(description(), driver())),
        ("RegisterApplication-bare".to_owned(), register(bare_description(), only_dials)),
        (
            "UnregisterApplication".to_owned(),
            ToMaster::UnregisterApplication { application: application.clone() },
        ),
        (
            "MasterChangeAcknowledged".to_owned(),
            ToMaster::MasterChangeAcknowledged { application: application.clone() },
        ),
        (
            "RequestExecutors".to_owned(),
            ToMaster::RequestExecutors {
                application: application.clone(),
                totals: vec![(small_profile(), 7)],
            },
        ),
        (
            "RequestExecutors-bare".to_owned(),
            ToMaster::RequestExecutors { application: application.clone(), totals: vec![] },
        ),
        (
            "KillExecutors".to_owned(),
            ToMaster::KillExecutors { application, executors: vec!["0".into(), "1".into()] },
        ),
    ]
}

fn from_client() -> Vec<(String, ToMaster)> {
    let driver = DriverId::new("driver-1");
    vec![
        (
            "RequestSubmitDriver".to_owned(),
            ToMaster::RequestSubmitDriver { description: Box::new(driver_description()) },
        ),
        ("RequestKillDriver".to_owned(), ToMaster::RequestKillDriver { driver: driver.clone() }),
        ("RequestDriverStatus".to_owned(), ToMaster::RequestDriverStatus { driver }),
    ]
}

fn to_worker() -> Vec<(&'static str, ToWorker)> {
    let driver = DriverId::new("driver-1");
    let url = || address(7077).spark_url();
    let launch = |description, resources, terms| {
        let (executor, profile, cores, memory_mib) = (key(), 0, 2, 1024);
        ToWorker::LaunchExecutor(Box::new(LaunchExecutor {
            master_url: url(),
            executor,
            profile,
            description: Arc::new(description),
            cores,
            memory_mib,
            resources,
            terms,
        }))
    };
    let launch_driver = |description, resources, terms| ToWorker::LaunchDriver {
        driver: driver.clone(),
        description: Box::new(description),
        resources,
        terms,
    };
    vec![
        (
            "RegisteredWorker",
            ToWorker::RegisteredWorker {
                master: master(),
                master_web_ui_url: "http://127.0.0.1:8080".into(),
                master_address: address(7077),
                duplicate: true,
            },
        ),
        ("RegisterWorkerFailed", ToWorker::RegisterWorkerFailed { message: "because".into() }),
        ("MasterInStandby", ToWorker::MasterInStandby),
        ("ReconnectWorker", ToWorker::ReconnectWorker { master_url: url() }),
        ("LaunchExecutor", launch(description(), gpus(), Terms::default())),
        ("LaunchExecutor-bare", launch(bare_description(), vec![], Terms::default())),
        ("LaunchExecutor-ours", launch(description(), gpus(), terms())),
        ("KillExecutor", ToWorker::KillExecutor { master_url: url(), executor: key() }),
        ("LaunchDriver", launch_driver(driver_description(), gpus(), Terms::default())),
        ("LaunchDriver-bare", launch_driver(DriverDescription::default(), vec![], Terms::default())),
        ("LaunchDriver-ours", launch_driver(driver_description(), gpus(), terms())),
        ("KillDriver", ToWorker::KillDriver { driver: driver.clone() }),
        ("ApplicationFinished", ToWorker::ApplicationFinished { application: application() }),
        (
            "MasterChanged",
            ToWorker::MasterChanged { master: master(), master_web_ui_url: "http://127.0.0.1:8080".into() },
        ),
        ("DecommissionWorker", ToWorker::DecommissionWorker),
    ]
}

fn to_driver() -> Vec<(String, ToDriver)> {
    let mut messages = vec![
        (
            "RegisteredApplication".to_owned(),
            ToDriver::RegisteredApplication { application: application(), master: master() },
        ),
        (
            "ExecutorAdded".to_owned(),
            ToDriver::ExecutorAdded {
                executor: 3,
                worker: WorkerId::new("worker-1"),
                host_port: "127.0.0.1:7078".into(),
                cores: 2,
                memory_mib: 1024,
            },
        ),
        (
            "WorkerRemoved".to_owned(),
            ToDriver::WorkerRemoved {
                worker: WorkerId::new("worker-1"),
                host: "127.0.0.1".into(),
                message: "Not receiving heartbeat for 60 seconds".into(),
            },
        ),
        ("ApplicationRemoved".to_owned(), ToDriver::ApplicationRemoved { message: "FAILED".into() }),
    ];
    for state in ExecutorState::ALL {
        let message = ToDriver::ExecutorUpdated {
            executor: 3,
            state: *state,
            message: Some("why".into()).filter(|_| state.is_finished()),
            exit_status: Some(1).filter(|_| *state == ExecutorState::Exited),
            worker_host: Some("127.0.0.1".into()).filter(|_| *state == ExecutorState::Lost),
        };
        messages.push((format!("ExecutorUpdated-{state}"), message));
    }
    messages
}

fn replies() -> Vec<(String, Reply)> {
    let driver = DriverId::new("driver-1");
    let submit =
        |success, driver| Reply::SubmitDriver { master: master(), success, driver, message: "so".into() };
    let mut replies = vec![
        ("Boolean-true".to_owned(), Reply::Boolean(true)),
        ("Boolean-false".to_owned(), Reply::Boolean(false)),
        ("SubmitDriverResponse".to_owned(), submit(true, Some(driver.clone()))),
        ("SubmitDriverResponse-refused".to_owned(), submit(false, None)),
        (
            "KillDriverResponse".to_owned(),
            Reply::KillDriver { master: master(), driver, success: true, message: "so".into() },
        ),
        (
            "DriverStatusResponse-unknown".to_owned(),
            Reply::DriverStatus {
                found: false,
                state: None,
                worker: None,
                worker_host_port: None,
                exception: Some("not here".into()),
            },
        ),
        ("RpcFailure".to_owned(), Reply::Failure { message: "no such message".into() }),
    ];
    for state in DriverState::ALL {
        let reply = Reply::DriverStatus {
            found: true,
            state: Some(*state),
            worker: Some(WorkerId::new("worker-1")),
            worker_host_port: Some("127.0.0.1:7078".into()),
            exception: None,
        };
        replies.push((format!("DriverStatusResponse-{state}"), reply));
    }
    replies
}
