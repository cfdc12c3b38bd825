//! Everything that was said to a real Master in a captured conversation is said to ours: it says the same, in the same
//! order on each connection.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod conversation;
mod replay;

use conversation::{Conversation, Said};
use core_master::MasterConfig;
use replay::replay;

fn says_the_same(scenario: &str, change: impl Fn(&mut MasterConfig)) {
    for version in ["3.5.7", "4.3.0"] {
        let conversation = Conversation::read(version, scenario);
        let mut config = conversation.config();
        change(&mut config);
        let ours = replay(&conversation, config);
        for (channel, theirs) in conversation.said_by_master() {
            let ours = ours.get(&channel).map(Vec::as_slice).unwrap_or_default();
            let at = format!("{version} {scenario} {channel:?}");
            compare(&at, ours, &theirs);
            let more = &ours[theirs.len()..];
            assert!(more.is_empty() || conversation.is_cut_short(), "{at}: we go on with {more:?}");
        }
    }
}

fn compare(at: &str, ours: &[Said<String>], theirs: &[Said<Option<String>>]) {
    for (number, theirs) in theirs.iter().enumerate() {
        let Some(ours_here) = ours.get(number) else {
            panic!("{at}: they go on with {:?}", theirs.name);
        };
        assert_eq!(ours_here.name, theirs.name, "{at}, message {number}: we say {}", ours_here.text);
        match &theirs.text {
            // A real Master ends the executors of an application in the order of a hash map.
            Some(text) if theirs.name == "KillExecutor" => {
                assert!(ours.iter().any(|one| one.text == *text), "{at}: we do not say {text}");
            }
            Some(text) => assert_eq!(&ours_here.text, text, "{at}, message {number}"),
            None => {}
        }
    }
}

#[test]
fn dynamic_allocation() {
    says_the_same("dyn", |_| {});
}

#[test]
fn resource_profiles_and_a_driver_with_a_gpu() {
    says_the_same("resources", |_| {});
}

#[test]
fn cluster_mode() {
    says_the_same("cluster", |_| {});
}

#[test]
fn failures_a_frozen_worker_and_decommission() {
    says_the_same("faults", |config| {
        config.worker_timeout_ms = 6_000;
        config.max_executor_retries = Some(3);
    });
}
