//! Children of `/bin/sh`: how they end, what they leave behind, what they inherit.

use std::fs;
use std::os::fd::AsFd;
use std::path::Path;
use std::time::Duration;

use edge_process::{Child, Exit, Launch, SpawnError};
use rustix::io::{FdFlags, fcntl_getfd, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::support::{folder, lives, pid_in, shell, until};

const GRACE: Duration = Duration::from_secs(30);
const NO_GRACE: Duration = Duration::from_millis(50);

#[tokio::test]
async fn reports_status_and_signal() {
    let folder = folder();
    let exit = |script| Child::spawn(&shell(&folder, script)).unwrap();
    assert_eq!(exit("exit 0").ended().await.unwrap(), Exit::Status(0));
    assert_eq!(exit("exit 77").ended().await.unwrap(), Exit::Status(77));
    assert_eq!(exit("kill -9 $$").ended().await.unwrap(), Exit::Signal(9));
}

#[tokio::test]
async fn gives_exactly_the_environment_the_folder_and_the_files() {
    let folder = folder();
    fs::write(folder.path().join("stderr"), "header\n").unwrap();
    let mut launch = shell(&folder, "pwd; /usr/bin/env; echo bad >&2");
    launch.environment.push(("SPARK_EXECUTOR_DIRS".into(), "/a:/b".into()));
    Child::spawn(&launch).unwrap().ended().await.unwrap();
    let printed = fs::read_to_string(&launch.stdout).unwrap();
    let mut lines: Vec<_> = printed.lines().collect();
    assert_eq!(Path::new(lines.remove(0)), folder.path().canonicalize().unwrap());
    lines.retain(|line| !line.starts_with("PWD=") && !line.starts_with("_=") && !line.starts_with("SHLVL="));
    assert!(lines.iter().any(|line| line.starts_with("HEARTH_LAUNCH=")), "the mark of its descendants");
    lines.retain(|line| !line.starts_with("HEARTH_LAUNCH="));
    lines.sort_unstable();
    assert_eq!(lines, ["PATH=/usr/bin:/bin", "SPARK_EXECUTOR_DIRS=/a:/b"]);
    assert_eq!(fs::read_to_string(&launch.stderr).unwrap(), "header\nbad\n", "stderr is appended to");
}

#[tokio::test]
async fn grace_lets_it_clean_up() {
    let folder = folder();
    let script = "trap 'echo cleaned; exit 3' TERM; echo ready; while :; do sleep 0.01; done";
    let launch = shell(&folder, script);
    let mut child = Child::spawn(&launch).unwrap();
    until("the trap", || fs::read_to_string(&launch.stdout).is_ok_and(|text| text.contains("ready"))).await;
    assert_eq!(child.end(GRACE).await.unwrap(), Exit::Status(3));
    assert!(fs::read_to_string(&launch.stdout).unwrap().ends_with("cleaned\n"));
}

#[tokio::test]
async fn force_ends_what_ignores_the_request() {
    let folder = folder();
    let launch = shell(&folder, "trap '' TERM; echo ready; while :; do sleep 0.01; done");
    let mut child = Child::spawn(&launch).unwrap();
    until("the trap", || fs::read_to_string(&launch.stdout).is_ok_and(|text| text.contains("ready"))).await;
    assert_eq!(child.end(NO_GRACE).await.unwrap(), Exit::Signal(9));
}

#[tokio::test]
async fn a_stop_signal_ends_it_and_an_own_end_needs_none() {
    let folder = folder();
    let child = Child::spawn(&shell(&folder, "exec sleep 1000")).unwrap();
    assert_eq!(child.run_until(async {}, GRACE).await.unwrap(), Exit::Signal(15));
    let child = Child::spawn(&shell(&folder, "exit 4")).unwrap();
    assert_eq!(child.run_until(std::future::pending(), GRACE).await.unwrap(), Exit::Status(4));
}

#[tokio::test]
async fn members_of_its_group_go_with_it() {
    let folder = folder();
    let file = folder.path().join("leftover");
    let launch = shell(&folder, "sleep 1000 & echo $! > leftover; exit 0");
    assert_eq!(Child::spawn(&launch).unwrap().ended().await.unwrap(), Exit::Status(0));
    let leftover = pid_in(&file).await;
    until("the leftover's end", || !lives(leftover)).await;
}

#[tokio::test]
async fn the_request_to_end_goes_to_the_process_alone() {
    let folder = folder();
    // The shell waits for its child: were the group asked, `sleep` would end first and the script go on.
    let script =
        "sleep 1000 & echo $! > member; trap 'kill -0 $! && echo alive; exit 5' TERM; echo ready; wait";
    let launch = shell(&folder, script);
    let mut child = Child::spawn(&launch).unwrap();
    until("the trap", || fs::read_to_string(&launch.stdout).is_ok_and(|text| text.contains("ready"))).await;
    assert_eq!(child.end(GRACE).await.unwrap(), Exit::Status(5));
    assert!(fs::read_to_string(&launch.stdout).unwrap().ends_with("alive\n"));
    let member = pid_in(&folder.path().join("member")).await;
    until("the member's end", || !lives(member)).await;
}

#[tokio::test]
async fn dropped_it_is_killed_with_its_group() {
    let folder = folder();
    let file = folder.path().join("member");
    let child = Child::spawn(&shell(&folder, "sleep 1000 & echo $! > member; wait")).unwrap();
    let (member, main) = (pid_in(&file).await, Pid::from_raw(child.pid() as i32).unwrap());
    drop(child);
    until("the end of both", || !lives(member) && !lives(main)).await;
    until("the reaping", || test_kill_process(main).is_err()).await;
}

#[tokio::test]
async fn it_is_in_a_session_of_its_own() {
    let folder = folder();
    let child = Child::spawn(&shell(&folder, "exec sleep 1000")).unwrap();
    let pid = Pid::from_raw(child.pid() as i32).unwrap();
    assert_eq!(rustix::process::getsid(Some(pid)).unwrap(), pid);
    assert_eq!(rustix::process::getpgid(Some(pid)).unwrap(), pid);
}

/// The thread that starts a child stands for the daemon: the kernel's rule is about that thread.
#[tokio::test]
async fn it_dies_with_whoever_started_it() {
    let folder = folder();
    let launch = shell(&folder, "trap '' TERM HUP INT; echo $$ > main; while :; do sleep 0.01; done");
    let file = folder.path().join("main");
    let starter = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let pid = runtime.block_on(async {
            let child = Child::spawn(&launch).unwrap();
            let pid = pid_in(&file).await;
            // Nobody is left to end it politely or to run a destructor, as after a SIGKILL of the daemon.
            std::mem::forget(child);
            pid
        });
        assert!(lives(pid));
        pid
    });
    let pid = starter.join().unwrap();
    until("the kernel's signal", || !lives(pid)).await;
}

#[tokio::test]
async fn it_inherits_no_descriptor() {
    let folder = folder();
    let leak = fs::File::open("/dev/null").unwrap();
    fcntl_setfd(leak.as_fd(), FdFlags::empty()).unwrap();
    let launch = shell(&folder, "ls /proc/$$/fd");
    Child::spawn(&launch).unwrap().ended().await.unwrap();
    assert!(fcntl_getfd(leak.as_fd()).unwrap().contains(FdFlags::CLOEXEC));
    let listed = fs::read_to_string(&launch.stdout).unwrap();
    let numbers: Vec<_> = listed.lines().collect();
    assert_eq!(numbers, ["0", "1", "2"]);
}

#[tokio::test]
async fn many_short_lives_leave_no_zombie() {
    let folder = folder();
    let mut pids = Vec::new();
    for round in 0..200 {
        let mut child = Child::spawn(&shell(&folder, &format!("exit {}", round % 7))).unwrap();
        pids.push(child.pid());
        assert_eq!(child.ended().await.unwrap(), Exit::Status(round % 7));
    }
    for pid in pids {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        assert!(!stat.contains(") Z "), "{pid} was not reaped: {stat}");
    }
}

#[tokio::test]
async fn many_at_once_all_report() {
    let folder = folder();
    let children: Vec<_> =
        (0..50).map(|_| Child::spawn(&shell(&folder, "read line < /dev/null; exit 9")).unwrap()).collect();
    for mut child in children {
        assert_eq!(child.ended().await.unwrap(), Exit::Status(9));
    }
}

#[tokio::test]
async fn killed_from_outside_it_is_reported() {
    let folder = folder();
    let mut child = Child::spawn(&shell(&folder, "exec sleep 1000")).unwrap();
    kill_process(Pid::from_raw(child.pid() as i32).unwrap(), Signal::KILL).unwrap();
    assert_eq!(child.ended().await.unwrap(), Exit::Signal(9));
}

#[tokio::test]
async fn errors_name_the_path_and_what_to_do() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let error = |launch: &Launch| Child::spawn(launch).unwrap_err();
    let good = shell(&folder, "exit 0");

    let missing = Launch { program: at("no-java"), ..good.clone() };
    assert!(matches!(error(&missing), SpawnError::NoProgram { program } if program == at("no-java")));
    let relative = Launch { program: "sh".into(), ..good.clone() };
    assert!(matches!(error(&relative), SpawnError::NoProgram { .. }));

    fs::write(at("plain"), "text").unwrap();
    let plain = Launch { program: at("plain"), ..good.clone() };
    assert_eq!(
        error(&plain).to_string(),
        format!(
            "'{}' may not be executed by this user: give it execute permission (chmod +x), or use another one",
            at("plain").display()
        )
    );

    let directory = Launch { directory: at("gone"), ..good.clone() };
    assert!(matches!(error(&directory), SpawnError::Directory { directory, .. } if directory == at("gone")));
    let no_directory = Launch { directory: at("plain"), ..good.clone() };
    assert!(matches!(error(&no_directory), SpawnError::Directory { .. }));

    let output = Launch { stdout: at("gone/stdout"), ..good.clone() };
    assert!(matches!(error(&output), SpawnError::Output { path, .. } if path == at("gone/stdout")));
    let full = Launch { stderr: "/dev/full".into(), ..good.clone() };
    assert!(Child::spawn(&full).is_ok(), "a full disk shows itself when it is written to");

    let long = Launch { arguments: vec!["x".repeat(4 << 20).into()], ..good };
    assert!(matches!(error(&long), SpawnError::TooLong { .. }));
}

#[tokio::test]
async fn a_script_without_its_interpreter_is_told_apart() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder();
    let script = folder.path().join("java");
    fs::write(&script, "#!/no/such/interpreter\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let launch = Launch { program: script, ..shell(&folder, "") };
    assert!(matches!(Child::spawn(&launch).unwrap_err(), SpawnError::NoInterpreter { .. }));
}

/// A daemon that was started with SIGCHLD ignored still learns how its children end.
#[tokio::test]
async fn an_ignored_sigchld_loses_no_status() {
    const INNER: &str = "STARTED_WITH_SIGCHLD_IGNORED";
    if std::env::var_os(INNER).is_some() {
        let folder = folder();
        let mut child = Child::spawn(&shell(&folder, "exit 5")).unwrap();
        assert_eq!(child.ended().await.unwrap(), Exit::Status(5));
        return;
    }
    let again = std::process::Command::new("env")
        .arg("--ignore-signal=CHLD")
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "child::an_ignored_sigchld_loses_no_status"])
        .env(INNER, "yes")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&again.stdout);
    assert!(again.status.success() && printed.contains("1 passed"), "{printed}");
}
