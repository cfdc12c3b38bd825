//! The recovery log's nouns: what an object of it is called, and what stands in one.

use std::fmt;
use std::sync::Arc;

use crate::Change;

/// What an object of the log is called: `EPOCH/POSITION`, a part of a snapshot `EPOCH/POSITION.PART`, with 20 and 6 digits.
/// Names are ordered as their texts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectName {
    /// Counts who led, from 1.
    pub epoch: u64,
    /// Counts entries of the epoch; its claim is 0. Of a part: the first entry that the snapshot does not hold.
    pub position: u64,
    /// Which part of a snapshot, from 0; none for an entry of the log.
    pub part: Option<u32>,
}

impl ObjectName {
    /// An entry of the log.
    pub fn entry(epoch: u64, position: u64) -> Self {
        Self { epoch, position, part: None }
    }

    /// A part of the snapshot that holds what is before `position`.
    pub fn part(epoch: u64, position: u64, part: u32) -> Self {
        Self { epoch, position, part: Some(part) }
    }
}

impl fmt::Display for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}/{:020}", self.epoch, self.position)?;
        self.part.map_or(Ok(()), |part| write!(f, ".{part:06}"))
    }
}

/// What stands in an object of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The object that it was written for.
    pub name: ObjectName,
    /// The random id of the process that wrote it.
    pub writer: Arc<str>,
    /// The writer's own number for it: no two entries of a writer have the same.
    pub nonce: u64,
    /// When it was first written by the writer's clock, milliseconds since 1970 UTC. Only shown.
    pub written_ms: i64,
    /// What it is.
    pub kind: EntryKind,
    /// The changes in their order; none but in a batch and in a part.
    pub changes: Vec<Change>,
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// The epoch belongs to the writer.
    Claim,
    /// Changes.
    Batch,
    /// A part of a snapshot: with the others it makes the memory of an empty one.
    Part {
        /// How many parts the snapshot has.
        of: u32,
    },
    /// A snapshot is complete: who reads begins there.
    Complete {
        /// The first entry that the snapshot does not hold.
        snapshot: u64,
        /// How many parts it has.
        parts: u32,
    },
    /// Nothing follows in this epoch.
    Seal {
        /// The epoch whose owner wrote it.
        next: u64,
    },
}
