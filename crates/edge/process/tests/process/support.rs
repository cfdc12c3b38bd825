//! Shell scripts as processes, and waiting for what they do.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use edge_process::Launch;
use rustix::process::{Pid, test_kill_process};
use tempfile::TempDir;

pub(crate) fn shell(folder: &TempDir, script: &str) -> Launch {
    Launch {
        program: "/bin/sh".into(),
        arguments: vec!["-c".into(), script.into()],
        environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
        directory: folder.path().into(),
        stdout: folder.path().join("stdout"),
        stderr: folder.path().join("stderr"),
        rolling: None,
        group: None,
        shared_limit: None,
    }
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(20), "waited too long for: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub(crate) async fn pid_in(path: &Path) -> Pid {
    let read = || fs::read_to_string(path).ok().and_then(|text| text.trim_end().parse::<i32>().ok());
    until("a process id in a file", || read().is_some()).await;
    Pid::from_raw(read().unwrap()).unwrap()
}

/// Whether the process is there and not a zombie that waits for init.
pub(crate) fn lives(pid: Pid) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    test_kill_process(pid).is_ok() && !stat.contains(") Z ")
}

/// The session of a process: 0 where its leader is outside of our container, which getsid(2) here takes for a mistake.
pub(crate) fn session_of(pid: Pid) -> Option<i32> {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    stat.rsplit_once(')')?.1.split_ascii_whitespace().nth(3)?.parse().ok()
}

/// A script that starts descendants of all kinds and writes the process id of each into a file of its own.
pub(crate) const FAMILY: &str = "
    sh -c 'echo $$ > plain; exec sleep 1000' &
    # As PySpark's daemon: a group of its own in the same session.
    timeout 1000 sh -c 'echo $$ > own-group; exec sleep 1000' &
    setsid sh -c 'echo $$ > own-session; exec sleep 1000' &
    env -i sh -c 'echo $$ > no-environment; exec sleep 1000' &
    # Its parent is gone at once, and so are its signals.
    (setsid sh -c 'trap \"\" TERM HUP INT; echo $$ > daemon; while :; do sleep 1; done' &)
    for file in plain own-group own-session no-environment daemon; do
        while ! [ -s $file ]; do sleep 0.01; done
    done
";

/// The family that such a script has started.
pub(crate) async fn family(folder: &Path) -> Vec<Pid> {
    let mut pids = Vec::new();
    for name in ["plain", "own-group", "own-session", "no-environment", "daemon"] {
        pids.push(pid_in(&folder.join(name)).await);
    }
    pids
}
