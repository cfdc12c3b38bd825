//! A whole cluster in one thread: virtual time, faults, independent checkers.
//!
//! ```text
//!   seed ──► scenario ──► world: core-master, core-workers, simulated drivers, processes and connections
//!                           │  one queue of happenings, one source of chance, no real time
//!                           ▼
//!                         check: what the Master hears and says, what processes do ──► Outcome
//! ```
//!
//! Three worlds of four add to it: other policies, limits and patterns, wishes over HTTP, Workers that leave.
//! One world of two mixes releases of Spark, Workers in containers and a Master that refuses what never fits.
//! In one world of ten every message crosses the wire's encoder and decoder on its way.
//!
//! One seed is one history: the same seed gives the same trace, word for word.

mod check;
mod extras;
mod matching;
mod mix;
mod network;
mod queue;
mod scenario;
mod trace;
mod wire;
mod world;

use std::collections::BTreeSet;

/// How to play a seed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Takes every line of the trace, when given.
    pub printer: Option<fn(&str)>,
}

/// What became of a seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The seed.
    pub seed: u64,
    /// A hash of everything that happened.
    pub trace_hash: u64,
    /// How many things happened.
    pub happenings: u64,
    /// How long it took, in virtual milliseconds.
    pub virtual_ms: u64,
    /// How many faults came.
    pub faults: u32,
    /// What there was to judge.
    pub seen: Seen,
    /// What was wrong, one sentence each; empty when all is well.
    pub broken: Vec<String>,
}

/// How much there was to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// How many executors were launched.
    pub launched: u32,
    /// How many applications and drivers were refused.
    pub refused: u32,
    /// How often somebody was told why it waits.
    pub explained: u32,
    /// How often a Master took over from another, and how many executors and drivers it took over then.
    pub takeovers: u32,
    /// See there.
    pub taken_over: u32,
    /// The kinds of reasons that were given.
    pub reasons: BTreeSet<&'static str>,
}

/// Plays a seed to its end.
pub fn play(seed: u64, settings: &Settings) -> Outcome {
    world::World::play(seed, settings)
}

/// The seeds of past failures, each on its line before the reason why it is kept. A seed is a history only as long as
/// the simulation draws its chances in the same order.
pub fn recorded_seeds() -> Vec<u64> {
    let lines = include_str!("../seeds.txt").lines();
    lines.filter_map(|line| line.split_whitespace().next()?.parse().ok()).collect()
}
