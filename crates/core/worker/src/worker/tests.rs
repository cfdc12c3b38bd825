//! The Worker from the outside: events in, effects out.

mod cleanup;
mod decommission;
mod drivers;
mod executors;
mod registration;

use std::sync::Arc;

use model::message::{LaunchExecutor, Reply, ToMaster, ToWorker};
use model::{
    ApplicationDescription, ApplicationId, Command, EndpointRef, ExecutorKey, ExecutorState, Now, PeerId,
    ResourceProfile, RpcAddress, SparkVersion, Terms,
};

use super::*;
use crate::{MemoryKill, ProcessExit, WorkerConfig};

const MASTER: PeerId = PeerId(1);

/// A Worker with a clock.
struct Bench {
    worker: Worker,
    now: Now,
}

impl Bench {
    fn new() -> Self {
        Self::with(1, |_| {})
    }

    fn with(seed: u64, change: impl FnOnce(&mut WorkerConfig)) -> Self {
        let mut config = WorkerConfig {
            address: RpcAddress::new("127.0.0.1", 7078),
            web_ui_url: "http://127.0.0.1:8081".into(),
            masters: vec![master(7077)],
            cores: 4,
            memory_mib: 4096,
            memory_limit_mib: None,
            started_ms: None,
            sparks: Vec::new(),
            resources: Vec::new(),
            heartbeat_ms: 15_000,
            initial_registration_retries: 6,
            max_registration_retries: 16,
            prefer_configured_master_address: false,
            executor_state_sync_max_attempts: 5,
            retained_executors: 10,
            retained_drivers: 10,
            decommission_enabled: true,
            cleanup_interval_ms: None,
            id_pattern: "worker-%s-%s-%d".parse().unwrap(),
        };
        change(&mut config);
        // 2026-11-20 12:18:15 UTC, in a zone that is an hour ahead.
        let now = Now { monotonic_ms: 0, wall_ms: 1_795_177_095_000, utc_offset_s: 3600 };
        Self { worker: Worker::new(config, now, seed), now }
    }

    /// One that a Master has let in.
    fn registered() -> Self {
        let mut bench = Self::new();
        bench.deeds();
        bench.let_in(MASTER);
        bench
    }

    fn let_in(&mut self, peer: PeerId) -> Vec<Effect> {
        let registers = self.event(Event::Dialled { master: master(7077), peer });
        assert_eq!(words(&registers), ["Send RegisterWorker"]);
        self.receive(peer, registered(7077))
    }

    fn event(&mut self, event: Event) -> Vec<Effect> {
        self.worker.handle(self.now, event);
        self.deeds()
    }

    fn receive(&mut self, peer: PeerId, message: ToWorker) -> Vec<Effect> {
        self.event(Event::Received { peer, sender: None, message })
    }

    fn deeds(&mut self) -> Vec<Effect> {
        std::iter::from_fn(|| self.worker.poll_effect())
            .filter(|one| !matches!(one, Effect::Log(_)))
            .collect()
    }

    fn notes(&mut self) -> Vec<String> {
        let all = std::iter::from_fn(|| self.worker.poll_effect());
        all.filter_map(|effect| if let Effect::Log(note) = effect { Some(note.text) } else { None }).collect()
    }

    /// Lets the clock run until something is due, and does it.
    fn until_timeout(&mut self) -> Vec<Effect> {
        let due_ms = self.worker.poll_timeout().unwrap();
        assert!(due_ms >= self.now.monotonic_ms);
        self.now.monotonic_ms = due_ms;
        self.worker.handle_timeout(self.now);
        self.deeds()
    }
}

/// Killed for its own limit, of 1152 MiB.
fn too_much_memory() -> ProcessExit {
    ProcessExit::OutOfMemory(MemoryKill { limit_mib: 1152, peak_mib: Some(1151), is_shared: false })
}

fn master(port: u16) -> RpcAddress {
    RpcAddress::new("master", port)
}

fn registered(port: u16) -> ToWorker {
    ToWorker::RegisteredWorker {
        master: EndpointRef::new("Master", master(port)),
        master_web_ui_url: "http://master:8080".into(),
        master_address: master(port),
        duplicate: false,
    }
}

fn key(executor: u32) -> ExecutorKey {
    ExecutorKey { application: ApplicationId::new("app"), executor }
}

fn launch(executor: u32) -> ToWorker {
    ToWorker::LaunchExecutor(Box::new(LaunchExecutor {
        master_url: "spark://master:7077".into(),
        executor: key(executor),
        profile: 0,
        description: Arc::new(ApplicationDescription {
            name: "pi".into(),
            user: "alice".into(),
            max_cores: None,
            command: Command::default(),
            app_ui_url: String::new(),
            event_log_dir: None,
            event_log_codec: None,
            initial_executor_limit: None,
            default_profile: ResourceProfile::default(),
        }),
        cores: 2,
        memory_mib: 512,
        resources: Vec::new(),
        terms: Terms::default(),
    }))
}

fn kill(executor: u32) -> ToWorker {
    ToWorker::KillExecutor { master_url: "spark://master:7077".into(), executor: key(executor) }
}

/// The change that is asked, with its token.
fn change(deed: &Effect) -> (u64, ExecutorState, Option<&str>, Option<i32>) {
    match deed {
        Effect::Ask {
            token,
            message: ToMaster::ExecutorStateChanged { state, message, exit_status, .. },
            ..
        } => (*token, *state, message.as_deref(), *exit_status),
        other => panic!("{other:?}"),
    }
}

/// One or two words for each deed, for comparing orders.
fn words(deeds: &[Effect]) -> Vec<String> {
    let first =
        |text: String| text.split(|one: char| !one.is_alphanumeric()).next().unwrap_or_default().to_owned();
    let word = |deed: &Effect| match deed {
        Effect::Send { message, .. } => format!("Send {}", first(format!("{message:?}"))),
        Effect::Ask { message, .. } => format!("Ask {}", first(format!("{message:?}"))),
        other => first(format!("{other:?}")),
    };
    deeds.iter().map(word).collect()
}
