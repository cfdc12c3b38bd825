//! One Worker: what it offers, and what of that is given to whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::message::RegisterWorker;
use model::{
    Dialect, DriverId, ExecutorKey, Now, PeerId, ResourceInformation, RpcAddress, Terms, WorkerId,
    WorkerRecord, WorkerState,
};

use super::needs::Needs;
use super::resources::Resources;
use super::silence::Place;
use super::sparks::Installed;

/// A Worker.
#[derive(Clone, Debug)]
pub(crate) struct Worker {
    pub(crate) id: WorkerId,
    /// What it said when it registered.
    pub(crate) registration: Arc<RegisterWorker>,
    /// How to write to it, as it is remembered.
    pub(crate) dialect: Dialect,
    /// The connection that its messages go to.
    pub(crate) peer: PeerId,
    pub(crate) host: Arc<str>,
    pub(crate) port: u16,
    /// What its endpoint says of itself; two Workers alive cannot share it.
    pub(crate) address: RpcAddress,
    pub(crate) web_ui_url: Arc<str>,
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    /// What all that runs there may take together, where a container limits it.
    pub(crate) memory_limit_mib: Option<u32>,
    pub(crate) resources: Resources,
    pub(crate) sparks: Installed,
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
    total_used_mib: u32,
}

/// What keeps a process from a Worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Obstacle<'a> {
    /// It leaves, or is lost.
    State,
    /// It does not have the Spark.
    Spark,
    /// Too few cores or too little memory is free.
    Room,
    /// Within its container's limit there is no room for all that the process takes.
    Limit,
    /// Too few units of this resource are free.
    Resource(&'a str),
}

/// What one process has of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    /// The memory and all else that it takes.
    pub(crate) total_mib: u32,
    pub(crate) resources: Vec<ResourceInformation>,
}

impl Worker {
    pub(crate) fn new(peer: PeerId, message: RegisterWorker, sparks: Installed, now: Now) -> Self {
        let host_port = RpcAddress::new(message.host.clone(), message.port);
        Self {
            registration: Arc::new(message.clone()),
            dialect: Dialect::default(),
            id: message.id,
            peer,
            host: message.host.into(),
            port: message.port,
            address: message.worker.address.unwrap_or(host_port),
            web_ui_url: message.web_ui_url.into(),
            cores: message.cores,
            memory_mib: message.memory_mib,
            memory_limit_mib: message.memory_limit_mib,
            resources: Resources::new(&message.resources),
            sparks,
            state: WorkerState::Alive,
            last_heartbeat: now,
            place: None,
            executors: BTreeMap::new(),
            drivers: BTreeMap::new(),
            doubtful_executors: BTreeSet::new(),
            doubtful_drivers: BTreeSet::new(),
            cores_used: 0,
            memory_used_mib: 0,
            total_used_mib: 0,
        }
    }

    /// As a later Master has to know it.
    pub(crate) fn record(&self) -> WorkerRecord {
        WorkerRecord { registration: (*self.registration).clone(), dialect: self.dialect.clone() }
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

    /// What is free within its container's limit; without end where it has none.
    pub(crate) fn total_free_mib(&self) -> u32 {
        self.memory_limit_mib.map_or(u32::MAX, |limit_mib| limit_mib.saturating_sub(self.total_used_mib))
    }

    /// Its container's limit, and how much of it is given away.
    pub(crate) fn memory_limit(&self) -> Option<(u32, u32)> {
        self.memory_limit_mib.map(|limit_mib| (limit_mib, self.total_used_mib))
    }

    /// Whether an executor could get anything here.
    pub(crate) fn is_open(&self) -> bool {
        self.state == WorkerState::Alive && self.cores_free() > 0
    }

    /// Whether nothing runs here at all.
    pub(crate) fn is_idle(&self) -> bool {
        self.executors.is_empty() && self.drivers.is_empty()
    }

    /// What it is told with a process that it can take.
    pub(crate) fn terms(&self, needs: &Needs) -> Terms {
        let spark = self.sparks.choose(&needs.spark).flatten().cloned();
        Terms { spark, memory_limit_mib: self.memory_limit_mib.map(|_| needs.total_mib) }
    }

    /// Whether it is alive and can run one more process.
    pub(crate) fn can_take(&self, needs: &Needs) -> bool {
        self.obstacle(needs).is_none()
    }

    /// What keeps one more process from running here, that which time heals least first.
    pub(crate) fn obstacle<'a>(&self, needs: &'a Needs) -> Option<Obstacle<'a>> {
        if self.state != WorkerState::Alive {
            return Some(Obstacle::State);
        }
        if self.sparks.choose(&needs.spark).is_none() {
            return Some(Obstacle::Spark);
        }
        if self.cores_free() < needs.least_cores() || self.memory_free_mib() < needs.memory_mib {
            return Some(Obstacle::Room);
        }
        if self.total_free_mib() < needs.total_mib {
            return Some(Obstacle::Limit);
        }
        let lacking = needs.resources.iter().find(|(name, amount)| self.resources.free_of(name) < *amount);
        lacking.map(|(name, _)| Obstacle::Resource(name))
    }

    /// Whether it could hold such a process if nothing else ran, whatever its Spark.
    pub(crate) fn is_large_enough(&self, needs: &Needs) -> bool {
        self.cores >= needs.least_cores()
            && self.memory_mib >= needs.memory_mib
            && self.memory_limit_mib.is_none_or(|limit_mib| limit_mib >= needs.total_mib)
            && needs.resources.iter().all(|(name, amount)| self.resources.offered_of(name) >= *amount)
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

    /// Books an executor that another Master has launched here. Whether there is room for it.
    pub(crate) fn take_over_executor(&mut self, key: ExecutorKey, given: Given) -> bool {
        let fits = !self.executors.contains_key(&key) && self.take_over(&given);
        if fits {
            self.executors.insert(key, given);
        }
        fits
    }

    /// The same of a driver.
    pub(crate) fn take_over_driver(&mut self, driver: DriverId, given: Given) -> bool {
        let fits = !self.drivers.contains_key(&driver) && self.take_over(&given);
        if fits {
            self.drivers.insert(driver, given);
        }
        fits
    }

    fn take_over(&mut self, given: &Given) -> bool {
        let fits = given.cores <= self.cores_free()
            && given.memory_mib <= self.memory_free_mib()
            && self.resources.reacquire(&given.resources);
        if fits {
            self.cores_used += given.cores;
            self.memory_used_mib += given.memory_mib;
            self.total_used_mib = self.total_used_mib.saturating_add(given.total_mib);
        }
        fits
    }

    fn give(&mut self, cores: u32, needs: &Needs) -> Given {
        self.cores_used += cores;
        self.memory_used_mib += needs.memory_mib;
        self.total_used_mib += needs.total_mib;
        let resources = self.resources.acquire(&needs.resources);
        Given { cores, memory_mib: needs.memory_mib, total_mib: needs.total_mib, resources }
    }

    fn take_back(&mut self, given: &Given) {
        self.cores_used -= given.cores;
        self.memory_used_mib -= given.memory_mib;
        self.total_used_mib -= given.total_mib;
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
        dead.total_used_mib = 0;
        dead.resources.release(&self.resources.used());
        dead
    }
}
