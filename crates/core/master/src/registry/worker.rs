//! One Worker: what it offers, and what of that is given to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::message::RegisterWorker;
use model::{DriverId, ExecutorKey, Now, PeerId, ResourceInformation, RpcAddress, WorkerId, WorkerState};

use super::needs::Needs;
use super::resources::Resources;
use super::silence::Place;

/// A Worker.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub(crate) id: WorkerId,
    /// The connection that its messages go to.
    pub(crate) peer: PeerId,
    pub(crate) host: Arc<str>,
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
    /// Where it stands among those that are listened to; none once it is dead.
    pub(crate) place: Option<Place>,
    /// What runs there, as far as the Master told it to.
    pub(crate) executors: BTreeMap<ExecutorKey, Given>,
    pub(crate) drivers: BTreeMap<DriverId, Given>,
    /// Sent on a connection that the Worker has since replaced: it may never have heard of these.
    pub(crate) doubtful_executors: BTreeSet<ExecutorKey>,
    pub(crate) doubtful_drivers: BTreeSet<DriverId>,
    cores_used: u32,
    memory_used_mib: u32,
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
            host: message.host.into(),
            port: message.port,
            address: message.worker.address.unwrap_or(host_port),
            web_ui_url: message.web_ui_url.into(),
            cores: message.cores,
            memory_mib: message.memory_mib,
            resources: Resources::new(&message.resources),
            state: WorkerState::Alive,
            last_heartbeat: now,
            place: None,
            executors: BTreeMap::new(),
            drivers: BTreeMap::new(),
            doubtful_executors: BTreeSet::new(),
            doubtful_drivers: BTreeSet::new(),
            cores_used: 0,
            memory_used_mib: 0,
        }
    }

    /// `host:port` as drivers are told.
    pub(crate) fn host_port(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    pub(crate) fn cores_used(&self) -> u32 {
        self.cores_used
    }

    pub(crate) fn memory_used_mib(&self) -> u32 {
        self.memory_used_mib
    }

    pub(crate) fn cores_free(&self) -> u32 {
        self.cores.saturating_sub(self.cores_used)
    }

    pub(crate) fn memory_free_mib(&self) -> u32 {
        self.memory_mib.saturating_sub(self.memory_used_mib)
    }

    /// Whether an executor could get anything here.
    pub(crate) fn is_open(&self) -> bool {
        self.state == WorkerState::Alive && self.cores_free() > 0
    }

    /// Whether nothing runs here at all.
    pub(crate) fn is_idle(&self) -> bool {
        self.executors.is_empty() && self.drivers.is_empty()
    }

    /// Whether it is alive and has room for one more process.
    pub(crate) fn can_take(&self, needs: &Needs) -> bool {
        self.state == WorkerState::Alive
            && self.cores_free() >= needs.least_cores()
            && self.memory_free_mib() >= needs.memory_mib
            && self.resources.have(&needs.resources, 1)
    }

    pub(crate) fn given(&self) -> impl Iterator<Item = &Given> {
        self.executors.values().chain(self.drivers.values())
    }

    pub(crate) fn give_executor(
        &mut self,
        key: ExecutorKey,
        cores: u32,
        needs: &Needs,
    ) -> Vec<ResourceInformation> {
        let given = self.give(cores, needs);
        let resources = given.resources.clone();
        self.executors.insert(key, given);
        resources
    }

    pub(crate) fn give_driver(&mut self, driver: DriverId, needs: &Needs) -> Vec<ResourceInformation> {
        let given = self.give(needs.least_cores(), needs);
        let resources = given.resources.clone();
        self.drivers.insert(driver, given);
        resources
    }

    fn give(&mut self, cores: u32, needs: &Needs) -> Given {
        self.cores_used += cores;
        self.memory_used_mib += needs.memory_mib;
        let resources = self.resources.acquire(&needs.resources);
        Given { cores, memory_mib: needs.memory_mib, resources }
    }

    fn take_back(&mut self, given: &Given) {
        self.cores_used -= given.cores;
        self.memory_used_mib -= given.memory_mib;
        self.resources.release(&given.resources);
    }

    /// From now on messages go to another connection; what was sent on the old one may be lost.
    pub(crate) fn rebind(&mut self, peer: PeerId) {
        self.peer = peer;
        self.doubtful_executors = self.executors.keys().cloned().collect();
        self.doubtful_drivers = self.drivers.keys().cloned().collect();
    }

    /// Whether it had it.
    pub(crate) fn remove_executor(&mut self, executor: &ExecutorKey) -> bool {
        self.doubtful_executors.remove(executor);
        let given = self.executors.remove(executor);
        given.inspect(|given| self.take_back(given)).is_some()
    }

    /// Whether it had it.
    pub(crate) fn remove_driver(&mut self, driver: &DriverId) -> bool {
        self.doubtful_drivers.remove(driver);
        let given = self.drivers.remove(driver);
        given.inspect(|given| self.take_back(given)).is_some()
    }

    /// The same Worker as it stays listed: nothing runs there any more.
    pub(crate) fn dead(&self) -> Self {
        let mut dead = self.clone();
        dead.state = WorkerState::Dead;
        dead.place = None;
        dead.executors.clear();
        dead.drivers.clear();
        dead.doubtful_executors.clear();
        dead.doubtful_drivers.clear();
        dead.cores_used = 0;
        dead.memory_used_mib = 0;
        dead.resources.release(&self.resources.used());
        dead
    }
}
