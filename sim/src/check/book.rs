//! What of which Worker is given to whom, as the Master's messages say it: nothing twice, nobody too much.

use std::collections::{BTreeMap, BTreeSet};

use model::message::{LaunchExecutor, RegisterWorker};
use model::{
    ApplicationDescription, ApplicationId, DriverDescription, DriverId, EndpointRef, PeerId,
    ResourceInformation, ResourceProfile, WorkerId,
};

#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) workers: BTreeMap<WorkerId, WorkerPage>,
    worker_of: BTreeMap<PeerId, WorkerId>,
    offers: BTreeMap<PeerId, RegisterWorker>,
    /// In the order in which they were let in.
    pub(super) applications: Vec<ApplicationPage>,
    application_offers: BTreeMap<PeerId, (ApplicationDescription, EndpointRef)>,
    gone: BTreeSet<PeerId>,
    launched: BTreeSet<String>,
    /// Names are ids: another application can come under one that was there before.
    names_are_ids: bool,
}

/// A Worker that was let in.
#[derive(Debug)]
pub(super) struct WorkerPage {
    offer: RegisterWorker,
    given: BTreeMap<String, Given>,
    /// Gets nothing more.
    leaves: bool,
}

#[derive(Debug)]
struct Given {
    cores: u32,
    memory_mib: u32,
    resources: Vec<ResourceInformation>,
    application: Option<ApplicationId>,
    profile: u32,
    /// Whether its application counts it.
    counts: bool,
    /// Given before the Worker came back on another connection: it may have never heard of it.
    doubtful: bool,
}

/// An application that was let in.
#[derive(Debug)]
pub(super) struct ApplicationPage {
    pub(super) id: ApplicationId,
    peer: PeerId,
    driver: EndpointRef,
    pub(super) active: bool,
    pub(super) max_cores: u32,
    pub(super) profiles: BTreeMap<u32, Wanted>,
}

#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) cores: Option<u32>,
    pub(super) memory_mib: u32,
    pub(super) gpus: u64,
    pub(super) target: u32,
}

impl Wanted {
    fn new(profile: &ResourceProfile, target: u32) -> Self {
        let amount = |name: &str| profile.executor_resources.get(name).map(|request| request.amount);
        Self {
            cores: amount("cores").map(|cores| cores as u32),
            memory_mib: amount("memory").unwrap_or(1024) as u32,
            gpus: amount("gpu").unwrap_or(0),
            target,
        }
    }
}

impl WorkerPage {
    pub(super) fn free_cores(&self) -> u32 {
        self.offer.cores.saturating_sub(self.given.values().map(|one| one.cores).sum())
    }

    pub(super) fn free_memory_mib(&self) -> u32 {
        self.offer.memory_mib.saturating_sub(self.given.values().map(|one| one.memory_mib).sum())
    }

    pub(super) fn free_gpus(&self) -> u64 {
        let count = |resources: &[ResourceInformation]| -> u64 {
            resources.iter().filter(|one| one.name == "gpu").map(|one| one.addresses.len() as u64).sum()
        };
        let given: u64 = self.given.values().map(|one| count(&one.resources)).sum();
        count(&self.offer.resources).saturating_sub(given)
    }

    fn wrongs(&self, id: &WorkerId) -> Vec<String> {
        let mut found = Vec::new();
        let cores: u32 = self.given.values().map(|one| one.cores).sum();
        if cores > self.offer.cores {
            found.push(format!("{id} has {} cores and {cores} are given", self.offer.cores));
        }
        let memory_mib: u32 = self.given.values().map(|one| one.memory_mib).sum();
        if memory_mib > self.offer.memory_mib {
            found.push(format!("{id} has {} MiB and {memory_mib} are given", self.offer.memory_mib));
        }
        let mut seen = BTreeSet::new();
        for resource in self.given.values().flat_map(|one| &one.resources) {
            let offered = self.offer.resources.iter().find(|one| one.name == resource.name);
            for address in &resource.addresses {
                if !seen.insert((&resource.name, address)) {
                    found.push(format!("{id} gave {} {address} twice", resource.name));
                }
                if !offered.is_some_and(|offered| offered.addresses.contains(address)) {
                    found.push(format!("{id} gave {} {address}, which it does not have", resource.name));
                }
            }
        }
        found
    }
}

impl Book {
    pub(super) fn new(names_are_ids: bool) -> Self {
        Self { names_are_ids, ..Self::default() }
    }

    pub(super) fn worker_offers(&mut self, peer: PeerId, offer: &RegisterWorker) {
        self.offers.insert(peer, offer.clone());
    }

    pub(super) fn worker_joins(&mut self, peer: PeerId, duplicate: bool) -> Vec<String> {
        let Some(offer) = self.offers.get(&peer).cloned() else {
            return vec![format!("{peer:?} was registered and never asked to be")];
        };
        let id = offer.id.clone();
        self.worker_of.insert(peer, id.clone());
        if !duplicate {
            self.workers.insert(id, WorkerPage { offer, given: BTreeMap::new(), leaves: false });
            return Vec::new();
        }
        if let Some(worker) = self.workers.get_mut(&id) {
            for given in worker.given.values_mut() {
                given.doubtful = true;
            }
            return Vec::new();
        }
        vec![format!("{id} was told that it is in already, and it was not")]
    }

    /// What a Worker that came back does not name is not there.
    pub(super) fn worker_runs(&mut self, id: &WorkerId, listed: &BTreeSet<String>) {
        if let Some(worker) = self.workers.get_mut(id) {
            worker.given.retain(|key, given| !given.doubtful || listed.contains(key));
            for given in worker.given.values_mut() {
                given.doubtful = false;
            }
        }
    }

    /// What of a list was not given to anybody on a Worker that is in.
    pub(super) fn not_given(&self, id: &WorkerId, listed: BTreeSet<String>) -> BTreeSet<String> {
        let Some(worker) = self.workers.get(id) else { return BTreeSet::new() };
        listed.into_iter().filter(|key| !worker.given.contains_key(key)).collect()
    }

    /// A Worker is lost.
    pub(super) fn worker_leaves(&mut self, id: &WorkerId) {
        self.workers.remove(id);
    }

    /// A Worker leaves with care: its executors are counted for their applications no longer.
    pub(super) fn worker_decommissioned(&mut self, id: &WorkerId) {
        if let Some(worker) = self.workers.get_mut(id) {
            worker.leaves = true;
            worker.given.values_mut().for_each(|given| given.counts = given.application.is_none());
        }
    }

    /// The Worker that speaks on a connection leaves.
    pub(super) fn decommissioned_at(&mut self, peer: PeerId) {
        if let Some(id) = self.worker_of.get(&peer).cloned() {
            self.worker_decommissioned(&id);
        }
    }

    /// Workers that can be given something.
    pub(super) fn staying_workers(&self) -> impl Iterator<Item = (&WorkerId, &WorkerPage)> {
        self.workers.iter().filter(|(_, worker)| !worker.leaves)
    }

    /// Workers of these hosts that were not told to leave.
    pub(super) fn staying_at(&self, hosts: &[String]) -> Option<&WorkerId> {
        self.staying_workers().find(|(_, one)| hosts.contains(&one.offer.host)).map(|(id, _)| id)
    }

    /// Drivers that were launched and have not ended.
    pub(super) fn drivers(&self) -> impl Iterator<Item = &String> {
        let given = self.workers.values().flat_map(|worker| &worker.given);
        given.filter(|(_, given)| given.application.is_none()).map(|(key, _)| key)
    }

    pub(super) fn peer_gone(&mut self, peer: PeerId) {
        self.gone.insert(peer);
        if let Some(id) = self.worker_of.remove(&peer) {
            // A Worker that came back on another connection is still there.
            if !self.worker_of.values().any(|other| *other == id) {
                self.workers.remove(&id);
            }
        }
        self.driver_ends(peer);
    }

    pub(super) fn is_gone(&self, peer: PeerId) -> bool {
        self.gone.contains(&peer)
    }

    pub(super) fn application_offers(
        &mut self,
        peer: PeerId,
        description: &ApplicationDescription,
        driver: &EndpointRef,
    ) {
        // Only one driver can listen at an address: one that was there on another connection is gone.
        let earlier = self.applications.iter_mut().filter(|one| one.driver == *driver && one.peer != peer);
        earlier.for_each(|one| one.active = false);
        self.application_offers.insert(peer, (description.clone(), driver.clone()));
    }

    pub(super) fn application_joins(&mut self, peer: PeerId, id: &ApplicationId, default_cores: u32) {
        let Some((description, driver)) = self.application_offers.get(&peer) else { return };
        if self.applications.iter().any(|one| one.id == *id && one.active) {
            return;
        }
        if self.names_are_ids {
            let prefix = format!("{id}/");
            self.launched.retain(|key| !key.starts_with(&prefix));
        }
        let target = description.initial_executor_limit.unwrap_or(u32::MAX);
        let wanted = Wanted::new(&description.default_profile, target);
        self.applications.push(ApplicationPage {
            id: id.clone(),
            peer,
            driver: driver.clone(),
            active: true,
            max_cores: description.max_cores.unwrap_or(default_cores),
            profiles: BTreeMap::from([(0, wanted)]),
        });
    }

    pub(super) fn application_ends(&mut self, id: &ApplicationId) {
        for application in self.applications.iter_mut().filter(|one| one.id == *id) {
            application.active = false;
        }
    }

    pub(super) fn driver_ends(&mut self, peer: PeerId) {
        for application in self.applications.iter_mut().filter(|one| one.peer == peer) {
            application.active = false;
        }
    }

    pub(super) fn wants(&mut self, id: &ApplicationId, totals: &[(ResourceProfile, u32)]) {
        for application in self.applications.iter_mut().filter(|one| one.id == *id) {
            for (profile, target) in totals {
                let entry = application.profiles.entry(profile.id);
                entry.or_insert_with(|| Wanted::new(profile, 0)).target = *target;
            }
        }
    }

    pub(super) fn cores_of(&self, application: &ApplicationId) -> u32 {
        self.given_to(application).map(|given| given.cores).sum()
    }

    pub(super) fn executors_of(&self, application: &ApplicationId, profile: u32) -> u32 {
        self.given_to(application).filter(|given| given.profile == profile).count() as u32
    }

    fn given_to<'a>(&'a self, application: &'a ApplicationId) -> impl Iterator<Item = &'a Given> {
        let all = self.workers.values().flat_map(|worker| worker.given.values());
        all.filter(move |given| given.counts && given.application.as_ref() == Some(application))
    }

    pub(super) fn worker_at(&self, peer: PeerId) -> Option<(&WorkerId, &WorkerPage)> {
        self.workers.get_key_value(self.worker_of.get(&peer)?)
    }

    pub(super) fn free(&mut self, key: &str) {
        for worker in self.workers.values_mut() {
            worker.given.remove(key);
        }
    }

    pub(super) fn free_of_driver(&mut self, peer: PeerId, executor: u32) {
        let key = self
            .applications
            .iter()
            .rfind(|one| one.peer == peer)
            .map(|one| format!("{}/{executor}", one.id));
        if let Some(key) = key {
            self.free(&key);
        }
    }

    pub(super) fn executor_launched(&mut self, peer: PeerId, launch: &LaunchExecutor) -> Vec<String> {
        let (key, id) = (launch.executor.to_string(), &launch.executor.application);
        let given = Given {
            cores: launch.cores,
            memory_mib: launch.memory_mib,
            resources: launch.resources.clone(),
            application: Some(id.clone()),
            profile: launch.profile,
            counts: true,
            doubtful: false,
        };
        let mut found = self.give(peer, key, given);
        let cores = self.cores_of(id);
        let executors = self.executors_of(id, launch.profile);
        match self.applications.iter().rfind(|one| one.id == *id) {
            Some(application) => {
                if cores > application.max_cores {
                    found.push(format!("{id} may have {} cores and got {cores}", application.max_cores));
                }
                let target = application.profiles.get(&launch.profile).map_or(0, |wanted| wanted.target);
                if executors > target {
                    found.push(format!(
                        "{id} wants {target} executors of profile {} and got {executors}",
                        launch.profile
                    ));
                }
                if !application.active {
                    found.push(format!("{id} is over and got an executor"));
                }
            }
            None => found.push(format!("{id} was never let in and got an executor")),
        }
        found
    }

    pub(super) fn driver_launched(
        &mut self,
        peer: PeerId,
        driver: &DriverId,
        description: &DriverDescription,
        resources: &[ResourceInformation],
    ) -> Vec<String> {
        let given = Given {
            cores: description.cores,
            memory_mib: description.memory_mib,
            resources: resources.to_vec(),
            application: None,
            profile: 0,
            counts: true,
            doubtful: false,
        };
        self.give(peer, driver.to_string(), given)
    }

    fn give(&mut self, peer: PeerId, key: String, given: Given) -> Vec<String> {
        if !self.launched.insert(key.clone()) {
            return vec![format!("{key} was launched twice")];
        }
        let id = self.worker_of.get(&peer).cloned();
        let Some((id, worker)) = id.and_then(|id| self.workers.get_mut(&id).map(|worker| (id, worker)))
        else {
            return vec![format!("{key} was launched on {peer:?}, where no Worker is")];
        };
        if worker.leaves {
            return vec![format!("{key} was launched on {id}, which leaves")];
        }
        worker.given.insert(key, given);
        worker.wrongs(&id)
    }
}
