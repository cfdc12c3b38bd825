//! The policies against what Spark's do, on a clock that the test turns.

use std::collections::BTreeSet;

use jiff::civil::date;

use super::{Policy, free_name, superfluous};
use model::{RollBy, TimeSuffix};

const HOUR: RollBy = RollBy::Time { interval_ms: 3_600_000, suffix: TimeSuffix::Hourly };

fn names<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.map(str::to_owned).into()
}

#[test]
fn by_size_a_log_never_becomes_larger() {
    let mut policy = Policy::new(RollBy::Size { bytes: 100 }, 0);
    assert!(!policy.rolls_before(100, 0), "exactly full is not too large");
    policy.wrote(60);
    assert!(!policy.rolls_before(40, 0));
    assert!(policy.rolls_before(41, 0));
    policy.rolled(0);
    assert!(!policy.rolls_before(100, i64::MAX), "time does not matter");
    assert!(policy.rolls_before(101, 0), "what is larger than a log still begins a new one");
}

#[test]
fn by_time_a_log_ends_with_its_interval_and_not_an_interval_after_its_begin() {
    let mut policy = Policy::new(HOUR, 5_400_000);
    assert!(!policy.rolls_before(1 << 30, 7_200_000), "the boundary itself still belongs to the old log");
    assert!(policy.rolls_before(1, 7_200_001));
    policy.rolled(7_200_001);
    assert!(!policy.rolls_before(1, 10_800_000));
    assert!(policy.rolls_before(1, 10_800_001));
}

#[test]
fn a_log_that_begins_on_a_boundary_ends_there() {
    // `math.ceil(now / interval) * interval` is now.
    let policy = Policy::new(HOUR, 7_200_000);
    assert!(!policy.rolls_before(1, 7_200_000));
    assert!(policy.rolls_before(1, 7_200_001));
}

#[test]
fn names_say_as_much_as_the_interval_needs() {
    let now = date(2026, 3, 7).at(6, 5, 4, 89_999_999);
    let by_time = |suffix| Policy::new(RollBy::Time { interval_ms: 1, suffix }, 0).suffix(now);
    assert_eq!(by_time(TimeSuffix::Daily), "--2026-03-07");
    assert_eq!(by_time(TimeSuffix::Hourly), "--2026-03-07--06");
    assert_eq!(by_time(TimeSuffix::Minutely), "--2026-03-07--06-05");
    assert_eq!(by_time(TimeSuffix::Secondly), "--2026-03-07--06-05-04");
    let by_size = Policy::new(RollBy::Size { bytes: 1 }, 0).suffix(now);
    assert_eq!(by_size, "--2026-03-07--06-05-04--0089");
}

#[test]
fn an_interval_of_nothing_and_one_without_end_are_no_reason_to_stop() {
    for interval_ms in [0, u64::MAX] {
        let by = RollBy::Time { interval_ms, suffix: TimeSuffix::Secondly };
        let mut policy = Policy::new(by, 1_000);
        policy.rolled(i64::MAX - 1);
        assert!(!policy.rolls_before(1, 1_000));
    }
}

#[test]
fn a_name_that_somebody_has_gets_a_number() {
    assert_eq!(free_name("stdout--1", &names(["stdout", "stdout--2"])), "stdout--1");
    assert_eq!(free_name("stdout--1", &names(["stdout--1"])), "stdout--1--0");
    let taken = names(["stdout--1.gz", "stdout--1--0", "stdout--1--1.gz"]);
    assert_eq!(free_name("stdout--1", &taken), "stdout--1--2");
}

#[test]
fn the_oldest_go_and_nothing_else() {
    let all = names([
        "stderr--2026-01-01",
        "stdout",
        "stdout--2026-01-01.gz",
        "stdout--2026-01-01--0.gz",
        "stdout--2026-01-02",
        "stdout--2026-01-03.gz",
        "stdout.of-the-user",
    ]);
    assert_eq!(superfluous("stdout", &all, 2), ["stdout--2026-01-01.gz", "stdout--2026-01-01--0.gz"]);
    assert_eq!(superfluous("stdout", &all, 4), [""; 0]);
    assert_eq!(superfluous("stdout", &all, 0).len(), 4);
}
