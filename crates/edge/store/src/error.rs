//! Why a verb of a store failed: what was done to which object where, why it did not work, and what to do.

use std::fmt;

/// What was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Making the store ready.
    Open,
    /// A conditional create.
    Create,
    /// Reading an entry.
    Read,
    /// Listing all entries.
    List,
    /// Deleting an entry.
    Delete,
    /// Reading a register.
    Get,
    /// A compare-and-swap.
    Swap,
}

impl fmt::Display for Doing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Open => "open",
            Self::Create => "create",
            Self::Read => "read",
            Self::List => "list",
            Self::Delete => "delete",
            Self::Get => "get",
            Self::Swap => "swap",
        })
    }
}

impl Doing {
    fn changes(self) -> bool {
        matches!(self, Self::Create | Self::Delete | Self::Swap)
    }
}

/// Why a verb failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// It may work later. Where something was to be changed, the outcome is unknown.
    #[error("cannot {doing} {object} in {place}: {why}{}", if doing.changes() { "; it may have taken effect all the same" } else { "" })]
    Transient {
        /// The verb.
        doing: Doing,
        /// What it was about.
        object: String,
        /// The store.
        place: String,
        /// What went wrong.
        why: String,
    },
    /// It will not work before somebody changes something. Nothing was changed.
    #[error("cannot {doing} {object} in {place}: {why}. {remedy}")]
    Permanent {
        /// The verb.
        doing: Doing,
        /// What it was about.
        object: String,
        /// The store.
        place: String,
        /// What went wrong.
        why: String,
        /// What to set or to do: a whole sentence.
        remedy: String,
    },
}

impl StoreError {
    /// Whether it may work later.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Transient { .. })
    }
}

/// What is being done to what and where: all that an error has to name.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The verb.
    pub doing: Doing,
    /// What it is about.
    pub object: &'a str,
    /// The store.
    pub place: &'a str,
}

impl<'a> Task<'a> {
    /// A verb, what it is about, and the store.
    pub fn new(doing: Doing, object: &'a str, place: &'a str) -> Self {
        Self { doing, object, place }
    }

    /// It may work later.
    pub fn transient(&self, why: impl fmt::Display) -> StoreError {
        StoreError::Transient {
            doing: self.doing,
            object: self.object.to_owned(),
            place: self.place.to_owned(),
            why: why.to_string(),
        }
    }

    /// It will not work before somebody does what `remedy` says, a whole sentence.
    pub fn permanent(&self, why: impl fmt::Display, remedy: impl Into<String>) -> StoreError {
        StoreError::Permanent {
            doing: self.doing,
            object: self.object.to_owned(),
            place: self.place.to_owned(),
            why: why.to_string(),
            remedy: remedy.into(),
        }
    }
}

/// An error with what lies under it, as one sentence.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(one) = inner {
        let more = one.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        inner = one.source();
    }
    text
}
