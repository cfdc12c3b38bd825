//! What a Master remembers across its own death.

use std::collections::BTreeMap;

use crate::message::RegisterWorker;
use crate::{
    ApplicationDescription, ApplicationId, DriverDescription, DriverId, EndpointRef, ResourceProfile,
    WorkerId,
};

/// One change of what is remembered. Doing it twice is the same as doing it once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A Worker is in, or in again.
    Worker(Box<WorkerRecord>),
    /// A Worker is gone for good.
    WorkerGone(WorkerId),
    /// An application is in, or is known better.
    Application(Box<ApplicationRecord>),
    /// How many executors an application wants in all, by profile.
    Totals {
        /// Which application.
        application: ApplicationId,
        /// Absolute targets.
        totals: Vec<(ResourceProfile, u32)>,
    },
    /// An application has ended.
    ApplicationGone(ApplicationId),
    /// A driver was submitted, or is launched on a Worker, or is not on it any more.
    Driver(Box<DriverRecord>),
    /// A driver has ended.
    DriverGone(DriverId),
    /// The numbers in ids that are given from now on: none that is lower is free, whoever had it may have ended.
    Numbers(Numbers),
}

/// The numbers that ids of applications and drivers carry next. They are reserved ahead: those between may stay unused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Of applications.
    pub application: u64,
    /// Of drivers.
    pub driver: u64,
}

/// A Worker as a later Master has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkerRecord {
    /// What it said when it registered.
    pub registration: RegisterWorker,
    /// How to write to it.
    pub dialect: Dialect,
}

/// An application as a later Master has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationRecord {
    /// Its id.
    pub id: ApplicationId,
    /// What its driver said of it.
    pub description: ApplicationDescription,
    /// The driver's `AppClient`.
    pub driver: EndpointRef,
    /// When it registered, milliseconds since 1970 UTC.
    pub submitted_ms: u64,
    /// How many executors it wants in all, by profile, as last asked for; none while it has not asked.
    pub totals: Option<Vec<(ResourceProfile, u32)>>,
    /// Its next executor has at least this number: a number is never used twice.
    pub next_executor: u32,
    /// How to write to its driver.
    pub dialect: Dialect,
}

/// A driver as a later Master has to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DriverRecord {
    /// Its id.
    pub id: DriverId,
    /// What is to run.
    pub description: DriverDescription,
    /// When it was submitted, milliseconds since 1970 UTC.
    pub submitted_ms: u64,
    /// The Worker that was told to launch it; none while it waits.
    pub worker: Option<WorkerId>,
}

/// Which Spark a peer speaks, as the wire names it: the cores pass it on and do not look into it. Empty where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialect(pub String);

/// All that is remembered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// The Workers.
    pub workers: BTreeMap<WorkerId, WorkerRecord>,
    /// The applications.
    pub applications: BTreeMap<ApplicationId, ApplicationRecord>,
    /// The drivers.
    pub drivers: BTreeMap<DriverId, DriverRecord>,
    /// The numbers that were not given to anybody.
    pub numbers: Numbers,
}

impl Memory {
    /// Takes one change in.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Worker(record) => {
                self.workers.insert(record.registration.id.clone(), *record);
            }
            Change::WorkerGone(id) => {
                self.workers.remove(&id);
            }
            Change::Application(record) => {
                self.applications.insert(record.id.clone(), *record);
            }
            Change::Totals { application, totals } => {
                if let Some(record) = self.applications.get_mut(&application) {
                    record.totals = Some(totals);
                }
            }
            Change::ApplicationGone(id) => {
                self.applications.remove(&id);
            }
            Change::Driver(record) => {
                self.drivers.insert(record.id.clone(), *record);
            }
            Change::DriverGone(id) => {
                self.drivers.remove(&id);
            }
            Change::Numbers(numbers) => self.numbers = numbers,
        }
    }

    /// What makes the same memory of an empty one.
    pub fn changes(&self) -> impl Iterator<Item = Change> + '_ {
        let workers = self.workers.values().map(|one| Change::Worker(Box::new(one.clone())));
        let applications = self.applications.values().map(|one| Change::Application(Box::new(one.clone())));
        let drivers = self.drivers.values().map(|one| Change::Driver(Box::new(one.clone())));
        let numbers = (self.numbers != Numbers::default()).then_some(Change::Numbers(self.numbers));
        workers.chain(applications).chain(drivers).chain(numbers)
    }

    /// Whether nobody is remembered.
    pub fn is_empty(&self) -> bool {
        self.workers.is_empty() && self.applications.is_empty() && self.drivers.is_empty()
    }
}
