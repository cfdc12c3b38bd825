//! Leaving with care: no new executors, while those that run move their blocks on their driver's word.
//!
//! The Worker stays until somebody stops it, as Spark's does: whoever asked for it waits for the executors.

use model::message::ToMaster;

use super::Worker;

impl Worker {
    /// A Master said so, which knows it already (`Worker.decommissionSelf`, 3.5).
    pub(super) fn decommission(&mut self) {
        if !self.config.decommission_enabled {
            return self.warn("Receive decommission request, but decommission feature is disabled.");
        }
        if self.decommissioned {
            return self.warn(format!("Worker {} already started decommissioning.", self.id));
        }
        self.decommissioned = true;
        self.note(format!("Decommission worker {}.", self.id));
    }

    /// The Worker's machine said so: the Master must hear it, so that it sends nothing more here and tells the drivers.
    pub(super) fn decommission_by_signal(&mut self) {
        self.decommission();
        self.tell_of_decommission();
    }

    /// Tells the Master. Spark tells it once and drops the word when there is none; here each Master that lets this
    /// Worker in hears it, or it would give it new executors that are never started.
    pub(super) fn tell_of_decommission(&mut self) {
        if let Some(peer) = self.registration.peer().filter(|_| self.decommissioned) {
            let (worker, endpoint) = (self.id.clone(), self.endpoint());
            self.send(peer, ToMaster::WorkerDecommissioning { worker, endpoint });
        }
    }
}
