//! What an election is told, and what it wants done.

use std::fmt;

use model::Lease;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A request came to its end.
    Answer {
        /// The request's number.
        ticket: u64,
        /// How it ended.
        outcome: Outcome,
    },
    /// This process is about to end: give the lease back.
    Stop,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// To [`Effect::Get`]: what the register holds, with the version as the register's own text.
    Held(Option<(Lease, String)>),
    /// To [`Effect::Swap`]: it worked; the new version.
    Swapped(String),
    /// To [`Effect::Swap`]: the register holds something else than expected.
    Conflict,
    /// Nobody knows whether it worked; a sentence that says why.
    Failed(String),
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read the register.
    Get {
        /// Belongs into the answer.
        ticket: u64,
    },
    /// Put this lease in the place of the one with the expected version; `None`: where there is none.
    Swap {
        /// Belongs into the answer.
        ticket: u64,
        /// The version that the register gave.
        expected: Option<String>,
        /// What to write.
        lease: Lease,
    },
    /// Tell it to who has to know.
    Tell(Told),
}

/// What others have to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// We lead, from now on.
    Won {
        /// Higher than that of any leader before.
        term: u64,
    },
    /// We lead no longer: nothing may be said any more.
    Lost {
        /// Why not.
        why: Why,
    },
    /// Somebody else leads, or nobody.
    Leads(Option<Lease>),
    /// After [`Event::Stop`]: there is nothing left to give back.
    Stopped,
}

/// Why we lead no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It could not be renewed in time.
    RanOut {
        /// What the last request that failed said.
        trouble: Option<String>,
    },
    /// Somebody else has it, or nobody where somebody removed it.
    Taken(Option<Lease>),
    /// We were told to stop.
    Stopped,
}

impl fmt::Display for Why {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RanOut { trouble: None } => {
                formatter.write_str("the lease ran out while this process was held up")
            }
            Self::RanOut { trouble: Some(trouble) } => {
                write!(formatter, "the lease ran out, it could not be renewed: {trouble}")
            }
            Self::Taken(Some(lease)) => {
                write!(formatter, "{} ({}) has the lease", lease.address, lease.holder)
            }
            Self::Taken(None) => formatter.write_str("somebody removed the lease"),
            Self::Stopped => formatter.write_str("this Master stops"),
        }
    }
}
