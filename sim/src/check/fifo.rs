//! First come, first served: nobody gets what an earlier application could have used, and nobody waits for what is free.

use model::{ApplicationId, PeerId};

use super::book::Book;
use super::pages::{ApplicationPage, Claim, Size, Wanted, WorkerPage};

impl Book {
    /// An executor is about to go to an application on the Worker at `peer`: the earlier application that could have
    /// had one there, if there is one.
    pub(super) fn passed_over(&self, peer: PeerId, application: &ApplicationId) -> Option<String> {
        let (_, worker) = self.worker_at(peer)?;
        let earlier = self.applications.iter().take_while(|one| !one.active || one.id != *application);
        let mut waiting = earlier.filter(|one| one.active && self.could_use(one, worker));
        waiting.next().map(|one| format!("{application} was served before {}, which came first", one.id))
    }

    /// An application that waits although a Worker has room, once an event is over.
    pub(super) fn waits_for_nothing(&self) -> Option<String> {
        let mut active = self.applications.iter().filter(|one| one.active);
        active.find_map(|application| {
            let mut workers = self.staying_workers();
            let (id, _) = workers.find(|(_, worker)| self.could_use(application, worker))?;
            Some(format!("{} waits, and {id} has room", application.id))
        })
    }

    /// Whether a Worker has room for an executor of a profile.
    pub(super) fn has_room(&self, id: &ApplicationId, profile: u32, worker: &WorkerPage) -> bool {
        let application = self.applications.iter().find(|one| one.active && one.id == *id);
        let wanted = application.and_then(|one| Some((one, one.profiles.get(&profile)?)));
        wanted.is_some_and(|(application, wanted)| self.fits(application, wanted, worker))
    }

    fn could_use(&self, application: &ApplicationPage, worker: &WorkerPage) -> bool {
        application.profiles.iter().any(|(id, wanted)| {
            self.fits(application, wanted, worker) && self.executors_of(&application.id, *id) < wanted.target
        })
    }

    fn fits(&self, application: &ApplicationPage, wanted: &Wanted, worker: &WorkerPage) -> bool {
        let cores_left = application.max_cores.saturating_sub(self.cores_of(&application.id));
        cores_left >= wanted.size.least_cores()
            && self.has_room_for(&wanted.size, worker)
            && self.told(&application.spark, worker).is_some()
    }

    /// Whether a Worker could run a process of that size and Spark now.
    pub(super) fn has_room_somewhere(&self, size: &Size, spark: &Claim) -> bool {
        let mut workers = self.staying_workers().map(|(_, worker)| worker);
        workers.any(|worker| self.has_room_for(size, worker) && self.told(spark, worker).is_some())
    }

    /// Whether a driver that waits could run on a Worker of those that are there, once that is idle.
    pub(super) fn could_run(&self, name: &str) -> bool {
        self.submissions.get(name).is_some_and(|page| {
            let size = Size::of_driver(&page.description);
            let mut workers = self.workers.values();
            workers.any(|worker| size.fits_idle(&worker.offer) && self.told(&page.spark, worker).is_some())
        })
    }

    /// Whether a process of that size fits beside what a Worker has been given.
    fn has_room_for(&self, size: &Size, worker: &WorkerPage) -> bool {
        worker.free_cores() >= size.least_cores()
            && worker.free_memory_mib() >= size.memory_mib
            && worker.free_total_mib() >= size.total_mib
            && worker.free_gpus() >= size.gpus
    }
}
