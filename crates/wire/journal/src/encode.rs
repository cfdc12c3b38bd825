//! An entry as bytes.

use std::io;

use model::{Change, Entry};
use serde::Serialize;

use crate::change::ChangeLine;
use crate::header::{Header, Trailer};

/// The object's bytes.
pub fn encode(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256 + entry.changes.len() * 512);
    line(&mut bytes, &Header::of(entry));
    for change in &entry.changes {
        line(&mut bytes, &ChangeLine::of(change));
    }
    let crc32c = format!("{:08x}", crc32c::crc32c(&bytes));
    let lines = entry.changes.len() as u64 + 1;
    line(&mut bytes, &Trailer { lines, crc32c });
    bytes
}

/// How many bytes a change takes in an object.
pub fn change_bytes(change: &Change) -> usize {
    let mut count = Count(0);
    write(&mut count, &ChangeLine::of(change));
    count.0 + 1
}

fn line(bytes: &mut Vec<u8>, value: &impl Serialize) {
    write(&mut *bytes, value);
    bytes.push(b'\n');
}

/// Neither the values nor the places that they go to can fail: all keys are texts, and memory takes everything.
fn write(to: impl io::Write, value: &impl Serialize) {
    let written = serde_json::to_writer(to, value);
    debug_assert!(written.is_ok(), "{written:?}");
}

struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
