//! Applications that join, ask for executors, give them back, and end.

use model::message::{ToDriver, ToMaster, ToWorker};
use model::{
    ApplicationDescription, ApplicationId, ApplicationState, Change, EndpointRef, ExecutorKey, ExecutorState,
    Now, PeerId, ResourceProfile, RpcAddress,
};

use super::Master;
use crate::ToPeer;
use crate::registry::applications::Application;
use crate::registry::sparks::Claim;

/// `Int.MaxValue`: Spark's way to say that there is no limit.
const NO_LIMIT: u32 = i32::MAX as u32;

impl Master {
    pub(super) fn register_application(
        &mut self,
        now: Now,
        peer: PeerId,
        description: ApplicationDescription,
        driver: EndpointRef,
    ) {
        self.note(format!("Registering app {}", description.name));
        if let Some(known) = self.applications.by_driver(&driver) {
            let (id, known_peer) = (known.id.clone(), known.peer);
            let address = known.driver.address.as_ref().map(ToString::to_string).unwrap_or_default();
            self.note(format!("Attempted to re-register application at same address: {address}"));
            if known_peer == Some(peer) {
                // The driver asks again because it has not seen the answer yet. Spark would answer with an id that
                // it does not keep; the id that counts is the first.
                let master = self.endpoint();
                return self.tell_driver(peer, ToDriver::RegisteredApplication { application: id, master });
            }
            // Only one process can listen there: the one that registers now. The other one's end was not seen yet.
            self.remove_application(now, &id, ApplicationState::Finished);
        }
        let id = self.new_application_id(now, &description.name);
        let default_cores = self.default_cores();
        self.note(format!("Registered app {} with ID {id}", description.name));
        let unasked = Claim::Asked(0);
        let mut application =
            Application::new(id.clone(), peer, description, driver, default_cores, unasked, now);
        self.applications.continue_numbers(&mut application);
        self.persist(Some(peer), |_| vec![Change::Application(Box::new(application.record()))]);
        let master = self.endpoint();
        self.tell_driver(peer, ToDriver::RegisteredApplication { application: id.clone(), master });
        application.claim = self.claim_of_application(&id, peer, &application.description);
        let first = application.profiles.get(&0).filter(|profile| profile.target > 0);
        let refusal =
            first.and_then(|first| self.refusal("an executor", &first.needs, application.max_cores));
        self.applications.insert(application);
        match refusal {
            Some(reason) => self.refuse_application(now, &id, &reason),
            None => self.schedule(now),
        }
    }

    /// What an application may have that does not say.
    pub(super) fn default_cores(&self) -> Option<u32> {
        Some(self.config.default_cores).filter(|cores| *cores < NO_LIMIT)
    }

    /// The driver hears the sentence as the reason for its end.
    fn refuse_application(&mut self, now: Now, id: &ApplicationId, reason: &str) {
        self.warn(format!("App {id} is refused: {reason}"));
        self.end_application(now, id, ApplicationState::Failed, format!("refused: {reason}"));
    }

    /// Ends an application that is active (`Master.removeApplication`, 3.5).
    pub(crate) fn remove_application(&mut self, now: Now, id: &ApplicationId, state: ApplicationState) {
        self.end_application(now, id, state, state.name().into());
    }

    fn end_application(&mut self, now: Now, id: &ApplicationId, state: ApplicationState, message: String) {
        let Some(mut application) = self.applications.remove(id) else { return };
        self.note(format!("Removing app {id}"));
        self.persist(None, |_| vec![Change::ApplicationGone(id.clone())]);
        let cores_granted = application.cores_granted;
        for executor in application.executors.keys().copied().collect::<Vec<_>>() {
            if let Some(executor) = application.remove_executor(executor, ExecutorState::Killed) {
                let key = ExecutorKey { application: id.clone(), executor: executor.id };
                self.kill_on_worker(&executor.worker, key);
            }
        }
        // The page shows what it had to the end.
        application.cores_granted = cores_granted;
        application.state = state;
        application.ended = Some(now);
        if state != ApplicationState::Finished {
            self.tell_driver(application.peer, ToDriver::ApplicationRemoved { message });
        }
        self.applications.complete(application, self.config.retained_applications);
        self.schedule(now);
        let peers = self.workers.peers();
        self.tell_all(peers, ToPeer::Worker(ToWorker::ApplicationFinished { application: id.clone() }));
    }

    /// Whether a driver speaks of an application that is not its own: of one that has ended, and whose id another has by
    /// now, as names, patterns and a modulo make it. A driver that hears of its end still unregisters.
    pub(super) fn is_about_another(
        &self,
        peer: PeerId,
        sender: Option<&RpcAddress>,
        message: &ToMaster,
    ) -> bool {
        let (ToMaster::UnregisterApplication { application }
        | ToMaster::RequestExecutors { application, .. }
        | ToMaster::KillExecutors { application, .. }) = message
        else {
            return false;
        };
        let known = self.applications.get(application);
        known.is_some_and(|one| one.peer != Some(peer) && one.driver.address.as_ref() != sender)
    }

    /// Whether the application is known.
    pub(super) fn request_executors(
        &mut self,
        now: Now,
        id: &ApplicationId,
        totals: &[(ResourceProfile, u32)],
    ) -> bool {
        let mut wanted: Vec<(u32, u32)> =
            totals.iter().map(|(profile, total)| (profile.id, *total)).collect();
        wanted.sort_unstable();
        let wanted: Vec<String> =
            wanted.iter().map(|(profile, total)| format!("{total} of profile {profile}")).collect();
        let wanted = wanted.join(", ");
        if self.applications.get(id).is_none() {
            self.warn(format!("Unknown application {id} requested executors: {wanted}."));
            return false;
        }
        let totals_of = |master: &Self| master.applications.get(id).map(Application::totals);
        let before = totals_of(self).filter(|_| self.config.remembers);
        for (profile, total) in totals {
            self.applications.request(id, profile, *total);
        }
        self.persist(None, |master| {
            let changed = totals_of(master).filter(|after| before.as_ref() != Some(after));
            let change = changed.map(|totals| Change::Totals { application: id.clone(), totals });
            change.into_iter().collect()
        });
        self.note(format!("Application {id} requested executors: {wanted}."));
        self.schedule(now);
        true
    }

    /// Whether the application is known. The driver has lowered its target before, so nothing takes their place
    /// (`Master.handleKillExecutors`, 3.5).
    pub(super) fn kill_executors(&mut self, now: Now, id: &ApplicationId, executors: &[String]) -> bool {
        let mut numbers = Vec::with_capacity(executors.len());
        for text in executors {
            match text.parse::<u32>() {
                Ok(number) => numbers.push(number),
                Err(_) => self.warn(format!("Encountered executor with a non-integer ID: {text}. Ignoring")),
            }
        }
        let Some(application) = self.applications.get(id) else {
            self.warn(format!("Unregistered application {id} requested us to kill executors!"));
            return false;
        };
        let (known, unknown): (Vec<u32>, Vec<u32>) =
            numbers.iter().partition(|number| application.executors.contains_key(number));
        self.note(format!("Application {id} requests to kill executors: {}", listed(&numbers)));
        for executor in known {
            let key = ExecutorKey { application: id.clone(), executor };
            if let Some(executor) = self.applications.remove_executor(&key, ExecutorState::Killed) {
                self.kill_on_worker(&executor.worker, key);
            }
        }
        if !unknown.is_empty() {
            let unknown = listed(&unknown);
            self.warn(format!("Application {id} attempted to kill non-existent executors: {unknown}"));
        }
        self.schedule(now);
        true
    }
}

fn listed(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
