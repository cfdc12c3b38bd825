//! Disks that are full, read-only or away: what can be served is served, and whatever is not names its directory.
//!
//! A test mounts its disks in a namespace of its own, of which nothing is left when its process has ended. Where the system
//! refuses that, the test says so and is passed over.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use service_shuffle::{Settings, ShuffleService};
use wire_shuffle::Message;

use crate::client::{APPLICATION, Client, Stand, fetch, settings};

/// Set in the process that has its own mounts.
const HAS_OWN_MOUNTS: &str = "HEARTH_TEST_HAS_OWN_MOUNTS";

/// Runs the test that calls this again, by its name, where it may mount; whether this is that run.
#[allow(clippy::print_stderr)] // who reads the test's output has to see that nothing was tested
fn is_in_own_mounts(test: &str) -> bool {
    if std::env::var_os(HAS_OWN_MOUNTS).is_some() {
        return true;
    }
    let unshare = |program: &str, arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--map-root-user", "--mount", program]).args(arguments).env(HAS_OWN_MOUNTS, "yes");
        command.output()
    };
    let allowed = unshare("mount", &["-t", "tmpfs", "tmpfs", "/mnt"]);
    if !allowed.as_ref().is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: {test}: this system lets nobody mount a disk (unshare --mount): {allowed:?}");
        return false;
    }
    let own = std::env::current_exe().unwrap();
    let output = unshare(own.to_str().unwrap(), &["--exact", test, "--nocapture"]).unwrap();
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
    false
}

fn run(program: &str, arguments: &[&str], path: &Path) {
    let status = Command::new(program).args(arguments).arg(path).status().unwrap();
    assert!(status.success(), "{program} {arguments:?} {}: {status}", path.display());
}

/// A disk of 256 KiB.
fn mount(path: &Path) {
    fs::create_dir_all(path).unwrap();
    run("mount", &["-t", "tmpfs", "-o", "size=256k", "tmpfs"], path);
}

/// More executors than lines find room in a page.
const MANY: usize = 60;

/// Fills a disk to its last byte.
fn fill(disk: &Path) -> PathBuf {
    let filler = disk.join("filler");
    let full = fs::write(&filler, vec![1; 1 << 20]).unwrap_err();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
    filler
}

/// A service whose memory and both local directories lie on disks of their own.
async fn stand() -> Stand {
    let mount_all = |settings: &mut Settings| {
        let base = settings.store.clone().unwrap();
        ["disk1", "disk2", "memory"].iter().for_each(|disk| mount(&base.join(disk)));
        settings.store = Some(base.join("memory"));
    };
    Stand::with(mount_all).await
}

/// The same disks under a service that was started again.
async fn started_again(stand: Stand, meanwhile: impl FnOnce(&Path)) -> (Stand, Client) {
    let Stand { folder, service, dirs } = stand;
    drop(service);
    meanwhile(folder.path());
    let mut settings = settings(folder.path());
    settings.store = Some(folder.path().join("memory"));
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let service = ShuffleService::start(settings, listener).await.unwrap();
    let client = Client::dial(service.port());
    (Stand { folder, service, dirs }, client)
}

fn reads(client: &mut Client, executor: &str) -> Result<Vec<u8>, String> {
    client.fetch(&fetch(executor, 0, &[(1, &[0])], false)).remove(0)
}

fn store_state(stand: &Stand) -> String {
    stand.service.handle().snapshot(0).store
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_full_disk_holds_up_nothing_that_can_be_read() {
    if !is_in_own_mounts("disks::a_full_disk_holds_up_nothing_that_can_be_read") {
        return;
    }
    let stand = stand().await;
    stand.write_map(0, 1, &[b"well"]);
    stand.register("0");
    let memory = stand.folder.path().canonicalize().unwrap().join("memory");
    let filler = fill(&memory);
    let other = fill(stand.dirs[0].parent().unwrap());
    // The page that the log began has room for some more.
    (1..=MANY).for_each(|executor| drop(stand.register(&executor.to_string())));
    let last = MANY.to_string();
    assert_eq!(reads(&mut stand.client(), &last), Ok(b"well".to_vec()), "who cannot be kept is served");
    // What was kept is known again, though nothing can be written at the start either.
    let (stand, mut client) = started_again(stand, |_| {}).await;
    assert_eq!(reads(&mut client, "0"), Ok(b"well".to_vec()));
    assert!(reads(&mut client, &last).unwrap_err().contains("Executor is not registered"));
    let state = store_state(&stand);
    assert!(state.contains(memory.to_str().unwrap()) && state.contains("No space left"), "{state}");
    // With room again, all that is known is kept with the next executor.
    fs::remove_file(filler).unwrap();
    fs::remove_file(other).unwrap();
    stand.register(&last);
    let (_stand, mut client) = started_again(stand, |_| {}).await;
    for executor in ["0", &last] {
        assert_eq!(reads(&mut client, executor), Ok(b"well".to_vec()), "{executor}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_disk_that_became_read_only_is_read() {
    if !is_in_own_mounts("disks::a_disk_that_became_read_only_is_read") {
        return;
    }
    let stand = stand().await;
    stand.write_map(0, 1, &[b"well"]);
    fs::write(stand.path("temp_shuffle_1"), "x").unwrap();
    stand.register("0");
    let memory = stand.folder.path().canonicalize().unwrap().join("memory");
    let protect = |disk: &Path| run("mount", &["-o", "remount,ro"], disk);
    stand.dirs.iter().for_each(|dir| protect(dir.parent().unwrap()));
    let mut client = stand.register("0");
    assert_eq!(reads(&mut client, "0"), Ok(b"well".to_vec()));
    let blocks = vec!["shuffle_0_1_0.data".to_owned()];
    let remove = Message::RemoveBlocks { application: APPLICATION.into(), executor: "0".into(), blocks };
    let removed = client.ask(&remove).unwrap();
    assert_eq!(Message::decode(&removed), Ok(Message::BlocksRemoved { count: 0 }));
    let handle = stand.service.handle();
    tokio::task::spawn_blocking(move || handle.executor_removed(APPLICATION, "0")).await.unwrap();
    assert!(stand.path("temp_shuffle_1").exists(), "nothing can be removed");
    drop(client);
    // The disk of its memory too; a disk with a file that is written to cannot be made read-only.
    let (stand, mut client) = started_again(stand, |_| protect(&memory)).await;
    assert_eq!(reads(&mut client, "0"), Ok(b"well".to_vec()));
    let state = store_state(&stand);
    assert!(state.contains(memory.to_str().unwrap()) && state.contains("Read-only"), "{state}");
    assert_eq!(reads(&mut stand.register("1"), "1"), Ok(b"well".to_vec()));
    let handle = stand.service.handle();
    tokio::task::spawn_blocking(move || handle.application_removed(APPLICATION)).await.unwrap();
    assert!(reads(&mut client, "0").unwrap_err().contains("Executor is not registered"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_disk_that_was_taken_away_is_named_until_it_is_back() {
    if !is_in_own_mounts("disks::a_disk_that_was_taken_away_is_named_until_it_is_back") {
        return;
    }
    let stand = stand().await;
    let maps: Vec<i64> = (0..16).collect();
    maps.iter().for_each(|map| stand.write_map(0, *map, &[b"well"]));
    stand.register("0");
    let base = stand.folder.path().canonicalize().unwrap();
    let (disk, memory) = (base.join("disk1"), base.join("memory"));
    run("umount", &["--lazy"], &memory);
    fs::remove_dir(&memory).unwrap();
    let mut client = stand.register("1");
    assert_eq!(reads(&mut client, "1"), Ok(b"well".to_vec()));
    run("umount", &["--lazy"], &disk);
    let asked: Vec<(i64, &[i32])> = maps.iter().map(|map| (*map, &[0][..])).collect();
    let ask = fetch("0", 0, &asked, false);
    let found = client.fetch(&ask);
    let errors: Vec<_> = found.iter().filter_map(|one| one.as_ref().err()).collect();
    assert!(!errors.is_empty() && errors.len() < maps.len(), "{found:?}");
    assert!(errors.iter().all(|error| error.contains(stand.dirs[0].to_str().unwrap())), "{errors:?}");
    // Both disks are back.
    mount(&disk);
    fs::create_dir(&stand.dirs[0]).unwrap();
    maps.iter().for_each(|map| stand.write_map(0, *map, &[b"well"]));
    mount(&memory);
    let mut client = stand.register("2");
    assert!(client.fetch(&ask).iter().all(Result::is_ok));
    let (_stand, mut client) = started_again(stand, |_| {}).await;
    for executor in ["0", "1", "2"] {
        assert_eq!(reads(&mut client, executor), Ok(b"well".to_vec()), "{executor}");
    }
}
