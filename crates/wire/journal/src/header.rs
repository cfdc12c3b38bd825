//! The first and the last line of an object.

use model::{Entry, EntryKind, ObjectName};
use serde::{Deserialize, Serialize};

use crate::FORMAT;

/// The first line, as far as every format has it.
#[derive(Deserialize)]
pub(crate) struct Version {
    pub(crate) hearth: u64,
}

/// The first line.
#[derive(Serialize, Deserialize)]
pub(crate) struct Header {
    hearth: u64,
    epoch: u64,
    position: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    part: Option<u32>,
    writer: String,
    nonce: u64,
    written_ms: i64,
    #[serde(flatten)]
    kind: Kind,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Kind {
    Claim,
    Batch,
    Part { of: u32 },
    Complete { snapshot: u64, parts: u32 },
    Seal { next: u64 },
}

/// The last line.
#[derive(Serialize, Deserialize)]
pub(crate) struct Trailer {
    /// How many lines there are before it.
    pub(crate) lines: u64,
    /// Of all bytes before it, 8 hexadecimal digits.
    pub(crate) crc32c: String,
}

impl Header {
    pub(crate) fn of(entry: &Entry) -> Self {
        let kind = match entry.kind {
            EntryKind::Claim => Kind::Claim,
            EntryKind::Batch => Kind::Batch,
            EntryKind::Part { of } => Kind::Part { of },
            EntryKind::Complete { snapshot, parts } => Kind::Complete { snapshot, parts },
            EntryKind::Seal { next } => Kind::Seal { next },
        };
        Self {
            hearth: FORMAT,
            epoch: entry.name.epoch,
            position: entry.name.position,
            part: entry.name.part,
            writer: entry.writer.to_string(),
            nonce: entry.nonce,
            written_ms: entry.written_ms,
            kind,
        }
    }

    /// The entry, its changes still to come.
    pub(crate) fn entry(self) -> Entry {
        let kind = match self.kind {
            Kind::Claim => EntryKind::Claim,
            Kind::Batch => EntryKind::Batch,
            Kind::Part { of } => EntryKind::Part { of },
            Kind::Complete { snapshot, parts } => EntryKind::Complete { snapshot, parts },
            Kind::Seal { next } => EntryKind::Seal { next },
        };
        Entry {
            name: ObjectName { epoch: self.epoch, position: self.position, part: self.part },
            writer: self.writer.into(),
            nonce: self.nonce,
            written_ms: self.written_ms,
            kind,
            changes: Vec::new(),
        }
    }
}
