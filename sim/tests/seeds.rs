//! A few hundred histories, and those of past failures.

use sim::{Outcome, Settings, play, recorded_seeds};

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
    let (mut faults, mut launched) = (0, 0);
    for seed in 0..300 {
        let outcome = play(seed, &Settings::default());
        assert_clean(&outcome);
        faults += outcome.faults;
        launched += outcome.seen.launched;
    }
    assert!(faults > 1000 && launched > 1000, "too quiet a world: {faults} faults, {launched} executors");
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
