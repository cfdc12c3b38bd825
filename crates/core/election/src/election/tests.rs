//! Single steps, at moments that chance would seldom meet.

use super::*;
use crate::Timing;

fn contestant(id: &str) -> Election {
    let config = Config {
        id: id.to_owned(),
        address: format!("spark://{id}:7077"),
        page: format!("http://{id}:8080"),
        timing: Timing::default(),
        seed: 1,
    };
    Election::new(config, 0)
}

fn foreign(renewals: u64) -> Lease {
    Lease {
        holder: "other".to_owned(),
        address: "spark://other:7077".to_owned(),
        page: String::new(),
        length_ms: 1000,
        term: 7,
        renewals,
    }
}

fn effects(election: &mut Election) -> Vec<Effect> {
    std::iter::from_fn(|| election.poll_effect()).collect()
}

/// The one request among the effects, and what is told.
fn request(election: &mut Election) -> (Effect, Vec<Told>) {
    let mut told = Vec::new();
    let mut request = None;
    for effect in effects(election) {
        match effect {
            Effect::Tell(one) => told.push(one),
            other => assert!(request.replace(other).is_none(), "two requests at a time"),
        }
    }
    (request.expect("no request"), told)
}

fn ticket(effect: &Effect) -> u64 {
    match effect {
        Effect::Get { ticket } | Effect::Swap { ticket, .. } => *ticket,
        Effect::Tell(_) => panic!("no request"),
    }
}

fn answer(election: &mut Election, now_ms: u64, effect: &Effect, outcome: Outcome) {
    election.handle(now_ms, Event::Answer { ticket: ticket(effect), outcome });
}

fn version(text: &str) -> Outcome {
    Outcome::Swapped(text.to_owned())
}

fn held(lease: Lease, version: &str) -> Outcome {
    Outcome::Held(Some((lease, version.to_owned())))
}

fn lost() -> Outcome {
    Outcome::Failed("503 SlowDown".to_owned())
}

fn written(effect: &Effect) -> Lease {
    match effect {
        Effect::Swap { lease, .. } => lease.clone(),
        other => panic!("{other:?} writes nothing"),
    }
}

/// One that leads since 20, by a write that began at 10.
fn leader() -> Election {
    let mut election = contestant("a");
    election.handle_timeout(0);
    let (look, _) = request(&mut election);
    answer(&mut election, 10, &look, Outcome::Held(None));
    let (write, told) = request(&mut election);
    assert_eq!(told, [Told::Leads(None)]);
    answer(&mut election, 20, &write, version("1"));
    assert_eq!(effects(&mut election), [Effect::Tell(Told::Won { term: 1 })]);
    election
}

#[test]
fn the_right_counts_from_the_start_of_the_write() {
    let election = leader();
    assert_eq!(election.leads_until(), Some(10 + 875));
    assert!(election.is_leader(884) && !election.is_leader(885));
    assert_eq!(election.poll_timeout(), Some(260));
}

#[test]
fn who_was_frozen_finds_out_before_it_says_anything() {
    let mut election = leader();
    election.handle_timeout(260);
    let (renewal, _) = request(&mut election);
    // The answer was there all the time; we were not.
    assert!(!election.is_leader(60_000));
    answer(&mut election, 60_000, &renewal, version("2"));
    let (next, told) = request(&mut election);
    assert!(matches!(&told[..], [Told::Lost { why: Why::RanOut { trouble: None } }]), "{told:?}");
    assert!(!election.is_leader(60_000));
    // Ours by name, but nobody leads: it is taken anew, with another term, if nobody else was faster.
    assert_eq!(written(&next).term, 2);
    answer(&mut election, 60_010, &next, Outcome::Conflict);
    let (look, _) = request(&mut election);
    answer(&mut election, 60_020, &look, held(foreign(1), "9"));
    assert_eq!(effects(&mut election), [Effect::Tell(Told::Leads(Some(foreign(1))))]);
    assert!(!election.is_leader(60_020));
}

#[test]
fn a_renewal_of_unknown_outcome_counts_from_its_own_start_when_it_is_found() {
    let mut election = leader();
    election.handle_timeout(260);
    let (renewal, _) = request(&mut election);
    answer(&mut election, 300, &renewal, lost());
    let (look, told) = request(&mut election);
    assert_eq!((told, election.trouble()), (vec![], Some("503 SlowDown")));
    assert_eq!(election.leads_until(), Some(885));
    answer(&mut election, 320, &look, held(written(&renewal), "2"));
    assert_eq!(election.leads_until(), Some(260 + 875));
    // And it is renewed at once, in the place of what was found.
    let (next, _) = request(&mut election);
    assert!(matches!(&next, Effect::Swap { expected: Some(version), .. } if version == "2"));
    assert!(written(&next).renewals > written(&renewal).renewals);
}

#[test]
fn a_take_over_of_unknown_outcome_is_a_victory_when_it_is_found_in_time() {
    let mut election = contestant("a");
    election.handle_timeout(0);
    let (look, _) = request(&mut election);
    answer(&mut election, 10, &look, held(foreign(1), "5"));
    effects(&mut election);
    for (time, found, won) in [(1010, 1100, true), (1010, 2500, false)] {
        let mut election = contestant("a");
        election.handle_timeout(0);
        let (look, _) = request(&mut election);
        answer(&mut election, 10, &look, held(foreign(1), "5"));
        assert_eq!(election.poll_timeout().map(|at| at <= 160), Some(true));
        effects(&mut election);
        election.handle_timeout(time);
        let (write, _) = request(&mut election);
        assert_eq!(written(&write).term, 8);
        answer(&mut election, time + 20, &write, lost());
        let (look, _) = request(&mut election);
        answer(&mut election, found, &look, held(written(&write), "6"));
        let told = effects(&mut election).contains(&Effect::Tell(Told::Won { term: 8 }));
        assert_eq!((told, election.is_leader(found)), (won, won), "{found}");
    }
}

#[test]
fn the_whole_length_of_the_lease_itself_is_waited_for() {
    let mut election = contestant("a");
    election.handle_timeout(0);
    let mut lease = foreign(1);
    lease.length_ms = 5000;
    let (look, _) = request(&mut election);
    answer(&mut election, 100, &look, held(lease.clone(), "5"));
    effects(&mut election);
    let mut now = 100;
    loop {
        now = election.poll_timeout().unwrap().max(now);
        election.handle_timeout(now);
        match request(&mut election).0 {
            Effect::Swap { lease, .. } => break assert_eq!((now, lease.length_ms), (5100, 1000)),
            look => answer(&mut election, now, &look, held(lease.clone(), "5")),
        }
    }
}

#[test]
fn a_lease_that_somebody_removed_is_waited_for_all_the_same() {
    let mut election = contestant("a");
    election.handle_timeout(0);
    let (look, _) = request(&mut election);
    answer(&mut election, 10, &look, held(foreign(1), "5"));
    effects(&mut election);
    election.handle_timeout(200);
    let (look, _) = request(&mut election);
    answer(&mut election, 210, &look, Outcome::Held(None));
    assert_eq!(effects(&mut election), [Effect::Tell(Told::Leads(None))]);
    election.handle_timeout(1209);
    let (look, _) = request(&mut election);
    answer(&mut election, 1210, &look, Outcome::Held(None));
    let (write, _) = request(&mut election);
    assert_eq!(written(&write).term, 8);
}

#[test]
fn a_leader_that_finds_another_one_falls_silent() {
    let mut election = leader();
    election.handle_timeout(260);
    let (renewal, _) = request(&mut election);
    answer(&mut election, 270, &renewal, Outcome::Conflict);
    let (look, _) = request(&mut election);
    answer(&mut election, 280, &look, held(foreign(1), "9"));
    let told = effects(&mut election);
    assert!(told.contains(&Effect::Tell(Told::Lost { why: Why::Taken(Some(foreign(1))) })), "{told:?}");
    assert!(!election.is_leader(280));
}

#[test]
fn a_leader_without_its_register_falls_silent_in_time_and_says_why() {
    let mut election = leader();
    let mut told = Vec::new();
    while election.leads_until().is_some() {
        let now = election.poll_timeout().unwrap();
        assert!(now <= 885);
        election.handle_timeout(now);
        told.extend(effects(&mut election));
    }
    let why = told.iter().find_map(|effect| match effect {
        Effect::Tell(Told::Lost { why }) => Some(why.to_string()),
        _ => None,
    });
    assert!(why.as_ref().is_some_and(|why| why.contains("no answer within 400 ms")), "{why:?}");
    assert!(
        told.iter().filter(|effect| matches!(effect, Effect::Swap { .. } | Effect::Get { .. })).count() >= 2
    );
}

#[test]
fn a_late_answer_is_passed_over() {
    let mut election = leader();
    election.handle_timeout(260);
    let (renewal, _) = request(&mut election);
    election.handle_timeout(660);
    let (look, _) = request(&mut election);
    assert!(matches!(look, Effect::Get { .. }));
    answer(&mut election, 670, &renewal, version("2"));
    assert_eq!((effects(&mut election), election.leads_until()), (vec![], Some(885)));
}

#[test]
fn at_a_stop_the_right_ends_before_the_lease_is_given_back() {
    let mut election = leader();
    election.handle_timeout(260);
    let (renewal, _) = request(&mut election);
    election.handle(270, Event::Stop);
    assert_eq!(effects(&mut election), [Effect::Tell(Told::Lost { why: Why::Stopped })]);
    assert!(!election.is_leader(270));
    answer(&mut election, 280, &renewal, version("2"));
    let (write, _) = request(&mut election);
    assert!(written(&write).is_free());
    answer(&mut election, 290, &write, version("3"));
    assert_eq!(effects(&mut election), [Effect::Tell(Told::Stopped)]);
    assert_eq!(election.poll_timeout(), None);
}

#[test]
fn who_stands_by_stops_at_once() {
    let mut election = contestant("a");
    election.handle(0, Event::Stop);
    assert_eq!(effects(&mut election), [Effect::Tell(Told::Stopped)]);
}

#[test]
fn times_that_leave_no_second_try_are_refused() {
    assert_eq!(Timing::default().check(), Ok(()));
    let error = Timing { length_ms: 700, ..Timing::default() }.check().unwrap_err();
    assert!(error.to_string().contains("700 ms"), "{error}");
    assert!(Timing { poll_every_ms: 0, ..Timing::default() }.check().is_err());
}
