//! Applications: what each asked for, what it was granted, and those that ended.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use model::{
    ApplicationDescription, ApplicationId, ApplicationRecord, ApplicationState, Dialect, EndpointRef,
    ExecutorKey, ExecutorState, Now, PeerId, ResourceInformation, ResourceProfile, RpcAddress, WorkerId,
};

use super::needs::Needs;
use super::sparks::Claim;

/// Executors that an application had and that its page still lists. Spark keeps all of them; an application whose
/// executors end every second for a year would fill the memory.
const RETAINED_EXECUTORS: usize = 1000;

/// An application.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) id: ApplicationId,
    pub(crate) description: Arc<ApplicationDescription>,
    /// The connection to its driver; none while another Master's is to be turned to this one.
    pub(crate) peer: Option<PeerId>,
    pub(crate) driver: EndpointRef,
    pub(crate) state: ApplicationState,
    pub(crate) submitted: Now,
    pub(crate) ended: Option<Now>,
    /// None means no limit.
    pub(crate) max_cores: Option<u32>,
    pub(crate) cores_granted: u32,
    pub(crate) executors: BTreeMap<u32, Executor>,
    pub(crate) removed_executors: VecDeque<Executor>,
    /// By id: the least is served first.
    pub(crate) profiles: BTreeMap<u32, Profile>,
    /// Executors that failed since one of them ran.
    pub(crate) retry_count: u32,
    /// What became of the last executor that failed.
    pub(crate) last_failure: Option<String>,
    /// The Spark that it is of.
    pub(crate) claim: Claim,
    /// The log has heard that no Worker could ever run one of its executors.
    pub(crate) said_too_big: bool,
    pub(crate) wait: Wait,
    /// How to write to its driver, as it is remembered.
    pub(crate) dialect: Dialect,
    /// Another Master let it in, and may have granted what this one would not.
    pub(crate) is_recovered: bool,
    next_executor: u32,
    numbers: Reserved,
}

/// Executors' numbers that a later Master does not use again.
#[derive(Clone, Copy, Debug)]
struct Reserved {
    /// The first that is not reserved.
    end: u32,
    /// How many to reserve next: more each time, so that not every launch has to be written down.
    block: u32,
}

/// The least and the most executors that numbers are reserved for at once.
const LEAST_BLOCK: u32 = 16;
const MOST_BLOCK: u32 = 1024;

/// What is remembered of somebody's waiting.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wait {
    /// Since when an application has no executor; none while it has.
    pub(crate) since: Option<Now>,
    /// The kinds of reasons that the log has heard.
    pub(crate) told: Vec<&'static str>,
}

/// A resource profile of an application, with how many executors of it are wanted and exist.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    /// As it was first said.
    pub(crate) said: ResourceProfile,
    pub(crate) needs: Needs,
    pub(crate) target: u32,
    pub(crate) executors: u32,
}

/// An executor.
#[derive(Clone, Debug)]
pub(crate) struct Executor {
    pub(crate) id: u32,
    pub(crate) worker: WorkerId,
    pub(crate) worker_web_ui_url: Arc<str>,
    pub(crate) cores: u32,
    pub(crate) memory_mib: u32,
    pub(crate) profile: u32,
    pub(crate) resources: Vec<ResourceInformation>,
    pub(crate) state: ExecutorState,
}

impl Application {
    pub(crate) fn new(
        id: ApplicationId,
        peer: PeerId,
        description: ApplicationDescription,
        driver: EndpointRef,
        default_cores: Option<u32>,
        claim: Claim,
        now: Now,
    ) -> Self {
        let default_profile = Profile {
            said: description.default_profile.clone(),
            needs: Needs::of_executor(&description, &description.default_profile),
            target: description.initial_executor_limit.unwrap_or(u32::MAX),
            executors: 0,
        };
        Self {
            id,
            peer: Some(peer),
            driver,
            state: ApplicationState::Waiting,
            submitted: now,
            ended: None,
            max_cores: description.max_cores.or(default_cores),
            cores_granted: 0,
            executors: BTreeMap::new(),
            removed_executors: VecDeque::new(),
            profiles: BTreeMap::from([(0, default_profile)]),
            retry_count: 0,
            last_failure: None,
            claim,
            wait: Wait::default(),
            said_too_big: false,
            dialect: Dialect::default(),
            is_recovered: false,
            next_executor: 0,
            numbers: Reserved { end: LEAST_BLOCK, block: LEAST_BLOCK },
            description: Arc::new(description),
        }
    }

    /// One that another Master has let in: nobody has heard of its driver yet.
    pub(crate) fn recovered(
        record: ApplicationRecord,
        default_cores: Option<u32>,
        claim: Claim,
        now: Now,
    ) -> Self {
        let ApplicationRecord { id, description, driver, submitted_ms, totals, next_executor, dialect } =
            record;
        let submitted_ms = i64::try_from(submitted_ms).unwrap_or(now.wall_ms);
        let age_ms = u64::try_from(now.wall_ms.saturating_sub(submitted_ms)).unwrap_or(0);
        let monotonic_ms = now.monotonic_ms.saturating_sub(age_ms);
        let submitted = Now { monotonic_ms, wall_ms: submitted_ms, ..now };
        let mut application = Self::new(id, PeerId(0), description, driver, default_cores, claim, submitted);
        application.peer = None;
        application.state = ApplicationState::Unknown;
        application.dialect = dialect;
        application.is_recovered = true;
        application.next_executor = next_executor;
        application.numbers.end = next_executor;
        for (profile, total) in totals.into_iter().flatten() {
            application.request(&profile, total);
        }
        application
    }

    /// As a later Master has to know it.
    pub(crate) fn record(&self) -> ApplicationRecord {
        ApplicationRecord {
            id: self.id.clone(),
            description: (*self.description).clone(),
            driver: self.driver.clone(),
            submitted_ms: u64::try_from(self.submitted.wall_ms).unwrap_or(0),
            totals: Some(self.totals()),
            next_executor: self.numbers.end,
            dialect: self.dialect.clone(),
        }
    }

    /// How many executors it wants in all, by profile.
    pub(crate) fn totals(&self) -> Vec<(ResourceProfile, u32)> {
        self.profiles.values().map(|profile| (profile.said.clone(), profile.target)).collect()
    }

    /// Reserves numbers for executors, where the next is not; whether that has to be written down before it is used.
    pub(crate) fn reserve_number(&mut self) -> bool {
        let is_due = self.next_executor >= self.numbers.end;
        if is_due {
            self.numbers.end = self.next_executor.saturating_add(self.numbers.block);
            self.numbers.block = (self.numbers.block * 2).min(MOST_BLOCK);
        }
        is_due
    }

    /// How many more cores it may have.
    pub(crate) fn cores_left(&self) -> u32 {
        self.max_cores.unwrap_or(u32::MAX).saturating_sub(self.cores_granted)
    }

    /// How many executors of a profile it may get now, as far as it depends on the application.
    pub(crate) fn missing(&self, profile: &Profile) -> u32 {
        let missing = profile.target.saturating_sub(profile.executors);
        missing.min(self.cores_left() / profile.needs.least_cores().max(1))
    }

    /// Whether it would take another executor.
    pub(crate) fn is_wanting(&self) -> bool {
        self.profiles.values().any(|profile| self.missing(profile) > 0)
    }

    /// How many executors it wants of a profile; a profile's needs stay as they were first said
    /// (`ApplicationInfo.requestExecutors`, 3.5).
    fn request(&mut self, profile: &ResourceProfile, total: u32) {
        let there = self.executors.values().filter(|one| one.profile == profile.id).count();
        let needs = || Needs::of_executor(&self.description, profile);
        let new = || Profile {
            said: profile.clone(),
            needs: needs(),
            target: 0,
            executors: u32::try_from(there).unwrap_or(u32::MAX),
        };
        self.profiles.entry(profile.id).or_insert_with(new).target = total;
    }

    /// What the next executor is called.
    pub(crate) fn next_executor(&self) -> ExecutorKey {
        ExecutorKey { application: self.id.clone(), executor: self.next_executor }
    }

    fn add_executor(&mut self, executor: Executor) {
        // One that was taken over has any number.
        self.next_executor = self.next_executor.max(executor.id.saturating_add(1));
        self.cores_granted = self.cores_granted.saturating_add(executor.cores);
        if let Some(profile) = self.profiles.get_mut(&executor.profile) {
            profile.executors += 1;
        }
        self.executors.insert(executor.id, executor);
        // Of one that was taken over the driver may be gone.
        if self.state != ApplicationState::Unknown {
            self.state = ApplicationState::Running;
        }
        self.said_too_big = false;
    }

    /// Takes an executor out, in its last state.
    pub(crate) fn remove_executor(&mut self, id: u32, state: ExecutorState) -> Option<Executor> {
        let mut executor = self.executors.remove(&id)?;
        executor.state = state;
        self.cores_granted = self.cores_granted.saturating_sub(executor.cores);
        if let Some(profile) = self.profiles.get_mut(&executor.profile) {
            profile.executors = profile.executors.saturating_sub(1);
        }
        if self.removed_executors.len() == RETAINED_EXECUTORS {
            self.removed_executors.pop_front();
        }
        self.removed_executors.push_back(executor.clone());
        Some(executor)
    }
}

/// All applications.
#[derive(Clone, Debug, Default)]
pub(crate) struct Applications {
    /// Those that wait or run, by the order of their registration: first come, first served.
    active: BTreeMap<u64, Application>,
    /// Those that ended, the oldest first.
    pub(crate) completed: VecDeque<Application>,
    by_id: BTreeMap<ApplicationId, u64>,
    by_peer: BTreeSet<(PeerId, u64)>,
    by_address: BTreeMap<RpcAddress, u64>,
    /// Those that would take another executor, as they were left when they were last served.
    wanting: BTreeSet<u64>,
    /// Those that may want more than when they were last served.
    changed: BTreeSet<u64>,
    /// The connections of all drivers, as long as they stay the same.
    peers: Option<Arc<[PeerId]>>,
    registered: u64,
    next_number: u64,
}

impl Applications {
    /// The number that the next application's id carries.
    pub(crate) fn next_number(&self) -> u64 {
        self.next_number
    }

    /// Begins with this number.
    pub(crate) fn begin_at(&mut self, number: u64) {
        self.next_number = number;
    }

    /// The number that the next application's id carries; the numbers begin anew at `modulo`.
    pub(crate) fn take_number(&mut self, modulo: Option<u32>) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        if let Some(modulo) = modulo {
            self.next_number %= u64::from(modulo.max(1));
        }
        number
    }

    /// Those that wait or run, in the order of their registration.
    pub(crate) fn active(&self) -> impl ExactSizeIterator<Item = &Application> {
        self.active.values()
    }

    /// An id can be one that ended before, where names are ids: a Worker may still hold the folders of its executors, and
    /// still report their end. Comes before the application is written down.
    pub(crate) fn continue_numbers(&self, application: &mut Application) {
        let earlier = self.completed.iter().filter(|one| one.id == application.id);
        if let Some(next) = earlier.map(|one| one.next_executor).max() {
            application.next_executor = next.max(application.next_executor);
            application.numbers.end = application.next_executor.saturating_add(LEAST_BLOCK);
        }
    }

    /// Lets an application in.
    pub(crate) fn insert(&mut self, application: Application) {
        let number = self.registered;
        self.registered += 1;
        self.by_id.insert(application.id.clone(), number);
        self.by_peer.extend(application.peer.map(|peer| (peer, number)));
        self.peers = None;
        if let Some(address) = &application.driver.address {
            self.by_address.insert(address.clone(), number);
        }
        self.changed.insert(number);
        self.active.insert(number, application);
    }

    pub(crate) fn get(&self, id: &ApplicationId) -> Option<&Application> {
        self.active.get(self.by_id.get(id)?)
    }

    /// For what changes neither its executors nor what it wants.
    pub(crate) fn get_mut(&mut self, id: &ApplicationId) -> Option<&mut Application> {
        self.active.get_mut(self.by_id.get(id)?)
    }

    /// The application whose driver says that it listens at an address.
    pub(crate) fn by_driver(&self, driver: &EndpointRef) -> Option<&Application> {
        self.active.get(self.by_address.get(driver.address.as_ref()?)?)
    }

    /// The applications whose drivers speak on a connection.
    pub(crate) fn on(&self, peer: PeerId) -> impl Iterator<Item = &Application> {
        let there = self.by_peer.range((peer, 0)..=(peer, u64::MAX));
        there.filter_map(|(_, number)| self.active.get(number))
    }

    /// The driver of an application that was remembered speaks on a connection now.
    pub(crate) fn connect(&mut self, id: &ApplicationId, peer: PeerId) {
        let Some(number) = self.by_id.get(id) else { return };
        let Some(application) = self.active.get_mut(number).filter(|one| one.peer.is_none()) else { return };
        application.peer = Some(peer);
        self.by_peer.insert((peer, *number));
        self.peers = None;
    }

    /// Takes an application out of those that are active.
    pub(crate) fn remove(&mut self, id: &ApplicationId) -> Option<Application> {
        let number = self.by_id.remove(id)?;
        let application = self.active.remove(&number)?;
        if let Some(peer) = application.peer {
            self.by_peer.remove(&(peer, number));
        }
        self.peers = None;
        if let Some(address) = &application.driver.address
            && self.by_address.get(address) == Some(&number)
        {
            self.by_address.remove(address);
        }
        self.wanting.remove(&number);
        self.changed.remove(&number);
        // One that is alone now is told so if it waits in vain.
        if self.active.len() == 1 {
            self.changed.extend(self.active.keys());
        }
        Some(application)
    }

    /// How many executors an application wants of a profile. Whether the application is known.
    pub(crate) fn request(&mut self, id: &ApplicationId, profile: &ResourceProfile, total: u32) -> bool {
        let Some(number) = self.by_id.get(id) else { return false };
        self.changed.insert(*number);
        self.active.get_mut(number).map(|application| application.request(profile, total)).is_some()
    }

    /// An application may be served otherwise than before.
    pub(crate) fn change(&mut self, id: &ApplicationId) -> Option<&mut Application> {
        let number = self.by_id.get(id)?;
        self.changed.insert(*number);
        self.active.get_mut(number)
    }

    /// The same of all that it may be true of.
    pub(crate) fn change_where(&mut self, may_be: impl Fn(&Application) -> bool) {
        let changed = self.active.iter().filter(|(_, application)| may_be(application));
        self.changed.extend(changed.map(|(number, _)| *number));
    }

    /// Those that wait or run, in the order of their registration, to be changed in nothing that is counted.
    pub(crate) fn active_mut(&mut self) -> impl Iterator<Item = &mut Application> {
        self.active.values_mut()
    }

    /// Takes in an executor that has the next number of its application.
    pub(crate) fn add_executor(&mut self, number: u64, executor: Executor) {
        if let Some(application) = self.active.get_mut(&number) {
            application.add_executor(executor);
        }
    }

    /// Takes in an executor that another Master has launched.
    pub(crate) fn take_over_executor(&mut self, id: &ApplicationId, executor: Executor) {
        if let Some(application) = self.change(id) {
            application.add_executor(executor);
        }
    }

    /// Takes an executor out, in its last state.
    pub(crate) fn remove_executor(&mut self, key: &ExecutorKey, state: ExecutorState) -> Option<Executor> {
        let number = self.by_id.get(&key.application)?;
        let executor = self.active.get_mut(number)?.remove_executor(key.executor, state)?;
        self.changed.insert(*number);
        Some(executor)
    }

    /// Those that may want more than when they were last served. They are not asked for twice.
    pub(crate) fn take_changed(&mut self) -> BTreeSet<u64> {
        std::mem::take(&mut self.changed)
    }

    /// The first to come, from a number on, of those that would take another executor.
    pub(crate) fn next_wanting(&self, from: u64) -> Option<u64> {
        self.wanting.range(from..).next().copied()
    }

    /// An application was served as well as could be. Whoever got or lost executors comes by here at the same moment.
    pub(crate) fn end_turn(&mut self, number: u64, now: Now) {
        if self.active.get(&number).is_some_and(Application::is_wanting) {
            self.wanting.insert(number);
        } else {
            self.wanting.remove(&number);
        }
        let Some(application) = self.active.get_mut(&number) else { return };
        if application.executors.is_empty() {
            application.wait.since.get_or_insert(now);
        } else {
            application.wait = Wait::default();
        }
    }

    /// The connections of all drivers.
    pub(crate) fn peers(&mut self) -> Arc<[PeerId]> {
        let peers = || self.active.values().filter_map(|application| application.peer).collect();
        Arc::clone(self.peers.get_or_insert_with(peers))
    }

    pub(crate) fn by_number(&self, number: u64) -> Option<&Application> {
        self.active.get(&number)
    }

    pub(crate) fn by_number_mut(&mut self, number: u64) -> Option<&mut Application> {
        self.active.get_mut(&number)
    }

    /// Keeps an ended application for the page.
    pub(crate) fn complete(&mut self, application: Application, retained: usize) {
        retain_before_push(&mut self.completed, retained);
        self.completed.push_back(application);
    }
}

/// Makes room for one more: the oldest tenth goes at once (`Master.removeApplication`, 3.5).
pub(crate) fn retain_before_push<T>(completed: &mut VecDeque<T>, retained: usize) {
    if completed.len() >= retained {
        let oldest = (retained / 10).max(1).min(completed.len());
        completed.drain(..oldest);
    }
}
