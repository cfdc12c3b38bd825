//! Folders that nobody needs any more: scratch folders go with their application, work folders by their age.

use model::{ApplicationId, Now};

use super::Worker;
use crate::Effect;

/// When the work folder is looked at; one clock from the first registration on (4.3; Workers of 3.5 start another at
/// each registration).
#[derive(Clone, Debug, Default)]
pub(super) struct Cleanup {
    next_ms: Option<u64>,
}

impl Cleanup {
    pub(super) fn due_ms(&self) -> Option<u64> {
        self.next_ms
    }
}

impl Worker {
    /// A Master let us in.
    pub(super) fn start_cleanup(&mut self, now: Now) {
        if let (None, Some(interval_ms)) = (self.cleanup.next_ms, self.config.cleanup_interval_ms) {
            self.note("Worker cleanup enabled; old application directories will be deleted.");
            self.cleanup.next_ms = Some(now.monotonic_ms.saturating_add(interval_ms));
        }
    }

    pub(super) fn clean_up_work_folders(&mut self, now: Now) {
        let due = self.cleanup.next_ms.is_some_and(|due_ms| due_ms <= now.monotonic_ms);
        let Some(interval_ms) = self.config.cleanup_interval_ms.filter(|_| due) else { return };
        self.cleanup.next_ms = Some(now.monotonic_ms.saturating_add(interval_ms));
        let mut running: Vec<_> = self.executors.keys().map(|key| key.application.clone()).collect();
        running.dedup();
        let running_drivers = self.drivers.keys().cloned().collect();
        self.effects.push_back(Effect::CleanUpWorkFolders { running, running_drivers });
    }

    /// Removes an application's scratch folders once it is over and its last executor is gone
    /// (`Worker.maybeCleanupApplication`, 3.5).
    pub(super) fn clean_up(&mut self, application: &ApplicationId) {
        let lives = self.executors.keys().any(|key| key.application == *application);
        if !lives && self.finished_applications.remove(application) {
            self.applications.remove(application);
            self.note(format!("Cleaning up local directories for application {application}"));
            self.effects.push_back(Effect::RemoveApplicationFolders { application: application.clone() });
        }
    }
}
