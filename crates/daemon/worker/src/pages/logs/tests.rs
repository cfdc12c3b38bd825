//! Logs of one file and of many, and what a process can put in their place.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

use super::*;

struct Place {
    work_dir: TempDir,
    logs: Logs,
}

impl Place {
    fn new() -> Self {
        let work_dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(work_dir.path().join("app/0")).unwrap();
        let logs = Logs::new(work_dir.path().to_owned(), 10);
        Self { work_dir, logs }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.work_dir.path().join("app/0").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn write_packed(&self, name: &str, text: &str) {
        fs::write(self.path(name), packed(text)).unwrap();
    }

    fn read(&self, range: Range<u64>) -> String {
        String::from_utf8(self.logs.read("app/0", "stdout", |_| range).unwrap().bytes).unwrap()
    }
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn reads_what_the_range_chooses() {
    let place = Place::new();
    place.write("stdout", "0123456789");
    let stretch = place.logs.read("app/0", "stdout", |total| total - 4..total - 1).unwrap();
    assert_eq!((stretch.bytes.as_slice(), stretch.start, stretch.total), (b"678".as_slice(), 6, 10));
    assert_eq!(stretch.path, place.path("stdout"));
    assert_eq!(place.read(10..15), "");
}

#[test]
fn files_put_aside_are_one_log_with_the_one_that_is_written_to() {
    let place = Place::new();
    place.write("stdout", "newest");
    place.write("stdout--2026-11-20--16-05", "middle ");
    place.write_packed("stdout--2026-11-20--16-04.gz", "oldest ");
    place.write("stderr--2026-11-20--16-04", "of the other log");
    place.write("stdout.bak", "no part of it");
    let all = place.logs.read("app/0", "stdout", |total| 0..total).unwrap();
    assert_eq!(String::from_utf8(all.bytes).unwrap(), "oldest middle newest");
    assert_eq!(all.total, 20);
    assert_eq!(place.read(5..16), "t middle ne", "across all three");
    assert_eq!(place.read(1..4), "lde", "within a packed one");
}

#[test]
fn a_file_that_is_just_being_packed_counts_once() {
    let place = Place::new();
    place.write("stdout", "now");
    place.write("stdout--2026-11-20--16-04", "then ");
    place.write_packed("stdout--2026-11-20--16-04.gz", "th");
    assert_eq!(place.read(0..100), "then now");
}

#[test]
fn what_was_put_aside_is_there_before_anything_new_is_written() {
    let place = Place::new();
    place.write("stdout--2026-11-20--16-04", "then");
    assert_eq!(place.read(0..100), "then");
}

#[test]
fn a_packed_file_that_breaks_off_counts_as_far_as_it_goes() {
    let place = Place::new();
    let text = (0..20_000).map(|number| format!("{number}\n")).collect::<String>();
    let whole = packed(&text);
    fs::write(place.path("stdout--1.gz"), &whole[..whole.len() / 2]).unwrap();
    place.write("stdout", "after");
    let end = place.logs.read("app/0", "stdout", |total| total - 5..total).unwrap();
    assert_eq!(end.bytes, b"after");
    assert!(end.total > 5 && end.total < text.len() as u64, "{}", end.total);
    assert_eq!(place.read(0..4), "0\n1\n");
}

#[test]
fn nothing_outside_is_read() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let place = Place::new();
    std::os::unix::fs::symlink(outside.path().join("secret"), place.path("stdout")).unwrap();
    std::os::unix::fs::symlink(outside.path(), place.work_dir.path().join("driver")).unwrap();
    for (folder, name) in [("app/0", "stdout"), ("app/1", "stdout"), ("..", "stdout"), ("driver", "secret")] {
        assert!(place.logs.read(folder, name, |total| 0..total).is_err(), "{folder}");
    }
    // A folder has no text.
    assert!(place.logs.read("app", "0", |total| 0..total).is_err());
}

#[test]
fn a_pipe_in_the_place_of_a_log_holds_nobody_up() {
    let place = Place::new();
    let made = std::process::Command::new("mkfifo").arg(place.path("stdout")).status().unwrap();
    assert!(made.success());
    let error = place.logs.read("app/0", "stdout", |total| 0..total).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
