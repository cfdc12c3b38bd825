//! Folders in a temporary one.

use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use super::*;

fn folders(temporary: &TempDir) -> Folders {
    let local_dirs = [temporary.path().join("disk1"), temporary.path().join("disk2")];
    Folders::open(&temporary.path().join("work"), &local_dirs, ScratchAfterDeath::Goes).unwrap()
}

fn key(application: &str) -> ExecutorKey {
    ExecutorKey { application: ApplicationId::new(application), executor: 3 }
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn an_executors_folder_is_made_once() {
    let temporary = tempfile::tempdir().unwrap();
    let folders = folders(&temporary);
    let made = folders.make_executor_folder(&key("app-1")).unwrap();
    assert_eq!(made, temporary.path().join("work/app-1/3"));
    assert!(made.is_dir());
    let reason = folders.make_executor_folder(&key("app-1")).unwrap_err();
    assert!(reason.starts_with(&format!("Failed to create directory {}", made.display())), "{reason}");
}

#[test]
fn ids_do_not_reach_outside() {
    let temporary = tempfile::tempdir().unwrap();
    let folders = folders(&temporary);
    for id in ["..", ".", "", "../x", "a/b", "/etc"] {
        assert!(folders.make_executor_folder(&key(id)).is_err(), "{id}");
        assert!(folders.make_driver_folder(&DriverId::new(id)).is_err(), "{id}");
    }
    assert_eq!(entries(&temporary.path().join("work")), 0);
}

#[test]
fn a_driver_finds_its_folder_again() {
    let temporary = tempfile::tempdir().unwrap();
    let folders = folders(&temporary);
    let driver = DriverId::new("driver-1");
    assert_eq!(folders.make_driver_folder(&driver), folders.make_driver_folder(&driver));
}

#[test]
fn scratch_is_made_once_per_application_on_each_disk_and_removed() {
    let temporary = tempfile::tempdir().unwrap();
    let folders = folders(&temporary);
    let (one, two) = (ApplicationId::new("app-1"), ApplicationId::new("app-2"));
    let of_one = folders.scratch_of(&one).unwrap();
    assert_eq!(of_one.len(), 2);
    assert_eq!(folders.scratch_of(&one).unwrap(), of_one);
    let of_two = folders.scratch_of(&two).unwrap();
    for (folder, disk) in of_one.iter().zip(["disk1", "disk2"]) {
        let root = folder.parent().unwrap();
        assert_eq!(root.parent().unwrap(), temporary.path().join(disk));
        assert!(root.file_name().unwrap().to_str().unwrap().starts_with("spark-"));
        assert!(folder.file_name().unwrap().to_str().unwrap().starts_with("executor-"));
        assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        assert_eq!(root.metadata().unwrap().permissions().mode() & 0o777, 0o700);
    }
    fs::write(of_one[0].join("shuffle"), "bytes").unwrap();
    folders.remove_scratch_of(&one);
    assert!(of_one.iter().all(|folder| !folder.exists()) && of_two.iter().all(|folder| folder.is_dir()));
    folders.remove_scratch();
    assert_eq!(entries(&temporary.path().join("disk1")) + entries(&temporary.path().join("disk2")), 0);
}

#[test]
fn a_bad_disk_is_left_out_and_no_disk_is_an_error() {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("file");
    fs::write(&file, "").unwrap();
    let open = |local_dirs: &[PathBuf]| {
        Folders::open(&temporary.path().join("work"), local_dirs, ScratchAfterDeath::Goes).unwrap()
    };
    let application = ApplicationId::new("app-1");
    let one_bad = open(&[file.join("disk"), temporary.path().join("good")]);
    assert_eq!(one_bad.scratch_of(&application).unwrap().len(), 1);
    let all_bad = open(&[file.join("disk")]);
    let reason = all_bad.scratch_of(&application).unwrap_err();
    assert!(reason.contains("file/disk") && reason.contains("SPARK_LOCAL_DIRS"), "{reason}");
}

#[test]
fn a_work_folder_that_cannot_be_made_is_named() {
    let temporary = tempfile::tempdir().unwrap();
    let file = temporary.path().join("file");
    fs::write(&file, "").unwrap();
    let reason = Folders::open(&file, &[], ScratchAfterDeath::Goes).unwrap_err();
    assert!(reason.contains(file.to_str().unwrap()) && reason.contains("--work-dir"), "{reason}");
}

#[test]
fn uuids_have_the_form_of_version_4() {
    let shape = |text: &str| -> String { text.replace(|c: char| c.is_ascii_hexdigit(), "h") };
    for _ in 0..100 {
        let uuid = uuid();
        assert_eq!(shape(&uuid), "hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh");
        assert_eq!(&uuid[14..15], "4");
        assert!("89ab".contains(&uuid[19..20]), "{uuid}");
    }
}

const DAY: Duration = Duration::from_secs(86_400);

/// Makes all below a folder, and itself, so old.
fn age(folder: &Path, age: Duration) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            self::age(&entry.path(), age);
        } else {
            File::open(entry.path()).unwrap().set_modified(SystemTime::now() - age).unwrap();
        }
    }
    File::open(folder).unwrap().set_modified(SystemTime::now() - age).unwrap();
}

#[test]
fn old_folders_go_unless_something_in_them_is_new_or_runs() {
    let temporary = tempfile::tempdir().unwrap();
    let folders = folders(&temporary);
    let work = temporary.path().join("work");
    for name in ["app-old", "app-runs", "app-new-below", "driver-old", "driver-runs"] {
        fs::create_dir_all(work.join(name).join("0/deep")).unwrap();
        fs::write(work.join(name).join("0/deep/stdout"), "x").unwrap();
    }
    fs::write(work.join("a-file"), "x").unwrap();
    std::os::unix::fs::symlink(temporary.path(), work.join("a-link")).unwrap();
    age(&work, 2 * DAY);
    File::open(work.join("app-new-below/0/deep/stdout")).unwrap().set_modified(SystemTime::now()).unwrap();
    folders.clean_up(&["app-runs".to_owned(), "driver-runs".to_owned()], 3 * DAY);
    assert_eq!(entries(&work), 7, "nothing is older than three days");
    folders.clean_up(&["app-runs".to_owned(), "driver-runs".to_owned()], DAY);
    let mut left: Vec<_> = fs::read_dir(&work).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["a-file", "a-link", "app-new-below", "app-runs", "driver-runs"]);
}

#[test]
fn an_old_application_that_comes_back_keeps_its_folder() {
    let temporary = tempfile::tempdir().unwrap();
    let folders = folders(&temporary);
    folders.make_executor_folder(&key("app-1")).unwrap();
    age(&temporary.path().join("work"), 2 * DAY);
    let again = ExecutorKey { application: ApplicationId::new("app-1"), executor: 4 };
    let made = folders.make_executor_folder(&again).unwrap();
    folders.clean_up(&[], DAY);
    assert!(made.is_dir());
}

#[test]
fn what_a_dead_worker_left_is_removed_and_nothing_else() {
    let temporary = tempfile::tempdir().unwrap();
    let [dead, living, starting] = [folders(&temporary), folders(&temporary), folders(&temporary)];
    let application = ApplicationId::new("app-1");
    let of_dead = dead.scratch_of(&application).unwrap();
    fs::write(of_dead[0].join("shuffle"), "bytes").unwrap();
    let of_living = living.scratch_of(&application).unwrap();
    let of_spark = temporary.path().join("disk1/spark-by-somebody-else");
    fs::create_dir(&of_spark).unwrap();
    starting.remove_abandoned();
    assert!(of_dead.iter().chain(&of_living).all(|folder| folder.is_dir()), "both live");
    drop(dead);
    starting.remove_abandoned();
    assert!(of_dead.iter().all(|folder| !folder.parent().unwrap().exists()));
    assert!(of_living.iter().all(|folder| folder.is_dir()) && of_spark.is_dir());
}

#[test]
fn what_a_full_disk_says_comes_with_what_to_do() {
    let full = said(&io::ErrorKind::StorageFull.into());
    assert!(full.contains("SPARK_WORKER_DIR") && full.contains("spark.worker.cleanup.appDataTtl"), "{full}");
    let other = io::Error::from(io::ErrorKind::PermissionDenied);
    assert_eq!(said(&other), other.to_string());
}
