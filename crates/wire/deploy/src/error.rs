//! Why bytes are no deploy message that we speak, by who is to blame.

use std::fmt;

use crate::schema::known_suids;
use crate::{Family, Releases};

/// Bytes that are no deploy message that we speak. Its `Display` is the text that goes into an RPC failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are no Java stream.
    #[error(transparent)]
    Stream(#[from] wire_java::ReadError),
    /// They are one, but what it holds has not the shape that it should have.
    #[error("malformed deploy message: {place} should be {expected}, and is {found}")]
    Malformed {
        /// Class and field.
        place: String,
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A class, or a version of a class, that we do not speak.
    #[error(transparent)]
    Incompatible(Box<Incompatible>),
    /// A value that no sane peer sends.
    #[error("bad value in a deploy message: {place} is {found}, and must be {expected}")]
    Misbehaved {
        /// Class and field.
        place: String,
        /// What is allowed there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
}

/// A class, or a version of a class, that we do not speak.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct Incompatible {
    /// Where it stands: class and field, or `the message`.
    pub place: String,
    /// Its name.
    pub class: String,
    /// Its serialVersionUID.
    pub suid: i64,
}

impl fmt::Display for Incompatible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, class, suid } = self;
        write!(f, "incompatible peer: {place} is of class {class} with serialVersionUID {suid}, ")?;
        let known: Vec<String> =
            known_suids(class).map(|(suid, releases)| format!("{suid} (Spark {releases})")).collect();
        if known.is_empty() {
            write!(f, "a class that is not spoken here; those of Spark {} are", Releases::all())
        } else {
            write!(f, "known are {}", known.join(", "))
        }
    }
}

impl DecodeError {
    pub(crate) fn incompatible(place: impl Into<String>, class: impl Into<String>, suid: i64) -> Self {
        Self::Incompatible(Box::new(Incompatible { place: place.into(), class: class.into(), suid }))
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scala212 => "Scala 2.12",
            Self::Scala213 => "Scala 2.13",
        })
    }
}
