//! What can be wrong with an object of the log.

use model::ObjectName;

/// An object that cannot be understood. Its text names no value that stands in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{object}: {damage}")]
pub struct MalformedObject {
    /// Which object.
    pub object: ObjectName,
    /// What is wrong with it.
    pub damage: Damage,
}

/// What is wrong with an object. Lines count from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It is too large to be one of ours.
    #[error("it has {bytes} bytes, and no object of the log has more than {most}")]
    Large {
        /// How large it is.
        bytes: usize,
        /// The most that is read.
        most: usize,
    },
    /// A later version wrote it.
    #[error("written by a newer Hearth (format {format}, this one reads up to {known}): use that one")]
    Newer {
        /// Its format.
        format: u64,
        /// The highest that is read here.
        known: u64,
    },
    /// Its end is missing.
    #[error("truncated: it ends in line {line} without the checksum that every object ends with")]
    Truncated {
        /// Its last line.
        line: usize,
    },
    /// There are more or fewer lines than were written.
    #[error("line {line}: {counted} lines were written before this one, {found} are there")]
    Lines {
        /// The line with the count.
        line: usize,
        /// The count.
        counted: u64,
        /// How many there are.
        found: usize,
    },
    /// The bytes are not those that were written.
    #[error("line {line}: the checksum of the lines before is {found}, and {written} was written")]
    Checksum {
        /// The line with the checksum.
        line: usize,
        /// The checksum of what is there.
        found: String,
        /// The checksum of what was written.
        written: String,
    },
    /// A line is not what it should be.
    #[error("line {line}: it is no {what} ({reason} at column {column})")]
    Line {
        /// Which line.
        line: usize,
        /// What it should be.
        what: &'static str,
        /// What is wrong with it.
        reason: &'static str,
        /// Where.
        column: usize,
    },
    /// It was written for another name.
    #[error("line 1: it was written for {written}")]
    Name {
        /// The name that it was written for.
        written: ObjectName,
    },
}
