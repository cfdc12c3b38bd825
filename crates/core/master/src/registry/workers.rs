//! Workers: the live ones with what is given of them, and the lost ones while they stay listed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::message::RegisterWorker;
use model::{DriverId, ExecutorKey, Now, PeerId, ResourceInformation, RpcAddress, WorkerId, WorkerState};

use super::resources::Resources;

/// A Worker.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub(crate) id: WorkerId,
    /// The connection that its messages go to.
    pub(crate) peer: PeerId,
    /// Whether that connection stands: a Worker that is dead by its silence may still be at its other end.
    pub(crate) connected: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    /// What its endpoint says of itself; two Workers alive cannot share it.
    pub(crate) address: RpcAddress,
    pub(crate) web_ui_url: Arc<str>,
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) resources: Resources,
    pub(crate) state: WorkerState,
    /// When it was last heard of.
    pub(crate) last_heartbeat: Now,
    /// What runs there, as far as the Master told it to.
    pub(crate) executors: BTreeMap<ExecutorKey, Given>,
    pub(crate) drivers: BTreeMap<DriverId, Given>,
    /// Sent on a connection that the Worker has since replaced: it may never have heard of these.
    pub(crate) doubtful_executors: BTreeSet<ExecutorKey>,
    pub(crate) doubtful_drivers: BTreeSet<DriverId>,
}

/// What one process has of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) resources: Vec<ResourceInformation>,
}

impl Worker {
    pub(crate) fn new(peer: PeerId, message: RegisterWorker, now: Now) -> Self {
        let host_port = RpcAddress::new(message.host.clone(), message.port);
        Self {
            id: message.id,
            peer,
            connected: true,
            host: message.host,
            port: message.port,
            address: message.worker.address.unwrap_or(host_port),
            web_ui_url: message.web_ui_url.into(),
            cores: message.cores,
            memory_mib: message.memory_mib,
            resources: Resources::new(&message.resources),
            state: WorkerState::Alive,
            last_heartbeat: now,
            executors: BTreeMap::new(),
            drivers: BTreeMap::new(),
            doubtful_executors: BTreeSet::new(),
            doubtful_drivers: BTreeSet::new(),
        }
    }

    /// `host:port` as drivers are told.
    pub(crate) fn host_port(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(crate) fn cores_used(&self) -> u32 {
        self.given().map(|given| given.cores).sum()
    }

    pub(crate) fn memory_used_mib(&self) -> u32 {
        self.given().map(|given| given.memory_mib).sum()
    }

    pub(crate) fn given(&self) -> impl Iterator<Item = &Given> {
        self.executors.values().chain(self.drivers.values())
    }

    /// From now on messages go to another connection; what was sent on the old one may be lost.
    pub(crate) fn rebind(&mut self, peer: PeerId) {
        if self.peer != peer {
            self.peer = peer;
            self.doubtful_executors = self.executors.keys().cloned().collect();
            self.doubtful_drivers = self.drivers.keys().cloned().collect();
        }
    }

    pub(crate) fn remove_executor(&mut self, executor: &ExecutorKey) -> bool {
        self.doubtful_executors.remove(executor);
        let given = self.executors.remove(executor);
        given.inspect(|given| self.resources.release(&given.resources)).is_some()
    }

    pub(crate) fn remove_driver(&mut self, driver: &DriverId) {
        self.doubtful_drivers.remove(driver);
        if let Some(given) = self.drivers.remove(driver) {
            self.resources.release(&given.resources);
        }
    }
}

/// All Workers, by id.
#[derive(Clone, Debug, Default)]
pub(crate) struct Workers {
    pub(crate) live: BTreeMap<WorkerId, Worker>,
    pub(crate) dead: BTreeMap<WorkerId, Worker>,
    /// No longer listed, but their connection stands: one that thaws after all that time must be told to register.
    /// A Master of 3.5 forgets these, and they send heartbeats to it for ever.
    pub(crate) unlisted: BTreeMap<WorkerId, PeerId>,
}

impl Workers {
    /// The Worker that speaks on a connection.
    pub(crate) fn by_peer(&self, peer: PeerId) -> Option<&Worker> {
        self.live.values().find(|worker| worker.peer == peer)
    }

    /// Lets a Worker in, and forgets lost ones of the same place (`Master.registerWorker`, 3.5).
    pub(crate) fn insert(&mut self, worker: Worker) {
        self.unlisted.remove(&worker.id);
        self.dead.retain(|id, old| *id != worker.id && (&old.host, old.port) != (&worker.host, worker.port));
        self.live.insert(worker.id.clone(), worker);
    }

    /// Forgets that a connection stands.
    pub(crate) fn disconnect(&mut self, peer: PeerId) {
        let of_it = self.live.values_mut().chain(self.dead.values_mut()).filter(|worker| worker.peer == peer);
        of_it.for_each(|worker| worker.connected = false);
        self.unlisted.retain(|_, other| *other != peer);
    }

    /// Takes dead Workers off the list that were last heard of before a moment.
    pub(crate) fn unlist(&mut self, before_ms: u64) {
        let unlisted = &mut self.unlisted;
        self.dead.retain(|id, worker| {
            let stays = worker.last_heartbeat.monotonic_ms >= before_ms;
            if !stays && worker.connected {
                unlisted.insert(id.clone(), worker.peer);
            }
            stays
        });
    }

    /// Takes a Worker out of those that live; it stays listed. Returns it as it was.
    pub(crate) fn bury(&mut self, id: &WorkerId) -> Option<Worker> {
        let worker = self.live.remove(id)?;
        let mut buried = worker.clone();
        buried.state = WorkerState::Dead;
        buried.executors.clear();
        buried.drivers.clear();
        buried.resources.release(&worker.resources.used());
        self.dead.insert(id.clone(), buried);
        Some(worker)
    }
}
