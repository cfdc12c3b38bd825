//! Connections: Spark's RPC server and client on tokio. A connection is symmetric: whoever dialled it, both ends
//! may ask, answer and send on it.
//!
//! It answers `endpoint-verifier` itself, learns each peer's [`Family`] from its first message, and hands everything
//! else to the daemon as [`NetEvent`]s.

use std::time::Duration;

use model::message::Reply;
use model::{Ask, PeerId, RpcAddress};
use tokio::sync::mpsc;
use wire_deploy::{Family, Message};

/// What a network of connections needs to know about its owner.
#[derive(Clone, Debug)]
pub struct NetConfig {
    /// What the owner advertises; stands in every envelope that it sends.
    pub advertised: RpcAddress,
    /// The endpoints that exist here, e.g. `["Master"]`.
    pub endpoints: Vec<String>,
    /// The family to try first when dialling a peer that has not spoken yet.
    pub preferred_family: Family,
    /// Bounds on time and memory.
    pub limits: Limits,
}

impl NetConfig {
    /// A network with the default [`Limits`].
    pub fn new(advertised: RpcAddress, endpoints: Vec<String>, preferred_family: Family) -> Self {
        Self { advertised, endpoints, preferred_family, limits: Limits::default() }
    }
}

/// Bounds on what a connection may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long an ask waits for its answer (`spark.rpc.askTimeout`).
    pub ask_timeout: Duration,
    /// How long to wait for a dialled peer to accept.
    pub connect_timeout: Duration,
    /// The longest frame that is read or written, its header included.
    pub max_frame_bytes: usize,
    /// What may wait to be read by one peer before it is given up.
    pub max_outgoing_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ask_timeout: Duration::from_secs(120),
            connect_timeout: Duration::from_secs(30),
            max_frame_bytes: 16 << 20,
            max_outgoing_bytes: 64 << 20,
        }
    }
}

/// What happened on the connections.
#[derive(Debug)]
pub enum NetEvent {
    /// A dialled peer has the endpoint that was asked for.
    Dialled {
        /// As it was given to [`Network::dial`].
        address: RpcAddress,
        /// The connection.
        peer: PeerId,
    },
    /// A dialled peer could not be reached, or does not have the endpoint.
    DialFailed {
        /// As it was given to [`Network::dial`].
        address: RpcAddress,
        /// Why, for people.
        reason: String,
    },
    /// A message for one of the endpoints.
    Received {
        /// The connection.
        peer: PeerId,
        /// What the envelope says of the sender.
        sender: Option<RpcAddress>,
        /// Present when an answer is due: [`Network::answer`].
        ask: Option<Ask>,
        /// The message.
        message: Message,
    },
    /// The answer to [`Network::ask`], or why there is none.
    Answered {
        /// The connection.
        peer: PeerId,
        /// As it was given to [`Network::ask`].
        token: u64,
        /// The answer.
        reply: Result<Reply, String>,
    },
    /// A connection is gone; its unanswered asks were reported before. Not sent for [`Network::hangup`].
    Disconnected {
        /// The connection.
        peer: PeerId,
    },
}

/// All connections of one daemon.
#[derive(Clone, Debug)]
pub struct Network;

impl Network {
    /// Connections whose events go to `events`. Call within a tokio runtime.
    pub fn new(_config: NetConfig, _events: mpsc::Sender<NetEvent>) -> Self {
        Self
    }

    /// Accepts connections until the network is dropped.
    pub fn accept(&self, _listener: tokio::net::TcpListener) {}

    /// Connects and asks whether `endpoint` exists; `Dialled` or `DialFailed` follows. A connection to that address
    /// that still stands is used again.
    pub fn dial(&self, _address: RpcAddress, _endpoint: &'static str) {}

    /// Sends a one-way message; lost when the connection is gone.
    pub fn send(&self, _peer: PeerId, _message: &Message) {}

    /// Asks; `Answered` follows.
    pub fn ask(&self, _peer: PeerId, _token: u64, _message: &Message) {}

    /// Answers.
    pub fn answer(&self, _ask: Ask, _reply: &Reply) {}

    /// Closes a connection once what was sent on it is out.
    pub fn hangup(&self, _peer: PeerId) {}
}
