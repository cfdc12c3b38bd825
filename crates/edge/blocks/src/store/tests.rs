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
    let (_, registered) = Store::open(directory).unwrap();
    registered.into_iter().map(|one| (one.application, one.executor)).collect()
}

fn keys(keys: &[(&str, &str)]) -> Vec<(String, String)> {
    keys.iter().map(|(application, executor)| ((*application).into(), (*executor).into())).collect()
}

#[test]
fn what_was_registered_is_known_again() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, none) = Store::open(folder.path()).unwrap();
    assert!(none.is_empty());
    for executor in ["0", "1", "2"] {
        store.put(registered("app-1", executor)).unwrap();
    }
    store.put(registered("app-2", "0")).unwrap();
    store.remove("app-1", Some("1")).unwrap();
    let (_, read) = Store::open(folder.path()).unwrap();
    assert_eq!(read[0], registered("app-1", "0"));
    drop(store);
    assert_eq!(reopened(folder.path()), keys(&[("app-1", "0"), ("app-1", "2"), ("app-2", "0")]));
    let (mut store, _) = Store::open(folder.path()).unwrap();
    store.remove("app-1", None).unwrap();
    assert_eq!(reopened(folder.path()), keys(&[("app-2", "0")]));
}

#[test]
fn a_line_that_was_cut_or_damaged_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, _) = Store::open(folder.path()).unwrap();
    for executor in ["0", "1", "2"] {
        store.put(registered("app-1", executor)).unwrap();
    }
    let path = store.path().to_owned();
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
    let (mut store, _) = Store::open(folder.path()).unwrap();
    store.put(registered("app-1", "0")).unwrap();
    for _ in 0..FEW_LINES {
        store.put(registered("app-2", "0")).unwrap();
        store.remove("app-2", None).unwrap();
    }
    let lines = fs::read_to_string(store.path()).unwrap().lines().count();
    assert!(lines <= FEW_LINES + 2, "{lines} lines");
    assert_eq!(reopened(folder.path()), keys(&[("app-1", "0")]));
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let error = Store::open(Path::new("/proc/nowhere")).unwrap_err().to_string();
    assert!(
        error.contains("/proc/nowhere/registeredExecutors.hearth") && error.contains("spark.local.dir"),
        "{error}"
    );
}

#[test]
fn what_a_jvm_left_is_found() {
    let folder = tempfile::tempdir().unwrap();
    assert!(forgotten_by_a_jvm(folder.path()).is_empty());
    fs::create_dir(folder.path().join("registeredExecutors.ldb")).unwrap();
    let found = forgotten_by_a_jvm(folder.path());
    assert_eq!(found, [(folder.path().join("registeredExecutors.ldb"), "LevelDB")]);
}
