//! What a Master's decisions cost with ten thousand Workers and a thousand applications, without sockets: the worst
//! scheduling rounds of each kind.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use core_master::{Effect, Event, Master, MasterConfig, ToPeer};
use model::message::{RegisterWorker, ToMaster, ToWorker};
use model::{
    ApplicationDescription, Ask, Command, EndpointRef, ExecutorKey, ExecutorResourceRequest, ExecutorState,
    Now, PeerId, ResourceProfile, RpcAddress, SparkMatching, SparkVersion, WorkerId, WorkerSelectionPolicy,
};

use crate::report::{Goal, Row, Unit};

/// Drivers speak on connections from here on.
const DRIVERS: u64 = 1_000_000;

const WORKERS: u64 = 10_000;
const APPLICATIONS: u64 = 1_000;

/// What a round may take, in milliseconds.
const GOAL_MS: f64 = 10.0;

/// The rounds, one after the other on the same Master.
pub(crate) fn rows() -> Vec<Row> {
    let mut scene = Scene::new();
    let mut rows = Vec::new();
    for number in 0..WORKERS {
        scene.register_worker(number);
    }
    rows.extend(scene.measure("an application of 8 executors", APPLICATIONS, |scene, number| {
        scene.register_application(number, Some(1), Some(8), 1);
    }));
    for number in 0..scene.executors() {
        scene.executor_runs(number);
    }
    rows.extend(scene.measure("a failed executor is replaced", 1_000, |scene, number| {
        scene.executor_fails(number * 7);
    }));
    rows.extend(scene.measure("one executor on every Worker", 1, |scene, _| {
        scene.register_application(APPLICATIONS, None, None, 1);
    }));
    rows.extend(scene.measure("an application waits, the cluster is full", APPLICATIONS, |scene, number| {
        scene.register_application(APPLICATIONS + 1 + number, Some(1), None, 1);
    }));
    rows.extend(scene.measure("a Worker is lost, 1000 applications wait", 1_000, Scene::disconnect));
    rows.extend(scene.measure("a Worker joins, 1000 applications wait", 1_000, Scene::register_worker));
    rows
}

struct Scene {
    master: Master,
    now: Now,
    /// Executors that were launched, each with the connection to its Worker.
    launched: Vec<(PeerId, ExecutorKey)>,
    next_request: i64,
}

/// What all Workers have and all applications are of.
const SPARK: &str = "3.5.7";

impl Scene {
    #[expect(clippy::expect_used, reason = "both patterns stand here")]
    fn new() -> Self {
        let config = MasterConfig {
            address: RpcAddress::new("master", 7077),
            web_ui_url: "http://master:8080".into(),
            spread_out: true,
            worker_selection_policy: WorkerSelectionPolicy::CoresFreeDesc,
            spread_out_drivers: true,
            max_drivers: usize::MAX,
            application_id_pattern: "app-%s-%04d".parse().expect("a pattern"),
            application_number_modulo: None,
            driver_id_pattern: "driver-%s-%04d".parse().expect("a pattern"),
            use_application_name_as_id: false,
            use_driver_id_as_application_name: false,
            default_cores: i32::MAX as u32,
            worker_timeout_ms: 60_000,
            max_executor_retries: Some(10),
            retained_applications: 200,
            retained_drivers: 200,
            spark_matching: SparkMatching::Line,
            refuse_what_never_fits: false,
            remembers: false,
            recovery_timeout_ms: 60_000,
            dead_worker_persistence: 15,
        };
        let now = Now { monotonic_ms: 1, wall_ms: 1_795_177_095_000, utc_offset_s: 0 };
        Self { master: Master::new(config, 1), now, launched: Vec::new(), next_request: 0 }
    }

    fn executors(&self) -> u64 {
        self.launched.len() as u64
    }

    /// The typical and the worst cost of so many deeds, effects included.
    fn measure(&mut self, what: &str, times: u64, mut deed: impl FnMut(&mut Self, u64)) -> [Row; 2] {
        let mut took: Vec<Duration> = Vec::new();
        for number in 0..times {
            let start = Instant::now();
            deed(self, number);
            took.push(start.elapsed());
        }
        took.sort_unstable();
        let row = |which: &str, at: usize, goal| Row {
            what: format!("Scheduling round, 10000 Workers: {what}, {which}"),
            ours: took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e3),
            theirs: None,
            unit: Unit::Milliseconds,
            goal,
        };
        [row("median", took.len() / 2, Some(Goal::AtMost(GOAL_MS))), row("99 %", took.len() * 99 / 100, None)]
    }

    fn event(&mut self, event: Event) {
        self.master.handle(self.now, event);
        self.drain();
    }

    fn drain(&mut self) {
        while let Some(effect) = self.master.poll_effect() {
            if let Effect::Send { peer, message: ToPeer::Worker(ToWorker::LaunchExecutor(launch)) } = effect {
                self.launched.push((peer, launch.executor));
            }
        }
    }

    fn tell(&mut self, peer: u64, message: ToMaster) {
        self.event(Event::Received { peer: PeerId(peer), sender: None, ask: None, message });
    }

    fn register_worker(&mut self, number: u64) {
        let host = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
        let address = RpcAddress::new(host.clone(), 7078);
        self.tell(
            number,
            ToMaster::RegisterWorker(RegisterWorker {
                id: worker_id(number),
                worker: EndpointRef::new("Worker", address),
                web_ui_url: format!("http://{host}:8081"),
                host,
                port: 7078,
                cores: 8,
                memory_mib: 16_384,
                master_address: RpcAddress::new("master", 7077),
                resources: Vec::new(),
                sparks: SparkVersion::parse(SPARK).into_iter().collect(),
                memory_limit_mib: None,
                started_ms: None,
            }),
        );
    }

    fn register_application(&mut self, number: u64, cores: Option<u32>, max_cores: Option<u32>, memory: u32) {
        let amount = |amount: u32| ExecutorResourceRequest { amount: amount.into(), ..Default::default() };
        let mut executor_resources = BTreeMap::from([("memory".to_owned(), amount(memory))]);
        executor_resources.extend(cores.map(|cores| ("cores".to_owned(), amount(cores))));
        let others = (0..10).map(|one| (format!("SPARK_{one}"), "value".to_owned()));
        let environment = others.chain([("HEARTH_SPARK_VERSION".to_owned(), SPARK.to_owned())]).collect();
        let description = Box::new(ApplicationDescription {
            name: format!("application {number}"),
            user: "alice".into(),
            max_cores,
            command: Command { environment, ..Command::default() },
            app_ui_url: String::new(),
            event_log_dir: None,
            event_log_codec: None,
            initial_executor_limit: None,
            default_profile: ResourceProfile { id: 0, executor_resources, task_resources: BTreeMap::new() },
        });
        let driver = EndpointRef::new("AppClient", RpcAddress::new("driver", 10_000 + number as u16));
        self.tell(DRIVERS + number, ToMaster::RegisterApplication { description, driver });
    }

    fn executor_changes(&mut self, number: u64, state: ExecutorState) {
        let (peer, executor) = self.launched[number as usize % self.launched.len()].clone();
        self.next_request += 1;
        let ask = Some(Ask { peer, request: self.next_request });
        let message = ToMaster::ExecutorStateChanged { executor, state, message: None, exit_status: Some(0) };
        self.event(Event::Received { peer, sender: None, ask, message });
    }

    fn executor_runs(&mut self, number: u64) {
        self.executor_changes(number, ExecutorState::Running);
    }

    fn executor_fails(&mut self, number: u64) {
        self.executor_changes(number, ExecutorState::Exited);
    }

    fn disconnect(&mut self, number: u64) {
        self.event(Event::Disconnected { peer: PeerId(number) });
    }
}

fn worker_id(number: u64) -> WorkerId {
    let host = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
    WorkerId::new(format!("worker-20261120121815-{host}-7078"))
}
