//! Limits of memory for real: a group stands for a container, and this program runs in it a second time as the Worker.
//!
//! Where nobody may make groups, a loud line says so and nothing is shown. `cargo xtask cgroup2` runs this file in a small
//! machine whose kernel has version 2 alone.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

use edge_process::cgroup::{Group, Groups, MemoryKill, SharedLimit};
use edge_process::{Child, Exit, Launch};
use rustix::process::{Pid, Signal, getpid, kill_process};

use crate::support::{folder, lives, pid_in, shell, until};

const GRACE: Duration = Duration::from_secs(30);

/// What the program in the container is to do.
const CASE: &str = "HEARTH_TEST_CASE";
/// The folder that stands for its disk.
const DISK: &str = "HEARTH_TEST_DISK";

/// Takes memory until it is killed.
const HOG: &str = "exec tail /dev/zero";

/// A group with a limit, below the one that the tests run in.
struct Container {
    folder: PathBuf,
}

impl Container {
    /// None where this machine does not let us make one.
    fn new(limit_mib: u64) -> Option<Self> {
        let (parent, file) = match parent() {
            Ok(found) => found,
            Err(reason) => return skipped(&reason),
        };
        let folder = parent.join(format!("hearth-test-{:016x}", fastrand::u64(..)));
        if let Err(reason) = fs::create_dir(&folder) {
            return skipped(&format!("cannot make {}: {reason}", folder.display()));
        }
        let container = Self { folder };
        match fs::write(container.folder.join(file), (limit_mib << 20).to_string()) {
            Ok(()) => Some(container),
            Err(reason) => skipped(&format!("cannot limit {}: {reason}", container.folder.display())),
        }
    }

    /// Runs a case of [`inside`] in it.
    fn run(&self, case: &str, disk: &Path) -> Output {
        let moved = self.folder.join("hearth-daemons");
        let group = if moved.is_dir() { &moved } else { &self.folder };
        // Somebody who is in it too, as the init of a container is.
        let init = "sleep 1000 > /dev/null 2>&1 &";
        let enter = format!("echo $$ > \"$0/cgroup.procs\" && {{ {init} }} && exec \"$@\"");
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &enter]).arg(group).arg(std::env::current_exe().unwrap());
        command.args(["--exact", "memory::inside", "--ignored", "--nocapture"]);
        command.env(CASE, case).env(DISK, disk).output().unwrap()
    }

    fn shows(&self, case: &str) {
        let disk = folder();
        let output = self.run(case, disk.path());
        let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && text.contains("1 passed"), "{case}: {}\n{text}", output.status);
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let begun = Instant::now();
        while let Err(reason) = remove(&self.folder) {
            if begun.elapsed() > Duration::from_secs(20) {
                return say(&format!("{} stays: {reason}", self.folder.display()));
            }
            std::thread::yield_now();
        }
    }
}

/// Kills whoever is in a group and in those below it, and removes them.
fn remove(folder: &Path) -> io::Result<()> {
    let members = fs::read_to_string(folder.join("cgroup.procs"))?;
    for pid in members.lines().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)) {
        let _ = kill_process(pid, Signal::KILL);
    }
    for entry in fs::read_dir(folder)?.flatten().filter(|entry| entry.path().is_dir()) {
        remove(&entry.path())?;
    }
    fs::remove_dir(folder)
}

/// Past the harness, which shows what a test prints only when it fails.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "\n*** {text} ***\n");
}

fn skipped<T>(reason: &str) -> Option<T> {
    say(&format!("SKIPPED, nothing is shown about limits of memory: {reason}"));
    None
}

/// Where a group with a limit can be made, and the file that the limit is written to.
fn parent() -> Result<(PathBuf, &'static str), String> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let path = |mark: &str| {
        groups.lines().find_map(|line| Some(line.split_once(mark)?.1.trim_start_matches('/').to_owned()))
    };
    if let Some(path) = path(":memory:") {
        return Ok((Path::new("/sys/fs/cgroup/memory").join(path), "memory.limit_in_bytes"));
    }
    let own = Path::new("/sys/fs/cgroup").join(path("0::").ok_or("there are no control groups")?);
    let gives_memory = |folder: &&Path| {
        let control = fs::read_to_string(folder.join("cgroup.subtree_control"));
        control.is_ok_and(|text| text.split_whitespace().any(|name| name == "memory"))
    };
    match own.ancestors().find(gives_memory) {
        Some(parent) => Ok((parent.to_owned(), "memory.max")),
        None => Err("no group gives those below it the memory controller".to_owned()),
    }
}

#[test]
fn a_process_over_its_limit_dies_alone_and_is_told_of() {
    if let Some(container) = Container::new(256) {
        container.shows("own limit");
        container.shows("descendants");
        container.shows("escape");
    }
}

#[test]
fn a_process_over_the_containers_limit_is_told_of() {
    if let Some(container) = Container::new(64) {
        container.shows("shared limit");
        container.shows("shared limit with a group");
    }
}

#[test]
fn groups_of_a_worker_that_was_killed_go_with_the_next_one() {
    let Some(container) = Container::new(256) else { return };
    let disk = folder();
    let output = container.run("killed", disk.path());
    assert!(!output.status.success(), "it was to be killed");
    let escaped = fs::read_to_string(disk.path().join("escaped")).unwrap();
    let escaped = Pid::from_raw(escaped.trim().parse().unwrap()).unwrap();
    assert!(lives(escaped), "nobody guards it in this test");
    container.shows("after");
    assert!(!lives(escaped));
}

/// Runs in a container, as one of the cases.
#[tokio::test]
#[ignore = "the tests above run it, each in a container of its own"]
async fn inside() {
    match std::env::var(CASE).as_deref() {
        Ok("own limit") => own_limit().await,
        Ok("descendants") => descendants().await,
        Ok("escape") => escape().await,
        Ok("shared limit") => shared_limit().await,
        Ok("shared limit with a group") => shared_limit_with_a_group().await,
        Ok("killed") => killed().await,
        Ok("after") => after(),
        other => panic!("{other:?} is no case"),
    }
}

fn groups() -> Groups {
    Groups::open(Path::new("/")).unwrap()
}

fn group(groups: &Groups, name: &str, limit_mib: u32) -> Option<Arc<Group>> {
    Some(Arc::new(groups.make(name, limit_mib).unwrap()))
}

/// The limits of the processes that are left.
fn left(folder: &Path) -> usize {
    fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().is_dir()).count()
}

async fn own_limit() {
    let before = memberships();
    let (disk, groups) = (folder(), groups());
    let neighbour = Launch { group: group(&groups, "neighbour", 48), ..shell(&disk, "exec sleep 1000") };
    let mut neighbour = Child::spawn(&neighbour).unwrap();
    let hog = Launch { group: group(&groups, "hog", 48), ..shell(&disk, HOG) };
    let Exit::OutOfMemory(kill) = Child::spawn(&hog).unwrap().ended().await.unwrap() else {
        panic!("it was not killed for memory")
    };
    assert_eq!((kill.limit_mib, kill.is_shared), (48, false));
    assert!(kill.peak_mib.is_none_or(|peak| (47..=48).contains(&peak)), "{kill:?}");
    assert!(lives(Pid::from_raw(neighbour.pid() as i32).unwrap()), "its neighbour is not touched");
    assert_eq!(left(groups.folder()), 1, "the group goes with its process");

    let modest = Launch { group: group(&groups, "modest", 48), ..shell(&disk, "kill -9 $$") };
    assert_eq!(
        Child::spawn(&modest).unwrap().ended().await.unwrap(),
        Exit::Signal(9),
        "nor is every kill one"
    );
    assert_eq!(neighbour.end(GRACE).await.unwrap(), Exit::Signal(15));
    drop(modest);
    assert_eq!(left(groups.folder()), 0);
    let nest = groups.folder().to_owned();
    drop(groups);
    assert!(!nest.exists());
    assert_eq!(memberships(), before, "all is as it was");
    assert!(!nest.parent().unwrap().join("hearth-daemons").exists());
}

/// The groups that this process is in.
fn memberships() -> String {
    fs::read_to_string("/proc/self/cgroup").unwrap()
}

/// The kernel of version 1 kills the largest process of a group, that of version 2 all of them.
async fn descendants() {
    let (disk, groups) = (folder(), groups());
    for script in ["tail /dev/zero; exit 5", "tail /dev/zero; exec sleep 1000"] {
        let hog = Launch { group: group(&groups, "hog", 48), ..shell(&disk, script) };
        let exit = Child::spawn(&hog).unwrap().ended().await.unwrap();
        assert!(matches!(exit, Exit::OutOfMemory(MemoryKill { limit_mib: 48, .. })), "{script}: {exit:?}");
    }
}

/// Gives up the session and the mark by which descendants are known.
const ESCAPE: &str = "
    (setsid env -i sh -c 'echo $$ > escaped; exec sleep 1000' &)
    while ! [ -s escaped ]; do sleep 0.01; done
";

async fn escape() {
    let (disk, groups) = (folder(), groups());
    let launch = Launch { group: group(&groups, "escape", 48), ..shell(&disk, ESCAPE) };
    assert_eq!(Child::spawn(&launch).unwrap().ended().await.unwrap(), Exit::Status(0));
    assert!(!lives(pid_in(&disk.path().join("escaped")).await), "nobody leaves the group");
}

async fn shared_limit() {
    let disk = folder();
    let shared_limit = SharedLimit::find(Path::new("/")).map(Arc::new);
    assert!(shared_limit.is_some());
    let in_container = |script| Launch { shared_limit: shared_limit.clone(), ..shell(&disk, script) };
    let mut neighbour = Child::spawn(&in_container("exec sleep 1000")).unwrap();
    let Exit::OutOfMemory(kill) = Child::spawn(&in_container(HOG)).unwrap().ended().await.unwrap() else {
        panic!("it was not killed for memory")
    };
    assert_eq!((kill.limit_mib, kill.is_shared), (64, true));
    assert!(kill.peak_mib.is_none_or(|peak| (60..=64).contains(&peak)), "{kill:?}");
    // That kill is told of: one by an operator afterwards is not for memory.
    kill_process(Pid::from_raw(neighbour.pid() as i32).unwrap(), Signal::KILL).unwrap();
    assert_eq!(neighbour.ended().await.unwrap(), Exit::Signal(9));
    let exit = Child::spawn(&in_container("kill -9 $$")).unwrap().ended().await.unwrap();
    assert_eq!(exit, Exit::Signal(9));
}

/// More was promised than there is: the process is within its own limit.
async fn shared_limit_with_a_group() {
    let (disk, groups) = (folder(), groups());
    let hog = Launch {
        group: group(&groups, "hog", 1024),
        shared_limit: SharedLimit::find(Path::new("/")).map(Arc::new),
        ..shell(&disk, HOG)
    };
    let exit = Child::spawn(&hog).unwrap().ended().await.unwrap();
    assert!(matches!(exit, Exit::OutOfMemory(MemoryKill { limit_mib: 64, is_shared: true, .. })), "{exit:?}");
}

async fn killed() {
    let disk = PathBuf::from(std::env::var(DISK).unwrap());
    let (own_disk, groups) = (folder(), groups());
    let script = format!("{ESCAPE} exec sleep 1000");
    let launch =
        Launch { directory: disk.clone(), group: group(&groups, "killed", 48), ..shell(&own_disk, &script) };
    let _child = Child::spawn(&launch).unwrap();
    until("the escape", || fs::read_to_string(disk.join("escaped")).is_ok_and(|text| text.ends_with('\n')))
        .await;
    kill_process(getpid(), Signal::KILL).unwrap();
    std::future::pending::<()>().await;
}

fn after() {
    let groups = groups();
    let base = groups.folder().parent().unwrap();
    let nests = || {
        let names = fs::read_dir(base).unwrap().flatten().map(|entry| entry.file_name());
        names.filter(|name| name.to_string_lossy().starts_with("hearth-") && name != "hearth-daemons").count()
    };
    assert_eq!(nests(), 2, "its own, and the one of the Worker that was killed");
    groups.remove_abandoned();
    assert_eq!(nests(), 1);
}
