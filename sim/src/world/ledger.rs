//! What Masters remember and which of them leads: a model of the store, and of the daemon between it, the election and a
//! Master's core.
//!
//! ```text
//!   core ──effects──► daemon: everything behind a Persist waits ──► store: one entry after the other, each in an epoch
//!                      ▲ Elected, Deposed                            a new leader begins a new epoch: older writes fail
//! ```
//!
//! The store knows everything and is never wrong; it is slow, and answers get lost, before or after the deed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use core_election::{Config, Election, Outcome as Answer, Timing, Told};
use core_master::{Effect, Event};
use model::message::{Reply, ToDriver, ToWorker};
use model::{
    ApplicationId, Change, ExecutorKey, Lease, MasterUrl, Memory, PeerId, RecoveryState, RpcAddress,
};

use super::processes::Running;
use super::{Happening, World, address};
use crate::network::{Connection, Node, Process};

/// Far more than is usual: a simulation that renews four times a second does little else.
const TIMING: Timing =
    Timing { length_ms: 15_000, renew_every_ms: 5_000, poll_every_ms: 4_000, request_ms: 6_000 };

/// In calm weather a leader knows after this who has turned to it.
const SETTLED_MS: u64 = 15_000;

/// Every how many milliseconds that is looked at.
const LOOK_MS: u64 = 5_000;

/// The store, and what has ever been true of it.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    epoch: u64,
    /// The next entry of the epoch.
    position: u64,
    memory: Memory,
    /// The lease, and how often it was written.
    register: Option<(Lease, u64)>,
    orders: BTreeMap<u64, (Order, Option<Outcome>)>,
    last_order: u64,
    bad_until_ms: u64,
    /// Ids of applications and drivers that were ever written down, and of drivers that were with a Worker.
    written: BTreeSet<String>,
    placed: BTreeSet<String>,
    /// Below these the numbers of executors are reserved.
    reserved: BTreeMap<ApplicationId, u32>,
    /// What was ever launched.
    pub(super) launched: BTreeSet<String>,
    /// Since when a Master leads and gives away what is free, as far as was looked.
    alive: Option<(Process, u64)>,
    looked_ms: u64,
    /// What looked wrong when it was last looked: if it still does it is.
    suspected: BTreeSet<String>,
    /// Executors that outlive their Master, and who runs them.
    go_on: BTreeMap<ExecutorKey, Process>,
}

/// What is asked of the store.
#[derive(Clone, Debug)]
enum Order {
    Append { epoch: u64, position: u64, changes: Vec<Change> },
    TakeOver,
    Get { ticket: u64 },
    Swap { ticket: u64, expected: Option<String>, lease: Lease },
}

#[derive(Clone, Debug)]
enum Outcome {
    Durable,
    Fenced,
    Elected {
        epoch: u64,
        memory: Memory,
    },
    /// What the register says.
    Register(Answer),
    /// Nobody knows whether it was done.
    Unknown,
}

/// A Master's daemon. Moments are those of its own clock.
#[derive(Debug, Default)]
pub(crate) struct Daemon {
    queue: VecDeque<Effect>,
    /// How many effects of the queue the write covers that is under way.
    writing: Option<usize>,
    epoch: Option<u64>,
    position: u64,
    /// None where there is one Master only.
    election: Option<Election>,
    tick_ms: Option<u64>,
    /// How much faster its clock runs, per mille.
    drift: i64,
}

impl Daemon {
    pub(super) fn leads(&self, ledger: &Ledger) -> bool {
        self.epoch == Some(ledger.epoch)
    }

    pub(super) fn queue(&mut self, effect: Effect) {
        if matches!(effect, Effect::StepDown { .. }) {
            self.queue.clear();
            self.writing = None;
        }
        self.queue.push_back(effect);
    }

    fn clock_ms(&self, now_ms: u64) -> u64 {
        now_ms * 1000_u64.saturating_add_signed(self.drift) / 1000
    }
}

impl Ledger {
    /// Does what was asked, if it may be done.
    fn carry_out(&mut self, order: &Order) -> Outcome {
        match order {
            Order::Append { epoch, .. } if *epoch != self.epoch => Outcome::Fenced,
            // It was done before, and the answer got lost.
            Order::Append { position, .. } if *position < self.position => Outcome::Durable,
            Order::Append { changes, .. } => {
                self.position += 1;
                changes.iter().for_each(|change| self.write(change));
                Outcome::Durable
            }
            Order::TakeOver => {
                self.epoch += 1;
                self.position = 0;
                Outcome::Elected { epoch: self.epoch, memory: self.memory.clone() }
            }
            Order::Get { .. } => {
                let held = self.register.clone().map(|(lease, version)| (lease, version.to_string()));
                Outcome::Register(Answer::Held(held))
            }
            Order::Swap { expected, lease, .. } => {
                let version = self.register.as_ref().map(|(_, version)| *version);
                if *expected != version.map(|version| version.to_string()) {
                    return Outcome::Register(Answer::Conflict);
                }
                let next = version.unwrap_or(0) + 1;
                self.register = Some((lease.clone(), next));
                Outcome::Register(Answer::Swapped(next.to_string()))
            }
        }
    }

    fn write(&mut self, change: &Change) {
        match change {
            Change::Application(record) => {
                self.written.insert(record.id.to_string());
                let end = self.reserved.entry(record.id.clone()).or_default();
                *end = record.next_executor.max(*end);
            }
            Change::Driver(record) => {
                self.written.insert(record.id.to_string());
                if record.worker.is_some() {
                    self.placed.insert(record.id.to_string());
                }
            }
            _ => {}
        }
        self.memory.apply(change.clone());
    }
}

impl World {
    pub(super) fn start_daemon(&mut self, index: usize) {
        if !self.scenario.masters.remember() {
            return;
        }
        let process = self.master_process(index);
        let (drift, seed) = (self.rng.i64(-50..=50), self.rng.u64(..));
        let here = address(process.node);
        let daemon = &mut self.masters[index].daemon;
        daemon.drift = drift;
        if self.scenario.masters.count() == 1 {
            // Whoever starts where there is one Master leads.
            return self.order(process, Order::TakeOver);
        }
        let config = Config {
            id: format!("{here}-{}", process.incarnation),
            address: here.spark_url(),
            page: String::new(),
            timing: TIMING,
            seed,
        };
        daemon.election = Some(Election::new(config, daemon.clock_ms(self.now_ms)));
        self.hear_of_election(index);
    }

    fn order(&mut self, process: Process, order: Order) {
        self.ledger.last_order += 1;
        let number = self.ledger.last_order;
        self.ledger.orders.insert(number, (order, None));
        let delay_ms = self.store_delay_ms();
        self.after(delay_ms, Happening::Stored(process, number));
    }

    fn store_is_bad(&self) -> bool {
        !self.calm && self.now_ms < self.ledger.bad_until_ms
    }

    fn store_delay_ms(&mut self) -> u64 {
        if self.store_is_bad() { self.rng.u64(5..3_000) } else { self.rng.u64(1..8) }
    }

    pub(super) fn spoil_store(&mut self) {
        self.ledger.bad_until_ms = self.now_ms + self.rng.u64(1_000..40_000);
        self.trace.add(self.now_ms, format_args!("the store is bad until {} ms", self.ledger.bad_until_ms));
    }

    /// The store does it, whether or not whoever asked still lives. It may do it after it has failed to answer.
    pub(super) fn stored(&mut self, process: Process, number: u64) {
        let fails = self.store_is_bad() && self.chance(30);
        let is_done = !fails || self.rng.bool();
        let Some((order, _)) = self.ledger.orders.get(&number).cloned() else { return };
        let outcome = if is_done { self.ledger.carry_out(&order) } else { Outcome::Unknown };
        let outcome = if fails { Outcome::Unknown } else { outcome };
        self.ledger.orders.insert(number, (order, Some(outcome)));
        let delay_ms = self.store_delay_ms();
        self.after(delay_ms, Happening::StoreAnswers(process, number));
    }

    pub(super) fn store_answers(&mut self, process: Process, number: u64) {
        let Some((order, Some(outcome))) = self.ledger.orders.remove(&number) else { return };
        let Node::Master(index) = process.node else { return };
        if !self.lives(process) {
            return;
        }
        let daemon = &mut self.masters[index].daemon;
        match (order, outcome) {
            (Order::Append { .. }, Outcome::Durable) => self.is_durable(index),
            (Order::Append { .. }, Outcome::Fenced) => self.depose(index, "another Master leads"),
            (order @ (Order::Append { .. } | Order::TakeOver), Outcome::Unknown) => {
                self.order(process, order);
            }
            (Order::TakeOver, Outcome::Elected { epoch, memory }) => {
                self.trace.add(self.now_ms, format_args!("Master {index} leads in epoch {epoch}"));
                (daemon.epoch, daemon.position) = (Some(epoch), 0);
                self.master_event(index, Event::Elected { memory });
            }
            (Order::Get { ticket } | Order::Swap { ticket, .. }, outcome) => {
                let outcome = match outcome {
                    Outcome::Register(answer) => answer,
                    _ => Answer::Failed("the store does not answer".into()),
                };
                let own_ms = daemon.clock_ms(self.now_ms);
                if let Some(election) = &mut daemon.election {
                    election.handle(own_ms, core_election::Event::Answer { ticket, outcome });
                }
                self.hear_of_election(index);
            }
            _ => self.checks.fail(format!("the store gives Master {index} an answer of another kind")),
        }
    }

    /// The election does what is due.
    pub(super) fn lease_tick(&mut self, process: Process) {
        let Node::Master(index) = process.node else { return };
        if self.lives(process) {
            self.masters[index].daemon.tick_ms = None;
            self.wake_election(index);
        }
    }

    fn wake_election(&mut self, index: usize) {
        let daemon = &mut self.masters[index].daemon;
        let own_ms = daemon.clock_ms(self.now_ms);
        if let Some(election) = &mut daemon.election {
            election.handle_timeout(own_ms);
        }
        self.hear_of_election(index);
    }

    fn hear_of_election(&mut self, index: usize) {
        let process = self.master_process(index);
        while self.lives(process)
            && let Some(effect) = self.masters[index].daemon.election.as_mut().and_then(Election::poll_effect)
        {
            match effect {
                core_election::Effect::Get { ticket } => self.order(process, Order::Get { ticket }),
                core_election::Effect::Swap { ticket, expected, lease } => {
                    self.order(process, Order::Swap { ticket, expected, lease });
                }
                core_election::Effect::Tell(Told::Won { .. }) => self.order(process, Order::TakeOver),
                core_election::Effect::Tell(Told::Lost { why }) => self.depose(index, &why.to_string()),
                core_election::Effect::Tell(Told::Leads(lease)) => {
                    let leader = lease.and_then(|lease| lease.address.parse::<MasterUrl>().ok());
                    let leader = leader.and_then(|url| url.masters.into_iter().next());
                    self.master_event(index, Event::LeaderKnown { leader });
                }
                core_election::Effect::Tell(Told::Stopped) => {}
            }
        }
        let daemon = &mut self.masters[index].daemon;
        let Some(due_ms) = daemon.election.as_ref().and_then(Election::poll_timeout) else { return };
        let left_ms = due_ms.saturating_sub(daemon.clock_ms(self.now_ms));
        let at_ms = self.now_ms + left_ms * 1000 / 1000_u64.saturating_add_signed(daemon.drift) + 1;
        if daemon.tick_ms.is_none_or(|tick_ms| at_ms < tick_ms || tick_ms < self.now_ms) {
            daemon.tick_ms = Some(at_ms);
            self.queue.push(at_ms, Happening::LeaseTick(process));
        }
    }

    /// Whether a leader's lease has run out, by its own clock.
    fn depose_if_overdue(&mut self, index: usize) -> bool {
        let daemon = &self.masters[index].daemon;
        let own_ms = daemon.clock_ms(self.now_ms);
        let is_overdue =
            daemon.epoch.is_some() && daemon.election.as_ref().is_some_and(|one| !one.is_leader(own_ms));
        if is_overdue {
            self.wake_election(index);
        }
        is_overdue
    }

    fn depose(&mut self, index: usize, why: &str) {
        self.trace.add(self.now_ms, format_args!("Master {index} leads no longer: {why}"));
        self.masters[index].daemon.epoch = None;
        self.master_event(index, Event::Deposed { why: why.into() });
    }

    /// What a core wants done is done, up to what waits for the store.
    pub(super) fn carry_out_what_may_be(&mut self, index: usize) {
        if !self.scenario.masters.remember() {
            return;
        }
        while let Some(front) = self.masters[index].daemon.queue.front() {
            if matches!(front, Effect::Persist { .. }) {
                return self.write_down(index);
            }
            let steps_down = matches!(front, Effect::StepDown { .. } | Effect::Log(_));
            if !steps_down && self.depose_if_overdue(index) {
                return;
            }
            if let Some(effect) = self.masters[index].daemon.queue.pop_front() {
                self.master_does(index, effect);
            }
        }
    }

    /// All changes that wait are written in one entry.
    fn write_down(&mut self, index: usize) {
        let process = self.master_process(index);
        let daemon = &mut self.masters[index].daemon;
        if daemon.writing.is_some() {
            return;
        }
        let Some(epoch) = daemon.epoch else {
            return self.checks.fail(format!("Master {index} writes something down and does not lead"));
        };
        let persists = daemon.queue.iter().filter_map(|effect| match effect {
            Effect::Persist { changes, .. } => Some(changes.clone()),
            _ => None,
        });
        let changes = persists.flatten().collect();
        daemon.writing = Some(daemon.queue.len());
        let position = daemon.position;
        self.order(process, Order::Append { epoch, position, changes });
    }

    fn is_durable(&mut self, index: usize) {
        let daemon = &mut self.masters[index].daemon;
        let Some(covered) = daemon.writing.take() else { return };
        daemon.position += 1;
        let effects: Vec<Effect> = daemon.queue.drain(..covered).collect();
        let left = std::mem::take(&mut daemon.queue);
        daemon.queue.extend(effects.into_iter().filter(|one| !matches!(one, Effect::Persist { .. })));
        daemon.queue.extend(left);
        self.carry_out_what_may_be(index);
    }

    /// A Master turns to a peer that another one had.
    pub(super) fn contacts(&mut self, master: Process, token: u64, to: &RpcAddress) {
        let Node::Master(index) = master.node else { return };
        if !self.lives(master) {
            return;
        }
        let workers = (0..self.workers.len()).map(|worker| self.worker_process(worker));
        let drivers = self.living_drivers().into_iter();
        let drivers = drivers.map(|driver| Process { node: Node::Driver(driver), incarnation: 0 });
        let there = workers.chain(drivers).find(|one| address(one.node) == *to && self.lives(*one));
        let fails = !self.calm && self.chance(3);
        let outcome = match there.filter(|_| !fails) {
            Some(peer) => {
                let connection = Connection { by_master: true, ..Connection::new(peer, master) };
                self.connections.push(connection);
                Ok(PeerId(self.connections.len() as u64 - 1))
            }
            None => Err("Connection refused".to_owned()),
        };
        self.trace.add(self.now_ms, format_args!("contact {token} of Master {index} with {to}: {outcome:?}"));
        self.master_event(index, Event::Contacted { token, outcome });
    }

    /// What there was to judge.
    pub(super) fn count_taken_over(&mut self, index: usize) {
        let Some(core) = &self.masters[index].core else { return };
        let snapshot = core.snapshot(self.now());
        let executors = snapshot.active_applications.iter().map(|one| one.executors.len());
        let drivers = snapshot.active_drivers.iter().filter(|one| one.worker.is_some()).count();
        self.checks.took_over(executors.sum::<usize>() + drivers);
    }

    pub(super) fn check_promise_to_worker(&mut self, message: &ToWorker) {
        if !self.scenario.masters.remember() {
            return;
        }
        let is_kept = match message {
            ToWorker::LaunchDriver { driver, .. } => self.ledger.placed.contains(driver.as_str()),
            ToWorker::LaunchExecutor(launch) => {
                let key = &launch.executor;
                self.ledger.reserved.get(&key.application).is_some_and(|end| key.executor < *end)
            }
            _ => true,
        };
        if !is_kept {
            self.checks.fail(format!("said before it was durable: {message:?}"));
        }
    }

    pub(super) fn check_promise_to_driver(&mut self, message: &ToDriver) {
        if let ToDriver::RegisteredApplication { application, .. } = message
            && self.scenario.masters.remember()
            && !self.ledger.written.contains(application.as_str())
        {
            self.checks.fail(format!("{application} was let in before that was durable"));
        }
    }

    pub(super) fn check_promise_of_answer(&mut self, reply: &Reply) {
        if let Reply::SubmitDriver { driver: Some(driver), .. } = reply
            && self.scenario.masters.remember()
            && !self.ledger.written.contains(driver.as_str())
        {
            self.checks.fail(format!("{driver} was submitted before that was durable"));
        }
    }

    /// A leader dies in fair weather.
    pub(super) fn expect_to_go_on(&mut self, index: usize) {
        self.ledger.go_on = self.executors_that_go_on(index).into_iter().collect();
    }

    /// An executor is about to be ended by a Master.
    pub(super) fn check_goes_on(&mut self, worker: Process, key: &ExecutorKey, driver: Option<usize>) {
        let is_needed =
            driver.is_some_and(|driver| self.application_of(driver).as_ref() == Some(&key.application));
        let lives = driver.is_some_and(|driver| self.living_drivers().contains(&driver));
        if self.lives(worker) && self.ledger.go_on.get(key) == Some(&worker) && is_needed && lives {
            self.checks.fail(format!("executor {key} outlived its Master and was ended by the next"));
        }
    }

    /// In calm weather the leader knows everything that runs on Workers that have turned to it, and every driver that has.
    pub(super) fn check_whom_the_leader_knows(&mut self) {
        if !self.calm || !self.scenario.masters.remember() || self.now_ms < self.ledger.looked_ms + LOOK_MS {
            return;
        }
        self.ledger.looked_ms = self.now_ms;
        let Some(index) = self.leader_index() else { return self.ledger.alive = None };
        let Some(snapshot) = self.masters[index].core.as_ref().map(|core| core.snapshot(self.now())) else {
            return;
        };
        if snapshot.status != RecoveryState::Alive {
            self.ledger.alive = None;
            return;
        }
        let process = self.master_process(index);
        let alive = self.ledger.alive.filter(|(one, _)| *one == process);
        let (_, since_ms) = *self.ledger.alive.insert(alive.unwrap_or((process, self.now_ms)));
        if self.now_ms < since_ms + SETTLED_MS {
            return;
        }
        let executors: BTreeSet<String> = snapshot
            .active_applications
            .iter()
            .flat_map(|one| one.executors.iter().map(move |executor| format!("{}/{}", one.id, executor.id)))
            .collect();
        let known = |id: &ApplicationId| snapshot.active_applications.iter().any(|one| one.id == *id);
        let mut wrong = BTreeSet::new();
        for child in self.running_children() {
            match child {
                Running::Executor(worker, ..) | Running::Driver(worker, _)
                    if !self.is_registered_with(worker, process) => {}
                Running::Executor(_, key, driver) => {
                    let is_needed = self.living_drivers().contains(&driver);
                    if is_needed && !executors.contains(&key.to_string()) {
                        wrong.insert(format!("executor {key} runs, and the leader does not know it"));
                    }
                }
                Running::Driver(_, id) => {
                    if !snapshot.active_drivers.iter().any(|driver| driver.id == id) {
                        wrong.insert(format!("driver {id} runs, and the leader does not know it"));
                    }
                }
            }
        }
        for driver in self.living_drivers() {
            let Some((connection, application)) = self.is_served_on(driver) else { continue };
            let one = &self.connections[connection];
            if !one.broken && one.master == process && !known(application) {
                wrong.insert(format!("{application} was let in, and the leader has forgotten it"));
            }
        }
        let suspected = std::mem::replace(&mut self.ledger.suspected, wrong.clone());
        wrong.intersection(&suspected).for_each(|sentence| self.checks.fail(sentence.clone()));
    }
}
