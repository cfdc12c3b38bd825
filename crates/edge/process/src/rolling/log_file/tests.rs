//! Logs in a folder, on a clock that the test turns.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::fs::{self, File};
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::Path;

use flate2::read::GzDecoder;
use jiff::{Timestamp, Zoned, tz::TimeZone};
use tempfile::TempDir;

use super::{CHUNK, LogFile};
use model::{LogRolling, RollBy, TimeSuffix};

const BY_MINUTE: RollBy = RollBy::Time { interval_ms: 60_000, suffix: TimeSuffix::Minutely };

/// So many seconds after an even hour.
fn at(seconds: i64) -> Zoned {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap().to_zoned(TimeZone::UTC)
}

fn rolling(by: RollBy) -> LogRolling {
    LogRolling { by, retained_files: None, compress: false }
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn text(folder: &TempDir, name: &str) -> String {
    fs::read_to_string(folder.path().join(name)).unwrap()
}

fn unzipped(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
    bytes
}

#[test]
fn by_time_each_minute_with_output_has_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stdout");
    fs::write(&path, "header\n").unwrap();
    let mut log = LogFile::open(&path, &rolling(BY_MINUTE), &at(30)).unwrap();
    log.append(b"0:30\n", &at(30));
    log.append(b"1:00\n", &at(60));
    log.append(b"1:01\n", &at(61));
    log.append(b"9:00\n", &at(540));
    log.close();
    assert_eq!(names(&folder), ["stdout", "stdout--2027-01-15--08-01", "stdout--2027-01-15--08-09"]);
    assert_eq!(text(&folder, "stdout--2027-01-15--08-01"), "header\n0:30\n1:00\n");
    assert_eq!(text(&folder, "stdout--2027-01-15--08-09"), "1:01\n");
    assert_eq!(text(&folder, "stdout"), "9:00\n");
}

#[test]
fn by_size_nothing_is_lost_and_no_file_is_too_large() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = 10 * CHUNK as u64;
    let log_rolling = rolling(RollBy::Size { bytes });
    let mut log = LogFile::open(&folder.path().join("stderr"), &log_rolling, &at(0)).unwrap();
    let written: Vec<u8> = (0..300_000_u32).map(|number| (number % 251) as u8).collect();
    for (number, part) in written.chunks(70_000).enumerate() {
        log.append(part, &at(number as i64));
    }
    log.close();
    let mut read = Vec::new();
    for name in names(&folder).iter().skip(1).chain(["stderr".to_owned()].iter()) {
        let part = fs::read(folder.path().join(name)).unwrap();
        assert!(part.len() as u64 <= bytes, "{name} has {} bytes", part.len());
        read.extend(part);
    }
    assert!(read == written);
    assert_eq!(names(&folder)[1], "stderr--2027-01-15--08-00-01--0000");
}

#[test]
fn two_in_one_minute_have_two_names() {
    let folder = tempfile::tempdir().unwrap();
    let by = RollBy::Time { interval_ms: 10_000, suffix: TimeSuffix::Minutely };
    let mut log = LogFile::open(&folder.path().join("stdout"), &rolling(by), &at(1)).unwrap();
    for second in [1, 11, 21, 31] {
        log.append(format!("{second}\n").as_bytes(), &at(second));
    }
    log.close();
    let aside = ["stdout--2027-01-15--08-00", "stdout--2027-01-15--08-00--0", "stdout--2027-01-15--08-00--1"];
    assert_eq!(names(&folder)[1..], aside);
    assert_eq!(aside.map(|name| text(&folder, name)), ["1\n", "11\n", "21\n"]);
}

#[test]
fn the_compressed_are_whole_and_the_oldest_go() {
    let folder = tempfile::tempdir().unwrap();
    let log_rolling = LogRolling { by: BY_MINUTE, retained_files: Some(2), compress: true };
    let mut log = LogFile::open(&folder.path().join("stdout"), &log_rolling, &at(1)).unwrap();
    for minute in 0..5 {
        log.append(&vec![b'0' + minute; 100_000], &at(i64::from(minute) * 60 + 1));
    }
    log.close();
    let aside = ["stdout--2027-01-15--08-03.gz", "stdout--2027-01-15--08-04.gz"];
    assert_eq!(names(&folder), ["stdout", aside[0], aside[1]]);
    assert!(unzipped(&folder.path().join(aside[0])) == vec![b'2'; 100_000]);
    assert!(unzipped(&folder.path().join(aside[1])) == vec![b'3'; 100_000]);
}

#[test]
fn a_full_disk_costs_what_is_written_meanwhile_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stdout");
    symlink("/dev/full", &path).unwrap();
    let mut log = LogFile::open(&path, &rolling(BY_MINUTE), &at(1)).unwrap();
    log.append(b"lost", &at(2));
    log.append(b"lost too", &at(3));
    assert_eq!(log.lost, Some(12));
    // The new log is not on the full disk.
    log.append(b"kept", &at(61));
    assert_eq!(log.lost, None);
    assert_eq!(text(&folder, "stdout"), "kept");
}

#[test]
fn a_file_that_was_taken_away_is_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stdout");
    let mut log = LogFile::open(&path, &rolling(BY_MINUTE), &at(1)).unwrap();
    fs::remove_file(&path).unwrap();
    log.append(b"new", &at(61));
    log.close();
    assert_eq!(names(&folder), ["stdout"]);
    assert_eq!(text(&folder, "stdout"), "new");
}

#[test]
fn without_its_folder_it_goes_on_and_comes_back_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("0");
    fs::create_dir(&inner).unwrap();
    let mut log = LogFile::open(&inner.join("stdout"), &rolling(BY_MINUTE), &at(1)).unwrap();
    log.append(b"one", &at(2));
    fs::remove_dir_all(&inner).unwrap();
    log.append(b"two", &at(61));
    fs::create_dir(&inner).unwrap();
    log.append(b"three", &at(121));
    log.close();
    assert_eq!(fs::read_to_string(inner.join("stdout")).unwrap(), "three");
}
