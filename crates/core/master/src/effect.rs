//! What a Master wants done, in order, and what it has to say about it.

use std::fmt;

use model::message::{Reply, ToDriver, ToWorker};
use model::{Ask, PeerId};

/// One deed for the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Send a one-way message.
    Send {
        /// On this connection.
        peer: PeerId,
        /// The message.
        message: ToPeer,
    },
    /// Answer a question.
    Answer {
        /// Which question.
        ask: Ask,
        /// The answer.
        reply: Reply,
    },
    /// Write a line to the log.
    Log(Note),
}

/// A one-way message of a Master, by endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToPeer {
    /// To a Worker's endpoint `Worker`.
    Worker(ToWorker),
    /// To a driver's endpoint `AppClient`.
    Driver(ToDriver),
}

/// A line for the log: Spark's own sentence where users look for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Whether an operator should look at it.
    pub warning: bool,
    /// The sentence.
    pub text: String,
}

impl Note {
    /// What goes as expected.
    pub fn info(text: impl Into<String>) -> Self {
        Self { warning: false, text: text.into() }
    }

    /// What an operator should look at.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { warning: true, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
