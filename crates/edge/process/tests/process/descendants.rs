//! What a process started itself ends with it, and none of the dead stays.

use std::fs;

use edge_process::{Child, Exit};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::support::{FAMILY, family, folder, lives, shell, until};

fn gone(pids: &[Pid]) -> bool {
    pids.iter().all(|pid| !lives(*pid))
}

#[tokio::test]
async fn all_are_gone_when_the_end_is_told() {
    let folder = folder();
    let mut child = Child::spawn(&shell(&folder, &format!("{FAMILY} exit 6"))).unwrap();
    assert_eq!(child.ended().await.unwrap(), Exit::Status(6));
    assert!(gone(&family(folder.path()).await));
}

#[tokio::test]
async fn all_are_gone_after_a_request_to_end_and_after_a_kill() {
    for signal in [Signal::TERM, Signal::KILL] {
        let folder = folder();
        let mut child = Child::spawn(&shell(&folder, &format!("{FAMILY} exec sleep 1000"))).unwrap();
        let pids = family(folder.path()).await;
        assert!(pids.iter().all(|pid| lives(*pid)));
        kill_process(Pid::from_raw(child.pid() as i32).unwrap(), signal).unwrap();
        assert_eq!(child.ended().await.unwrap(), Exit::Signal(signal.as_raw()));
        assert!(gone(&pids), "after {signal:?}");
    }
}

#[tokio::test]
async fn all_are_gone_when_it_is_dropped() {
    let folder = folder();
    let child = Child::spawn(&shell(&folder, &format!("{FAMILY} exec sleep 1000"))).unwrap();
    let pids = family(folder.path()).await;
    drop(child);
    assert!(gone(&pids));
}

#[tokio::test]
async fn those_of_others_live_on() {
    let (one, other) = (folder(), folder());
    let script = format!("{FAMILY} exec sleep 1000");
    let mut first = Child::spawn(&shell(&one, &script)).unwrap();
    let second = Child::spawn(&shell(&other, &script)).unwrap();
    let pids = family(other.path()).await;
    family(one.path()).await;
    kill_process(Pid::from_raw(first.pid() as i32).unwrap(), Signal::KILL).unwrap();
    first.ended().await.unwrap();
    assert!(pids.iter().all(|pid| lives(*pid)));
    drop(second);
}

/// Descendants whose parents are gone become children of this process: it has to take notice of their end.
#[tokio::test]
async fn no_zombie_is_left_of_any_of_them() {
    let folder = folder();
    let script =
        "(setsid sh -c 'echo $$ > orphan; exit 7' &) ; while [ -e orphan.waits ]; do sleep 0.01; done";
    fs::write(folder.path().join("orphan.waits"), "").unwrap();
    let mut child = Child::spawn(&shell(&folder, script)).unwrap();
    let orphan = crate::support::pid_in(&folder.path().join("orphan")).await;
    // While the child lives it is its future that takes notice.
    let ended = tokio::select! {
        ended = child.ended() => panic!("it ended too early: {ended:?}"),
        () = until("the orphan's reaping", || test_kill_process(orphan).is_err()) => {
            fs::remove_file(folder.path().join("orphan.waits")).unwrap();
            child.ended().await.unwrap()
        }
    };
    assert_eq!(ended, Exit::Status(0));

    let mut child = Child::spawn(&shell(&folder, FAMILY)).unwrap();
    child.ended().await.unwrap();
    for pid in family(folder.path()).await {
        until("no zombie", || test_kill_process(pid).is_err()).await;
    }
}
