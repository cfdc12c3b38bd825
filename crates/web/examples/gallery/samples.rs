//! Clusters to look at and to test with: an empty one, a busy one, one in trouble, one in which many wait.

#[path = "samples/waiting.rs"]
mod waiting;

use std::sync::Arc;

use core_master::{ApplicationView, DriverView, ExecutorView, Explanation, Reason, Snapshot, WorkerView};
use model::{
    ApplicationDescription, ApplicationId, ApplicationState, Command, DriverDescription, DriverId,
    DriverState, ExecutorKey, ExecutorResourceRequest, ExecutorState, RecoveryState, ResourceInformation,
    ResourceProfile, SparkVersion, WorkerId, WorkerState,
};

pub(crate) use waiting::waiting_master;

/// 2026-11-20 13:36:51 UTC.
pub(crate) const NOW_MS: i64 = 1_795_181_811_000;

/// A Master that has just begun.
pub(crate) fn empty_master() -> Snapshot {
    Snapshot {
        taken_ms: NOW_MS,
        utc_offset_s: 3600,
        url: "spark://larch.example.net:7077".into(),
        status: RecoveryState::Alive,
        leader: None,
        workers: Vec::new(),
        active_applications: Vec::new(),
        completed_applications: Vec::new(),
        active_drivers: Vec::new(),
        completed_drivers: Vec::new(),
    }
}

/// Twelve Workers, two of them with GPUs, some in containers; thirty applications, drivers.
pub(crate) fn busy_master() -> Snapshot {
    let mut master = empty_master();
    master.workers = (1..=12).map(worker).collect();
    master.active_applications =
        (0..9).map(|number| application(20 + number, running_state(number))).collect();
    master.completed_applications = (0..21).map(|number| application(number, ended_state(number))).collect();
    master.active_drivers =
        vec![driver(4, DriverState::Running, Some(3)), driver(5, DriverState::Submitted, None)];
    master.completed_drivers = vec![
        driver(1, DriverState::Finished, Some(1)),
        driver(2, DriverState::Failed, Some(12)),
        driver(3, DriverState::Killed, Some(2)),
    ];
    master
}

/// A Worker lost, names that were chosen to break a page, addresses that are none.
pub(crate) fn troubled_master() -> Snapshot {
    let mut master = busy_master();
    master.status = RecoveryState::Recovering;
    master.workers.truncate(4);
    master.workers[1].state = WorkerState::Dead;
    master.workers[1].last_heartbeat_ms = NOW_MS - 73_000;
    master.workers[2].state = WorkerState::Decommissioned;
    master.workers[3].state = WorkerState::Unknown;
    master.active_applications.truncate(2);
    let odd = &mut master.active_applications[0];
    odd.name = "<script>alert('pwned')</script> & \"quoted\" ".to_owned() + &"a-very-long-name-".repeat(12);
    odd.user = "<img src=x onerror=alert(1)>".into();
    odd.ui_url = "javascript:alert(document.cookie)".into();
    odd.id = ApplicationId::new("app-1\"><script>alert(2)</script>&x=y");
    odd.removed_executors = vec![executor(9, ExecutorState::Lost, 2), executor(10, ExecutorState::Failed, 1)];
    master.completed_applications.truncate(3);
    master
}

fn worker(number: u32) -> WorkerView {
    let host = format!("10.20.0.{number}");
    let with_gpus = number > 10;
    let gpus = |addresses: &[&str]| {
        let addresses = addresses.iter().map(|&one| one.to_owned()).collect();
        if with_gpus { vec![ResourceInformation { name: "gpu".into(), addresses }] } else { Vec::new() }
    };
    let (cores, memory_mib) = if with_gpus { (64, 512 * 1024) } else { (16, 60 * 1024) };
    WorkerView {
        id: worker_id(number),
        web_ui_url: format!("http://{host}:8081").into(),
        host: host.into(),
        port: 40_000 + u16::try_from(number).unwrap_or_default(),
        cores,
        cores_used: (number * 7) % (cores + 1),
        memory_mib,
        memory_used_mib: (number * 9 * 1024) % (memory_mib + 1),
        resources: gpus(&["0", "1", "2", "3"]),
        resources_used: gpus(&["0", "2"]),
        state: WorkerState::Alive,
        last_heartbeat_ms: NOW_MS - 1200,
        sparks: waiting::sparks(match number {
            ..9 => &["3.4.4", "3.5.7"],
            9 | 10 => &["3.5.7", "4.0.5"],
            _ => &["4.3.0"],
        }),
        memory_limit_mib: number.is_multiple_of(4).then_some((memory_mib - 1024, number * 900)),
    }
}

fn worker_id(number: u32) -> WorkerId {
    WorkerId::new(format!("worker-20261120090112-10.20.0.{number}-{}", 40_000 + number))
}

fn running_state(number: u32) -> ApplicationState {
    if number < 7 { ApplicationState::Running } else { ApplicationState::Waiting }
}

fn ended_state(number: u32) -> ApplicationState {
    match number % 9 {
        5 => ApplicationState::Failed,
        7 => ApplicationState::Killed,
        _ => ApplicationState::Finished,
    }
}

fn application(number: u32, state: ApplicationState) -> ApplicationView {
    const NAMES: [&str; 6] = [
        "Nightly ledger reconciliation",
        "pyspark-shell",
        "Streaming: clickstream -> sessions",
        "PythonPi",
        "feature-store backfill 2026-11",
        "Spark shell",
    ];
    let age_ms = i64::from(31 - number.min(30)) * 617_000;
    let running = state == ApplicationState::Running;
    let ended = !running && state != ApplicationState::Waiting;
    ApplicationView {
        id: ApplicationId::new(format!("app-20261120{:04}00-{number:04}", 900 + number)),
        name: NAMES[number as usize % NAMES.len()].into(),
        user: ["ada", "grace", "spark"][number as usize % 3].into(),
        state,
        submitted_ms: NOW_MS - age_ms,
        duration_ms: if ended { i64::from(number * number) * 11_000 + 930 } else { age_ms },
        spark: ["3.5.7", "4.0.5", "3.4.0 to 3.4.4"][number as usize % 3].into(),
        waiting: (state == ApplicationState::Waiting).then(|| Explanation {
            reasons: vec![
                Reason::NoRoom { workers: 12, cores: 2, memory_mib: 6144 },
                Reason::Ahead { application: ApplicationId::new("app-20261120092100-0021"), cores: 13 },
            ],
            ..waiting::of_executor(age_ms - 400)
        }),
        ui_url: format!("http://10.20.1.{number}:4040"),
        max_cores: number.is_multiple_of(2).then_some(16),
        cores_granted: if state == ApplicationState::Waiting { 0 } else { 4 + number % 12 },
        memory_per_executor_mib: [1024, 4096, 14 * 1024][number as usize % 3],
        resources_per_executor: if number == 24 { vec![("gpu".into(), 2)] } else { Vec::new() },
        executors: if running {
            (0..3).map(|id| executor(id, ExecutorState::Running, id + 1)).collect()
        } else {
            Vec::new()
        },
        removed_executors: if running {
            vec![executor(3, ExecutorState::Exited, 4)]
        } else if ended {
            (0..3).map(|id| executor(id, ExecutorState::Killed, id + 1)).collect()
        } else {
            Vec::new()
        },
    }
}

fn executor(id: u32, state: ExecutorState, worker: u32) -> ExecutorView {
    ExecutorView {
        id,
        worker: worker_id(worker),
        worker_web_ui_url: format!("http://10.20.0.{worker}:8081").into(),
        cores: 4,
        memory_mib: 4096,
        profile: 0,
        resources: Vec::new(),
        state,
    }
}

fn driver(number: u32, state: DriverState, worker: Option<u32>) -> DriverView {
    DriverView {
        id: DriverId::new(format!("driver-20261120{:04}00-{number:04}", 900 + number)),
        main_class: "org.example.billing.MonthEnd".into(),
        state,
        submitted_ms: NOW_MS - 3_700_000,
        started_ms: worker.map(|_| NOW_MS - 3_699_000),
        duration_ms: if worker.is_some() { 3_699_000 } else { 0 },
        worker: worker.map(|number| (worker_id(number), format!("http://10.20.0.{number}:8081").into())),
        cores: 2,
        memory_mib: 2048,
        resources: Vec::new(),
        spark: "3.5.7".into(),
        waiting: (state == DriverState::Submitted).then(|| Explanation {
            since_ms: NOW_MS - 3_700_000,
            needs: Some("2 cores and 2.0 GiB".into()),
            reasons: vec![Reason::NoRoom { workers: 12, cores: 0, memory_mib: 6144 }],
        }),
    }
}

/// A Worker that has found no Master yet.
pub(crate) fn lone_worker() -> core_worker::Snapshot {
    core_worker::Snapshot {
        taken_ms: NOW_MS,
        id: worker_id(1),
        host: "10.20.0.1".into(),
        port: 40_001,
        master_url: String::new(),
        master_web_ui_url: String::new(),
        decommissioned: false,
        cores: 16,
        cores_used: 0,
        memory_mib: 60 * 1024,
        memory_used_mib: 0,
        sparks: ["3.5.7", "4.1.1"].iter().filter_map(|text| SparkVersion::parse(text)).collect(),
        resources: Vec::new(),
        resources_used: Vec::new(),
        executors: Vec::new(),
        finished_executors: Vec::new(),
        drivers: Vec::new(),
        finished_drivers: Vec::new(),
    }
}

/// A Worker with GPUs that runs and ran executors; one name was chosen to break a page.
pub(crate) fn busy_worker() -> core_worker::Snapshot {
    let gpu = |addresses: &[&str]| {
        vec![ResourceInformation {
            name: "gpu".into(),
            addresses: addresses.iter().map(|&one| one.to_owned()).collect(),
        }]
    };
    let executor = |number: u32, state: ExecutorState| core_worker::ExecutorView {
        executor: ExecutorKey {
            application: ApplicationId::new(format!("app-20261120{:04}00-{number:04}", 900 + number)),
            executor: number % 4,
        },
        description: description(number),
        cores: 4,
        memory_mib: 14 * 1024,
        resources: gpu(&["0"]),
        state,
        pid: (state == ExecutorState::Running).then_some(41_230 + number),
    };
    core_worker::Snapshot {
        master_url: "spark://larch.example.net:7077".into(),
        master_web_ui_url: "http://larch.example.net:8080".into(),
        cores_used: 12,
        memory_used_mib: 42 * 1024,
        resources: gpu(&["0", "1"]),
        resources_used: gpu(&["0"]),
        executors: (0..3).map(|number| executor(number, ExecutorState::Running)).collect(),
        finished_executors: vec![
            executor(4, ExecutorState::Killed),
            executor(5, ExecutorState::Exited),
            executor(6, ExecutorState::Failed),
        ],
        drivers: vec![worker_driver(7, DriverState::Running)],
        finished_drivers: vec![
            worker_driver(3, DriverState::Finished),
            core_worker::DriverView {
                exception: Some("The jar <file:/none.jar> could not be fetched: no such file".into()),
                ..worker_driver(5, DriverState::Error)
            },
        ],
        ..lone_worker()
    }
}

fn worker_driver(number: u32, state: DriverState) -> core_worker::DriverView {
    let arguments = ["{{WORKER_URL}}", "{{USER_JAR}}", "org.example.billing.MonthEnd", "2026-11"];
    core_worker::DriverView {
        driver: DriverId::new(format!("driver-20261120{:04}00-{number:04}", 900 + number)),
        description: Arc::new(DriverDescription {
            spark: None,
            jar_url: "file:/srv/jobs/billing.jar".into(),
            memory_mib: 2048,
            cores: 2,
            supervise: true,
            command: Command {
                main_class: "org.apache.spark.deploy.worker.DriverWrapper".into(),
                arguments: arguments.map(Into::into).into(),
                ..Command::default()
            },
            resources: Vec::new(),
        }),
        state,
        resources: Vec::new(),
        pid: (state == DriverState::Running).then_some(40_900 + number),
        exception: None,
    }
}

fn description(number: u32) -> Arc<ApplicationDescription> {
    let odd = number == 2;
    let of = |amount| ExecutorResourceRequest { amount, ..ExecutorResourceRequest::default() };
    let resources = [("cores", 4), ("memory", 14 * 1024), ("gpu", 1)];
    let name = if odd { "<b>bold</b> & <script>alert(1)</script>" } else { "Nightly ledger reconciliation" };
    Arc::new(ApplicationDescription {
        name: name.into(),
        user: "ada".into(),
        max_cores: (!odd).then_some(16),
        command: Command {
            main_class: "org.apache.spark.executor.CoarseGrainedExecutorBackend".into(),
            arguments: vec!["--driver-url".into(), "spark://CoarseGrainedScheduler@10.20.1.9:43391".into()],
            environment: vec![("SPARK_USER".into(), String::new()), ("API".into(), "hunter2".into())],
            java_options: vec!["-Dspark.driver.port=43391".into(), "-Dstore.Password=hunter2".into()],
            ..Command::default()
        },
        app_ui_url: if odd { "javascript:alert(1)".into() } else { "http://10.20.1.9:4040".into() },
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: ResourceProfile {
            executor_resources: resources.map(|(name, amount)| (name.to_owned(), of(amount))).into(),
            ..ResourceProfile::default()
        },
    })
}
