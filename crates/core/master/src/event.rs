//! What can happen to a Master.

use model::message::{Reply, ToMaster};
use model::{ApplicationId, Ask, DriverDescription, DriverId, Memory, PeerId, RpcAddress, SparkVersion};

/// One thing that happened, as the daemon saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "the large one is by far the most frequent: a box would be an allocation a heartbeat"
)]
pub enum Event {
    /// A message arrived.
    Received {
        /// On this connection.
        peer: PeerId,
        /// What the envelope says of the sender; none for one that does not listen.
        sender: Option<RpcAddress>,
        /// Present when an answer is due: exactly one [`crate::Effect::Answer`] follows.
        ask: Option<Ask>,
        /// The message.
        message: ToMaster,
    },
    /// A connection is gone, and with it whoever spoke on it.
    Disconnected {
        /// The connection.
        peer: PeerId,
    },
    /// The answer to [`crate::Effect::FindSpark`] or [`crate::Effect::ReadVersion`].
    SparkFound {
        /// The number that was given there.
        token: u64,
        /// What it can be, the oldest first; empty where nothing could be told.
        candidates: Vec<SparkVersion>,
    },
    /// This Master leads from now on.
    Elected {
        /// What the Masters before it left.
        memory: Memory,
    },
    /// This Master leads no longer, or may not: another one can lead by now.
    Deposed {
        /// Why, for people.
        why: String,
    },
    /// Another Master leads, as far as is known; none where none does.
    LeaderKnown {
        /// Where it listens.
        leader: Option<RpcAddress>,
    },
    /// What came of [`crate::Effect::Contact`].
    Contacted {
        /// The number that was given there.
        token: u64,
        /// The connection, or why there is none, for people.
        outcome: Result<PeerId, String>,
    },
    /// Somebody asked on the page to end an application.
    KillApplication {
        /// Which application.
        application: ApplicationId,
    },
    /// The submission server or the page asks for something and waits for what becomes of it: exactly one
    /// [`crate::Effect::Respond`] follows, behind everything that the request causes.
    Request {
        /// The daemon's own number for it.
        request: u64,
        /// What is asked for.
        what: Request,
    },
}

/// What is asked of a Master over HTTP.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Run a driver → [`Response::Driver`].
    SubmitDriver(Box<DriverDescription>),
    /// End a driver → [`Response::Driver`].
    KillDriver(DriverId),
    /// End all drivers → [`Response::KillAllDrivers`].
    KillAllDrivers,
    /// How a driver fares → [`Response::Driver`].
    DriverStatus(DriverId),
    /// Forget the applications and drivers that ended → [`Response::Cleared`].
    ClearCompleted,
    /// Whether this Master leads or is about to → [`Response::Ready`].
    Readyz,
    /// Have all Workers of these hosts leave → [`Response::Decommissioned`].
    DecommissionHosts(Vec<String>),
}

/// What became of a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Response {
    /// The same as over RPC.
    Driver(Reply),
    /// Whether the wish was passed on to all drivers, and a sentence for people.
    KillAllDrivers {
        /// Whether it was.
        success: bool,
        /// The sentence.
        message: String,
    },
    /// Whether what had ended is forgotten.
    Cleared {
        /// Whether it is.
        success: bool,
        /// A sentence for people, empty when there is nothing to say.
        message: String,
    },
    /// Whether this Master is ready.
    Ready(bool),
    /// How many Workers those hosts have.
    Decommissioned(usize),
}
