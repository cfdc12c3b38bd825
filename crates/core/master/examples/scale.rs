//! What a Master's decisions cost with ten thousand Workers and a thousand applications: prints a table.
//!
//! `cargo run --package core-master --profile fast --example scale [WORKERS [APPLICATIONS]]`
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a tool for the terminal")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use core_master::{Effect, Event, Master, MasterConfig, ToPeer};
use model::message::{RegisterWorker, ToMaster, ToWorker};
use model::{
    ApplicationDescription, Ask, Command, EndpointRef, ExecutorKey, ExecutorResourceRequest, ExecutorState,
    Now, PeerId, ResourceProfile, RpcAddress, WorkerId, WorkerSelectionPolicy,
};

/// Drivers speak on connections from here on.
const DRIVERS: u64 = 1_000_000;

fn main() {
    let mut sizes = std::env::args().skip(1).map(|size| size.parse::<u64>().expect("a number"));
    let workers = sizes.next().unwrap_or(10_000);
    let applications = sizes.next().unwrap_or(1_000);
    println!("{workers} Workers of 8 cores and 16 GiB, {applications} applications\n");
    println!("{:<58} {:>7} {:>11} {:>11} {:>11}", "event", "times", "median us", "99% us", "greatest");
    let mut scene = Scene::new();
    scene.measure("a Worker registers, nobody waits", workers, Scene::register_worker);
    scene.measure("a heartbeat", 10 * workers, |scene, number| scene.heartbeat(number % workers));
    scene.measure("an application of 8 executors registers", applications, |scene, number| {
        scene.register_application(number, Some(1), Some(8), 1);
    });
    scene.measure("an executor runs", scene.executors(), Scene::executor_runs);
    scene.measure("an executor fails, its application gets another", 1_000, |scene, number| {
        scene.executor_fails(number * 7);
    });
    scene.measure("a snapshot", 20, |scene, _| {
        scene.master.snapshot(scene.now);
    });
    scene.measure("an application over all Workers registers", 1, |scene, _| {
        scene.register_application(applications, None, None, 1);
    });
    scene.measure("an application registers, the cluster is full", applications, |scene, number| {
        scene.register_application(applications + 1 + number, Some(1), None, 1);
    });
    scene.measure("an executor fails, so many applications wait", 1_000, |scene, number| {
        scene.executor_fails(number * 3);
    });
    scene.measure("a Worker's connection breaks, so many applications wait", 1_000, Scene::disconnect);
    scene.measure("it registers again, so many applications wait", 1_000, Scene::register_worker);
    scene.measure("the application over all Workers ends", 1, |scene, _| {
        scene.event(Event::Disconnected { peer: PeerId(DRIVERS + applications) });
    });
    scene.measure("all other Workers fall silent", 1, |scene, _| scene.silence());

    println!("\nthe same Workers, but none has the memory that applications want\n");
    let mut scene = Scene::new();
    scene.measure("a Worker registers", workers, Scene::register_worker);
    scene.measure("an application registers in vain", applications, |scene, number| {
        scene.register_application(number, Some(1), None, 20_000 + number as u32 % 10);
    });
    scene.measure("a Worker's connection breaks", 1_000, Scene::disconnect);
    scene.measure("it registers again", 1_000, Scene::register_worker);
}

struct Scene {
    master: Master,
    now: Now,
    /// Executors that were launched, each with the connection to its Worker.
    launched: Vec<(PeerId, ExecutorKey)>,
    next_request: i64,
}

impl Scene {
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
            dead_worker_persistence: 15,
        };
        let now = Now { monotonic_ms: 1, wall_ms: 1_795_177_095_000, utc_offset_s: 0 };
        Self { master: Master::new(config, 1), now, launched: Vec::new(), next_request: 0 }
    }

    fn executors(&self) -> u64 {
        self.launched.len() as u64
    }

    /// Prints what each of so many deeds cost, effects included.
    fn measure(&mut self, what: &str, times: u64, mut deed: impl FnMut(&mut Self, u64)) {
        let mut took: Vec<Duration> = Vec::new();
        for number in 0..times {
            let start = Instant::now();
            deed(self, number);
            took.push(start.elapsed());
        }
        took.sort_unstable();
        let us = |at: usize| took.get(at).map_or(0.0, |took| took.as_secs_f64() * 1e6);
        let (median, rare, greatest) = (us(took.len() / 2), us(took.len() * 99 / 100), us(took.len() - 1));
        println!("{what:<58} {times:>7} {median:>11.2} {rare:>11.2} {greatest:>11.2}");
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
            }),
        );
    }

    fn heartbeat(&mut self, number: u64) {
        let endpoint = EndpointRef { name: "Worker".into(), address: None };
        self.tell(number, ToMaster::Heartbeat { worker: worker_id(number), endpoint });
    }

    fn register_application(&mut self, number: u64, cores: Option<u32>, max_cores: Option<u32>, memory: u32) {
        let amount = |amount: u32| ExecutorResourceRequest { amount: amount.into(), ..Default::default() };
        let mut executor_resources = BTreeMap::from([("memory".to_owned(), amount(memory))]);
        executor_resources.extend(cores.map(|cores| ("cores".to_owned(), amount(cores))));
        let environment = (0..10).map(|one| (format!("SPARK_{one}"), "value".to_owned())).collect();
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

    fn silence(&mut self) {
        self.now.monotonic_ms += 60_002;
        while self.master.poll_timeout().is_some_and(|due_ms| due_ms <= self.now.monotonic_ms) {
            self.master.handle_timeout(self.now);
            self.drain();
        }
    }
}

fn worker_id(number: u64) -> WorkerId {
    let host = format!("10.{}.{}.{}", number >> 16 & 255, number >> 8 & 255, number & 255);
    WorkerId::new(format!("worker-20261120121815-{host}-7078"))
}
