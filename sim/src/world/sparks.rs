//! Of which Spark somebody is: the simulation is the daemon that finds it out, sooner, later or never.

use core_master::{Event, Speaker};
use model::message::ToWorker;
use model::{PeerId, SparkVersion};

use super::drivers::page_url;
use super::{Happening, World};
use crate::network::{End, Node, Process};

/// For how long the daemon waits for what somebody says on a connection, and for a driver to open its page.
const CONNECTION_PATIENCE_MS: u64 = 10_000;
const PAGE_PATIENCE_MS: u64 = 10_000;

/// How soon it looks again where nothing can be seen yet.
const PAUSE_MS: u64 = 100;

/// A question of the Master.
#[derive(Clone, Debug)]
pub(crate) struct Inquiry {
    token: u64,
    of: Source,
    due_ms: u64,
    /// The answer gets lost, unless the weather calms down before.
    is_lost: bool,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Connection(usize),
    /// Of a driver.
    Page(usize),
    /// There is no such page.
    Nowhere,
}

/// What comes of looking once.
enum Look {
    Answer(Vec<SparkVersion>),
    /// Whoever was asked is gone.
    Gone,
    /// Nothing can be seen before that moment.
    Nothing(u64),
}

impl World {
    pub(super) fn find_spark(&mut self, master: usize, peer: PeerId, speaker: Speaker, token: u64) {
        self.checks.master_asks(peer, speaker, token);
        self.inquire(master, token, Source::Connection(peer.0 as usize), CONNECTION_PATIENCE_MS);
    }

    pub(super) fn read_version(&mut self, master: usize, url: &str, token: u64) {
        self.checks.master_reads(url, token);
        let driver = (0..self.drivers.len()).find(|index| page_url(*index) == url);
        self.inquire(master, token, driver.map_or(Source::Nowhere, Source::Page), PAGE_PATIENCE_MS);
    }

    fn inquire(&mut self, master: usize, token: u64, of: Source, patience_ms: u64) {
        let (lost_percent, late_percent) = (self.mix.lost_percent, self.mix.late_percent);
        let is_lost = !self.calm && self.mix.chance(lost_percent);
        let is_late = !self.calm && self.mix.chance(late_percent);
        let delay_ms = self.mix.rng.u64(0..if is_late { patience_ms } else { 20 });
        let inquiry = Inquiry { token, of, due_ms: self.now_ms + patience_ms, is_lost };
        let process = self.master_process(master);
        self.after(delay_ms, Happening::SparkIsFound(process, inquiry));
    }

    /// The Master's daemon looks whether it can answer.
    pub(super) fn spark_is_found(&mut self, master: Process, inquiry: Inquiry) {
        if !self.lives(master) {
            return;
        }
        let look = self.look(&inquiry);
        if let Look::Nothing(until_ms) = look
            && self.now_ms < inquiry.due_ms
        {
            let at_ms = until_ms.clamp(self.now_ms + 1, inquiry.due_ms);
            return self.queue.push(at_ms, Happening::SparkIsFound(master, inquiry));
        }
        if let Some(node) = self.node_asked(&inquiry) {
            self.note_what_was_heard(node, &look);
        }
        let candidates = match look {
            Look::Answer(candidates) => candidates,
            Look::Gone | Look::Nothing(_) => Vec::new(),
        };
        self.trace.add(self.now_ms, format_args!("question {} is answered: {candidates:?}", inquiry.token));
        let Node::Master(index) = master.node else { return };
        self.master_event(index, Event::SparkFound { token: inquiry.token, candidates });
    }

    fn node_asked(&self, inquiry: &Inquiry) -> Option<Node> {
        match inquiry.of {
            Source::Connection(connection) => Some(self.connections[connection].dialler.node),
            Source::Page(driver) => Some(Node::Driver(driver)),
            Source::Nowhere => None,
        }
    }

    fn look(&self, inquiry: &Inquiry) -> Look {
        let Some(node) = self.node_asked(inquiry) else { return Look::Gone };
        if let Source::Connection(connection) = inquiry.of {
            let one = &self.connections[connection];
            if one.told[End::Master as usize] {
                return Look::Gone;
            }
            if one.broken {
                return Look::Nothing(self.now_ms + PAUSE_MS);
            }
            if one.held_until_ms > self.now_ms {
                return Look::Nothing(one.held_until_ms);
            }
        }
        if self.is_frozen(node) {
            return Look::Nothing(self.frozen_until_ms.get(&node).copied().unwrap_or(inquiry.due_ms));
        }
        if inquiry.is_lost && !self.calm {
            return Look::Nothing(inquiry.due_ms);
        }
        match (inquiry.of, node) {
            (Source::Page(driver), _) if !self.has_open_page(driver) => Look::Nothing(self.now_ms + PAUSE_MS),
            (Source::Page(driver), _) => Look::Answer(vec![self.mix.jobs[self.job_of(driver)].spark.clone()]),
            (_, Node::Worker(index)) => {
                let spark = self.workers[index].sparks.first();
                let telling = self.mix.machines[index].telling;
                Look::Answer(spark.map_or_else(Vec::new, |spark| telling.candidates(spark)))
            }
            (_, Node::Driver(index)) => {
                let origin = &self.mix.jobs[self.job_of(index)];
                Look::Answer(origin.telling.candidates(&origin.spark))
            }
            (_, Node::Client(index)) => {
                let origin = &self.mix.submissions[index];
                Look::Answer(origin.telling.candidates(&origin.spark))
            }
            (_, Node::Master(_)) => Look::Gone,
        }
    }

    /// Somebody whose answer is lost for good waits in vain, or is not used: people see that and start it again.
    fn note_what_was_heard(&mut self, node: Node, look: &Look) {
        let is_lost = matches!(look, Look::Nothing(_));
        match node {
            Node::Worker(index) if !matches!(look, Look::Gone) => self.workers[index].unheard = is_lost,
            Node::Driver(index) if is_lost => {
                let process = Process { node, incarnation: 0 };
                if self.scenario.jobs[self.job_of(index)].can_run {
                    let patience_ms = self.mix.rng.u64(10_000..60_000);
                    self.after(patience_ms, Happening::DriverDespairs(process));
                }
            }
            Node::Client(index) if is_lost => self.clients[index].in_vain = true,
            Node::Master(_) | Node::Worker(_) | Node::Driver(_) | Node::Client(_) => {}
        }
    }

    /// A Worker is told to launch what it has.
    pub(super) fn check_terms(&mut self, index: usize, message: &ToWorker) {
        let terms = match message {
            ToWorker::LaunchExecutor(launch) => &launch.terms,
            ToWorker::LaunchDriver { terms, .. } => terms,
            _ => return,
        };
        if let Some(spark) = &terms.spark {
            let node = &self.workers[index];
            if !self.mix.machines[index].is_ours || !node.sparks.contains(spark) {
                let sparks = &node.sparks;
                self.checks
                    .fail(format!("Worker {index} is told to launch Spark {spark} and has {sparks:?}"));
            }
        }
    }

    /// Workers that are back with other Sparks get their own, and those are started again of whose Spark nothing was
    /// heard.
    pub(super) fn put_sparks_right(&mut self) {
        for index in 0..self.workers.len() {
            let (node, setup) = (&self.workers[index], &self.mix.machines[index]);
            let is_heard = setup.is_ours || !node.unheard;
            let is_right = node.sparks == setup.sparks && is_heard;
            if node.core.is_some() && !is_right {
                let restart_after_ms = self.mix.rng.u64(100..3_000);
                self.kill_worker(index, 50, restart_after_ms);
            }
        }
    }
}
