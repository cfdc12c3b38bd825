//! First come, first served: nobody gets what an earlier application could have used.

use model::{ApplicationId, PeerId};

use super::book::{ApplicationPage, Book, WorkerPage};

impl Book {
    /// An executor is about to go to an application on the Worker at `peer`: the earlier application that could have
    /// had one there, if there is one.
    pub(super) fn passed_over(&self, peer: PeerId, application: &ApplicationId) -> Option<String> {
        let worker = self.worker_at(peer)?;
        let earlier = self.applications.iter().take_while(|one| one.id != *application);
        let mut waiting = earlier.filter(|one| one.active && self.could_use(one, worker));
        waiting.next().map(|one| format!("{application} was served before {}, which came first", one.id))
    }

    fn could_use(&self, application: &ApplicationPage, worker: &WorkerPage) -> bool {
        let cores_left = application.max_cores.saturating_sub(self.cores_of(&application.id));
        // A profile that names no cores goes by the application's own (`ApplicationInfo`, 3.5).
        let default_cores = application.profiles.get(&0).and_then(|wanted| wanted.cores);
        application.profiles.iter().any(|(id, wanted)| {
            let unit = wanted.cores.or(default_cores).unwrap_or(1);
            cores_left >= unit
                && worker.free_cores() >= unit
                && worker.free_memory_mib() >= wanted.memory_mib
                && worker.free_gpus() >= wanted.gpus
                && self.executors_of(&application.id, *id) < wanted.target
        })
    }
}
