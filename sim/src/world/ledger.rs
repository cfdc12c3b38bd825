//! What Masters remember and which of them leads: a model of the store, and of the daemon between it, the journal, the
//! election and a Master's core.
//!
//! ```text
//!   core ──effects──► daemon: everything behind a Persist waits ──► journal ──► store: objects that are created once
//!                      ▲ Elected, Deposed ◄── election ──► store: the register of the lease
//! ```
//!
//! The store knows everything and is never wrong; it is slow, and answers get lost, before or after the deed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use core_election::{Config, Election, Outcome as Answer, Timing, Told};
use core_journal::{Config as Habits, End, Journal, Writer};
use core_master::{Effect, Event};
use model::{
    ApplicationId, Change, Entry, EntryKind, ExecutorKey, Lease, MasterUrl, Memory, ObjectName, PeerId,
    RpcAddress,
};

use super::{Happening, World, address};
use crate::network::{Connection, Node, Process};

/// Far more than is usual: a simulation that renews four times a second does little else.
const TIMING: Timing =
    Timing { length_ms: 15_000, renew_every_ms: 5_000, poll_every_ms: 4_000, request_ms: 6_000 };

/// The store, and what has ever been true of it.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// The newest that a Master leads in.
    epoch: u64,
    objects: BTreeMap<ObjectName, Arc<Entry>>,
    /// What the leader was told is durable, and what it has asked for since.
    durable: Memory,
    asked_for: Vec<Change>,
    /// The lease, and how often it was written.
    register: Option<(Lease, u64)>,
    orders: BTreeMap<u64, (Order, Option<Outcome>)>,
    last_order: u64,
    bad_until_ms: u64,
    /// Ids of applications and drivers that were ever written down, and of drivers that were with a Worker.
    pub(super) written: BTreeSet<String>,
    pub(super) placed: BTreeSet<String>,
    /// Below these the numbers of executors are reserved.
    pub(super) reserved: BTreeMap<ApplicationId, u32>,
    /// What was ever launched.
    pub(super) launched: BTreeSet<String>,
    /// Since when a Master leads and gives away what is free, as far as was looked.
    pub(super) alive: Option<(Process, u64)>,
    pub(super) looked_ms: u64,
    /// What looked wrong when it was last looked: if it still does it is.
    pub(super) suspected: BTreeSet<String>,
    /// Executors that outlive their Master, and who runs them.
    pub(super) go_on: BTreeMap<ExecutorKey, Process>,
}

/// What is asked of the store.
#[derive(Clone, Debug)]
enum Order {
    Log { id: u64, request: core_journal::Request },
    Get { ticket: u64 },
    Swap { ticket: u64, expected: Option<String>, lease: Lease },
}

#[derive(Clone, Debug)]
enum Outcome {
    /// What the register says.
    Register(Answer),
    Log(core_journal::Answer),
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
    journal: Option<Journal>,
    /// None where there is one Master only.
    election: Option<Election>,
    tick_ms: Option<u64>,
    /// How much faster its clock runs, per mille.
    drift: i64,
    /// Since when its machine is paused, its clock with it, and for how long it was before.
    paused_ms: Option<u64>,
    lag_ms: u64,
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

    /// The whole machine stops: it will not know for how long.
    pub(super) fn pause(&mut self, now_ms: u64) {
        self.paused_ms.get_or_insert(now_ms);
    }

    pub(super) fn resume(&mut self, now_ms: u64) {
        if let Some(since_ms) = self.paused_ms.take() {
            self.lag_ms += now_ms - since_ms;
        }
    }

    fn clock_ms(&self, now_ms: u64) -> u64 {
        (now_ms - self.lag_ms) * 1000_u64.saturating_add_signed(self.drift) / 1000
    }
}

impl Ledger {
    /// Does what was asked, if it may be done.
    fn carry_out(&mut self, order: &Order) -> Outcome {
        match order {
            Order::Log { request, .. } => Outcome::Log(self.answer(request)),
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

    fn answer(&mut self, request: &core_journal::Request) -> core_journal::Answer {
        use core_journal::{Answer, Request};
        match request {
            Request::Create(entry) if self.objects.contains_key(&entry.name) => Answer::Exists,
            Request::Create(entry) => {
                self.objects.insert(entry.name, Arc::clone(entry));
                if entry.kind == EntryKind::Batch {
                    entry.changes.iter().for_each(|change| self.note(change));
                }
                Answer::Created
            }
            Request::Read(name) => {
                self.objects.get(name).map_or(Answer::Absent, |entry| Answer::Entry(Arc::clone(entry)))
            }
            Request::List => Answer::Names(self.objects.keys().copied().collect()),
            Request::Delete(name) => {
                self.objects.remove(name);
                Answer::Deleted
            }
        }
    }

    /// What was written down once may be promised.
    fn note(&mut self, change: &Change) {
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
    }
}

impl World {
    pub(super) fn start_daemon(&mut self, index: usize) {
        if !self.scenario.masters.remember() {
            return;
        }
        let process = self.master_process(index);
        // Some clocks are so far off that leases do not tell who leads: then only the log does.
        let worst = if self.rng.u8(..4) == 0 { 500 } else { 50 };
        let (drift, seed) = (self.rng.i64(-worst..=worst), self.rng.u64(..));
        let here = address(process.node);
        let daemon = &mut self.masters[index].daemon;
        daemon.drift = drift;
        if self.scenario.masters.count() == 1 {
            // Whoever starts where there is one Master leads.
            return self.open_journal(index);
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
            (Order::Log { id, .. }, outcome) => {
                let answer = match outcome {
                    Outcome::Log(answer) => answer,
                    _ => core_journal::Answer::Failed("the store does not answer".into()),
                };
                let now = self.master_now(index);
                if let Some(journal) = &mut self.masters[index].daemon.journal {
                    journal.answer(now, id, answer);
                }
                self.hear_of_journal(index);
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
        }
    }

    /// The election does what is due.
    pub(super) fn lease_tick(&mut self, process: Process) {
        let Node::Master(index) = process.node else { return };
        if self.lives(process) {
            self.masters[index].daemon.tick_ms = None;
            let now = self.master_now(index);
            if let Some(journal) = &mut self.masters[index].daemon.journal {
                journal.handle_timeout(now);
            }
            self.hear_of_journal(index);
            self.wake_election(index);
        }
    }

    /// It is time to lead: the log says whether this Master does.
    fn open_journal(&mut self, index: usize) {
        let process = self.master_process(index);
        let writer = Writer {
            id: format!("{}-{}", address(process.node), process.incarnation).into(),
            first_nonce: self.rng.u64(..),
        };
        // Snapshots are made often: they are short.
        let habits = Habits { snapshot_entries: 8, ..Habits::new(|_| 100) };
        self.masters[index].daemon.journal = Some(Journal::open(writer, habits));
        self.hear_of_journal(index);
    }

    fn hear_of_journal(&mut self, index: usize) {
        let process = self.master_process(index);
        while self.lives(process)
            && let Some(effect) = self.masters[index].daemon.journal.as_mut().and_then(Journal::poll_effect)
        {
            match effect {
                core_journal::Effect::Ask { id, request } => self.order(process, Order::Log { id, request }),
                core_journal::Effect::Opened { epoch, memory } => self.leads_from_now(index, epoch, *memory),
                core_journal::Effect::Durable { .. } => self.is_durable(index),
                core_journal::Effect::Trouble { .. } | core_journal::Effect::Recovered => {}
                core_journal::Effect::Ended(end @ End::Fenced { .. }) => self.depose(index, &end.to_string()),
                core_journal::Effect::Ended(end) => self.checks.fail(end.to_string()),
            }
        }
        let daemon = &mut self.masters[index].daemon;
        if let Some(at_ms) = daemon.journal.as_ref().and_then(Journal::poll_timeout) {
            self.queue.push(at_ms.max(self.now_ms + 1), Happening::LeaseTick(process));
        }
    }

    /// What was durable is there, and nothing else but what the last leader had asked for.
    fn leads_from_now(&mut self, index: usize, epoch: u64, memory: Memory) {
        self.trace.add(self.now_ms, format_args!("Master {index} leads in epoch {epoch}"));
        if epoch <= self.ledger.epoch {
            self.checks.fail(format!("epoch {epoch} comes after epoch {}", self.ledger.epoch));
        }
        let mut with_last = self.ledger.durable.clone();
        std::mem::take(&mut self.ledger.asked_for).into_iter().for_each(|change| with_last.apply(change));
        if memory != self.ledger.durable && memory != with_last {
            self.checks.fail(format!("Master {index} remembers something else than was written down"));
        }
        self.ledger.durable = memory.clone();
        self.ledger.epoch = epoch;
        self.masters[index].daemon.epoch = Some(epoch);
        self.master_event(index, Event::Elected { memory });
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
                core_election::Effect::Tell(Told::Won { .. }) => self.open_journal(index),
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
        let daemon = &mut self.masters[index].daemon;
        if daemon.writing.is_some() {
            return;
        }
        if daemon.epoch.is_none() {
            return self.checks.fail(format!("Master {index} writes something down and does not lead"));
        }
        let persists = daemon.queue.iter().filter_map(|effect| match effect {
            Effect::Persist { changes, .. } => Some(changes.clone()),
            _ => None,
        });
        let changes: Vec<Change> = persists.flatten().collect();
        daemon.writing = Some(daemon.queue.len());
        if daemon.epoch == Some(self.ledger.epoch) {
            self.ledger.asked_for.clone_from(&changes);
        }
        let now = self.master_now(index);
        if let Some(journal) = &mut self.masters[index].daemon.journal {
            journal.append(now, changes, 0);
        }
        self.hear_of_journal(index);
    }

    fn is_durable(&mut self, index: usize) {
        let daemon = &mut self.masters[index].daemon;
        let Some(covered) = daemon.writing.take() else { return };
        if daemon.epoch == Some(self.ledger.epoch) {
            let asked_for = std::mem::take(&mut self.ledger.asked_for);
            asked_for.into_iter().for_each(|change| self.ledger.durable.apply(change));
        }
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
}
