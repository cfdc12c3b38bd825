//! The Workers' processes: each has a machine, dies with its children, and is started again.

use core_worker::{Effect, Event, ProcessExit, Worker, WorkerConfig};
use model::{PeerId, RpcAddress, SparkVersion};

use super::master::pattern;
use super::{Happening, World, address, master_at};
use crate::network::{Connection, End, Frame, Node, Process};

#[derive(Debug, Default)]
pub(crate) struct WorkerNode {
    pub(super) core: Option<Worker>,
    pub(super) incarnation: u32,
    tick_ms: Option<u64>,
    /// One to each Master at the most.
    dialling: Vec<Dial>,
    dials: u32,
    /// What its process launches.
    pub(super) sparks: Vec<SparkVersion>,
    /// A Master asked of which Spark it is and heard nothing.
    pub(super) unheard: bool,
}

/// A Master that is being dialled.
#[derive(Debug)]
struct Dial {
    number: u32,
    master: RpcAddress,
    connection: Option<usize>,
}

impl World {
    pub(super) fn worker_process(&self, index: usize) -> Process {
        Process { node: Node::Worker(index), incarnation: self.workers[index].incarnation }
    }

    pub(super) fn start_worker(&mut self, index: usize) {
        if self.workers[index].core.is_some() {
            return;
        }
        let is_back = self.workers[index].incarnation > 0;
        let sparks = self.mix.sparks_of_start(index, is_back, self.calm);
        let (machine, setup) = (&self.scenario.workers[index], &self.mix.machines[index]);
        let here = address(Node::Worker(index));
        let config = WorkerConfig {
            web_ui_url: format!("http://{}:8081", here.host),
            address: here,
            masters: (0..self.masters.len()).map(|index| address(Node::Master(index))).collect(),
            cores: machine.cores,
            memory_mib: machine.memory_mib,
            memory_limit_mib: setup.memory_limit_mib,
            started_ms: setup.is_ours.then_some(self.now_ms),
            sparks: if setup.is_ours { sparks.clone() } else { Vec::new() },
            resources: machine.resources(),
            heartbeat_ms: self.scenario.worker_timeout_ms / 4,
            initial_registration_retries: 6,
            max_registration_retries: 16,
            prefer_configured_master_address: self.scenario.prefer_configured_master_address,
            executor_state_sync_max_attempts: 5,
            retained_executors: 3,
            retained_drivers: 3,
            decommission_enabled: true,
            cleanup_interval_ms: Some(60_000),
            id_pattern: pattern("worker-%s-%s-%d"),
        };
        let (now, seed) = (self.now(), self.rng.u64(..));
        let node = &mut self.workers[index];
        node.sparks = sparks;
        node.unheard = false;
        node.incarnation += 1;
        node.core = Some(Worker::new(config, now, seed));
        node.tick_ms = None;
        node.dialling.clear();
        self.trace.add(self.now_ms, format_args!("Worker {index} starts, incarnation {}", node.incarnation));
        self.drain_worker(index);
        if is_back && !self.calm && self.mix.is_mixed() && self.mix.chance(15) {
            let delay_ms = self.mix.rng.u64(20..500);
            self.after(delay_ms, Happening::DiesAgain(self.worker_process(index)));
        }
    }

    /// A Worker that has just started dies, and is back within the second: the next has the same id.
    pub(super) fn worker_dies_again(&mut self, process: Process) {
        if let Node::Worker(index) = process.node
            && self.lives(process)
            && !self.is_frozen(process.node)
        {
            let restart_after_ms = self.mix.rng.u64(20..300);
            self.kill_worker(index, 20_000, restart_after_ms);
        }
    }

    /// Whether every Worker runs and thinks that a Master has it.
    pub(super) fn workers_registered(&self) -> bool {
        let now = self.now();
        let by_leader = self.scenario.masters.remember();
        let registered = |core: &Worker| {
            if by_leader { core.is_registered() } else { !core.snapshot(now).master_url.is_empty() }
        };
        self.workers.iter().all(|node| node.core.as_ref().is_some_and(registered))
    }

    /// Whether a Worker that runs has turned to a Master that runs, as both of them see it.
    pub(super) fn is_registered_with(&self, worker: Process, master: Process) -> bool {
        let Node::Worker(index) = worker.node else { return false };
        let Some(core) = self.workers[index].core.as_ref().filter(|_| self.lives(worker)) else {
            return false;
        };
        // What is still on its way to it may be what looks amiss.
        let is_told_all = |one: &Connection| one.last_ms[End::Dialler as usize] <= self.now_ms;
        let stands = |one: &Connection| {
            one.dialler == worker && one.master == master && !one.broken && is_told_all(one)
        };
        core.is_registered()
            && core.snapshot(self.now()).master_url == address(master.node).spark_url()
            && self.connections.iter().any(stands)
    }

    /// The process ends at once; its children see it and end by themselves.
    pub(super) fn kill_worker(&mut self, index: usize, told_within_ms: u64, restart_after_ms: u64) {
        if self.workers[index].core.take().is_none() {
            return;
        }
        self.trace.add(self.now_ms, format_args!("Worker {index} dies"));
        let process = self.worker_process(index);
        self.break_all(process, told_within_ms);
        for child in self.children_of(process) {
            let delay_ms = self.rng.u64(0..2_000);
            self.after(delay_ms, Happening::ChildEnds(child, ProcessExit::Status(1)));
        }
        self.after(restart_after_ms, Happening::Start(Node::Worker(index)));
    }

    pub(super) fn worker_receives(&mut self, index: usize, connection: usize, frame: Frame) {
        let peer = PeerId(connection as u64);
        let sender = Some(address(self.connections[connection].master.node));
        match frame {
            Frame::Verified => {
                let dialling = &mut self.workers[index].dialling;
                if let Some(at) = dialling.iter().position(|dial| dial.connection == Some(connection)) {
                    let dial = dialling.remove(at);
                    self.worker_event(index, Event::Dialled { master: dial.master, peer });
                }
            }
            Frame::ToWorker(message) => {
                self.check_terms(index, &message);
                self.worker_event(index, Event::Received { peer, sender, message });
            }
            Frame::Reply(token, reply) => {
                self.worker_event(index, Event::Answered { token: token as u64, reply: Ok(reply) });
            }
            Frame::Verify | Frame::ToMaster(_) | Frame::Ask(..) | Frame::ToDriver(_) => {
                self.checks.fail(format!("a Worker was sent {frame:?}"));
            }
        }
    }

    pub(super) fn worker_event(&mut self, index: usize, event: Event) {
        let now = self.now();
        if let Some(core) = &mut self.workers[index].core {
            core.handle(now, event);
            self.drain_worker(index);
        }
    }

    pub(super) fn worker_tick(&mut self, index: usize, process: Process) {
        let (now_ms, now) = (self.now_ms, self.now());
        if !self.lives(process) {
            return;
        }
        let node = &mut self.workers[index];
        node.tick_ms = None;
        if let Some(core) = &mut node.core
            && core.poll_timeout().is_some_and(|due_ms| due_ms <= now_ms)
        {
            core.handle_timeout(now);
        }
        self.drain_worker(index);
    }

    fn drain_worker(&mut self, index: usize) {
        while let Some(effect) = self.workers[index].core.as_mut().and_then(Worker::poll_effect) {
            self.trace.add(self.now_ms, format_args!("Worker {index}: {effect:?}"));
            self.carry_out(index, effect);
        }
        let process = self.worker_process(index);
        let node = &mut self.workers[index];
        if let Some(due_ms) = node.core.as_ref().and_then(Worker::poll_timeout)
            && node.tick_ms.is_none_or(|tick_ms| due_ms < tick_ms)
        {
            node.tick_ms = Some(due_ms);
            self.queue.push(due_ms.max(self.now_ms), Happening::Tick(process));
        }
    }

    fn carry_out(&mut self, index: usize, effect: Effect) {
        match effect {
            Effect::Dial { master } => {
                let node = &mut self.workers[index];
                let Some(to) = master_at(&master) else {
                    return self.checks.fail(format!("Worker {index} dials {master}, where no Master is"));
                };
                if node.dialling.iter().any(|dial| dial.master == master) {
                    self.checks.fail(format!("Worker {index} dials while it dials"));
                }
                node.dials += 1;
                node.dialling.push(Dial { number: node.dials, master, connection: None });
                let process = self.worker_process(index);
                let delay_ms = self.rng.u64(1..5);
                self.after(delay_ms, Happening::DialArrives(process, to));
            }
            Effect::Hangup { peer } => self.close(peer.0 as usize, End::Dialler),
            Effect::Send { peer, message } => {
                self.send(peer.0 as usize, End::Master, Frame::ToMaster(message));
            }
            Effect::Ask { peer, token, message } => {
                self.send(peer.0 as usize, End::Master, Frame::Ask(token as i64, message));
            }
            Effect::LaunchExecutor(launch) => self.spawn_executor(self.worker_process(index), &launch),
            Effect::KillExecutor { executor } => self.kill_executor(self.worker_process(index), &executor),
            Effect::LaunchDriver(launch) => self.spawn_driver(self.worker_process(index), &launch),
            Effect::KillDriver { driver } => self.kill_driver_process(self.worker_process(index), &driver),
            Effect::RemoveApplicationFolders { application } => {
                let process = self.worker_process(index);
                if self.children_of(process).iter().any(|child| self.children[child].works_for(&application))
                {
                    self.checks.fail(format!("the folders of {application} went before its executors"));
                }
            }
            Effect::CleanUpWorkFolders { running, running_drivers } => {
                let process = self.worker_process(index);
                if self
                    .children_of(process)
                    .iter()
                    .any(|child| !self.children[child].is_named(&running, &running_drivers))
                {
                    self.checks.fail(format!("Worker {index} cleans up folders that are in use"));
                }
            }
            Effect::Exit { .. } => {
                let process = self.worker_process(index);
                if !self.children_of(process).is_empty() {
                    self.checks.fail(format!("Worker {index} left processes behind"));
                }
                let restart_after_ms = self.rng.u64(500..5_000);
                self.kill_worker(index, 20, restart_after_ms);
            }
            Effect::Log(_) => {}
        }
    }

    /// A dialler's first packet reaches a Master's machine.
    pub(super) fn dial_arrives(&mut self, process: Process, master: usize) {
        if !self.lives(process) {
            return;
        }
        let standing = self.standing_connection(process, master);
        let connection = match standing {
            Some(connection) => Some(connection),
            None if self.masters[master].core.is_some() => Some(self.connect(process, master)),
            None => None,
        };
        if let Node::Worker(index) = process.node {
            let at = address(Node::Master(master));
            let dial = self.workers[index].dialling.iter_mut().find(|dial| dial.master == at);
            match (dial, connection) {
                (Some(dial), Some(_)) => {
                    dial.connection = connection;
                    let number = dial.number;
                    self.after(30_000, Happening::DialTimeout(process, number));
                }
                (Some(dial), None) => {
                    let number = dial.number;
                    self.worker_dial_failed(index, number, "connection refused");
                }
                (None, _) => return,
            }
        }
        if let Some(connection) = connection {
            self.send(connection, End::Master, Frame::Verify);
        } else if let Node::Client(index) = process.node {
            self.client_disconnected(index, None);
        }
    }

    fn worker_dial_failed(&mut self, index: usize, number: u32, reason: &str) {
        let dialling = &mut self.workers[index].dialling;
        if let Some(at) = dialling.iter().position(|dial| dial.number == number) {
            let dial = dialling.remove(at);
            let reason = reason.to_owned();
            self.worker_event(index, Event::DialFailed { master: dial.master, reason });
        }
    }

    pub(super) fn dial_timeout(&mut self, process: Process, number: u32) {
        let Node::Worker(index) = process.node else { return };
        if self.lives(process) {
            self.worker_dial_failed(index, number, "no answer within 30 s");
        }
    }

    pub(super) fn worker_loses_dial(&mut self, index: usize, connection: usize) {
        let mut dialling = self.workers[index].dialling.iter();
        let on_it = dialling.find(|dial| dial.connection == Some(connection)).map(|dial| dial.number);
        if let Some(number) = on_it {
            self.worker_dial_failed(index, number, "the connection broke");
        }
    }
}
