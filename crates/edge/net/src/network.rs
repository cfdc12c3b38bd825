//! The handle that a daemon holds.

use std::fmt;
use std::sync::Arc;

use model::message::Reply;
use model::{Ask, PeerId, RpcAddress};
use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use wire_deploy::{Message, Releases, encode_message};

use crate::asks::Asker;
use crate::hub::Hub;
use crate::inquiry::Role;
use crate::outbound::endpoint_of;
use crate::{NetConfig, NetEvent};

/// All connections of one daemon. They close, and their tasks end, when the last clone is dropped; what was not
/// written by then is lost.
#[derive(Clone)]
pub struct Network {
    hub: Arc<Hub>,
    /// Every task of the network ends once no sender is left.
    _alive: Arc<watch::Sender<()>>,
}

impl Network {
    /// Connections whose events go to `events`. Call within a tokio runtime.
    pub fn new(config: NetConfig, events: mpsc::Sender<NetEvent>) -> Self {
        let (alive, watched) = watch::channel(());
        Self { hub: Arc::new(Hub::new(config, events, watched)), _alive: Arc::new(alive) }
    }

    /// Accepts connections until the network is dropped.
    pub fn accept(&self, listener: TcpListener) {
        self.hub.spawn(Arc::clone(&self.hub).accept_all(listener));
    }

    /// Connects and asks whether `endpoint` exists; `Dialled` or `DialFailed` follows. A connection to that address
    /// that still stands is used again.
    pub fn dial(&self, address: RpcAddress, endpoint: &'static str) {
        self.hub.dial(address, endpoint);
    }

    /// Connects to a peer that is known to have been there, on a connection of its own, and takes it for one of these
    /// releases; where there is none, the peer is asked whether `endpoint` exists, which tells its family. Exactly one
    /// `Contacted` follows.
    pub fn contact(&self, address: RpcAddress, token: u64, endpoint: &'static str, releases: Releases) {
        self.hub.contact(address, token, endpoint, releases);
    }

    /// Sends a one-way message; lost when the connection is gone. Messages to one peer keep their order.
    pub fn send(&self, peer: PeerId, message: &Message) {
        if let Some(connection) = self.hub.connection(peer) {
            self.hub.send(&connection, message);
        }
    }

    /// Sends the same one-way message to many; it is written once for all that can be of the
    /// same releases, not for each peer.
    pub fn send_all(&self, peers: &[PeerId], message: &Message) {
        let mut written: Vec<(Releases, Vec<u8>)> = Vec::new();
        for connection in peers.iter().filter_map(|peer| self.hub.connection(*peer)) {
            let readers = self.hub.readers(&connection);
            let at = written.iter().position(|(one, _)| *one == readers).unwrap_or_else(|| {
                written.push((readers, encode_message(message, readers)));
                written.len() - 1
            });
            self.hub.send_payload(&connection, endpoint_of(message), &written[at].1);
        }
    }

    /// Asks; exactly one `Answered` follows, at the latest after [`Limits::ask_timeout`](crate::Limits::ask_timeout)
    /// or when the connection ends.
    pub fn ask(&self, peer: PeerId, token: u64, message: &Message) {
        match self.hub.connection(peer) {
            Some(connection) => self.hub.ask(&connection, Asker::Owner(token), message),
            None => {
                let reply = Err("the connection is closed".into());
                self.hub.emit_later(NetEvent::Answered { peer, token, reply });
            }
        }
    }

    /// The releases of Spark that a peer can be of, as far as it has told; none while it has told nothing, and where it is
    /// of none that is known here.
    pub fn releases(&self, peer: PeerId) -> Option<Releases> {
        self.hub.connection(peer)?.known_releases()
    }

    /// Asks a peer of that role what tells its release apart from others; exactly one `ReleasesFound` follows, at the
    /// latest after [`Limits::inquiry_timeout`](crate::Limits::inquiry_timeout) or when the connection ends. What is
    /// found is kept in mind when something is written to the peer.
    pub fn find_releases(&self, peer: PeerId, token: u64, role: Role) {
        match self.hub.connection(peer) {
            Some(connection) => self.hub.find_releases(&connection, token, role),
            None => self.hub.emit_later(NetEvent::ReleasesFound { peer, token, releases: None }),
        }
    }

    /// Answers; lost when the connection is gone.
    pub fn answer(&self, ask: Ask, reply: &Reply) {
        if let Some(connection) = self.hub.connection(ask.peer) {
            self.hub.answer(&connection, ask.request, reply);
        }
    }

    /// Closes a connection once what was sent on it is out. No message of it is delivered any more; its open asks are
    /// reported as failed.
    pub fn hangup(&self, peer: PeerId) {
        if let Some(connection) = self.hub.connection(peer) {
            self.hub.hangup(&connection);
        }
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("config", self.hub.config()).finish_non_exhaustive()
    }
}
