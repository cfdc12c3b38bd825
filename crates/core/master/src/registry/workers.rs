//! Workers: the live ones with what is given of them, and the lost ones while they stay listed.

use std::collections::{BTreeMap, BTreeSet};
use std::mem::take;
use std::sync::Arc;

use model::message::RegisterWorker;
use model::{
    DriverId, ExecutorKey, Now, PeerId, ResourceInformation, RpcAddress, SparkVersion, WorkerId,
    WorkerSelectionPolicy, WorkerState,
};

use super::dead::Dead;
use super::needs::Needs;
use super::offers::Offers;
use super::silence::Silence;
use super::sparks::{Installed, Line};
use super::worker::{Given, Worker};

/// All Workers. What changes a Worker goes through here, so that every order that they stand in stays right.
#[derive(Clone, Debug)]
pub(crate) struct Workers {
    live: BTreeMap<WorkerId, Worker>,
    pub(crate) dead: Dead,
    /// No longer listed, but their connection stands: one that thaws after all that time must be told to register.
    /// A Master of 3.5 forgets these, and they send heartbeats to it for ever.
    unlisted: BTreeMap<WorkerId, PeerId>,
    /// Who speaks on which connection that stands: live ones, lost ones and unlisted ones.
    by_peer: BTreeSet<(PeerId, WorkerId)>,
    /// Live ones.
    by_address: BTreeMap<RpcAddress, WorkerId>,
    /// How many live Workers have a Spark of each line.
    lines: BTreeMap<Line, usize>,
    pub(crate) silence: Silence,
    pub(crate) offers: Offers,
    /// The connections of all live ones, as long as they stay the same.
    peers: Option<Arc<[PeerId]>>,
    /// Those on offer that have had nothing to give, or less, when Workers were last offered to everybody.
    pub(crate) fresh: Offers,
}

impl Workers {
    pub(crate) fn new(policy: WorkerSelectionPolicy) -> Self {
        Self {
            live: BTreeMap::new(),
            dead: Dead::default(),
            unlisted: BTreeMap::new(),
            by_peer: BTreeSet::new(),
            by_address: BTreeMap::new(),
            lines: BTreeMap::new(),
            silence: Silence::default(),
            offers: Offers::new(policy),
            peers: None,
            fresh: Offers::new(policy),
        }
    }

    /// Those that are not lost, by id.
    pub(crate) fn live(&self) -> impl ExactSizeIterator<Item = &Worker> {
        self.live.values()
    }

    pub(crate) fn get(&self, id: &WorkerId) -> Option<&Worker> {
        self.live.get(id)
    }

    /// The connections of all live Workers.
    pub(crate) fn peers(&mut self) -> Arc<[PeerId]> {
        let peers = || self.live.values().map(|worker| worker.peer).collect();
        Arc::clone(self.peers.get_or_insert_with(peers))
    }

    /// Where messages to a live Worker go.
    pub(crate) fn peer_of(&self, id: &WorkerId) -> Option<PeerId> {
        self.live.get(id).map(|worker| worker.peer)
    }

    /// The live Worker that listens at an address.
    pub(crate) fn at(&self, address: &RpcAddress) -> Option<&WorkerId> {
        self.by_address.get(address)
    }

    /// The live Workers that speak on a connection.
    pub(crate) fn on(&self, peer: PeerId) -> impl Iterator<Item = &Worker> {
        self.ids_on(peer).filter_map(|id| self.live.get(id)).filter(move |worker| worker.peer == peer)
    }

    fn ids_on(&self, peer: PeerId) -> impl Iterator<Item = &WorkerId> {
        let from = (peer, WorkerId::new(""));
        self.by_peer.range(from..).take_while(move |(one, _)| *one == peer).map(|(_, id)| id)
    }

    /// Whether a Worker that is not alive is remembered.
    pub(crate) fn was_lost(&self, id: &WorkerId) -> bool {
        self.dead.contains(id) || self.unlisted.contains_key(id)
    }

    /// Lets a Worker in, and forgets lost ones of the same place (`Master.registerWorker`, 3.5).
    pub(crate) fn insert(&mut self, mut worker: Worker) {
        self.forget(&worker.id);
        while let Some(id) = self.dead.at_place_of(&worker) {
            self.forget(&id);
        }
        worker.place = Some(self.silence.insert(worker.id.clone(), worker.last_heartbeat.monotonic_ms));
        self.by_peer.insert((worker.peer, worker.id.clone()));
        self.by_address.insert(worker.address.clone(), worker.id.clone());
        self.peers = None;
        self.count_lines(&worker.sparks, true);
        self.offers.insert(&worker);
        self.fresh.insert(&worker);
        self.live.insert(worker.id.clone(), worker);
    }

    /// Forgets a Worker that is lost.
    fn forget(&mut self, id: &WorkerId) {
        let dead = self.dead.remove(id).map(|worker| worker.peer);
        if let Some(peer) = dead.or(self.unlisted.remove(id)) {
            self.by_peer.remove(&(peer, id.clone()));
        }
    }

    /// Takes a Worker out of those that live; it stays listed. Returns it as it was.
    pub(crate) fn bury(&mut self, id: &WorkerId) -> Option<Worker> {
        let worker = self.live.remove(id)?;
        self.count_lines(&worker.sparks, false);
        self.offers.remove(&worker);
        self.fresh.remove(&worker);
        self.by_address.remove(&worker.address);
        self.peers = None;
        if let Some(place) = worker.place {
            self.silence.remove(place);
        }
        self.dead.insert(worker.dead());
        Some(worker)
    }

    /// Lists a Worker as lost that another Master had, and that did not come to this one.
    pub(crate) fn list_as_lost(&mut self, worker: &Worker, is_connected: bool) {
        if is_connected {
            self.by_peer.insert((worker.peer, worker.id.clone()));
        }
        self.dead.insert(worker.dead());
    }

    /// What a live Worker says of itself is something else from now on.
    pub(crate) fn set_registration(&mut self, id: &WorkerId, registration: RegisterWorker) {
        if let Some(worker) = self.live.get_mut(id) {
            worker.registration = Arc::new(registration);
        }
    }

    /// Books an executor that another Master has launched. Whether there is room for it.
    pub(crate) fn take_over_executor(&mut self, id: &WorkerId, key: ExecutorKey, given: Given) -> bool {
        self.change(id, |worker| worker.take_over_executor(key, given)).unwrap_or(false)
    }

    /// The same of a driver.
    pub(crate) fn take_over_driver(&mut self, id: &WorkerId, driver: DriverId, given: Given) -> bool {
        self.change(id, |worker| worker.take_over_driver(driver, given)).unwrap_or(false)
    }

    /// Takes dead Workers off the list that were last heard of before a moment.
    pub(crate) fn unlist(&mut self, before_ms: u64) {
        while let Some(worker) = self.dead.pop_heard_before(before_ms) {
            if self.by_peer.contains(&(worker.peer, worker.id.clone())) {
                self.unlisted.insert(worker.id, worker.peer);
            }
        }
    }

    /// Forgets that a connection stands. Returns the live Workers that spoke on it.
    pub(crate) fn disconnect(&mut self, peer: PeerId) -> Vec<WorkerId> {
        let gone: Vec<WorkerId> = self.ids_on(peer).cloned().collect();
        for id in &gone {
            self.by_peer.remove(&(peer, id.clone()));
            self.unlisted.remove(id);
        }
        gone.into_iter().filter(|id| self.live.contains_key(id)).collect()
    }

    /// What a Worker launches was found out under that number.
    pub(crate) fn learn_sparks(&mut self, id: &WorkerId, token: u64, sparks: Installed) {
        if self.get(id).is_some_and(|worker| worker.sparks == Installed::Asked(token)) {
            self.set_sparks(id, sparks);
        }
    }

    /// What a live Worker launches is something else from now on.
    pub(crate) fn set_sparks(&mut self, id: &WorkerId, sparks: Installed) {
        let Some(worker) = self.live.get_mut(id) else { return };
        let before = std::mem::replace(&mut worker.sparks, sparks);
        let after = worker.sparks.clone();
        self.fresh.insert(worker);
        self.count_lines(&before, false);
        self.count_lines(&after, true);
    }

    /// The line of the only Spark that live Workers have, where all have the same and no other.
    pub(crate) fn only_line(&self) -> Option<Line> {
        let mut lines = self.lines.keys();
        lines.next().filter(|_| lines.next().is_none()).copied()
    }

    fn count_lines(&mut self, sparks: &Installed, comes: bool) {
        let lines: BTreeSet<Line> = sparks.versions().iter().map(SparkVersion::line).collect();
        for line in lines {
            let count = self.lines.entry(line).or_default();
            *count = if comes { *count + 1 } else { count.saturating_sub(1) };
            if *count == 0 {
                self.lines.remove(&line);
            }
        }
    }

    /// A Worker was heard of. Whether it is live.
    pub(crate) fn hear(&mut self, id: &WorkerId, now: Now) -> bool {
        let Some(worker) = self.live.get_mut(id) else { return false };
        worker.last_heartbeat = now;
        if let Some(place) = worker.place {
            self.silence.hear(place, now.monotonic_ms);
        }
        true
    }

    /// A live Worker speaks on another connection now.
    pub(crate) fn rebind(&mut self, id: &WorkerId, peer: PeerId) {
        let Some(worker) = self.live.get_mut(id).filter(|worker| worker.peer != peer) else { return };
        self.by_peer.remove(&(worker.peer, id.clone()));
        self.by_peer.insert((peer, id.clone()));
        self.peers = None;
        worker.rebind(peer);
    }

    /// What was in doubt since a live Worker came back on another connection, and is not any more.
    pub(crate) fn take_doubts(&mut self, id: &WorkerId) -> (BTreeSet<ExecutorKey>, BTreeSet<DriverId>) {
        let worker = self.live.get_mut(id);
        worker
            .map(|worker| (take(&mut worker.doubtful_executors), take(&mut worker.doubtful_drivers)))
            .unwrap_or_default()
    }

    /// A live Worker leaves: it gets nothing new.
    pub(crate) fn decommission(&mut self, id: &WorkerId) {
        self.change(id, |worker| worker.state = WorkerState::Decommissioned);
    }

    /// Books an executor.
    pub(crate) fn give_executor(
        &mut self,
        id: &WorkerId,
        executor: ExecutorKey,
        cores: u32,
        needs: &Needs,
    ) -> Vec<ResourceInformation> {
        self.change(id, |worker| worker.give_executor(executor, cores, needs)).unwrap_or_default()
    }

    /// Books a driver.
    pub(crate) fn give_driver(
        &mut self,
        id: &WorkerId,
        driver: DriverId,
        needs: &Needs,
    ) -> Vec<ResourceInformation> {
        self.change(id, |worker| worker.give_driver(driver, needs)).unwrap_or_default()
    }

    /// Frees what an executor had. Whether it had anything.
    pub(crate) fn free_executor(&mut self, id: &WorkerId, executor: &ExecutorKey) -> bool {
        self.free(id, |worker| worker.remove_executor(executor))
    }

    /// Frees what a driver had. Whether it had anything.
    pub(crate) fn free_driver(&mut self, id: &WorkerId, driver: &DriverId) -> bool {
        self.free(id, |worker| worker.remove_driver(driver))
    }

    fn free(&mut self, id: &WorkerId, deed: impl FnOnce(&mut Worker) -> bool) -> bool {
        let freed = self.change(id, deed).unwrap_or(false);
        if let Some(worker) = self.live.get(id).filter(|_| freed) {
            self.fresh.insert(worker);
        }
        freed
    }

    /// Changes a live Worker, and moves it to where it now belongs.
    fn change<T>(&mut self, id: &WorkerId, deed: impl FnOnce(&mut Worker) -> T) -> Option<T> {
        let worker = self.live.get_mut(id)?;
        self.offers.remove(worker);
        let was_fresh = self.fresh.remove(worker);
        let done = deed(worker);
        self.offers.insert(worker);
        if was_fresh {
            self.fresh.insert(worker);
        }
        Some(done)
    }

    /// What is not true, one sentence each.
    pub(crate) fn broken(&self) -> Vec<String> {
        let mut broken = Vec::new();
        let mut offers = Offers::new(self.offers.policy());
        self.live.values().for_each(|worker| offers.insert(worker));
        if offers != self.offers {
            broken.push(format!("the Workers on offer are {:?}, not {offers:?}", self.offers));
        }
        for worker in self.live.values() {
            let id = &worker.id;
            if self.by_address.get(&worker.address) != Some(id) {
                broken.push(format!("{id} cannot be found at {}", worker.address));
            }
            if !self.by_peer.contains(&(worker.peer, id.clone())) {
                broken.push(format!("{id} is live on {:?}, which is gone", worker.peer));
            }
            if self.was_lost(id) {
                broken.push(format!("{id} is alive and dead"));
            }
        }
        if self.by_address.len() != self.live.len() {
            broken.push("an address is kept of a Worker that is gone".into());
        }
        let mut heard_ms = 0;
        for (id, this_ms) in self.silence.iter() {
            let last_ms = self.live.get(id).map(|worker| worker.last_heartbeat.monotonic_ms);
            if last_ms != Some(this_ms) || this_ms < heard_ms {
                broken.push(format!("the silence of {id} is not what it was"));
            }
            heard_ms = this_ms;
        }
        if self.silence.iter().count() != self.live.len() {
            broken.push("Workers live, and nothing will notice their silence".into());
        }
        broken
    }
}
