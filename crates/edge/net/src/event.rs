//! What a network tells its owner.

use model::message::Reply;
use model::{Ask, PeerId, RpcAddress};
use wire_deploy::{Message, Releases};

/// What happened on the connections.
#[derive(Debug)]
pub enum NetEvent {
    /// A dialled peer has the endpoint that was asked for.
    Dialled {
        /// As it was given to [`Network::dial`](crate::Network::dial).
        address: RpcAddress,
        /// The connection.
        peer: PeerId,
    },
    /// A dialled peer could not be reached, or does not have the endpoint.
    DialFailed {
        /// As it was given to [`Network::dial`](crate::Network::dial).
        address: RpcAddress,
        /// Why, for people.
        reason: String,
    },
    /// What came of [`Network::contact`](crate::Network::contact).
    Contacted {
        /// As it was given there.
        token: u64,
        /// The connection, or why there is none, for people.
        outcome: Result<PeerId, String>,
    },
    /// A message for one of the endpoints.
    Received {
        /// The connection.
        peer: PeerId,
        /// What the envelope says of the sender.
        sender: Option<RpcAddress>,
        /// Present when an answer is due: [`Network::answer`](crate::Network::answer).
        ask: Option<Ask>,
        /// The message.
        message: Message,
    },
    /// The answer to [`Network::ask`](crate::Network::ask), or why there is none.
    Answered {
        /// The connection.
        peer: PeerId,
        /// As it was given to [`Network::ask`](crate::Network::ask).
        token: u64,
        /// The answer.
        reply: Result<Reply, String>,
    },
    /// What was found by [`Network::find_releases`](crate::Network::find_releases).
    ReleasesFound {
        /// The connection.
        peer: PeerId,
        /// As it was given to [`Network::find_releases`](crate::Network::find_releases).
        token: u64,
        /// The releases that the peer can be of; none where it told nothing, and where it is of none that is known here.
        releases: Option<Releases>,
    },
    /// A connection is gone; its unanswered asks were reported before, and what was to be found of it. Comes once for each peer that an earlier event
    /// named, unless [`Network::hangup`](crate::Network::hangup) ended it.
    Disconnected {
        /// The connection.
        peer: PeerId,
    },
}
