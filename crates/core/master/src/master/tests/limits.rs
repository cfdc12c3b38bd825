//! Containers with limits, and what is refused because it can never fit.

use model::DriverDescription;

use super::*;

fn limited(bench: &mut Bench, number: u64, memory_mib: u32, limit_mib: u32) -> Vec<Effect> {
    let offer = RegisterWorker { memory_limit_mib: Some(limit_mib), ..registration(number, 8, memory_mib) };
    bench.tell(PeerId(number), ToMaster::RegisterWorker(offer))
}

fn of_memory(memory_mib: u32) -> ApplicationDescription {
    ApplicationDescription { default_profile: profile(0, Some(1), memory_mib), ..description(Some(1), None) }
}

#[test]
fn executors_are_admitted_by_all_that_they_take() {
    let mut bench = Bench::new();
    limited(&mut bench, 1, 4096, 4096);
    let (application, deeds) = bench.application(DRIVER, of_memory(1024));
    let launched = launches(&deeds);
    // Four heaps of 1 GiB would fit, but each takes 384 MiB beside its heap.
    assert_eq!(launched.len(), 2);
    assert!(launched.iter().all(|(_, launch)| launch.terms.memory_limit_mib == Some(1408)));
    let view = &bench.master.snapshot(bench.now).workers[0];
    assert_eq!((view.memory_used_mib, view.memory_limit_mib), (2048, Some((4096, 2816))));
    bench.changed(1, &key(&application, 0), ExecutorState::Exited, Some(0));
    let view = &bench.master.snapshot(bench.now).workers[0];
    assert_eq!(view.memory_limit_mib, Some((4096, 2816)), "freed, and given to the next at once");
}

#[test]
fn without_a_limit_the_heap_counts_alone() {
    let mut bench = Bench::new();
    bench.worker(1, 8, 4096);
    let (_, deeds) = bench.application(DRIVER, of_memory(1024));
    let launched = launches(&deeds);
    assert_eq!(launched.len(), 4);
    assert!(launched.iter().all(|(_, launch)| launch.terms.memory_limit_mib.is_none()));
}

#[test]
fn what_is_offered_still_bounds_the_heaps() {
    let mut bench = Bench::new();
    limited(&mut bench, 1, 2048, 16_384);
    let (_, deeds) = bench.application(DRIVER, of_memory(1024));
    assert_eq!(launches(&deeds).len(), 2);
}

fn strict() -> Bench {
    Bench::with(|config| config.refuse_what_never_fits = true)
}

/// What an application that is refused hears as the reason.
fn refusal(deeds: &[Effect]) -> Option<&str> {
    deeds.iter().find_map(|deed| match told(deed) {
        Some((_, ToDriver::ApplicationRemoved { message })) => Some(message.as_str()),
        _ => None,
    })
}

#[test]
fn an_executor_that_fits_nowhere_is_refused_with_the_reason() {
    let mut bench = strict();
    limited(&mut bench, 1, 1101, 1101);
    let (_, deeds) = bench.application(DRIVER, of_memory(2048));
    let sentence = refusal(&deeds).expect("a refusal");
    for part in
        ["refused: an executor needs 1 core and 2.0 GiB", "2.4 GiB with all", "worker-1", "1101.0 MiB"]
    {
        assert!(sentence.contains(part), "{part} in: {sentence}");
    }
    assert_eq!(bench.master.snapshot(bench.now).completed_applications[0].state, ApplicationState::Failed);
    // Its heap alone would fit; with all else it does not.
    let (_, deeds) = bench.application(PeerId(101), of_memory(1024));
    assert!(refusal(&deeds).is_some());
    let (_, deeds) = bench.application(PeerId(102), of_memory(512));
    assert_eq!((refusal(&deeds), launches(&deeds).len()), (None, 1));
}

#[test]
fn one_that_waits_for_others_to_end_is_not_refused() {
    let mut bench = strict();
    bench.worker(1, 4, 4096);
    bench.application(PeerId(100), of_memory(1024));
    let (_, deeds) = bench.application(PeerId(101), of_memory(4096));
    assert_eq!(refusal(&deeds), None);
}

#[test]
fn without_workers_nobody_knows_what_will_come() {
    let mut bench = strict();
    let (_, deeds) = bench.application(DRIVER, of_memory(1 << 20));
    assert_eq!(refusal(&deeds), None);
    // The first Worker may be the smallest: whoever was let in waits.
    let deeds = bench.tell(PeerId(1), ToMaster::RegisterWorker(registration(1, 4, 1024)));
    assert_eq!(refusal(&deeds), None);
}

#[test]
fn a_lost_worker_may_come_back() {
    let mut bench = strict();
    bench.worker(1, 16, 65_536);
    bench.worker(2, 1, 1024);
    bench.event(Event::Disconnected { peer: PeerId(1) });
    let (_, deeds) = bench.application(DRIVER, of_memory(32_768));
    assert_eq!(refusal(&deeds), None);
}

#[test]
fn a_limit_of_cores_below_one_executor_is_a_mistake() {
    let mut bench = strict();
    bench.worker(1, 16, 65_536);
    let (_, deeds) = bench.application(DRIVER, description(Some(4), Some(2)));
    assert!(refusal(&deeds).is_some_and(|sentence| sentence.contains("spark.cores.max")), "{deeds:?}");
}

#[test]
fn a_driver_that_fits_nowhere_is_refused_to_its_submitter() {
    let mut bench = strict();
    limited(&mut bench, 1, 2048, 2048);
    let submit = |memory_mib| {
        let description = DriverDescription { cores: 1, memory_mib, ..DriverDescription::default() };
        ToMaster::RequestSubmitDriver { description: Box::new(description) }
    };
    let (deeds, reply) = bench.ask(PeerId(500), submit(1900));
    let Reply::SubmitDriver { success: false, driver: None, message, .. } = reply else {
        panic!("{reply:?}")
    };
    assert!(message.contains("the driver needs 1 core and 1900.0 MiB (2.2 GiB with all"), "{message}");
    assert_eq!(deeds, []);
    let (deeds, _) = bench.ask(PeerId(500), submit(1024));
    assert_eq!(words(&deeds), ["1 LaunchDriver"]);
}
