//! Executors, and what the Master hears of them.

use super::*;

fn running(bench: &mut Bench, executor: u32) {
    bench.receive(MASTER, launch(executor));
    let deeds = bench.event(Event::ExecutorStarted { executor: key(executor), pid: 4000 + executor });
    let (token, ..) = change(&deeds[0]);
    bench.event(Event::Answered { token, reply: Ok(Reply::Boolean(true)) });
}

fn finished() -> ToWorker {
    ToWorker::ApplicationFinished { application: ApplicationId::new("app") }
}

#[test]
fn an_executor_runs_and_ends_by_itself() {
    let mut bench = Bench::registered();
    assert_eq!(words(&bench.receive(MASTER, launch(0))), ["LaunchExecutor"]);
    let deeds = bench.event(Event::ExecutorStarted { executor: key(0), pid: 4000 });
    assert_eq!(change(&deeds[0]), (0, ExecutorState::Running, None, None));
    let shown = bench.worker.snapshot(bench.now);
    assert_eq!((shown.cores_used, shown.memory_used_mib, shown.executors[0].pid), (2, 512, Some(4000)));
    let deeds = bench.event(Event::ExecutorExited { executor: key(0), exit: ProcessExit::Status(77) });
    assert_eq!(change(&deeds[0]), (1, ExecutorState::Exited, Some("Command exited with code 77"), Some(77)));
    let shown = bench.worker.snapshot(bench.now);
    assert_eq!(
        (shown.cores_used, shown.executors.len(), shown.finished_executors[0].state),
        (0, 0, ExecutorState::Exited)
    );
}

/// The driver hears what the Master hears: that is where its user looks.
#[test]
fn an_executor_that_took_too_much_memory_says_so() {
    let mut bench = Bench::registered();
    running(&mut bench, 0);
    bench.worker.handle(bench.now, Event::ExecutorExited { executor: key(0), exit: too_much_memory() });
    let effects: Vec<Effect> = std::iter::from_fn(|| bench.worker.poll_effect()).collect();
    let sentence = "Killed for memory: it took 1151.0 MiB of the 1152.0 MiB that it may (heap 512.0 MiB and all else); \
                    raise spark.executor.memoryOverhead or lower what it does";
    assert_eq!(effects[0], Effect::Log(Note::warning(format!("Executor app/0: {sentence}"))));
    assert_eq!(change(&effects[1]), (1, ExecutorState::Exited, Some(sentence), Some(137)));
    running(&mut bench, 1);
    bench.receive(MASTER, kill(1));
    let deeds = bench.event(Event::ExecutorExited { executor: key(1), exit: too_much_memory() });
    assert_eq!(
        change(&deeds[0]),
        (3, ExecutorState::Killed, Some(sentence), Some(137)),
        "its application gave up"
    );
}

#[test]
fn a_killed_executor_is_reported_as_captured() {
    let mut bench = Bench::registered();
    running(&mut bench, 0);
    assert_eq!(bench.receive(MASTER, kill(0)), [Effect::KillExecutor { executor: key(0) }]);
    assert!(bench.receive(MASTER, kill(0)).is_empty(), "once is enough");
    bench.worker.handle(bench.now, Event::ExecutorExited { executor: key(0), exit: ProcessExit::Signal(15) });
    let effects: Vec<Effect> = std::iter::from_fn(|| bench.worker.poll_effect()).collect();
    assert_eq!(change(&effects[0]), (1, ExecutorState::Killed, None, Some(143)));
    assert_eq!(
        effects[1],
        Effect::Log(Note::info("Executor app/0 finished with state KILLED exitStatus 143"))
    );
}

#[test]
fn an_executor_that_cannot_start_has_failed_unless_it_was_killed_first() {
    let mut bench = Bench::registered();
    bench.receive(MASTER, launch(0));
    bench.receive(MASTER, launch(1));
    bench.receive(MASTER, kill(1));
    let not_started =
        |executor| Event::ExecutorNotStarted { executor: key(executor), reason: "no folder".into() };
    let deeds = bench.event(not_started(0));
    assert_eq!(change(&deeds[0]), (0, ExecutorState::Failed, Some("no folder"), None));
    let deeds = bench.event(not_started(1));
    assert_eq!(change(&deeds[0]), (1, ExecutorState::Killed, None, None));
}

#[test]
fn orders_of_another_master_are_not_obeyed() {
    let mut bench = Bench::registered();
    running(&mut bench, 0);
    let ToWorker::LaunchExecutor(mut order) = launch(1) else { unreachable!() };
    order.master_url = "spark://other:7077".into();
    assert!(bench.receive(MASTER, ToWorker::LaunchExecutor(order)).is_empty());
    let order = ToWorker::KillExecutor { master_url: "spark://other:7077".into(), executor: key(0) };
    assert!(bench.receive(MASTER, order).is_empty());
}

#[test]
fn a_number_given_twice_fails_and_ends_what_had_it() {
    let mut bench = Bench::registered();
    running(&mut bench, 0);
    let deeds = bench.receive(MASTER, launch(0));
    assert_eq!(words(&deeds), ["KillExecutor", "Ask ExecutorStateChanged"]);
    assert_eq!(change(&deeds[1]).1, ExecutorState::Failed);
}

#[test]
fn folders_go_with_the_last_executor_of_a_finished_application() {
    let mut bench = Bench::registered();
    running(&mut bench, 0);
    running(&mut bench, 1);
    assert!(bench.receive(MASTER, finished()).is_empty());
    let exit = |executor| Event::ExecutorExited { executor: key(executor), exit: ProcessExit::Signal(15) };
    assert_eq!(words(&bench.event(exit(0))), ["Ask ExecutorStateChanged"]);
    assert_eq!(words(&bench.event(exit(1))), ["Ask ExecutorStateChanged", "RemoveApplicationFolders"]);
    assert!(bench.receive(MASTER, finished()).is_empty(), "they are gone");
    running(&mut bench, 2);
    bench.event(exit(2));
    assert_eq!(words(&bench.receive(MASTER, finished())), ["RemoveApplicationFolders"]);
}

#[test]
fn changes_wait_for_a_master_and_go_before_the_list_of_what_runs() {
    let mut bench = Bench::registered();
    running(&mut bench, 0);
    bench.event(Event::Disconnected { peer: MASTER });
    assert!(bench.event(Event::ExecutorExited { executor: key(0), exit: ProcessExit::Status(1) }).is_empty());
    let deeds = bench.let_in(PeerId(2));
    assert_eq!(words(&deeds), ["Ask ExecutorStateChanged", "Send WorkerLatestState", "Send Heartbeat"]);
    assert_eq!(change(&deeds[0]).1, ExecutorState::Exited);
}

#[test]
fn an_unanswered_change_is_asked_again_and_a_newer_one_replaces_it() {
    let mut bench = Bench::registered();
    bench.receive(MASTER, launch(0));
    let deeds = bench.event(Event::ExecutorStarted { executor: key(0), pid: 1 });
    let (first, ..) = change(&deeds[0]);
    assert!(bench.event(Event::Answered { token: first, reply: Err("timeout".into()) }).is_empty());
    let deeds = bench.until_timeout();
    let (second, state, ..) = change(&deeds[0]);
    assert_eq!(state, ExecutorState::Running);
    let deeds = bench.event(Event::ExecutorExited { executor: key(0), exit: ProcessExit::Status(0) });
    let (third, ..) = change(&deeds[0]);
    // The answer to the older question does not count for the newer one.
    bench.event(Event::Answered { token: second, reply: Ok(Reply::Boolean(true)) });
    bench.event(Event::Answered { token: third, reply: Err("timeout".into()) });
    bench.now.monotonic_ms += 10_000;
    bench.worker.handle_timeout(bench.now);
    let asked = bench.deeds();
    let again = asked.iter().find(|deed| matches!(deed, Effect::Ask { .. })).expect("asked again");
    let (fourth, state, ..) = change(again);
    assert_eq!(state, ExecutorState::Exited);
    bench.event(Event::Answered { token: fourth, reply: Ok(Reply::Boolean(true)) });
    assert_eq!(words(&bench.until_timeout()), ["Send Heartbeat"]);
}

#[test]
fn a_master_that_never_answers_is_given_up() {
    let mut bench = Bench::registered();
    running(&mut bench, 1);
    bench.receive(MASTER, launch(0));
    let mut deeds = bench.event(Event::ExecutorStarted { executor: key(0), pid: 1 });
    for _ in 0..4 {
        let (token, ..) = change(&deeds[0]);
        bench.event(Event::Answered { token, reply: Err("timeout".into()) });
        deeds = bench.until_timeout();
        deeds.retain(|deed| matches!(deed, Effect::Ask { .. }));
        while deeds.is_empty() {
            deeds = bench.until_timeout();
            deeds.retain(|deed| matches!(deed, Effect::Ask { .. }));
        }
    }
    let (token, ..) = change(&deeds[0]);
    let end = bench.event(Event::Answered { token, reply: Err("timeout".into()) });
    assert_eq!(words(&end), ["Hangup", "KillExecutor", "KillExecutor"]);
    bench.event(Event::ExecutorExited { executor: key(0), exit: ProcessExit::Signal(15) });
    let end = bench.event(Event::ExecutorExited { executor: key(1), exit: ProcessExit::Signal(15) });
    assert!(matches!(&end[..], [Effect::Exit { reason: ExitReason::GaveUp(_) }]), "{end:?}");
}

#[test]
fn to_stop_is_to_hang_up_to_end_all_and_to_exit() {
    let mut bench = Bench::registered();
    running(&mut bench, 0);
    assert_eq!(words(&bench.event(Event::Stop)), ["Hangup", "KillExecutor"]);
    assert_eq!(bench.worker.poll_timeout(), None);
    assert!(bench.receive(MASTER, launch(1)).is_empty());
    assert!(bench.event(Event::Stop).is_empty());
    let end = bench.event(Event::ExecutorExited { executor: key(0), exit: ProcessExit::Signal(15) });
    assert_eq!(end, [Effect::Exit { reason: ExitReason::Stopped }]);
    assert!(bench.event(Event::Stop).is_empty());
}

#[test]
fn old_finished_executors_are_forgotten() {
    let mut bench = Bench::registered();
    for executor in 0..30 {
        running(&mut bench, executor);
        bench.event(Event::ExecutorExited { executor: key(executor), exit: ProcessExit::Status(0) });
    }
    let finished = bench.worker.snapshot(bench.now).finished_executors;
    assert_eq!(finished.len(), 10);
    assert_eq!(finished[9].executor, key(29));
}
