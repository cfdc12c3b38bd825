//! What is kept, what is forgotten, and what a crash or a full disk leaves.

use std::fs;

use super::*;

fn registered(application: &str, executor: &str) -> Registered {
    Registered {
        application: application.into(),
        executor: executor.into(),
        local_dirs: vec!["/tmp/a\nb".into(), "/tmp/ä".into()],
        sub_dirs: 64,
        shuffle_manager: "sort".into(),
    }
}

fn reopened(directory: &Path) -> Vec<(String, String)> {
    Store::open(directory)
        .unwrap()
        .registered
        .into_iter()
        .map(|one| (one.application, one.executor))
        .collect()
}

fn keys(keys: &[(&str, &str)]) -> Vec<(String, String)> {
    keys.iter().map(|(application, executor)| ((*application).into(), (*executor).into())).collect()
}

#[test]
fn what_was_registered_is_known_again() {
    let folder = tempfile::tempdir().unwrap();
    let Opened { mut store, registered: none, failure } = Store::open(folder.path()).unwrap();
    assert!(none.is_empty() && failure.is_none());
    for executor in ["0", "1", "2"] {
        store.put(registered("app-1", executor)).unwrap();
    }
    store.put(registered("app-2", "0")).unwrap();
    store.remove("app-1", Some("1")).unwrap();
    let error = Store::open(folder.path()).unwrap_err().to_string();
    assert!(error.contains("another shuffle service has it"), "{error}");
    drop(store);
    let read = Store::open(folder.path()).unwrap().registered;
    assert_eq!(read[0], registered("app-1", "0"));
    assert_eq!(reopened(folder.path()), keys(&[("app-1", "0"), ("app-1", "2"), ("app-2", "0")]));
    let mut store = Store::open(folder.path()).unwrap().store;
    store.remove("app-1", None).unwrap();
    drop(store);
    assert_eq!(reopened(folder.path()), keys(&[("app-2", "0")]));
}

#[test]
fn a_line_that_was_cut_or_damaged_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap().store;
    for executor in ["0", "1", "2"] {
        store.put(registered("app-1", executor)).unwrap();
    }
    let path = store.path().to_owned();
    drop(store);
    let whole = fs::read(&path).unwrap();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for end in first + 1..whole.len() {
        let known = replay(&whole[..end]);
        assert!(!known.is_empty() && known.len() <= 3, "cut at {end}");
    }
    let mut damaged = whole.clone();
    damaged[first / 2] ^= 1;
    damaged.extend_from_slice(b"\xff\xff\nshort\n\n");
    fs::write(&path, damaged).unwrap();
    assert_eq!(reopened(folder.path()), keys(&[("app-1", "1"), ("app-1", "2")]));
}

#[test]
fn the_log_does_not_grow_with_what_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap().store;
    store.put(registered("app-1", "0")).unwrap();
    for _ in 0..FEW_LINES {
        store.put(registered("app-2", "0")).unwrap();
        store.remove("app-2", None).unwrap();
    }
    let lines = fs::read_to_string(store.path()).unwrap().lines().count();
    assert!(lines <= FEW_LINES + 2, "{lines} lines");
    drop(store);
    assert_eq!(reopened(folder.path()), keys(&[("app-1", "0")]));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let mut opened = Store::open(Path::new("/proc/nowhere")).unwrap();
    let error = opened.failure.unwrap().to_string();
    assert_eq!(opened.store.put(registered("app-1", "0")).unwrap_err().to_string(), error);
    assert!(
        error.contains("/proc/nowhere/registeredExecutors.hearth") && error.contains("spark.local.dir"),
        "{error}"
    );
}

#[test]
fn what_could_not_be_written_is_written_when_it_can_be() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("local");
    fs::create_dir(&directory).unwrap();
    let mut store = Store::open(&directory).unwrap().store;
    store.put(registered("app-1", "0")).unwrap();
    fs::remove_dir_all(&directory).unwrap();
    let error = store.put(registered("app-1", "1")).unwrap_err().to_string();
    assert!(error.contains(&directory.display().to_string()), "{error}");
    fs::create_dir(&directory).unwrap();
    assert_eq!(reopened(&directory), []);
    store.put(registered("app-1", "1")).unwrap();
    drop(store);
    assert_eq!(reopened(&directory), keys(&[("app-1", "0"), ("app-1", "1")]));
}

#[test]
fn what_a_jvm_left_is_found() {
    let folder = tempfile::tempdir().unwrap();
    assert!(forgotten_by_a_jvm(folder.path()).is_empty());
    fs::create_dir(folder.path().join("registeredExecutors.ldb")).unwrap();
    let found = forgotten_by_a_jvm(folder.path());
    assert_eq!(found, [(folder.path().join("registeredExecutors.ldb"), "LevelDB")]);
}
