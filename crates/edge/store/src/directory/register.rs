//! A value with compare-and-swap, made of files that are written once.
//!
//! The value with number N is the file `NAME.N`, and the highest number counts. Who swaps N for the next makes `NAME.N+1`,
//! which fails where there is one. Old files are removed, but only those [`KEPT`] behind the highest: whoever made one
//! and finds the highest less than that far away knows that the name was never free for the second time.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::disk;

/// How many values stay behind the one that counts.
const KEPT: u64 = 16;

/// How often a value may be replaced and removed while we want to read it.
const TRIES: u32 = 8;

/// How a swap ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The new value's number.
    Swapped(u64),
    /// Another value than the expected one was there.
    Conflict,
    /// This process was held up so long that it cannot tell.
    Unknown,
}

/// The value that counts, with its number.
pub(super) fn get(folder: &Path, name: &str) -> io::Result<Option<(Vec<u8>, u64)>> {
    let mut tries = 1;
    loop {
        let Some(number) = numbers(folder, name)?.into_iter().max() else { return Ok(None) };
        match fs::read(file(folder, name, number)) {
            Ok(bytes) => return Ok(Some((bytes, number))),
            Err(error) if error.kind() == ErrorKind::NotFound && tries < TRIES => tries += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Puts a value in the place of the one with number `expected`, 0 for none.
pub(super) fn swap(folder: &Path, name: &str, expected: u64, bytes: &[u8]) -> io::Result<Outcome> {
    swap_with(folder, name, expected, bytes, || ())
}

/// As [`swap`]; `held_up` happens where being frozen would hurt most.
pub(super) fn swap_with(
    folder: &Path,
    name: &str,
    expected: u64,
    bytes: &[u8],
    held_up: impl FnOnce(),
) -> io::Result<Outcome> {
    if numbers(folder, name)?.into_iter().max().unwrap_or(0) != expected {
        return Ok(Outcome::Conflict);
    }
    held_up();
    let number = expected + 1;
    let path = file(folder, name, number);
    let Some(file_name) = path.file_name().map(|name| name.to_string_lossy()) else {
        return Ok(Outcome::Conflict);
    };
    if !disk::publish(folder, &file_name, bytes)? {
        return Ok(Outcome::Conflict);
    }
    let numbers = numbers(folder, name)?;
    let highest = numbers.iter().copied().max().unwrap_or(number);
    for old in numbers.into_iter().filter(|one| one + KEPT < highest) {
        // Another process removes the same ones.
        let _ = fs::remove_file(file(folder, name, old));
    }
    Ok(if highest > number + KEPT { Outcome::Unknown } else { Outcome::Swapped(number) })
}

fn file(folder: &Path, name: &str, number: u64) -> std::path::PathBuf {
    folder.join(format!("{name}.{number:020}"))
}

fn numbers(folder: &Path, name: &str) -> io::Result<Vec<u64>> {
    let number = |file: &String| file.strip_prefix(name)?.strip_prefix('.')?.parse().ok();
    Ok(disk::names(folder)?.iter().filter_map(number).collect())
}
