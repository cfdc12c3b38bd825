//! Contestants with clocks of their own, a register, and a network between that does what networks do. Time moves in
//! steps of a millisecond; one seed is one history.

use core_election::{Config, Effect, Election, Event, Outcome, Timing, Told};
use model::Lease;

/// What may go wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Faults {
    /// Clocks run at most so much faster or slower, in thousandths.
    pub(crate) drift: u64,
    /// How many of a hundred requests meet a fault.
    pub(crate) lossy: u64,
    /// Every how many milliseconds, on the average, a process is frozen, and one is replaced by a new one.
    pub(crate) blow_every_ms: u64,
}

pub(crate) const NONE: Faults = Faults { drift: 50, lossy: 0, blow_every_ms: u64::MAX };

struct Node {
    election: Election,
    id: u64,
    rate: f64,
    offset: f64,
    frozen_until: u64,
    inbox: Vec<(u64, u64, Outcome)>,
}

struct Write {
    at: u64,
    expected: Option<String>,
    lease: Lease,
    reply: Option<(usize, u64, u64, u64)>,
}

enum Sent {
    Write(Write),
    Read { at: u64, reply: (usize, u64, u64, u64) },
}

/// All of it.
pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) faults: Faults,
    pub(crate) wins: u64,
    pub(crate) losses: u64,
    pub(crate) two_led_at: Option<u64>,
    random: fastrand::Rng,
    mixed: bool,
    nodes: Vec<Node>,
    sent: Vec<Sent>,
    register: Option<(Lease, u64)>,
    versions: u64,
    ids: u64,
    highest_term: u64,
}

impl World {
    pub(crate) fn new(seed: u64, nodes: usize, faults: Faults) -> Self {
        Self::build(seed, nodes, faults, true)
    }

    pub(crate) fn with_lengths_alike(seed: u64, nodes: usize, faults: Faults) -> Self {
        Self::build(seed, nodes, faults, false)
    }

    fn build(seed: u64, nodes: usize, faults: Faults, mixed: bool) -> Self {
        let mut world = Self {
            mixed,
            now: 0,
            faults,
            wins: 0,
            losses: 0,
            two_led_at: None,
            random: fastrand::Rng::with_seed(seed),
            nodes: Vec::new(),
            sent: Vec::new(),
            register: None,
            versions: 0,
            ids: 0,
            highest_term: 0,
        };
        for _ in 0..nodes {
            let node = world.node();
            world.nodes.push(node);
        }
        world
    }

    fn node(&mut self) -> Node {
        self.ids += 1;
        let drift = self.faults.drift;
        let rate = 1.0 + (self.random.u64(0..=2 * drift) as f64 - drift as f64) / 1000.0;
        let offset = self.random.u64(0..1_000_000) as f64;
        let mut timing = Timing::default();
        if self.mixed && self.random.bool() {
            // Not all are set alike.
            timing.length_ms = self.random.u64(800..2000);
        }
        timing.check().unwrap();
        let config = Config {
            id: format!("node-{}", self.ids),
            address: format!("spark://node-{}:7077", self.ids),
            page: String::new(),
            timing,
            seed: self.random.u64(..),
        };
        let local = (offset + self.now as f64 * rate) as u64;
        let election = Election::new(config, local);
        Node { election, id: self.ids, rate, offset, frozen_until: 0, inbox: Vec::new() }
    }

    fn local(&self, index: usize) -> u64 {
        (self.nodes[index].offset + self.now as f64 * self.nodes[index].rate) as u64
    }

    /// Who leads by his own clock.
    pub(crate) fn leaders(&self) -> Vec<usize> {
        (0..self.nodes.len())
            .filter(|index| self.nodes[*index].election.is_leader(self.local(*index)))
            .collect()
    }

    /// The process dies, and a new one takes its place.
    pub(crate) fn kill(&mut self, index: usize) {
        self.nodes[index] = self.node();
    }

    /// The process is told to stop; it goes on until it has.
    pub(crate) fn stop(&mut self, index: usize) {
        let local = self.local(index);
        self.nodes[index].election.handle(local, Event::Stop);
    }

    pub(crate) fn run_until(&mut self, end: u64) {
        while self.now < end {
            self.step();
        }
    }

    /// How long it took until somebody led.
    pub(crate) fn run_until_somebody_leads(&mut self, patience: u64) -> Option<u64> {
        let begun = self.now;
        while self.leaders().is_empty() {
            if self.now - begun > patience {
                return None;
            }
            self.step();
        }
        Some(self.now - begun)
    }

    pub(crate) fn step(&mut self) {
        self.now += 1;
        self.blow();
        self.deliver();
        for index in 0..self.nodes.len() {
            if self.nodes[index].frozen_until <= self.now {
                self.drive(index);
            }
        }
        if self.leaders().len() > 1 && self.two_led_at.is_none() {
            self.two_led_at = Some(self.now);
        }
    }

    fn blow(&mut self) {
        if self.faults.blow_every_ms == u64::MAX || self.random.u64(0..self.faults.blow_every_ms) > 0 {
            return;
        }
        let index = self.random.usize(0..self.nodes.len());
        if self.random.u64(0..4) == 0 {
            self.kill(index);
        } else {
            self.nodes[index].frozen_until = self.now + self.random.u64(1..4000);
        }
    }

    /// What reaches the register now.
    fn deliver(&mut self) {
        let mut index = 0;
        while index < self.sent.len() {
            let at = match &self.sent[index] {
                Sent::Write(write) => write.at,
                Sent::Read { at, .. } => *at,
            };
            if at > self.now {
                index += 1;
                continue;
            }
            match self.sent.swap_remove(index) {
                Sent::Write(write) => self.write(write),
                Sent::Read { reply, .. } => {
                    let held = self.register.clone().map(|(lease, version)| (lease, version.to_string()));
                    self.answer(reply, Outcome::Held(held));
                }
            }
        }
    }

    fn write(&mut self, write: Write) {
        let held = self.register.as_ref().map(|(_, version)| version.to_string());
        let outcome = if held == write.expected {
            self.versions += 1;
            self.register = Some((write.lease, self.versions));
            Outcome::Swapped(self.versions.to_string())
        } else {
            Outcome::Conflict
        };
        if let Some(reply) = write.reply {
            self.answer(reply, outcome);
        }
    }

    fn answer(&mut self, (index, id, ticket, at): (usize, u64, u64, u64), outcome: Outcome) {
        if self.nodes[index].id == id {
            self.nodes[index].inbox.push((at.max(self.now), ticket, outcome));
        }
    }

    fn drive(&mut self, index: usize) {
        let local = self.local(index);
        let now = self.now;
        let timeout_first = self.random.bool();
        let node = &mut self.nodes[index];
        if timeout_first && node.election.poll_timeout().is_some_and(|at| at <= local) {
            node.election.handle_timeout(local);
        }
        let (due, later) = std::mem::take(&mut node.inbox).into_iter().partition(|(at, _, _)| *at <= now);
        node.inbox = later;
        for (_, ticket, outcome) in due {
            node.election.handle(local, Event::Answer { ticket, outcome });
        }
        if node.election.poll_timeout().is_some_and(|at| at <= local) {
            node.election.handle_timeout(local);
        }
        while let Some(effect) = self.nodes[index].election.poll_effect() {
            self.carry_out(index, effect);
        }
    }

    fn carry_out(&mut self, index: usize, effect: Effect) {
        let id = self.nodes[index].id;
        let there = self.now + self.random.u64(1..40);
        let back = there + self.random.u64(1..40);
        let fault = if self.random.u64(0..100) < self.faults.lossy { self.random.u64(0..5) } else { 9 };
        match effect {
            Effect::Tell(Told::Won { term }) => {
                assert!(term > self.highest_term, "term {term} after {}", self.highest_term);
                self.highest_term = term;
                self.wins += 1;
            }
            Effect::Tell(Told::Lost { .. }) => self.losses += 1,
            Effect::Tell(_) => {}
            Effect::Get { ticket } => match fault {
                0 => {}
                1 | 2 => self.answer((index, id, ticket, back), Outcome::Failed("lost".to_owned())),
                _ => self.sent.push(Sent::Read { at: there, reply: (index, id, ticket, back) }),
            },
            Effect::Swap { ticket, expected, lease } => {
                let failed = Outcome::Failed("lost".to_owned());
                let reply = (index, id, ticket, back);
                let late = self.now + self.random.u64(1..6000);
                let write = |at, reply| Sent::Write(Write { at, expected, lease, reply });
                match fault {
                    0 => {}
                    1 => self.answer(reply, failed),
                    2 => {
                        self.answer(reply, failed);
                        self.sent.push(write(there, None));
                    }
                    3 => {
                        // It takes effect much later than anybody thinks.
                        self.answer(reply, failed);
                        self.sent.push(write(late, None));
                    }
                    4 => self.sent.push(write(late, Some((index, id, ticket, late + 5)))),
                    _ => self.sent.push(write(there, Some(reply))),
                }
            }
        }
    }
}
