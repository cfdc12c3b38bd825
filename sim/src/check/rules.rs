//! Rules that settings make: which Worker comes first, how many drivers run, what things are called.

use model::message::LaunchExecutor;
use model::{DriverDescription, DriverId, PeerId, SparkMatching, WorkerId, WorkerSelectionPolicy};

use super::book::Book;
use super::pages::WorkerPage;
use super::reasons::Limits;
use super::refusals::Listed;
use crate::extras::Extras;
use crate::mix::Mix;

/// What the settings say.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    policy: WorkerSelectionPolicy,
    max_drivers: usize,
    name_after_driver: bool,
    pub(super) names_are_ids: bool,
    pub(super) matching: SparkMatching,
    pub(super) refuses: bool,
    pub(super) listed: Listed,
}

impl Rules {
    pub(super) fn new(extras: &Extras, mix: &Mix, listed: Listed) -> Self {
        Self {
            policy: extras.worker_selection_policy,
            max_drivers: extras.max_drivers,
            name_after_driver: extras.use_driver_id_as_application_name,
            names_are_ids: extras.use_application_name_as_id,
            matching: mix.matching,
            refuses: mix.refuse_what_never_fits,
            listed,
        }
    }

    pub(super) fn limits(&self) -> Limits {
        Limits { max_drivers: self.max_drivers, listed: self.listed }
    }

    /// Whether the policy puts one Worker before another (`Master.startExecutorsOnWorkers`, 4.0).
    fn comes_before(&self, one: (&WorkerId, &WorkerPage), other: (&WorkerId, &WorkerPage)) -> bool {
        let cores = |(id, page): (_, &WorkerPage)| (page.free_cores(), id);
        let memory = |(id, page): (_, &WorkerPage)| (page.free_memory_mib(), id);
        match self.policy {
            WorkerSelectionPolicy::CoresFreeAsc => cores(one) < cores(other),
            WorkerSelectionPolicy::CoresFreeDesc => cores(one) > cores(other),
            WorkerSelectionPolicy::MemoryFreeAsc => memory(one) < memory(other),
            WorkerSelectionPolicy::MemoryFreeDesc => memory(one) > memory(other),
            WorkerSelectionPolicy::WorkerId => one.0 < other.0,
        }
    }

    /// The first executor of a profile that an event brings goes to the first Worker that has room.
    pub(super) fn wrong_choice(&self, book: &Book, peer: PeerId, launch: &LaunchExecutor) -> Option<String> {
        let (id, chosen) = book.worker_at(peer)?;
        let could = |page: &WorkerPage| book.has_room(&launch.executor.application, launch.profile, page);
        let mut before = book.staying_workers().filter(|one| self.comes_before(*one, (id, chosen)));
        before.find(|(_, page)| could(page)).map(|(better, _)| {
            format!("{} was launched on {id}, and {:?} puts {better} first", launch.executor, self.policy)
        })
    }

    pub(super) fn driver_launched(
        &self,
        book: &Book,
        driver: &DriverId,
        description: &DriverDescription,
    ) -> Vec<String> {
        let mut found = Vec::new();
        let running = book.drivers().count();
        if running > self.max_drivers {
            found.push(format!("{running} drivers run, and {} may", self.max_drivers));
        }
        let name = format!("-Dspark.app.name={driver}");
        if description.command.java_options.contains(&name) != self.name_after_driver {
            found.push(format!("{driver} is launched with {:?}", description.command.java_options));
        }
        found
    }
}
