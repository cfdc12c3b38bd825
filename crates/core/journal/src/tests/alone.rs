//! One journal at a time, with a store that answers at once.

use model::{Change, Entry, EntryKind, Memory, ObjectName};

use super::store::Store;
use super::{at, change, journal};
use crate::{Answer, Effect, End, Journal, Request, memory_of};

/// Carries out all requests; gives back the other effects, and how many requests there were.
fn run(journal: &mut Journal, store: &mut Store) -> (Vec<Effect>, usize) {
    let (mut told, mut requests) = (Vec::new(), 0);
    while let Some(effect) = journal.poll_effect() {
        match effect {
            Effect::Ask { id, request } => {
                requests += 1;
                let answer = store.apply(&request);
                journal.answer(at(0), id, answer);
            }
            other => told.push(other),
        }
    }
    (told, requests)
}

fn opened(id: &str, store: &mut Store) -> (Journal, Memory) {
    let mut journal = journal(id, 1_000, 4);
    let (told, _) = run(&mut journal, store);
    let [Effect::Opened { memory, .. }] = &told[..] else { panic!("{told:?}") };
    let memory = memory.as_ref().clone();
    (journal, memory)
}

fn append(journal: &mut Journal, store: &mut Store, numbers: std::ops::Range<u32>) -> Vec<Effect> {
    let mut told = Vec::new();
    for number in numbers {
        journal.append(at(0), vec![change(&format!("d{number}"), number)], u64::from(number));
        told.extend(run(journal, store).0);
    }
    told
}

/// The next request, which has to be one.
fn asked(journal: &mut Journal) -> (u64, Request) {
    match journal.poll_effect() {
        Some(Effect::Ask { id, request }) => (id, request),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_one_appended_the_next_remembers() {
    let mut store = Store::default();
    let (mut first, memory) = opened("a", &mut store);
    assert_eq!(memory, Memory::default());
    let told = append(&mut first, &mut store, 0..3);
    assert_eq!(told, [0, 1, 2].map(|token| Effect::Durable { token }));
    let (_, memory) = opened("b", &mut store);
    assert_eq!(memory.drivers.len(), 3);
    let told = append(&mut first, &mut store, 3..5);
    assert_eq!(told, [Effect::Ended(End::Fenced { epoch: 2, by: "b".into() })]);
    assert_eq!(first.poll_effect(), None);
    let (_, after) = opened("c", &mut store);
    assert_eq!(memory, after);
}

#[test]
fn what_comes_during_a_write_goes_together_in_the_next() {
    let mut store = Store::default();
    let mut journal = journal("a", 1_000, 100);
    run(&mut journal, &mut store);
    journal.append(at(0), vec![change("a", 1)], 1);
    let (first, request) = asked(&mut journal);
    journal.append(at(0), vec![change("b", 1), change("c", 1)], 2);
    journal.append(at(0), Vec::new(), 3);
    journal.append(at(0), (0..25).map(|number| change("d", number)).collect(), 4);
    assert_eq!(journal.poll_effect(), None, "one write at a time");
    let answer = store.apply(&request);
    journal.answer(at(0), first, answer);
    let (told, requests) = run(&mut journal, &mut store);
    assert_eq!(told, [1, 2, 3, 4].map(|token| Effect::Durable { token }));
    assert_eq!(
        requests, 2,
        "an entry is full with 10 changes, and what was appended together stays together"
    );
    let sizes: Vec<usize> = store.objects.values().map(|entry| entry.changes.len()).collect();
    assert_eq!(sizes, [0, 0, 1, 2, 25]);
}

#[test]
fn an_append_of_nothing_is_durable_at_once() {
    let mut store = Store::default();
    let (mut journal, _) = opened("a", &mut store);
    journal.append(at(0), Vec::new(), 9);
    assert_eq!(run(&mut journal, &mut store), (vec![Effect::Durable { token: 9 }], 0));
}

#[test]
fn a_write_that_failed_is_tried_again_as_it_was() {
    let mut store = Store::default();
    let (mut journal, _) = opened("a", &mut store);
    journal.append(at(0), vec![change("a", 1)], 1);
    let (id, first) = asked(&mut journal);
    store.apply(&first);
    journal.answer(at(1_000), id, Answer::Failed("reset".into()));
    assert_eq!(journal.poll_effect(), Some(Effect::Trouble { text: "reset".into() }));
    assert_eq!(journal.poll_effect(), None);
    for (now, due) in [(1_100, 1_300), (1_300, 1_700), (1_700, 2_500)] {
        assert_eq!(journal.poll_timeout(), Some(now));
        journal.handle_timeout(at(now));
        let (id, again) = asked(&mut journal);
        assert_eq!(again, first);
        journal.answer(at(now), id, Answer::Failed("reset".into()));
        assert_eq!((journal.poll_effect(), journal.poll_timeout()), (None, Some(due)));
    }
    journal.handle_timeout(at(2_500));
    let (told, requests) = run(&mut journal, &mut store);
    assert_eq!((told, requests), (vec![Effect::Recovered, Effect::Durable { token: 1 }], 2));
}

#[test]
fn a_snapshot_replaces_what_is_before_it() {
    let mut store = Store::default();
    let (mut journal, _) = opened("a", &mut store);
    append(&mut journal, &mut store, 0..200);
    assert!(store.objects.len() < 60, "{:?}", store.names());
    assert!(store.objects.contains_key(&ObjectName::entry(1, 0)), "a claim stays");
    let (_, memory) = opened("b", &mut store);
    assert_eq!(memory.drivers.len(), 200);
    let kinds: Vec<EntryKind> =
        store.objects.values().filter(|entry| entry.name.epoch == 1).map(|entry| entry.kind).collect();
    assert_eq!(kinds, [EntryKind::Claim, EntryKind::Seal { next: 2 }]);
}

#[test]
fn who_finds_the_next_epoch_claimed_deletes_nothing() {
    let mut store = Store::default();
    let (mut first, _) = opened("a", &mut store);
    append(&mut first, &mut store, 0..4);
    let mut second = journal("b", 1_000, 4);
    loop {
        let (id, request) = asked(&mut second);
        let answer = store.apply(&request);
        second.answer(at(0), id, answer);
        if matches!(request, Request::Create(_)) {
            break;
        }
    }
    let before = store.names();
    let told = append(&mut first, &mut store, 4..30);
    assert_eq!(told.last(), Some(&Effect::Ended(End::Fenced { epoch: 2, by: "b".into() })));
    assert!(before.iter().all(|name| store.objects.contains_key(name)));
    let durable = told.len() - 1 + 4;
    let (told, _) = run(&mut second, &mut store);
    let [Effect::Opened { memory, .. }] = &told[..] else { panic!("{told:?}") };
    assert_eq!(memory.drivers.len(), durable);
}

/// Opens a log that cannot be read; nothing may change in it.
fn fails_to_open(store: &Store) -> End {
    let mut after = store.clone();
    let mut journal = journal("z", 1_000, 4);
    let mut told = Vec::new();
    for now in [0, 1_000, 2_000] {
        journal.handle_timeout(at(now));
        told.extend(run(&mut journal, &mut after).0);
    }
    assert_eq!(after.objects, store.objects);
    match &told[..] {
        [Effect::Ended(end)] => end.clone(),
        _ => panic!("{told:?}"),
    }
}

#[test]
fn a_damaged_log_is_left_as_it_is() {
    let mut store = Store::default();
    let (mut journal, _) = opened("a", &mut store);
    append(&mut journal, &mut store, 0..30);
    for name in store.names() {
        let mut store = store.clone();
        store.damaged.insert(name);
        if name.position == 0 {
            continue;
        }
        let end = fails_to_open(&store);
        assert_eq!(end, End::Damaged { object: name, text: "line 1: torn".into() });
        assert!(end.to_string().contains(&name.to_string()) && end.to_string().contains("hearth inspect"));
    }
}

#[test]
fn a_log_that_lacks_something_is_left_as_it_is() {
    let mut store = Store::default();
    let (mut journal, _) = opened("a", &mut store);
    append(&mut journal, &mut store, 0..30);
    let names = store.names();
    let (last, inner) = names[1..].split_last().unwrap();
    for name in inner {
        let mut store = store.clone();
        store.objects.remove(name);
        let end = fails_to_open(&store);
        assert!(matches!(end, End::Missing { .. }), "{name}: {end}");
    }
    assert!(inner.len() > 5 && last.part.is_none());
}

#[test]
fn an_object_in_another_s_place_is_damaged() {
    let mut store = Store::default();
    let (mut journal, _) = opened("a", &mut store);
    append(&mut journal, &mut store, 0..2);
    let copy = store.objects[&ObjectName::entry(1, 2)].clone();
    store.objects.insert(ObjectName::entry(1, 3), copy);
    assert!(matches!(fails_to_open(&store), End::Damaged { object, .. } if object.position == 3));
}

#[test]
fn ten_thousand_workers_are_read_with_few_requests() {
    let config = |_: &Change| 600;
    let mut store = Store::default();
    let open =
        |id: &str| Journal::open(crate::Writer { id: id.into(), first_nonce: 0 }, crate::Config::new(config));
    let mut first = open("a");
    run(&mut first, &mut store);
    first.append(at(0), (0..10_000).map(|number| change(&format!("w{number}"), 0)).collect(), 0);
    run(&mut first, &mut store);
    append(&mut first, &mut store, 0..500);
    let mut most = 0;
    for number in (10..140).step_by(10) {
        append(&mut first, &mut store, 490 + number..500 + number);
        let mut next = open("b");
        let (mut requests, mut store) = (0, store.clone());
        let memory = loop {
            match next.poll_effect() {
                Some(Effect::Ask { id, request }) => {
                    requests += 1;
                    let answer = store.apply(&request);
                    next.answer(at(0), id, answer);
                }
                Some(Effect::Opened { memory, .. }) => break memory,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(memory.drivers.len(), 10_500 + number as usize);
        most = most.max(requests);
    }
    println!("requests of an opening at most: {most}");
    assert!(most < 200, "{most}");
}

#[test]
fn who_only_looks_sees_what_the_next_one_remembers() {
    let mut store = Store::default();
    assert_eq!(memory_of([]), Ok(Memory::default()));
    for (id, numbers) in [("a", 0..3), ("b", 3..20)] {
        let (mut journal, _) = opened(id, &mut store);
        append(&mut journal, &mut store, numbers);
        let entries: Vec<Entry> = store.objects.values().map(|entry| Entry::clone(entry)).collect();
        let seen = memory_of(entries.clone()).unwrap();
        // A part of the last snapshot, or where that is empty the first entry behind it.
        let holds_changes = |entry: &&Entry| !entry.changes.is_empty();
        let part = entries.iter().rfind(|entry| entry.name.part.is_some());
        let needed = part.or_else(|| entries.iter().find(holds_changes)).unwrap().name;
        let without = entries.into_iter().filter(|entry| entry.name != needed);
        assert_eq!(memory_of(without), Err(End::Missing { object: needed }));
        let (_, memory) = opened(&format!("after {id}"), &mut store);
        assert_eq!(seen, memory);
        assert!(!seen.drivers.is_empty());
    }
}
