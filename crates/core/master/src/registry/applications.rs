//! Applications: what each asked for, what it was granted, and those that ended.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use model::{
    ApplicationDescription, ApplicationId, ApplicationState, EndpointRef, ExecutorKey, ExecutorState, Now,
    PeerId, ResourceInformation, ResourceProfile, WorkerId,
};

use super::needs::Needs;

/// Executors that an application had and that its page still lists. Spark keeps all of them; an application whose
/// executors end every second for a year would fill the memory.
const RETAINED_EXECUTORS: usize = 1000;

/// An application.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) id: ApplicationId,
    pub(crate) description: Arc<ApplicationDescription>,
    /// The connection to its driver.
    pub(crate) peer: PeerId,
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
    next_executor: u32,
}

/// A resource profile of an application, with how many executors of it are wanted and exist.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
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
        now: Now,
    ) -> Self {
        let default_profile = Profile {
            needs: Needs::of_executor(&description, &description.default_profile),
            target: description.initial_executor_limit.unwrap_or(u32::MAX),
            executors: 0,
        };
        Self {
            id,
            peer,
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
            next_executor: 0,
            description: Arc::new(description),
        }
    }

    /// How many more cores it may have.
    pub(crate) fn cores_left(&self) -> u32 {
        self.max_cores.unwrap_or(u32::MAX).saturating_sub(self.cores_granted)
    }

    /// How many executors it wants of a profile; a profile's needs stay as they were first said
    /// (`ApplicationInfo.requestExecutors`, 3.5).
    pub(crate) fn request(&mut self, profile: &ResourceProfile, total: u32) {
        let needs = || Needs::of_executor(&self.description, profile);
        let entry = self.profiles.entry(profile.id);
        entry.or_insert_with(|| Profile { needs: needs(), target: 0, executors: 0 }).target = total;
    }

    /// Takes in an executor under the next number.
    pub(crate) fn add_executor(&mut self, grant: impl FnOnce(u32) -> Executor) -> ExecutorKey {
        let id = self.next_executor;
        self.next_executor += 1;
        let executor = grant(id);
        self.cores_granted = self.cores_granted.saturating_add(executor.cores);
        if let Some(profile) = self.profiles.get_mut(&executor.profile) {
            profile.executors += 1;
        }
        self.executors.insert(id, executor);
        self.state = ApplicationState::Running;
        ExecutorKey { application: self.id.clone(), executor: id }
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
    /// Those that wait or run, by the number of their submission: first come, first served.
    pub(crate) active: BTreeMap<u64, Application>,
    /// Those that ended, the oldest first.
    pub(crate) completed: VecDeque<Application>,
    numbers: BTreeMap<ApplicationId, u64>,
    registered: u64,
    next_number: u64,
}

impl Applications {
    /// The number that the next application's id carries; the numbers begin anew at `modulo`.
    pub(crate) fn take_number(&mut self, modulo: Option<u32>) -> u64 {
        let number = self.next_number;
        self.next_number += 1;
        if let Some(modulo) = modulo {
            self.next_number %= u64::from(modulo.max(1));
        }
        number
    }

    pub(crate) fn insert(&mut self, application: Application) {
        self.numbers.insert(application.id.clone(), self.registered);
        self.active.insert(self.registered, application);
        self.registered += 1;
    }

    pub(crate) fn get(&self, id: &ApplicationId) -> Option<&Application> {
        self.active.get(self.numbers.get(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: &ApplicationId) -> Option<&mut Application> {
        self.active.get_mut(self.numbers.get(id)?)
    }

    /// The application whose driver says that it listens at an address.
    pub(crate) fn by_driver(&self, driver: &EndpointRef) -> Option<&Application> {
        driver.address.as_ref()?;
        self.active.values().find(|application| application.driver.address == driver.address)
    }

    /// Takes an application out of those that are active.
    pub(crate) fn remove(&mut self, id: &ApplicationId) -> Option<Application> {
        self.active.remove(&self.numbers.remove(id)?)
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
