//! What can go wrong around the programs under test, said so that the reader knows what to do.

use std::io;
use std::time::Duration;

/// A result of the harness.
pub type Result<T> = std::result::Result<T, Failure>;

/// Why a test, the demo or a measurement cannot go on.
#[derive(thiserror::Error)]
pub enum Failure {
    /// Something that has to be installed is not there.
    #[error("{what} is missing: {remedy}")]
    Missing {
        /// What was looked for, and where.
        what: String,
        /// What to do about it.
        remedy: String,
    },
    /// The operating system refused.
    #[error("cannot {doing}: {source}")]
    Io {
        /// What was being done, with the names involved.
        doing: String,
        /// The system's own reason.
        source: io::Error,
    },
    /// A condition did not come true in time.
    #[error("waited {} s in vain for {what}", after.as_secs())]
    TimedOut {
        /// The condition.
        what: String,
        /// How long it was given.
        after: Duration,
    },
    /// A program did something else than it should.
    #[error("{0}")]
    Unexpected(String),
}

/// Tests return a `Failure`, which the test runner prints with `Debug`: the sentence is what helps there.
impl std::fmt::Debug for Failure {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, formatter)
    }
}

impl Failure {
    /// Wraps an error of the system: `map_err(Failure::io("read the log"))`.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }

    /// An unexpected behaviour, in a sentence.
    pub fn unexpected(what: impl Into<String>) -> Self {
        Self::Unexpected(what.into())
    }
}
