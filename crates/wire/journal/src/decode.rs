//! Bytes as an entry.

use model::{Entry, ObjectName};
use serde::Deserialize;
use serde_json::error::Category;

use crate::change::ChangeLine;
use crate::header::{Header, Trailer, Version};
use crate::{Damage, FORMAT, LARGEST_OBJECT_BYTES, MalformedObject};

/// Reads an object of that name.
///
/// # Errors
/// When it is damaged, was written for another name, or by a later version.
pub fn decode(object: ObjectName, bytes: &[u8]) -> Result<Entry, MalformedObject> {
    read(object, bytes).map_err(|damage| MalformedObject { object, damage })
}

fn read(object: ObjectName, bytes: &[u8]) -> Result<Entry, Damage> {
    if bytes.len() > LARGEST_OBJECT_BYTES {
        return Err(Damage::Large { bytes: bytes.len(), most: LARGEST_OBJECT_BYTES });
    }
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if let Ok(Version { hearth }) = serde_json::from_slice(first)
        && hearth > FORMAT
    {
        return Err(Damage::Newer { format: hearth, known: FORMAT });
    }
    let body = checked(bytes)?;
    let mut lines = (1..).zip(body.split(|byte| *byte == b'\n'));
    let (_, first) = lines.next().unwrap_or_default();
    let mut entry = parse::<Header>(1, "header", first)?.entry();
    if entry.name != object {
        return Err(Damage::Name { written: entry.name });
    }
    for (number, line) in lines {
        let change = parse::<ChangeLine>(number, "change that is known here", line)?;
        entry.changes.push(change.change().map_err(|reason| Damage::Line {
            line: number,
            what: "change that is known here",
            reason,
            column: 1,
        })?);
    }
    Ok(entry)
}

/// All lines but the last, without the end of the last of them, once the last one says that they are whole.
fn checked(bytes: &[u8]) -> Result<&[u8], Damage> {
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
    let Some(whole) = bytes.strip_suffix(b"\n") else { return Err(Damage::Truncated { line: ends + 1 }) };
    let truncated = Damage::Truncated { line: ends };
    let Some(end) = whole.iter().rposition(|byte| *byte == b'\n') else { return Err(truncated) };
    let (body, last) = (&whole[..end], &whole[end + 1..]);
    let Ok(Trailer { lines, crc32c: written }) = serde_json::from_slice(last) else { return Err(truncated) };
    let found = format!("{:08x}", crc32c::crc32c(&bytes[..=end]));
    if lines != ends as u64 - 1 {
        return Err(Damage::Lines { line: ends, counted: lines, found: ends - 1 });
    }
    if found != written {
        let written = written.chars().filter(char::is_ascii_hexdigit).take(8).collect();
        return Err(first_that_is_no_json(body).unwrap_or(Damage::Checksum { line: ends, found, written }));
    }
    Ok(body)
}

/// Where a checksum is wrong, the line that shows it says more than the checksum.
fn first_that_is_no_json(body: &[u8]) -> Option<Damage> {
    let mut lines = (1..).zip(body.split(|byte| *byte == b'\n'));
    lines.find_map(|(number, line)| parse::<serde::de::IgnoredAny>(number, "JSON", line).err())
}

/// What the parser says can quote the line, secrets and all: only its kind and place are passed on.
fn parse<'a, T: Deserialize<'a>>(line: usize, what: &'static str, bytes: &'a [u8]) -> Result<T, Damage> {
    serde_json::from_slice(bytes).map_err(|error| {
        let reason = match error.classify() {
            Category::Eof => "it ends too early",
            Category::Syntax => "it is not JSON",
            Category::Data | Category::Io => "a field is missing, unknown or of another type",
        };
        Damage::Line { line, what, reason, column: error.column() }
    })
}
