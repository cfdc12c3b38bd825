//! What of which Worker is given to whom, as the Master's messages say it: nothing twice, nobody too much.

use std::collections::{BTreeMap, BTreeSet};

use model::message::{LaunchExecutor, RegisterWorker};
use model::{
    ApplicationDescription, ApplicationId, DriverDescription, DriverId, EndpointRef, ExecutorKey,
    ExecutorState, Now, PeerId, ResourceInformation, ResourceProfile, SparkMatching, Terms, WorkerId,
};

use crate::matching::Installed;

use super::pages::{ApplicationPage, Claim, Given, LostPage, Size, SubmissionPage, Wanted, WorkerPage};

#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) now: Now,
    pub(super) workers: BTreeMap<WorkerId, WorkerPage>,
    /// Those that did not come back.
    pub(super) lost: BTreeMap<WorkerId, LostPage>,
    worker_of: BTreeMap<PeerId, WorkerId>,
    pub(super) offers: BTreeMap<PeerId, RegisterWorker>,
    /// In the order in which they were let in.
    pub(super) applications: Vec<ApplicationPage>,
    application_offers: BTreeMap<PeerId, (ApplicationDescription, EndpointRef)>,
    /// By the class that each names as its own.
    pub(super) submissions: BTreeMap<String, SubmissionPage>,
    /// Numbers of questions about somebody's Spark, and whether it was a page that was asked.
    pub(super) questions: BTreeMap<u64, bool>,
    gone: BTreeSet<PeerId>,
    launched: BTreeSet<String>,
    /// Names are ids: another application can come under one that was there before.
    names_are_ids: bool,
    pub(super) matching: SparkMatching,
}

impl Book {
    pub(super) fn new(names_are_ids: bool, matching: SparkMatching, now: Now) -> Self {
        Self { names_are_ids, matching, now, ..Self::default() }
    }

    pub(super) fn worker_offers(&mut self, peer: PeerId, offer: &RegisterWorker) {
        self.offers.insert(peer, offer.clone());
    }

    /// A Worker is let in, or told that it is already.
    pub(super) fn worker_joins(&mut self, peer: PeerId, duplicate: bool) -> Vec<String> {
        let Some(offer) = self.offers.get(&peer).cloned() else {
            return vec![format!("{peer:?} was registered and never asked to be")];
        };
        let id = offer.id.clone();
        let before = self.worker_of.iter().any(|(one, known)| *one == peer && *known == id);
        self.worker_of.insert(peer, id.clone());
        let (installed, heard_ms) = (self.installed(&offer), self.now.monotonic_ms);
        if !duplicate {
            self.lost.remove(&id);
            self.lost.retain(|_, one| (&one.offer.host, one.offer.port) != (&offer.host, offer.port));
            let given = BTreeMap::new();
            let page = WorkerPage { offer, given, leaves: false, installed, question: None, heard_ms };
            self.workers.insert(id, page);
            return Vec::new();
        }
        let Some(worker) = self.workers.get_mut(&id) else {
            return vec![format!("{id} was told that it is in already, and it was not")];
        };
        for given in worker.given.values_mut() {
            given.doubtful = true;
        }
        worker.heard_ms = heard_ms;
        // On another connection it may be another process, with other Sparks, and nobody answers on the old one. What is
        // known of one that does not say holds until something else is heard.
        if !before {
            worker.question = None;
            let is_known = matches!(&worker.installed, Installed::OneOf(known) if !known.is_empty());
            if !offer.sparks.is_empty() || !is_known {
                worker.offer.sparks = offer.sparks;
                worker.installed = installed;
            }
        }
        Vec::new()
    }

    pub(super) fn worker_heard(&mut self, id: &WorkerId) {
        if let Some(worker) = self.workers.get_mut(id) {
            worker.heard_ms = self.now.monotonic_ms;
        }
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
        if let Some(WorkerPage { offer, heard_ms, .. }) = self.workers.remove(id) {
            self.lost.insert(id.clone(), LostPage { offer, heard_ms });
        }
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
                self.worker_leaves(&id);
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

    /// Whether the application is new.
    pub(super) fn application_joins(&mut self, peer: PeerId, id: &ApplicationId, default_cores: u32) -> bool {
        let Some((description, driver)) = self.application_offers.get(&peer) else { return false };
        if self.applications.iter().any(|one| one.id == *id && one.active) {
            return false;
        }
        if self.names_are_ids {
            let prefix = format!("{id}/");
            self.launched.retain(|key| !key.starts_with(&prefix));
        }
        let target = description.initial_executor_limit.unwrap_or(u32::MAX);
        let wanted = Wanted::new(&description.default_profile, None, target);
        let spark = self.said_in(&description.command);
        self.applications.push(ApplicationPage {
            id: id.clone(),
            peer,
            driver: driver.clone(),
            active: true,
            max_cores: description.max_cores.unwrap_or(default_cores),
            profiles: BTreeMap::from([(0, wanted)]),
            spark,
            page_url: description.app_ui_url.clone(),
            failed: 0,
            last_failure: String::new(),
            idle_since_ms: None,
        });
        true
    }

    /// Whether a driver's connection is that of an application; its id can be another's by then.
    pub(super) fn speaks_for(&self, peer: PeerId, id: &ApplicationId) -> bool {
        self.applications.iter().any(|one| one.active && one.id == *id && one.peer == peer)
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
            let default_cores = application.profiles.get(&0).and_then(|wanted| wanted.size.cores);
            for (profile, target) in totals {
                let entry = application.profiles.entry(profile.id);
                entry.or_insert_with(|| Wanted::new(profile, default_cores, 0)).target = *target;
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

    pub(super) fn worker_at_mut(&mut self, peer: PeerId) -> Option<&mut WorkerPage> {
        self.workers.get_mut(self.worker_of.get(&peer)?)
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

    /// A Worker says how an executor fares.
    pub(super) fn executor_changes(
        &mut self,
        executor: &ExecutorKey,
        state: ExecutorState,
        message: Option<&str>,
        exit_status: Option<i32>,
    ) {
        let key = executor.to_string();
        let given = self.workers.values_mut().find_map(|worker| worker.given.get_mut(&key));
        let given = given.filter(|given| given.counts);
        let mut active = self.applications.iter_mut().filter(|one| one.active);
        let application = active.find(|one| one.id == executor.application);
        if let (Some(given), Some(application)) = (given, application) {
            if state.is_finished() && exit_status != Some(0) {
                application.failed += 1;
                application.last_failure = message.map_or_else(|| state.to_string(), str::to_owned);
            } else if state == ExecutorState::Running && given.state != state {
                application.failed = 0;
            }
            given.state = state;
        }
        if state.is_finished() {
            self.free(&key);
        }
    }

    /// Since when those wait that have no executor, now that everything was said that an event caused.
    pub(super) fn settle(&mut self) {
        let now_ms = self.now.wall_ms;
        for index in 0..self.applications.len() {
            let application = &self.applications[index];
            let idle = application.active && !self.has_executors(&application.id);
            let since_ms = &mut self.applications[index].idle_since_ms;
            *since_ms = if idle { since_ms.or(Some(now_ms)) } else { None };
        }
    }

    pub(super) fn has_executors(&self, id: &ApplicationId) -> bool {
        self.given_to(id).next().is_some()
    }

    pub(super) fn executor_launched(&mut self, peer: PeerId, launch: &LaunchExecutor) -> Vec<String> {
        let (key, id) = (launch.executor.to_string(), &launch.executor.application);
        let application = self.applications.iter().rfind(|one| one.id == *id);
        let size = application.and_then(|one| one.profiles.get(&launch.profile)).map(|one| one.size.clone());
        let spark = application.map_or(Claim::Unasked, |one| one.spark.clone());
        let size = size.unwrap_or_else(|| Wanted::new(&ResourceProfile::default(), None, 0).size);
        let mut found = self.wrong_terms(peer, &key, &spark, &size, &launch.terms);
        if launch.memory_mib != size.memory_mib {
            found.push(format!("{key} gets {} MiB, and it asked for {}", launch.memory_mib, size.memory_mib));
        }
        let given = Given {
            cores: launch.cores,
            memory_mib: launch.memory_mib,
            total_mib: size.total_mib,
            resources: launch.resources.clone(),
            application: Some(id.clone()),
            profile: launch.profile,
            state: ExecutorState::Launching,
            counts: true,
            doubtful: false,
        };
        found.extend(self.give(peer, key, given));
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
        terms: &Terms,
    ) -> Vec<String> {
        let size = Size::of_driver(description);
        let submission = self.submissions.get(&description.command.main_class);
        let spark = submission.map_or(Claim::Unasked, |one| one.spark.clone());
        let mut found = self.wrong_terms(peer, driver.as_str(), &spark, &size, terms);
        let given = Given {
            cores: description.cores,
            memory_mib: description.memory_mib,
            total_mib: size.total_mib,
            resources: resources.to_vec(),
            application: None,
            profile: 0,
            state: ExecutorState::Launching,
            counts: true,
            doubtful: false,
        };
        found.extend(self.give(peer, driver.to_string(), given));
        found
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
