//! What a Master wants done, in order, and what it has to say about it.

use model::message::{Reply, ToDriver, ToWorker};
use model::{Ask, Note, PeerId};

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
