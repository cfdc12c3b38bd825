//! A daemon that is killed. The test's own program plays the daemon and the guardian too.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use edge_process::{Child, appoint_guardian, forget_folder, guard, remove_at_death};
use rustix::process::{Pid, Signal, kill_process};

use crate::support::{FAMILY, family, folder, lives, pid_in, session_of, shell, until};

const ROLE: &str = "ROLE_IN_THE_TEST_OF_GUARDIANS";
const FOLDER: &str = "FOLDER_OF_THE_TEST_OF_GUARDIANS";

#[tokio::test]
async fn when_the_daemon_is_killed_its_guardian_ends_everything() {
    match std::env::var(ROLE).as_deref() {
        Ok("guardian") => return tokio::task::spawn_blocking(be_the_guardian).await.unwrap(),
        Ok(_) => return be_the_daemon().await,
        Err(_) => {}
    }
    for victim in ["the daemon", "its guardian and then the daemon"] {
        let folder = folder();
        let scratch = folder.path().join("scratch");
        let mut daemon = start_daemon(folder.path());
        let members = family(folder.path()).await;
        let leader = pid_in(&folder.path().join("leader")).await;
        let guardian = guardian_of(daemon.0.id()).await;
        if victim != "the daemon" {
            // It has to have lived for a while, or it is taken for one that cannot live.
            until("an age of a second", || age_ms(guardian) > 1_500).await;
            kill_process(guardian, Signal::KILL).unwrap();
            until("the guardian's end", || !lives(guardian)).await;
        }
        let guardian = guardian_of(daemon.0.id()).await;
        // An init system asks all processes of a service to end: the guardian has to be the last one.
        until("its taking over of the signals", || handles_termination(guardian)).await;
        kill_process(guardian, Signal::TERM).unwrap();
        assert!(members.iter().all(|pid| lives(*pid)) && scratch.join("inner").exists());

        daemon.kill();
        until("the end of all", || members.iter().chain([&leader]).all(|pid| !lives(*pid))).await;
        until("the guardian's own end", || !lives(guardian)).await;
        assert!(!scratch.exists(), "after the end of {victim}");
        assert!(folder.path().join("kept").exists());
    }
}

/// The killed daemon; killed also when the test fails.
struct Daemon(std::process::Child);

impl Daemon {
    fn kill(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

fn start_daemon(folder: &Path) -> Daemon {
    let daemon = this_test()
        .env(ROLE, "daemon")
        .env(FOLDER, folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn();
    Daemon(daemon.unwrap())
}

fn this_test() -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(arguments());
    command
}

fn arguments() -> [&'static str; 3] {
    ["--exact", "guardian::when_the_daemon_is_killed_its_guardian_ends_everything", "--nocapture"]
}

/// Waits for orders until it is killed.
async fn be_the_daemon() {
    let program = std::env::current_exe().unwrap();
    let role = format!("{ROLE}=guardian");
    let arguments =
        [role.into(), program.into_os_string()].into_iter().chain(arguments().map(OsString::from));
    appoint_guardian("/usr/bin/env".into(), arguments.collect());
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    for name in ["scratch/inner", "kept"] {
        fs::create_dir_all(folder.join(name)).unwrap();
        remove_at_death(&folder.join(name.split('/').next().unwrap()));
    }
    forget_folder(&folder.join("kept"));
    let mut launch =
        shell(&tempfile::tempdir().unwrap(), &format!("{FAMILY} echo $$ > leader; exec sleep 1000"));
    launch.directory.clone_from(&folder);
    (launch.stdout, launch.stderr) = (folder.join("stdout"), folder.join("stderr"));
    let mut child = Child::spawn(&launch).unwrap();
    child.ended().await.unwrap();
}

fn be_the_guardian() {
    guard().unwrap();
}

/// The child of the daemon that is in its session.
async fn guardian_of(daemon: u32) -> Pid {
    let find = || {
        let session = session_of(Pid::from_raw(daemon as i32)?)?;
        let tasks = fs::read_dir(format!("/proc/{daemon}/task")).ok()?.flatten();
        let children: String =
            tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok()).collect();
        let pids = children.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?));
        pids.filter(|pid| lives(*pid)).find(|pid| session_of(*pid) == Some(session))
    };
    until("a guardian", || find().is_some()).await;
    find().unwrap()
}

fn age_ms(pid: Pid) -> u64 {
    let folder = fs::metadata(format!("/proc/{}", pid.as_raw_nonzero())).unwrap();
    folder.modified().unwrap().elapsed().unwrap_or_default().as_millis() as u64
}

fn handles_termination(pid: Pid) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", pid.as_raw_nonzero())).unwrap();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
    u64::from_str_radix(mask.trim(), 16).unwrap() >> (Signal::TERM.as_raw() - 1) & 1 == 1
}
