//! Connections: Spark's RPC server and client on tokio. A connection is symmetric: whoever dialled it, both ends
//! may ask, answer and send on it.
//!
//! It answers `endpoint-verifier` itself, learns from its messages which [`Releases`](wire_deploy::Releases) a peer can be of
//! and asks for more where those do not tell, and hands everything else to the daemon as [`NetEvent`]s.
//!
//! ```text
//!   Network ──▶ hub ──▶ connection ──▶ outgoing ──▶ socket     send, ask, answer never wait
//!                        │  ▲
//!   NetEvent ◀── dispatch ◀─┴── incoming ◀── socket             a full event channel stalls reading only
//! ```
//!
//! [`fetch_stream`] brings a file from a peer's file server, on a connection of its own.
//! [`bind`] finds the port to listen on, for these connections and for pages alike.
//!
//! One task per connection holds both directions. It has no read buffer while the peer is silent.

mod accept;
mod asks;
mod bind;
mod config;
mod connection;
mod contact;
mod dial;
mod dispatch;
mod event;
mod hub;
mod incoming;
mod inquiry;
mod memo;
mod network;
mod outbound;
mod outgoing;
mod stranger;
mod stream;

pub use bind::{BindError, bind};
pub use config::{Limits, NetConfig};
pub use event::NetEvent;
pub use inquiry::Role;
pub use network::Network;
pub use stream::{StreamError, fetch_stream};
