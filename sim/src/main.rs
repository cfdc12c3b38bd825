//! Plays seeds and says which of them break a rule: `sim --seeds 0..10000`, `sim --seed 17 --trace`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::process::ExitCode;
use std::time::Instant;

use sim::{Outcome, Settings, play};

const USAGE: &str = "usage: sim --seeds FROM..TO\n       sim --seed N [--trace]";

/// Of so many seeds one is played twice, to see that it goes the same way.
const TWICE_EVERY: u64 = 50;

/// What to play.
struct Order {
    seeds: std::ops::Range<u64>,
    trace: bool,
}

fn main() -> ExitCode {
    let Some(order) = parse(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let settings = Settings { printer: order.trace.then_some(|line: &str| println!("{line}")) };
    let start = Instant::now();
    let (mut played, mut failed, mut faults) = (0u64, 0u64, 0u64);
    let (mut launched, mut refused, mut explained) = (0u64, 0u64, 0u64);
    let (mut takeovers, mut taken_over) = (0u64, 0u64);
    for seed in order.seeds {
        let mut outcome = play(seed, &settings);
        if seed % TWICE_EVERY == 0 && !order.trace && play(seed, &settings) != outcome {
            outcome.broken.push("played again, it went another way".into());
        }
        played += 1;
        faults += u64::from(outcome.faults);
        launched += u64::from(outcome.seen.launched);
        refused += u64::from(outcome.seen.refused);
        explained += u64::from(outcome.seen.explained);
        takeovers += u64::from(outcome.seen.takeovers);
        taken_over += u64::from(outcome.seen.taken_over);
        if !outcome.broken.is_empty() {
            failed += 1;
            report(&outcome);
        } else if order.trace {
            println!("seed {seed}: {} happenings, trace {:016x}", outcome.happenings, outcome.trace_hash);
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{played} seeds, {faults} faults, {launched} executors, {refused} refused, {explained} explanations, \
         {takeovers} takeovers with {taken_over} processes, {failed} broken, {seconds:.1} s"
    );
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn report(outcome: &Outcome) {
    println!("seed {} after {} ms:", outcome.seed, outcome.virtual_ms);
    for sentence in &outcome.broken {
        println!("    {sentence}");
    }
}

fn parse(arguments: impl Iterator<Item = String>) -> Option<Order> {
    let mut order = Order { seeds: 0..0, trace: false };
    let mut arguments = arguments;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--trace" => order.trace = true,
            "--seed" => {
                let seed = arguments.next()?.parse().ok()?;
                order.seeds = seed..seed + 1;
            }
            "--seeds" => {
                let range = arguments.next()?;
                let (from, to) = range.split_once("..")?;
                order.seeds = from.parse().ok()?..to.parse().ok()?;
            }
            _ => return None,
        }
    }
    (!order.seeds.is_empty()).then_some(order)
}
