//! What the submission server and the page ask for: the same as a submission over RPC can, and more.

use model::message::ToWorker;
use model::{DriverId, DriverState, Now, PeerId, WorkerId};

use super::Master;
use crate::{Effect, Request, Response};

impl Master {
    /// Exactly one answer, behind everything that the request caused.
    pub(super) fn on_request(&mut self, now: Now, request: u64, what: Request) {
        if let Some(response) = self.respond_when_not_alive(&what) {
            return self.effects.push_back(Effect::Respond { request, response });
        }
        let response = match what {
            Request::SubmitDriver(description) => {
                Response::Driver(self.submit_driver(now, *description, None))
            }
            Request::KillDriver(driver) => Response::Driver(self.kill_driver(now, &driver)),
            Request::KillAllDrivers => self.kill_all_drivers(now),
            Request::DriverStatus(driver) => Response::Driver(self.driver_status(&driver)),
            Request::ClearCompleted => self.clear_completed(),
            // Only a Master in standby is not ready (`Master.receiveAndReply`, `RequestReadyz`, 4.0).
            Request::Readyz => Response::Ready(true),
            Request::DecommissionHosts(hosts) => {
                Response::Decommissioned(self.decommission_hosts(now, &hosts))
            }
        };
        self.effects.push_back(Effect::Respond { request, response });
    }

    fn kill_all_drivers(&mut self, now: Now) -> Response {
        self.note("Asked to kill all drivers");
        let all: Vec<DriverId> = self.drivers.active().map(|driver| driver.id.clone()).collect();
        for id in all {
            self.end_driver(now, &id);
            self.note(format!("Kill request for {id} submitted"));
        }
        self.schedule(now);
        Response::KillAllDrivers { success: true, message: "Kill request for all drivers submitted".into() }
    }

    fn clear_completed(&mut self) -> Response {
        let (drivers, applications) = (self.drivers.completed.len(), self.applications.completed.len());
        self.note(format!("Asked to clear {drivers} completed drivers and {applications} completed apps."));
        self.drivers.completed.clear();
        self.applications.completed.clear();
        Response::Cleared { success: true, message: String::new() }
    }

    /// How many Workers there are on these hosts, those included that leave already
    /// (`Master.decommissionWorkersOnHosts`, 3.5).
    fn decommission_hosts(&mut self, now: Now, hosts: &[String]) -> usize {
        let matches = |host: &str| hosts.iter().any(|one| one.eq_ignore_ascii_case(host));
        let there: Vec<(WorkerId, PeerId, String)> = self
            .workers
            .live()
            .filter(|worker| matches(&worker.address.host))
            .map(|worker| (worker.id.clone(), worker.peer, worker.host_port()))
            .collect();
        let listed: Vec<&str> = there.iter().map(|(.., host_port)| host_port.as_str()).collect();
        self.note(format!("Decommissioning the workers with host:ports {}", listed.join(", ")));
        for (id, peer, _) in &there {
            self.decommission_worker(id);
            self.tell_worker(*peer, ToWorker::DecommissionWorker);
        }
        self.schedule(now);
        there.len()
    }

    /// Has an active driver ended: one that waits is gone at once, one that runs when its Worker says so.
    pub(super) fn end_driver(&mut self, now: Now, id: &DriverId) {
        let Some(driver) = self.drivers.get(id) else { return };
        match &driver.place {
            None => self.remove_driver(now, id, DriverState::Killed, None),
            Some(place) => {
                if let Some(peer) = self.workers.peer_of(&place.worker) {
                    self.tell_worker(peer, ToWorker::KillDriver { driver: id.clone() });
                }
            }
        }
    }
}
