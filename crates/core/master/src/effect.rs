//! What a Master wants done, in order, and what it has to say about it.

use std::sync::Arc;

use model::message::{Reply, ToDriver, ToWorker};
use model::{Ask, Change, Dialect, Note, PeerId, RpcAddress};

use crate::Response;

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
    /// Send one one-way message to many.
    SendAll {
        /// On these connections.
        peers: Arc<[PeerId]>,
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
    /// Tell whoever made a request what became of it.
    Respond {
        /// The number that the request came with.
        request: u64,
        /// What became of it.
        response: Response,
    },
    /// Find out which Spark speaks on a connection, by what it says. Exactly one [`crate::Event::SparkFound`] follows,
    /// within seconds.
    FindSpark {
        /// The connection.
        peer: PeerId,
        /// Who speaks there.
        speaker: Speaker,
        /// The number that the answer comes with.
        token: u64,
    },
    /// Ask a driver's page which Spark it is of. Exactly one [`crate::Event::SparkFound`] follows, within seconds: a
    /// driver opens that page only once it is registered.
    ReadVersion {
        /// The page.
        url: String,
        /// The number that the answer comes with.
        token: u64,
    },
    /// Write this down, all in one entry or nothing. No effect behind it may be carried out before it is durable: each
    /// promises it to somebody. Comes only where [`crate::MasterConfig::remembers`] is set.
    Persist {
        /// What is remembered from now on.
        changes: Vec<Change>,
        /// Whom the records are about, where it stands on a connection: the daemon puts its dialect into those records that
        /// have one, if it is known. Where there is no connection the records hold it already.
        peer: Option<PeerId>,
    },
    /// Connect to a peer that another Master spoke with, on a connection of its own and without asking for its endpoint.
    /// Exactly one [`crate::Event::Contacted`] follows.
    Contact {
        /// Where it listens.
        address: RpcAddress,
        /// How to write to it.
        dialect: Dialect,
        /// Who is there.
        who: Speaker,
        /// The number that the answer comes with.
        token: u64,
    },
    /// Leadership is lost: end, as Spark's Master exits. Nothing follows, and what was not carried out before must not be.
    StepDown {
        /// Why, for people.
        why: String,
    },
    /// Write a line to the log.
    Log(Note),
}

/// Who speaks on a connection, which decides what it can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// A Worker that was told that it is registered.
    Worker,
    /// A driver that was told that its application is registered.
    Driver,
    /// A client that submits a cluster-mode driver.
    Submitter,
}

/// A one-way message of a Master, by endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToPeer {
    /// To a Worker's endpoint `Worker`.
    Worker(ToWorker),
    /// To a driver's endpoint `AppClient`.
    Driver(ToDriver),
}

impl ToPeer {
    /// The name of the message in Spark's `DeployMessages`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Worker(message) => message.name(),
            Self::Driver(message) => message.name(),
        }
    }
}
