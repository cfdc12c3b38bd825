//! Cluster-mode drivers: those that wait or run, and those that ended.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use model::{DriverDescription, DriverId, DriverState, Now, ResourceInformation, WorkerId};

use super::applications::retain_before_push;
use super::needs::Needs;

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
}

/// The Worker of a driver, remembered beyond the Worker's own life.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) worker: WorkerId,
    pub(crate) host_port: String,
    pub(crate) web_ui_url: Arc<str>,
}

impl Driver {
    pub(crate) fn new(id: DriverId, description: DriverDescription, now: Now) -> Self {
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
        }
    }
}

/// All drivers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drivers {
    /// Those that wait or run, by the number of their submission.
    pub(crate) active: BTreeMap<u64, Driver>,
    /// Those that ended, the oldest first.
    pub(crate) completed: VecDeque<Driver>,
    submitted: u64,
    next_number: u64,
}

impl Drivers {
    /// The number that the next driver's id carries.
    pub(crate) fn take_number(&mut self) -> u64 {
        self.next_number += 1;
        self.next_number - 1
    }

    pub(crate) fn insert(&mut self, driver: Driver) {
        self.active.insert(self.submitted, driver);
        self.submitted += 1;
    }

    /// Those that no Worker runs yet, the oldest first.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Driver> {
        self.active.values().filter(|driver| driver.place.is_none())
    }

    pub(crate) fn get(&self, id: &DriverId) -> Option<&Driver> {
        self.active.values().find(|driver| driver.id == *id)
    }

    pub(crate) fn get_mut(&mut self, id: &DriverId) -> Option<&mut Driver> {
        self.active.values_mut().find(|driver| driver.id == *id)
    }

    /// Takes a driver out of those that are active.
    pub(crate) fn remove(&mut self, id: &DriverId) -> Option<Driver> {
        let number = self.active.iter().find(|(_, driver)| driver.id == *id).map(|(number, _)| *number)?;
        self.active.remove(&number)
    }

    /// Keeps an ended driver for the page.
    pub(crate) fn complete(&mut self, driver: Driver, retained: usize) {
        retain_before_push(&mut self.completed, retained);
        self.completed.push_back(driver);
    }
}
