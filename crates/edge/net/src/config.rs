//! What a network needs to know about its owner, and what a connection may cost.

use std::time::Duration;

use model::RpcAddress;
use wire_deploy::Family;

/// What a network of connections needs to know about its owner.
#[derive(Clone, Debug)]
pub struct NetConfig {
    /// What the owner advertises; stands in every envelope that it sends.
    pub advertised: RpcAddress,
    /// The endpoints that exist here, e.g. `["Master"]`.
    pub endpoints: Vec<String>,
    /// The family to try first when dialling a peer that has not spoken yet.
    pub preferred_family: Family,
    /// Where the owner speaks HTTP, one sentence each, for clients that come here with it.
    pub http_doors: Vec<String>,
    /// Bounds on time and memory.
    pub limits: Limits,
}

impl NetConfig {
    /// A network with the default [`Limits`], whose owner speaks no HTTP.
    pub fn new(advertised: RpcAddress, endpoints: Vec<String>, preferred_family: Family) -> Self {
        Self { advertised, endpoints, preferred_family, http_doors: Vec::new(), limits: Limits::default() }
    }
}

/// Bounds on what a connection may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How long an ask waits for its answer (`spark.rpc.askTimeout`).
    pub ask_timeout: Duration,
    /// How long it may take to find out which Spark a peer is of.
    pub inquiry_timeout: Duration,
    /// How long to wait for a dialled peer to accept.
    pub connect_timeout: Duration,
    /// How long a connection that was hung up may take to read what was sent on it.
    pub linger: Duration,
    /// The longest frame that is read or written, its header included.
    pub max_frame_bytes: usize,
    /// What may wait to be read by one peer before it is given up.
    pub max_outgoing_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ask_timeout: Duration::from_secs(120),
            inquiry_timeout: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(30),
            linger: Duration::from_secs(5),
            max_frame_bytes: 16 << 20,
            max_outgoing_bytes: 64 << 20,
        }
    }
}
