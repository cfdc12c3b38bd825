//! What only a directory has: modes, leftovers, and a process that is frozen in the middle of a swap.

use std::os::unix::fs::PermissionsExt as _;

use super::register::{Outcome, get, swap, swap_with};
use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn opened(root: &Path) -> Directory {
    Directory::open(root, Limits::default()).unwrap()
}

#[tokio::test]
async fn nobody_else_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("a/b");
    let store = opened(&root);
    store.create("1/2", Bytes::from_static(b"x")).await.unwrap();
    store.swap("lease", None, Bytes::from_static(b"x")).await.unwrap();
    assert_eq!((mode(&root), mode(&root.join("log"))), (0o700, 0o700));
    assert_eq!(mode(&root.join("log/1:2")), 0o600);
    assert_eq!(mode(&root.join("lease.00000000000000000001")), 0o600);
}

#[tokio::test]
async fn leftovers_go_and_what_is_being_written_stays() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    drop(opened(root));
    fs::write(root.join("log/.new-1-2-3"), b"half").unwrap();
    let busy = fs::File::create(root.join("log/.new-4-5-6")).unwrap();
    rustix::fs::flock(&busy, rustix::fs::FlockOperation::LockExclusive).unwrap();
    assert_eq!(opened(root).list().await.unwrap(), Vec::<String>::new());
    assert!(!root.join("log/.new-1-2-3").exists());
    assert!(root.join("log/.new-4-5-6").exists());
}

#[tokio::test]
async fn what_is_no_directory_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, b"").unwrap();
    let error = Directory::open(&path, Limits::default()).unwrap_err();
    assert!(!error.is_transient(), "{error}");
    let text = error.to_string();
    assert!(text.contains(&path.display().to_string()) && text.contains("Name a directory"), "{text}");
}

#[tokio::test]
async fn a_directory_that_is_gone_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let store = opened(&folder.path().join("a"));
    fs::remove_dir_all(folder.path().join("a")).unwrap();
    let error = store.create("1/2", Bytes::new()).await.unwrap_err();
    assert!(error.to_string().contains("1/2") && !error.is_transient(), "{error}");
}

#[test]
fn each_error_of_the_machine_says_what_to_do() {
    let task = Task::new(Doing::Create, "1/2", "/there");
    for (errno, word) in [
        (Errno::NOSPC, "Make room"),
        (Errno::DQUOT, "Make room"),
        (Errno::ROFS, "Mount it writable"),
        (Errno::ACCESS, "Let this user"),
    ] {
        let error = failed(task, &errno.into());
        assert!(!error.is_transient());
        assert!(error.to_string().contains(word) && error.to_string().contains("/there"), "{error}");
    }
    assert!(failed(task, &Errno::IO.into()).is_transient());
}

#[test]
fn who_is_frozen_in_a_swap_finds_out() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    assert_eq!(swap(root, "lease", 0, b"1").unwrap(), Outcome::Swapped(1));
    let others = |until: u64| {
        move || {
            for number in 1..until {
                assert_eq!(swap(root, "lease", number, b"other").unwrap(), Outcome::Swapped(number + 1));
            }
        }
    };
    // The name is taken as long as the freeze is short; where it is long the name is free again.
    assert_eq!(swap_with(root, "lease", 1, b"frozen", others(5)).unwrap(), Outcome::Conflict);
    assert_eq!(swap(root, "lease", 1, b"late").unwrap(), Outcome::Conflict);

    let long = tempfile::tempdir().unwrap();
    let root = long.path();
    assert_eq!(swap(root, "lease", 0, b"1").unwrap(), Outcome::Swapped(1));
    let others = || {
        for number in 1..60 {
            assert_eq!(swap(root, "lease", number, b"other").unwrap(), Outcome::Swapped(number + 1));
        }
    };
    assert_eq!(swap_with(root, "lease", 1, b"frozen", others).unwrap(), Outcome::Unknown);
    assert_eq!(get(root, "lease").unwrap().unwrap(), (b"other".to_vec(), 60));
    assert!(fs::read_dir(root).unwrap().count() < 20);
}
