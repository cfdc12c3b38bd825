//! Cluster-mode drivers: those that wait or run, and those that ended.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use model::{DriverDescription, DriverId, DriverRecord, DriverState, Now, ResourceInformation, WorkerId};

use super::applications::{Wait, retain_before_push};
use super::needs::Needs;
use super::sparks::Claim;

/// A driver that the cluster is to run.
#[derive(Clone, Debug)]
pub(crate) struct Driver {
    pub(crate) id: DriverId,
    pub(crate) description: DriverDescription,
    pub(crate) needs: Needs,
    pub(crate) state: DriverState,
    pub(crate) submitted: Now,
    pub(crate) started: Option<Now>,
    pub(crate) ended: Option<Now>,
    /// Where it runs or ran.
    pub(crate) place: Option<Place>,
    pub(crate) resources: Vec<ResourceInformation>,
    /// What went wrong, for people.
    pub(crate) exception: Option<String>,
    /// The Spark that it is of.
    pub(crate) claim: Claim,
    /// The log has heard that no Worker could ever run it.
    pub(crate) said_too_big: bool,
    pub(crate) wait: Wait,
}

/// The Worker of a driver, remembered beyond the Worker's own life.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) worker: WorkerId,
    pub(crate) host_port: String,
    pub(crate) web_ui_url: Arc<str>,
}

impl Driver {
    pub(crate) fn new(id: DriverId, description: DriverDescription, claim: Claim, now: Now) -> Self {
        Self {
            id,
            needs: Needs::of_driver(&description),
            description,
            state: DriverState::Submitted,
            submitted: now,
            started: None,
            ended: None,
            place: None,
            resources: Vec::new(),
            exception: None,
            claim,
            said_too_big: false,
            wait: Wait::default(),
        }
    }
}

impl Driver {
    /// As a later Master has to know it.
    pub(crate) fn record(&self) -> DriverRecord {
        DriverRecord {
            id: self.id.clone(),
            description: self.description.clone(),
            submitted_ms: u64::try_from(self.submitted.wall_ms).unwrap_or(0),
            worker: self.place.as_ref().map(|place| place.worker.clone()),
        }
    }
}

/// All drivers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drivers {
    /// Those that wait or run, by the order of their submission.
    active: BTreeMap<u64, Driver>,
    /// Those that ended, the oldest first.
    pub(crate) completed: VecDeque<Driver>,
    by_id: BTreeMap<DriverId, u64>,
    /// Those that no Worker runs yet.
    waiting: BTreeSet<u64>,
    /// Whether one waits that not all Workers were offered to, or one ended that was in the way of others.
    pub(crate) changed: bool,
    submitted: u64,
    next_number: u64,
}

impl Drivers {
    /// The number that the next driver's id carries.
    pub(crate) fn next_number(&self) -> u64 {
        self.next_number
    }

    /// Begins with this number.
    pub(crate) fn begin_at(&mut self, number: u64) {
        self.next_number = number;
    }

    /// The number that the next driver's id carries.
    pub(crate) fn take_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    /// Those that wait or run, in the order of their submission.
    pub(crate) fn active(&self) -> impl ExactSizeIterator<Item = &Driver> {
        self.active.values()
    }

    pub(crate) fn insert(&mut self, driver: Driver) {
        self.by_id.insert(driver.id.clone(), self.submitted);
        // One that was remembered with its Worker may run there.
        if driver.place.is_none() {
            self.waiting.insert(self.submitted);
        }
        self.active.insert(self.submitted, driver);
        self.submitted += 1;
        self.changed = true;
    }

    /// Those that no Worker runs yet, the oldest first.
    pub(crate) fn waiting(&self) -> impl ExactSizeIterator<Item = &Driver> {
        self.waiting.iter().map(|number| &self.active[number])
    }

    /// The same, to be changed in nothing that is counted.
    pub(crate) fn active_mut(&mut self) -> impl Iterator<Item = &mut Driver> {
        self.active.values_mut()
    }

    /// How many a Worker runs.
    pub(crate) fn running(&self) -> usize {
        self.active.len() - self.waiting.len()
    }

    pub(crate) fn get(&self, id: &DriverId) -> Option<&Driver> {
        self.active.get(self.by_id.get(id)?)
    }

    /// Whether one waits, runs or ran under that id, as far as it is remembered.
    pub(crate) fn is_known(&self, id: &DriverId) -> bool {
        self.by_id.contains_key(id) || self.completed.iter().any(|driver| driver.id == *id)
    }

    pub(crate) fn get_mut(&mut self, id: &DriverId) -> Option<&mut Driver> {
        self.active.get_mut(self.by_id.get(id)?)
    }

    /// A driver was sent to a Worker.
    pub(crate) fn launch(
        &mut self,
        id: &DriverId,
        place: Place,
        resources: Vec<ResourceInformation>,
        now: Now,
    ) {
        let Some(number) = self.by_id.get(id) else { return };
        self.waiting.remove(number);
        let Some(driver) = self.active.get_mut(number) else { return };
        driver.place = Some(place);
        driver.resources = resources;
        driver.state = DriverState::Running;
        driver.started = Some(now);
    }

    /// Takes a driver out of those that are active.
    pub(crate) fn remove(&mut self, id: &DriverId) -> Option<Driver> {
        let number = self.by_id.remove(id)?;
        self.waiting.remove(&number);
        self.changed = true;
        self.active.remove(&number)
    }

    /// Keeps an ended driver for the page.
    pub(crate) fn complete(&mut self, driver: Driver, retained: usize) {
        retain_before_push(&mut self.completed, retained);
        self.completed.push_back(driver);
    }
}
