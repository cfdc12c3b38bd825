//! The Master from the outside: events in, effects out, in the order that was captured from Spark.

mod drivers;
mod executors;
mod ids;
mod limits;
mod recovery;
mod requests;
mod scheduling;
mod sparks;
mod waiting;
mod workers;

use std::collections::BTreeMap;

use model::message::{LaunchExecutor, RegisterWorker, Reply, ToDriver, ToMaster, ToWorker};
use model::{
    ApplicationDescription, ApplicationId, Ask, Command, EndpointRef, ExecutorKey, ExecutorResourceRequest,
    ExecutorState, Now, PeerId, ResourceProfile, RpcAddress, SparkMatching, WorkerId, WorkerSelectionPolicy,
};

use super::*;
use crate::MasterConfig;

const DRIVER: PeerId = PeerId(100);

/// A Master with a clock and what it said last.
struct Bench {
    master: Master,
    now: Now,
    next_request: i64,
}

impl Bench {
    fn new() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut MasterConfig)) -> Self {
        let mut config = MasterConfig {
            address: RpcAddress::new("127.0.0.1", 7077),
            web_ui_url: "http://127.0.0.1:8080".into(),
            spread_out: true,
            worker_selection_policy: WorkerSelectionPolicy::CoresFreeDesc,
            spread_out_drivers: true,
            max_drivers: usize::MAX,
            application_id_pattern: "app-%s-%04d".parse().unwrap(),
            application_number_modulo: None,
            driver_id_pattern: "driver-%s-%04d".parse().unwrap(),
            use_application_name_as_id: false,
            use_driver_id_as_application_name: false,
            default_cores: i32::MAX as u32,
            worker_timeout_ms: 6_000,
            max_executor_retries: Some(3),
            retained_applications: 20,
            retained_drivers: 20,
            spark_matching: SparkMatching::Any,
            refuse_what_never_fits: false,
            remembers: false,
            recovery_timeout_ms: 60_000,
            dead_worker_persistence: 2,
        };
        change(&mut config);
        // 2026-11-20 12:18:15 UTC.
        let now = Now { monotonic_ms: 1000, wall_ms: 1_795_177_095_000, utc_offset_s: 0 };
        let mut bench = Self { master: Master::new(config, 1), now, next_request: 0 };
        if !bench.master.config.remembers {
            assert_eq!(bench.notes(), ["I have been elected leader! New state: ALIVE"]);
        }
        bench
    }

    fn later(&mut self, ms: u64) {
        self.now.monotonic_ms += ms;
        self.now.wall_ms += ms as i64;
    }

    /// Lets the clock run until something is due, and does it.
    fn until_timeout(&mut self) -> Vec<Effect> {
        let due_ms = self.master.poll_timeout().unwrap();
        self.later(due_ms - self.now.monotonic_ms);
        self.master.handle_timeout(self.now);
        self.deeds()
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        self.master.handle(self.now, event);
        self.deeds()
    }

    fn tell(&mut self, peer: PeerId, message: ToMaster) -> Vec<Effect> {
        self.event(Event::Received { peer, sender: None, ask: None, message })
    }

    fn ask(&mut self, peer: PeerId, message: ToMaster) -> (Vec<Effect>, Reply) {
        self.next_request += 1;
        let ask = Ask { peer, request: self.next_request };
        let mut deeds = self.event(Event::Received { peer, sender: None, ask: Some(ask), message });
        let at = deeds.iter().position(|deed| matches!(deed, Effect::Answer { .. })).expect("an answer");
        let Effect::Answer { ask: answered, reply } = deeds.remove(at) else { unreachable!() };
        assert_eq!(answered, ask);
        assert!(!deeds.iter().any(|deed| matches!(deed, Effect::Answer { .. })), "one answer for one ask");
        (deeds, reply)
    }

    /// What is to be done, one message after the other, without what is only said.
    fn deeds(&mut self) -> Vec<Effect> {
        let mut deeds = Vec::new();
        while let Some(effect) = self.master.poll_effect() {
            match effect {
                Effect::Log(_) => {}
                Effect::SendAll { peers, message } => {
                    let send = |peer: &PeerId| Effect::Send { peer: *peer, message: message.clone() };
                    deeds.extend(peers.iter().map(send));
                }
                other => deeds.push(other),
            }
        }
        deeds
    }

    fn notes(&mut self) -> Vec<String> {
        let all = std::iter::from_fn(|| self.master.poll_effect());
        all.filter_map(|effect| if let Effect::Log(note) = effect { Some(note.text) } else { None }).collect()
    }

    fn worker(&mut self, number: u64, cores: u32, memory_mib: u32) -> WorkerId {
        let registration = registration(number, cores, memory_mib);
        let id = registration.id.clone();
        self.tell(PeerId(number), ToMaster::RegisterWorker(registration));
        id
    }

    fn application(
        &mut self,
        peer: PeerId,
        description: ApplicationDescription,
    ) -> (ApplicationId, Vec<Effect>) {
        let driver = EndpointRef::new("AppClient", RpcAddress::new("driver", 7000 + peer.0 as u16));
        let deeds =
            self.tell(peer, ToMaster::RegisterApplication { description: Box::new(description), driver });
        let registered = deeds.iter().find_map(|deed| match told(deed) {
            Some((at, ToDriver::RegisteredApplication { application, .. })) if at == peer => {
                Some(application)
            }
            _ => None,
        });
        (registered.expect("a registration").clone(), deeds)
    }

    fn changed(
        &mut self,
        worker: u64,
        key: &ExecutorKey,
        state: ExecutorState,
        status: Option<i32>,
    ) -> Vec<Effect> {
        let message = ToMaster::ExecutorStateChanged {
            executor: key.clone(),
            state,
            message: None,
            exit_status: status,
        };
        let (deeds, reply) = self.ask(PeerId(worker), message);
        assert_eq!(reply, Reply::Boolean(true));
        deeds
    }

    fn cores_used(&self) -> Vec<u32> {
        self.master.snapshot(self.now).workers.iter().map(|worker| worker.cores_used).collect()
    }
}

fn registration(number: u64, cores: u32, memory_mib: u32) -> RegisterWorker {
    let host = format!("w{number}");
    RegisterWorker {
        id: WorkerId::new(format!("worker-{number}")),
        worker: EndpointRef::new("Worker", RpcAddress::new(host.clone(), 7078)),
        host,
        port: 7078,
        cores,
        memory_mib,
        web_ui_url: format!("http://w{number}:8081"),
        master_address: RpcAddress::new("master", 7077),
        resources: Vec::new(),
        sparks: Vec::new(),
        memory_limit_mib: None,
        started_ms: None,
    }
}

fn profile(id: u32, cores: Option<u32>, memory_mib: u32) -> ResourceProfile {
    let amount = |amount: u32| ExecutorResourceRequest { amount: u64::from(amount), ..Default::default() };
    let mut executor_resources = BTreeMap::from([("memory".to_owned(), amount(memory_mib))]);
    executor_resources.extend(cores.map(|cores| ("cores".to_owned(), amount(cores))));
    ResourceProfile { id, executor_resources, task_resources: BTreeMap::new() }
}

fn description(cores: Option<u32>, max_cores: Option<u32>) -> ApplicationDescription {
    ApplicationDescription {
        name: "pi".into(),
        user: "alice".into(),
        max_cores,
        command: Command::default(),
        app_ui_url: String::new(),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: profile(0, cores, 512),
    }
}

fn key(application: &ApplicationId, executor: u32) -> ExecutorKey {
    ExecutorKey { application: application.clone(), executor }
}

fn told(deed: &Effect) -> Option<(PeerId, &ToDriver)> {
    match deed {
        Effect::Send { peer, message: ToPeer::Driver(message) } => Some((*peer, message)),
        _ => None,
    }
}

fn launches(deeds: &[Effect]) -> Vec<(PeerId, &LaunchExecutor)> {
    let launch = |deed| match deed {
        &Effect::Send { peer, message: ToPeer::Worker(ToWorker::LaunchExecutor(ref launch)) } => {
            Some((peer, &**launch))
        }
        _ => None,
    };
    deeds.iter().filter_map(launch).collect()
}

/// One word for each deed, for comparing orders.
fn words(deeds: &[Effect]) -> Vec<String> {
    let word = |deed: &Effect| match deed {
        Effect::Send { peer, message: ToPeer::Worker(message) } => format!("{} {}", peer.0, name(message)),
        Effect::Send { peer, message: ToPeer::Driver(message) } => format!("{} {}", peer.0, name(message)),
        Effect::SendAll { .. } => unreachable!("taken apart by deeds"),
        Effect::Answer { .. } => "Answer".into(),
        Effect::Respond { .. } => "Respond".into(),
        Effect::FindSpark { peer, .. } => format!("{} FindSpark", peer.0),
        Effect::ReadVersion { .. } => "ReadVersion".into(),
        Effect::Persist { changes, .. } => {
            format!("Persist {}", changes.iter().map(name).collect::<Vec<_>>().join(" "))
        }
        Effect::Contact { address, .. } => format!("Contact {address}"),
        Effect::StepDown { .. } => "StepDown".into(),
        Effect::Log(_) => "Log".into(),
    };
    deeds.iter().map(word).collect()
}

fn name(message: &impl std::fmt::Debug) -> String {
    let text = format!("{message:?}");
    text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
}
