//! The cluster: every daemon, driver, process and connection, and the clock that moves them.

mod clients;
mod drivers;
mod faults;
mod ledger;
mod master;
mod processes;
mod promises;
mod sparks;
mod transport;
mod wishes;
mod workers;

use std::collections::BTreeMap;

use fastrand::Rng;
use model::{Now, RpcAddress};
use wire_deploy::Family;

use crate::check::Checks;
use crate::extras::{Extras, Wish};
use crate::mix::Mix;
use crate::network::{Connection, End, Frame, Node, Process};
use crate::queue::Queue;
use crate::scenario::Scenario;
use crate::trace::Trace;
use crate::{Outcome, Settings};

use clients::Client;
use drivers::{Driver, JobState};
use ledger::Ledger;
use master::MasterNode;
use processes::Child;
use sparks::Inquiry;
use workers::WorkerNode;

/// After the last fault every job must be done within this: the longest pauses between registrations (90 s), a
/// Worker's timeout (60 s), lost questions (120 s) and the work of all jobs one after the other fit in many times.
const PATIENCE_MS: u64 = 1_500_000;

/// How long after the last job everything must be quiet.
const SETTLE_MS: u64 = 90_000;

/// Something that happens.
#[derive(Debug)]
pub(crate) enum Happening {
    Deliver {
        connection: usize,
        to: End,
        frame: Frame,
    },
    /// An end learns that its connection is gone.
    Told {
        connection: usize,
        end: End,
    },
    /// A daemon's own clock.
    Tick(Process),
    DialArrives(Process, usize),
    DialTimeout(Process, u32),
    AskTimeout {
        connection: usize,
        request: i64,
    },
    ChildStarts(u32),
    ChildEnds(u32, core_worker::ProcessExit),
    Start(Node),
    DriverRetries(Process),
    DriverActs(Process),
    DriverIsDone(Process, u32),
    DriverDies(Process),
    /// A driver that has lost its Master is ended by its user, unless another one has come.
    DriverGivesUp(Process, u32),
    ClientActs(Process),
    /// A frozen process may go on.
    Thaw(Node),
    Fault,
    Calm,
    Wish(Wish),
    /// A Worker's machine tells it to leave.
    Leave(usize),
    /// A Worker that has left is stopped.
    Replace(Process),
    /// The Master's own daemon has found out of which Spark somebody is, or looks again.
    SparkIsFound(Process, Inquiry),
    DriverDespairs(Process),
    /// A Master looks after its lease, or at that of another.
    LeaseTick(Process),
    /// What a Master asked of the store is done there, and then it hears of it.
    Stored(Process, u64),
    StoreAnswers(Process, u64),
    /// A Master's connection to somebody whom it turns to stands, or does not.
    Contacts {
        master: Process,
        token: u64,
        address: RpcAddress,
    },
    /// A leader dies in fair weather.
    LeaderDies,
    /// A Worker that has just come back.
    DiesAgain(Process),
}

/// Everything.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) now_ms: u64,
    pub(crate) rng: Rng,
    pub(crate) queue: Queue<Happening>,
    pub(crate) trace: Trace,
    pub(crate) scenario: Scenario,
    pub(crate) extras: Extras,
    pub(crate) mix: Mix,
    /// How many wishes came over HTTP.
    pub(crate) wishes: u64,
    pub(crate) checks: Checks,
    pub(crate) connections: Vec<Connection>,
    pub(crate) masters: Vec<MasterNode>,
    pub(crate) ledger: Ledger,
    pub(crate) workers: Vec<WorkerNode>,
    pub(crate) jobs: Vec<JobState>,
    pub(crate) drivers: Vec<Driver>,
    pub(crate) clients: Vec<Client>,
    pub(crate) children: BTreeMap<u32, Child>,
    pub(crate) next_child: u32,
    pub(crate) frozen_until_ms: BTreeMap<Node, u64>,
    /// What frozen processes will see.
    pub(crate) held: BTreeMap<Node, Vec<Happening>>,
    pub(crate) calm: bool,
    pub(crate) faults: u32,
    /// The form in which messages are written and read on their way; none to hand them over as they are.
    pub(crate) family: Option<Family>,
}

impl World {
    /// Plays a seed to its end.
    pub(crate) fn play(seed: u64, settings: &Settings) -> Outcome {
        let mut rng = Rng::with_seed(seed);
        let mut scenario = Scenario::new(seed, &mut rng);
        let extras = Extras::new(seed, &scenario);
        let mix = Mix::new(seed, &scenario);
        mix.narrow(&mut scenario);
        let mut world = Self {
            now_ms: 0,
            queue: Queue::new(),
            trace: Trace::new(settings.printer),
            checks: Checks::new(&scenario, &extras, &mix),
            connections: Vec::new(),
            masters: (0..scenario.masters.count()).map(|_| MasterNode::default()).collect(),
            ledger: Ledger::default(),
            workers: scenario.workers.iter().map(|_| WorkerNode::default()).collect(),
            jobs: scenario.jobs.iter().map(|_| JobState::default()).collect(),
            drivers: Vec::new(),
            clients: scenario.submissions.iter().map(|_| Client::default()).collect(),
            children: BTreeMap::new(),
            next_child: 1,
            frozen_until_ms: BTreeMap::new(),
            held: BTreeMap::new(),
            calm: false,
            faults: 0,
            family: match seed % 20 {
                3 => Some(Family::Scala212),
                13 => Some(Family::Scala213),
                _ => None,
            },
            scenario,
            extras,
            mix,
            wishes: 0,
            rng,
        };
        world.plan();
        world.run();
        Outcome {
            seed,
            trace_hash: world.trace.hash(),
            happenings: world.trace.lines(),
            virtual_ms: world.now_ms,
            faults: world.faults,
            seen: world.checks.seen(),
            broken: world.checks.broken(),
        }
    }

    fn plan(&mut self) {
        (0..self.masters.len()).for_each(|index| self.start_master(index));
        self.plan_extras();
        for index in 0..self.workers.len() {
            self.queue.push(self.scenario.workers[index].starts_ms, Happening::Start(Node::Worker(index)));
        }
        for index in 0..self.jobs.len() {
            self.submit(index, self.scenario.jobs[index].starts_ms);
        }
        for (index, submission) in self.scenario.submissions.iter().enumerate() {
            self.queue.push(submission.starts_ms, Happening::Start(Node::Client(index)));
        }
        self.plan_fault();
        self.queue.push(self.scenario.calm_from_ms, Happening::Calm);
    }

    fn run(&mut self) {
        let deadline_ms = self.scenario.calm_from_ms + PATIENCE_MS;
        let mut quiet_from_ms = None;
        while let Some((at_ms, what)) = self.queue.pop() {
            self.now_ms = at_ms;
            self.happen(what);
            self.check_whom_the_leader_knows();
            if !self.checks.is_clean() {
                return;
            }
            let done = self.calm && self.jobs_done() && self.clients_done() && self.workers_registered();
            quiet_from_ms = done.then(|| quiet_from_ms.unwrap_or(at_ms));
            if quiet_from_ms.is_some_and(|from_ms| at_ms > from_ms + SETTLE_MS) {
                return self.check_end();
            }
            if at_ms > deadline_ms {
                return self.check_overdue();
            }
        }
        self.checks.fail("time stood still: nothing was left to happen".into());
    }

    fn check_end(&mut self) {
        let broken = self.leader().map(core_master::Master::broken_invariants);
        for sentence in broken.into_iter().flatten() {
            self.checks.fail(sentence);
        }
        let remembers = self.scenario.masters.remember();
        // Which drivers still come is known where one Master is judged by all that it hears.
        for child in self.children.values().filter(|child| !(remembers && child.is_driver())) {
            self.checks.fail(format!("{} still lives after everything is over", child.name()));
        }
        let now = self.now();
        for worker in self.workers.iter().filter_map(|worker| worker.core.as_ref()) {
            let snapshot = worker.snapshot(now);
            let runs_nothing = snapshot.executors.is_empty() && snapshot.drivers.is_empty();
            if runs_nothing && (snapshot.cores_used != 0 || snapshot.memory_used_mib != 0) {
                self.checks.fail(format!("{} still counts cores as used", snapshot.id));
            }
        }
        if let Some(master) = self.leader() {
            let snapshot = master.snapshot(now);
            for worker in &snapshot.workers {
                let given = worker.cores_used != 0 || worker.memory_used_mib != 0;
                if given && snapshot.active_drivers.is_empty() {
                    self.checks.fail(format!("the Master still counts cores of {} as used", worker.id));
                }
            }
            if let Some(application) = snapshot.active_applications.first() {
                self.checks.fail(format!("the Master still counts {} as active", application.id));
            }
        }
    }

    fn check_overdue(&mut self) {
        for (index, job) in self.jobs.iter().enumerate() {
            if !job.done && self.scenario.jobs[index].can_run {
                self.checks.fail(format!("job {index} could run and did not, long after the last fault"));
            }
        }
        for (index, client) in self.clients.iter().enumerate() {
            if !client.is_over() && self.scenario.submissions[index].can_run {
                self.checks
                    .fail(format!("submission {index} could run and did not, long after the last fault"));
            }
        }
        if !self.workers_registered() {
            self.checks.fail("a Worker found no Master, long after the last fault".into());
        }
        if self.checks.is_clean() {
            self.checks.fail("something that cannot run was never given up".into());
        }
    }

    fn happen(&mut self, what: Happening) {
        // A frozen process sees nothing until it thaws, and then everything in order.
        if let Some(node) = self.node_of(&what)
            && (self.is_frozen(node) || self.held.contains_key(&node))
        {
            return self.hold(node, what);
        }
        if let Some(Node::Master(index)) = self.node_of(&what) {
            self.masters[index].daemon.resume(self.now_ms);
        }
        match what {
            Happening::Deliver { connection, to, frame } => self.deliver(connection, to, frame),
            Happening::Told { connection, end } => self.tell(connection, end),
            Happening::Tick(process) => self.tick(process),
            Happening::DialArrives(process, master) => self.dial_arrives(process, master),
            Happening::DialTimeout(process, dial) => self.dial_timeout(process, dial),
            Happening::AskTimeout { connection, request } => self.ask_timeout(connection, request),
            Happening::ChildStarts(child) => self.child_starts(child),
            Happening::ChildEnds(child, exit) => self.child_ends(child, exit),
            Happening::Start(node) => self.start(node),
            Happening::DriverRetries(process) => self.driver_retries(process),
            Happening::DriverActs(process) => self.driver_acts(process),
            Happening::DriverIsDone(process, estimate) => self.driver_is_done(process, estimate),
            Happening::DriverDies(process) => self.driver_dies(process),
            Happening::DriverGivesUp(process, lost) => self.driver_gives_up(process, lost),
            Happening::LeaderDies => self.leader_dies(),
            Happening::LeaseTick(process) => self.lease_tick(process),
            Happening::Stored(process, order) => self.stored(process, order),
            Happening::StoreAnswers(process, order) => self.store_answers(process, order),
            Happening::Contacts { master, token, address } => self.contacts(master, token, &address),
            Happening::ClientActs(process) => self.client_acts(process),
            Happening::Thaw(node) => self.thaw(node),
            Happening::Fault => self.fault(),
            Happening::Calm => self.calm_down(),
            Happening::Wish(wish) => self.wish(wish),
            Happening::Leave(index) => self.worker_leaves(index),
            Happening::Replace(process) => self.replace(process),
            Happening::SparkIsFound(master, inquiry) => self.spark_is_found(master, inquiry),
            Happening::DriverDespairs(process) => self.driver_despairs(process),
            Happening::DiesAgain(process) => self.worker_dies_again(process),
        }
    }

    fn node_of(&self, what: &Happening) -> Option<Node> {
        match what {
            Happening::Deliver { connection, to, .. } => {
                Some(self.connections[*connection].process(*to).node)
            }
            Happening::Told { connection, end } => Some(self.connections[*connection].process(*end).node),
            Happening::AskTimeout { connection, .. } => Some(self.connections[*connection].dialler.node),
            Happening::Tick(process)
            | Happening::DialTimeout(process, _)
            | Happening::LeaseTick(process)
            | Happening::StoreAnswers(process, _)
            | Happening::Contacts { master: process, .. }
            | Happening::SparkIsFound(process, _) => Some(process.node),
            Happening::ChildStarts(child) | Happening::ChildEnds(child, _) => {
                self.children.get(child).map(|child| Node::Worker(child.worker()))
            }
            _ => None,
        }
    }

    fn start(&mut self, node: Node) {
        match node {
            Node::Master(index) => self.start_master(index),
            Node::Worker(index) => self.start_worker(index),
            Node::Driver(index) => self.start_driver(index),
            Node::Client(index) => self.start_client(index),
        }
    }

    fn tick(&mut self, process: Process) {
        match process.node {
            Node::Master(index) => self.master_tick(index, process),
            Node::Worker(index) => self.worker_tick(index, process),
            Node::Driver(_) | Node::Client(_) => {}
        }
    }

    /// Whether a process is the one that runs on its node now.
    pub(crate) fn lives(&self, process: Process) -> bool {
        let (runs, incarnation) = match process.node {
            Node::Master(index) => (self.masters[index].core.is_some(), self.masters[index].incarnation),
            Node::Worker(index) => (self.workers[index].core.is_some(), self.workers[index].incarnation),
            Node::Driver(index) => (self.drivers[index].lives(), 0),
            Node::Client(index) => (!self.clients[index].is_over(), 0),
        };
        runs && incarnation == process.incarnation
    }

    pub(crate) fn now(&self) -> Now {
        // 2026-11-20 12:00:00 UTC at the start of the world.
        Now {
            monotonic_ms: self.now_ms,
            wall_ms: 1_795_176_000_000 + i64::try_from(self.now_ms).unwrap_or(i64::MAX),
            utc_offset_s: 0,
        }
    }

    pub(crate) fn after(&mut self, delay_ms: u64, what: Happening) {
        self.queue.push(self.now_ms + delay_ms, what);
    }

    /// Whether something happens of which so many in a hundred do.
    pub(crate) fn chance(&mut self, percent: u8) -> bool {
        percent > 0 && self.rng.u8(..100) < percent
    }
}

/// Who listens at an address of a Master.
pub(crate) fn master_at(address: &RpcAddress) -> Option<usize> {
    let number: usize = address.host.strip_prefix("10.0.0.")?.parse().ok()?;
    number.checked_sub(1)
}

/// Where a node listens.
pub(crate) fn address(node: Node) -> RpcAddress {
    match node {
        Node::Master(index) => RpcAddress::new(format!("10.0.0.{}", index + 1), 7077),
        Node::Worker(index) => RpcAddress::new(format!("10.0.1.{index}"), 7078),
        Node::Driver(index) => {
            RpcAddress::new(format!("10.0.2.{}", index % 250), 7100 + (index / 250) as u16)
        }
        Node::Client(index) => RpcAddress::new(format!("10.0.3.{index}"), 7200),
    }
}
