//! Where a Master stands, whom it waits for while it recovers, and what it answers while it does not lead.

use std::collections::BTreeMap;

use model::message::{Reply, ToDriver, ToMaster, ToWorker};
use model::{ApplicationId, Numbers, PeerId, RecoveryState, RpcAddress, WorkerId, WorkerRecord};

use super::Master;
use crate::{Effect, Request, Response};

/// Where a Master stands.
#[derive(Clone, Debug)]
pub(crate) struct Standing {
    pub(crate) state: RecoveryState,
    /// Who leads in its place, as far as is known.
    pub(crate) leader: Option<RpcAddress>,
    /// It led, or could have, and does not any more: for good.
    pub(crate) is_over: bool,
    /// It has taken over from another Master, which may have given away what this one would not.
    pub(crate) took_over: bool,
    /// When those that have not answered are given up.
    pub(crate) due_ms: Option<u64>,
    /// The numbers of ids that are reserved end before these.
    pub(crate) numbers: Numbers,
    /// What drivers hear that turn to this Master: Workers were lost meanwhile.
    pub(crate) removed: Vec<ToDriver>,
    awaited: BTreeMap<WorkerId, Awaited>,
    contacts: BTreeMap<u64, Whom>,
    last_token: u64,
}

/// A Worker that another Master had, and that has not said what it runs.
#[derive(Clone, Debug)]
pub(crate) struct Awaited {
    pub(crate) record: WorkerRecord,
    /// Where it was told who leads now.
    pub(crate) peer: Option<PeerId>,
}

/// Who is being contacted.
#[derive(Clone, Debug)]
pub(super) enum Whom {
    Worker(WorkerId),
    Application(ApplicationId),
}

impl Standing {
    pub(super) fn new(state: RecoveryState) -> Self {
        Self {
            state,
            leader: None,
            is_over: false,
            took_over: false,
            due_ms: None,
            numbers: Numbers::default(),
            removed: Vec::new(),
            awaited: BTreeMap::new(),
            contacts: BTreeMap::new(),
            last_token: 0,
        }
    }

    pub(super) fn contact(&mut self, whom: Whom) -> u64 {
        self.last_token += 1;
        self.contacts.insert(self.last_token, whom);
        self.last_token
    }

    pub(super) fn contacted(&mut self, token: u64) -> Option<Whom> {
        self.contacts.remove(&token)
    }

    /// Waits for a Worker, on no connection yet.
    pub(super) fn expect(&mut self, record: WorkerRecord) {
        self.awaited.insert(record.registration.id.clone(), Awaited { record, peer: None });
    }

    pub(crate) fn awaited(&self, id: &WorkerId) -> Option<&Awaited> {
        self.awaited.get(id)
    }

    /// The connection of a Worker that is waited for, unless it has one. Whether it is this one now.
    pub(super) fn connect(&mut self, id: &WorkerId, peer: PeerId) -> bool {
        let Some(awaited) = self.awaited.get_mut(id).filter(|one| one.peer.is_none()) else { return false };
        awaited.peer = Some(peer);
        true
    }

    /// A Worker is not waited for any longer.
    pub(super) fn came(&mut self, id: &WorkerId) -> Option<Awaited> {
        self.awaited.remove(id)
    }

    pub(super) fn awaits_workers(&self) -> bool {
        !self.awaited.is_empty()
    }

    pub(super) fn all_awaited(&self) -> Vec<WorkerId> {
        self.awaited.keys().cloned().collect()
    }

    /// By id.
    pub(crate) fn records(&self) -> impl Iterator<Item = &WorkerRecord> {
        self.awaited.values().map(|one| &one.record)
    }

    /// Those that are waited for on a connection.
    pub(crate) fn on(&self, peer: PeerId) -> Vec<WorkerId> {
        let there = self.awaited.iter().filter(|(_, one)| one.peer == Some(peer));
        there.map(|(id, _)| id.clone()).collect()
    }

    /// Where a Worker that is waited for says that it is.
    pub(crate) fn address_of(&self, id: &WorkerId) -> Option<RpcAddress> {
        let registration = &self.awaited.get(id)?.record.registration;
        let here = || RpcAddress::new(registration.host.clone(), registration.port);
        Some(registration.worker.address.clone().unwrap_or_else(here))
    }

    /// The one that is waited for and listens at an address.
    pub(super) fn at(&self, address: &RpcAddress) -> Option<WorkerId> {
        let mut all = self.awaited.iter();
        let there = all.find(|(_, one)| one.record.registration.worker.address.as_ref() == Some(address));
        there.map(|(id, _)| id.clone())
    }

    pub(super) fn recovered(&mut self) {
        self.state = RecoveryState::Alive;
        self.due_ms = None;
        self.removed.clear();
        self.contacts.clear();
    }
}

impl Master {
    /// Whether this Master gives away what is free.
    pub(crate) fn is_alive(&self) -> bool {
        self.standing.state == RecoveryState::Alive
    }

    pub(super) fn is_in_standby(&self) -> bool {
        self.standing.state == RecoveryState::Standby
    }

    /// Another Master can lead by now: what was decided here counts no longer, and nobody hears of it.
    pub(super) fn step_down(&mut self, why: String) {
        self.effects.clear();
        self.standing.is_over = true;
        self.standing.state = RecoveryState::Standby;
        self.effects.push_back(Effect::StepDown { why });
    }

    /// Who lets nobody in (`Master.receive`, 3.5).
    pub(super) fn on_message_in_standby(&mut self, peer: PeerId, message: &ToMaster) {
        match message {
            ToMaster::RegisterWorker(_) | ToMaster::WorkerDecommissioning { .. } => {
                self.tell_worker(peer, ToWorker::MasterInStandby);
            }
            // Spark leaves an application without an answer too: it asks all Masters.
            ToMaster::RegisterApplication { .. } => {}
            other => {
                self.warn(format!("{} came to a Master that does not lead; it is passed over", other.name()));
            }
        }
    }

    /// The sentence for whoever wants something that only a leader does (`Master.receiveAndReply`, 3.5).
    pub(super) fn not_alive(&self, only: &str) -> Option<String> {
        let state = self.standing.state;
        (!self.is_alive())
            .then(|| format!("Current state is not alive: {state}. Can only {only} in ALIVE state."))
    }

    /// The answer to a question about drivers while this Master does not lead, or not yet.
    pub(super) fn reply_when_not_alive(&self, message: &ToMaster) -> Option<Reply> {
        let master = self.endpoint();
        match message {
            ToMaster::RequestSubmitDriver { .. } => {
                let message = self.not_alive("accept driver submissions")?;
                Some(Reply::SubmitDriver { master, success: false, driver: None, message })
            }
            ToMaster::RequestKillDriver { driver } => {
                let message = self.not_alive("kill drivers")?;
                Some(Reply::KillDriver { master, driver: driver.clone(), success: false, message })
            }
            ToMaster::RequestDriverStatus { .. } => {
                let exception = Some(self.not_alive("request driver status")?);
                Some(Reply::DriverStatus {
                    found: false,
                    state: None,
                    worker: None,
                    worker_host_port: None,
                    exception,
                })
            }
            _ => None,
        }
    }

    /// The same for what is asked over HTTP.
    pub(super) fn respond_when_not_alive(&self, what: &Request) -> Option<Response> {
        let asked = match what {
            Request::SubmitDriver(description) => {
                ToMaster::RequestSubmitDriver { description: description.clone() }
            }
            Request::KillDriver(driver) => ToMaster::RequestKillDriver { driver: driver.clone() },
            Request::DriverStatus(driver) => ToMaster::RequestDriverStatus { driver: driver.clone() },
            Request::KillAllDrivers => {
                let message = self.not_alive("kill drivers")?;
                return Some(Response::KillAllDrivers { success: false, message });
            }
            Request::ClearCompleted => {
                let message = self.not_alive("clear completed drivers and apps")?;
                return Some(Response::Cleared { success: false, message });
            }
            Request::Readyz => return self.is_in_standby().then_some(Response::Ready(false)),
            Request::DecommissionHosts(_) => {
                return self.is_in_standby().then_some(Response::Decommissioned(0));
            }
        };
        if self.is_alive() {
            return None;
        }
        self.reply_when_not_alive(&asked).map(Response::Driver)
    }
}
