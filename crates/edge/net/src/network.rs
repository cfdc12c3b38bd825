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
            self.hub.send_payload(&connection, message, &written[at].1);
        }
    }

    /// Asks; exactly one `Answered` follows, at the latest after [`Limits::ask_timeout`](crate::Limits::ask_timeout)
    /// or when the connection ends.
    pub fn ask(&self, peer: PeerId, token: u64, message: &Message) {
        match self.hub.connection(peer) {
            Some(connection) => self.hub.ask(&connection, Asker::Owner(token), message),
            None => self.hub.fail_later(peer, Asker::Owner(token), "the connection is closed".into()),
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
