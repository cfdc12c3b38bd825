//! A few hundred histories, and those of past failures.

use core_master::Reason;
use sim::{Outcome, Seen, Settings, play, recorded_seeds};

fn assert_clean(outcome: &Outcome) {
    let seed = outcome.seed;
    assert!(
        outcome.broken.is_empty(),
        "seed {seed} (cargo run -p sim -- --seed {seed} --trace): {:#?}",
        outcome.broken
    );
}

#[test]
fn no_rule_breaks_in_three_hundred_histories() {
    let (mut faults, mut seen) = (0, Seen::default());
    for seed in 0..300 {
        let outcome = play(seed, &Settings::default());
        assert_clean(&outcome);
        faults += outcome.faults;
        seen.launched += outcome.seen.launched;
        seen.refused += outcome.seen.refused;
        seen.explained += outcome.seen.explained;
        seen.takeovers += outcome.seen.takeovers;
        seen.taken_over += outcome.seen.taken_over;
        seen.reasons.extend(outcome.seen.reasons);
    }
    let is_rough = faults > 1000 && seen.launched > 1000 && seen.refused > 20 && seen.explained > 1000;
    let is_handed_on = seen.takeovers > 30 && seen.taken_over > 10;
    assert!(is_rough && is_handed_on, "too quiet a world: {faults} faults, {seen:?}");
    assert_eq!(seen.reasons, Reason::KINDS.into(), "each reason is given to somebody");
}

#[test]
fn past_failures_stay_past() {
    for seed in recorded_seeds() {
        assert_clean(&play(seed, &Settings::default()));
    }
}

#[test]
fn one_seed_is_one_history() {
    for seed in 0..40 {
        assert_eq!(play(seed, &Settings::default()), play(seed, &Settings::default()));
    }
}
