//! Processes whose logs roll: everything that they print arrives, in order, also the last bytes.

use std::fs;
use std::time::Duration;

use edge_process::{Child, Exit, Launch};
use model::{LogRolling, RollBy};
use tempfile::TempDir;

use crate::support::{folder, shell};

fn rolling(folder: &TempDir, script: &str) -> Launch {
    let by = RollBy::Size { bytes: 100_000 };
    let rolling = Some(LogRolling { by, retained_files: None, compress: false });
    Launch { rolling, ..shell(folder, script) }
}

/// The logs of this name in the order in which they were written.
fn read(folder: &TempDir, name: &str) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
    let prefix = format!("{name}--");
    let mut aside: Vec<_> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(&prefix)).collect();
    aside.sort();
    aside.push(folder.path().join(name));
    aside.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

#[tokio::test]
async fn all_that_is_printed_arrives_in_order_up_to_the_last_byte() {
    let folder = folder();
    fs::write(folder.path().join("stderr"), "header\n").unwrap();
    let launch = rolling(&folder, "echo why >&2; seq 1 100000; exit 3");
    assert_eq!(Child::spawn(&launch).unwrap().ended().await.unwrap(), Exit::Status(3));
    let logs = read(&folder, "stdout");
    let expected: String = (1..=100_000).map(|number| format!("{number}\n")).collect();
    assert!(logs.concat() == expected);
    assert!(logs.len() > expected.len() / 100_000, "{} logs", logs.len());
    assert!(logs.iter().all(|log| log.len() <= 100_000));
    assert_eq!(read(&folder, "stderr"), ["header\nwhy\n"]);
}

#[tokio::test]
async fn what_was_printed_last_is_there_when_the_end_is_told() {
    let folder = folder();
    for round in 0..100 {
        let launch = rolling(&folder, &format!("echo {round}"));
        Child::spawn(&launch).unwrap().ended().await.unwrap();
        assert!(fs::read_to_string(&launch.stdout).unwrap().ends_with(&format!("{round}\n")), "{round}");
    }
}

#[tokio::test]
async fn a_full_disk_does_not_stop_the_process() {
    let folder = folder();
    std::os::unix::fs::symlink("/dev/full", folder.path().join("stdout")).unwrap();
    let mut launch = rolling(&folder, "seq 1 100000; echo done >&2");
    launch.rolling =
        Some(LogRolling { by: RollBy::Size { bytes: u64::MAX }, retained_files: None, compress: true });
    assert_eq!(Child::spawn(&launch).unwrap().ended().await.unwrap(), Exit::Status(0));
    assert_eq!(read(&folder, "stderr"), ["done\n"]);
}

#[tokio::test]
async fn whoever_keeps_the_pipe_does_not_keep_the_end_from_being_told() {
    let folder = folder();
    // A reader of the log itself, in a session of its own and without any mark of the process that started it.
    let script = "env -i setsid sh -c 'echo $$ > keeper; exec sleep 1000' & while ! [ -s keeper ]; do :; done; echo end";
    let mut child = Child::spawn(&rolling(&folder, script)).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(20), child.ended()).await;
    assert_eq!(ended.unwrap().unwrap(), Exit::Status(0));
    assert_eq!(read(&folder, "stdout"), ["end\n"]);
    let keeper = fs::read_to_string(folder.path().join("keeper")).unwrap();
    assert!(std::process::Command::new("kill").args(["-9", keeper.trim()]).status().unwrap().success());
}
