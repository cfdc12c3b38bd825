//! The order of what is said and what is durable.

use super::*;

fn all(outbox: &mut Outbox<&'static str>) -> Vec<&'static str> {
    std::iter::from_fn(|| outbox.pop()).collect()
}

#[test]
fn without_changes_nothing_waits() {
    let mut outbox = Outbox::default();
    outbox.push("a");
    outbox.push("b");
    assert_eq!(all(&mut outbox), ["a", "b"]);
}

#[test]
fn what_comes_behind_a_change_waits_for_it_and_keeps_its_order() {
    let mut outbox = Outbox::default();
    outbox.push("before");
    let first = outbox.change();
    outbox.push("promise");
    let second = outbox.change();
    outbox.push("another");
    outbox.push("last");
    assert_eq!(all(&mut outbox), ["before"]);
    outbox.durable(first);
    assert_eq!(all(&mut outbox), ["promise"]);
    outbox.durable(second);
    assert_eq!(all(&mut outbox), ["another", "last"]);
    outbox.push("at once");
    assert_eq!(all(&mut outbox), ["at once"]);
}

#[test]
fn changes_that_are_durable_together_let_everything_go() {
    let mut outbox = Outbox::default();
    for effect in ["a", "b", "c"] {
        outbox.change();
        outbox.push(effect);
    }
    assert!(all(&mut outbox).is_empty());
    outbox.durable(3);
    // An older word comes late.
    outbox.durable(1);
    assert_eq!(all(&mut outbox), ["a", "b", "c"]);
}

#[test]
fn who_no_longer_leads_says_nothing() {
    let mut outbox = Outbox::default();
    let change = outbox.change();
    outbox.push("promise");
    outbox.clear();
    outbox.durable(change);
    assert_eq!(outbox.pop(), None);
}
