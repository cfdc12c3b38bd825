//! Cluster-mode drivers: submitted, launched, killed, asked after, ended and launched again.

use model::message::{Reply, ToWorker};
use model::{Change, DriverDescription, DriverId, DriverState, Now, PeerId, WorkerId};

use super::Master;
use crate::registry::drivers::{Driver, Place};
use crate::registry::needs::Needs;
use crate::registry::sparks::Claim;

impl Master {
    /// `submitter` is who submitted it over RPC, and can be asked which Spark it is of.
    pub(super) fn submit_driver(
        &mut self,
        now: Now,
        description: DriverDescription,
        submitter: Option<PeerId>,
    ) -> Reply {
        self.note(format!("Driver submitted {}", description.command.main_class));
        if let Some(message) = self.refusal("the driver", &Needs::of_driver(&description), None) {
            self.warn(format!("Driver refused: {message}"));
            return Reply::SubmitDriver { master: self.endpoint(), success: false, driver: None, message };
        }
        let id = self.new_driver_id(now);
        let claim = self.claim_of_driver(&id, submitter, &description);
        self.submit(now, &id, description, claim);
        self.schedule(now);
        Reply::SubmitDriver {
            master: self.endpoint(),
            success: true,
            message: format!("Driver successfully submitted as {id}"),
            driver: Some(id),
        }
    }

    fn add_driver(&mut self, now: Now, id: DriverId, mut description: DriverDescription, claim: Claim) {
        self.name_after_driver(&id, &mut description);
        self.drivers.insert(Driver::new(id, description, claim, now));
    }

    fn submit(&mut self, now: Now, id: &DriverId, description: DriverDescription, claim: Claim) {
        self.add_driver(now, id.clone(), description, claim);
        self.persist_driver(id);
    }

    /// Books a driver and tells its Worker.
    pub(super) fn launch_driver(&mut self, now: Now, id: &DriverId, worker: &WorkerId) {
        let Some(driver) = self.drivers.get(id) else { return };
        let needs = self.needs_of_driver(driver);
        let description = Box::new(driver.description.clone());
        let Some(worker) = self.workers.get(worker) else { return };
        let terms = worker.terms(&needs);
        let place = Place {
            worker: worker.id.clone(),
            host_port: worker.host_port(),
            web_ui_url: worker.web_ui_url.clone(),
        };
        let (peer, worker) = (worker.peer, worker.id.clone());
        let resources = self.workers.give_driver(&worker, id.clone(), &needs);
        self.drivers.launch(id, place, resources.clone(), now);
        self.persist_driver(id);
        self.note(format!("Launching driver {id} on worker {worker}"));
        self.tell_worker(peer, ToWorker::LaunchDriver { driver: id.clone(), description, resources, terms });
    }

    /// The answer says that the wish was passed on; the driver's end is known when its Worker reports it.
    pub(super) fn kill_driver(&mut self, now: Now, id: &DriverId) -> Reply {
        self.note(format!("Asked to kill driver {id}"));
        let success = self.drivers.get(id).is_some();
        let message = if success {
            format!("Kill request for {id} submitted")
        } else {
            format!("Driver {id} has already finished or does not exist")
        };
        if success {
            self.end_driver(now, id);
            self.schedule(now);
            self.note(message.clone());
        } else {
            self.warn(message.clone());
        }
        Reply::KillDriver { master: self.endpoint(), driver: id.clone(), success, message }
    }

    pub(super) fn driver_status(&self, id: &DriverId) -> Reply {
        let completed = || self.drivers.completed.iter().find(|driver| driver.id == *id);
        let driver = self.drivers.get(id).or_else(completed);
        let place = driver.and_then(|driver| driver.place.as_ref());
        Reply::DriverStatus {
            found: driver.is_some(),
            state: driver.map(|driver| driver.state),
            worker: place.map(|place| place.worker.clone()),
            worker_host_port: place.map(|place| place.host_port.clone()),
            exception: driver.and_then(|driver| driver.exception.clone()),
        }
    }

    pub(super) fn driver_state_changed(
        &mut self,
        now: Now,
        id: &DriverId,
        state: DriverState,
        exception: Option<String>,
    ) {
        match state {
            DriverState::Error | DriverState::Finished | DriverState::Killed | DriverState::Failed => {
                self.remove_driver(now, id, state, exception);
                self.schedule(now);
            }
            DriverState::Submitted
            | DriverState::Running
            | DriverState::Relaunching
            | DriverState::Unknown => {
                self.warn(format!("Received unexpected state update for driver {id}: {state}"));
            }
        }
    }

    /// Ends a driver that is active. The caller schedules.
    pub(super) fn remove_driver(
        &mut self,
        now: Now,
        id: &DriverId,
        state: DriverState,
        exception: Option<String>,
    ) {
        if self.drivers.get(id).is_some() {
            self.persist(None, |_| vec![Change::DriverGone(id.clone())]);
        }
        self.end_driver_as(now, id, state, exception);
    }

    fn end_driver_as(&mut self, now: Now, id: &DriverId, state: DriverState, exception: Option<String>) {
        let Some(mut driver) = self.drivers.remove(id) else {
            return self.warn(format!("Asked to remove unknown driver: {id}"));
        };
        self.note(format!("Removing driver: {id} ({state})"));
        if let Some(place) = &driver.place {
            self.workers.free_driver(&place.worker, id);
        }
        driver.state = state;
        driver.exception = exception;
        driver.ended = Some(now);
        self.drivers.complete(driver, self.config.retained_drivers);
    }

    /// Starts a driver anew, under a new id: the old one may still run out of sight and report its end
    /// (`Master.relaunchDriver`, 3.5). The caller schedules.
    pub(super) fn relaunch_driver(&mut self, now: Now, id: &DriverId) {
        let Some(driver) = self.drivers.get(id) else { return };
        let (description, claim) = (driver.description.clone(), driver.claim.clone());
        self.end_driver_as(now, id, DriverState::Relaunching, None);
        let new = self.new_driver_id(now);
        self.add_driver(now, new.clone(), description, claim);
        // Both at once: nobody is to know both of them, or neither.
        self.persist(None, |master| {
            let record = master.drivers.get(&new).map(|one| Change::Driver(Box::new(one.record())));
            [Change::DriverGone(id.clone())].into_iter().chain(record).collect()
        });
    }
}
