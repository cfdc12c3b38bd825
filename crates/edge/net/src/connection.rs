//! One connection: what is known of the peer, and the task that holds its socket.
//!
//! ```text
//!   Open ──part()──▶ Parting: what was sent goes out, what comes in is dropped ──▶ Ended
//!     └───────── the peer closes, misbehaves or does not read ────────────────────▶ Ended
//! ```

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use model::{PeerId, RpcAddress};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::sleep;
use tracing::{debug, warn};
use wire_deploy::{Message, Origin, Releases, Told};
use wire_transport::MalformedFrame;

use crate::asks::Asks;
use crate::hub::{Hub, lock};
use crate::memo::Memo;
use crate::outgoing::{Outgoing, Written};
use crate::{Limits, NetEvent};

/// Why a connection ended.
#[derive(Debug)]
pub(crate) enum End {
    /// The peer closed it, or we did and it has understood.
    Closed,
    /// The socket failed.
    Failed(io::Error),
    /// The peer sent what is no frame.
    Malformed(MalformedFrame),
    /// The peer did not read.
    Overflow,
    /// The peer took too long to read the rest.
    Lingered,
}

#[derive(Debug, Default)]
struct Peer {
    sender: Option<RpcAddress>,
    told: Told,
    /// The log has heard that it is of a release that is not known here.
    is_known_as_unknown: bool,
    /// The owner has heard of it.
    announced: bool,
    /// [`Connection::part`] was called.
    parting: bool,
    ended: bool,
    /// The log has heard that it sends what cannot be read.
    complained: bool,
    last_said: Memo,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    peer: PeerId,
    socket_address: SocketAddr,
    dialled: Option<RpcAddress>,
    outgoing: Outgoing,
    asks: Asks,
    known: Mutex<Peer>,
    parted: Notify,
    said_back: Notify,
}

impl Connection {
    pub(crate) fn new(
        peer: PeerId,
        socket_address: SocketAddr,
        dialled: Option<RpcAddress>,
        limits: &Limits,
    ) -> Self {
        Self {
            peer,
            socket_address,
            dialled,
            outgoing: Outgoing::new(limits.max_outgoing_bytes, limits.max_frame_bytes),
            asks: Asks::new(),
            known: Mutex::default(),
            parted: Notify::new(),
            said_back: Notify::new(),
        }
    }

    pub(crate) fn peer(&self) -> PeerId {
        self.peer
    }

    /// The address that was dialled; none when the peer dialled us.
    pub(crate) fn dialled(&self) -> Option<&RpcAddress> {
        self.dialled.as_ref()
    }

    pub(crate) fn outgoing(&self) -> &Outgoing {
        &self.outgoing
    }

    pub(crate) fn asks(&self) -> &Asks {
        &self.asks
    }

    /// The releases that the peer can be of; none while it has told nothing.
    pub(crate) fn releases(&self) -> Option<Releases> {
        lock(&self.known).told.releases()
    }

    /// The releases that the peer can be of; none while it has told nothing, and where it is of none that is known.
    pub(crate) fn known_releases(&self) -> Option<Releases> {
        let known = lock(&self.known);
        known.told.releases().filter(|_| !known.told.is_unknown())
    }

    pub(crate) fn is_of_unknown_release(&self) -> bool {
        lock(&self.known).told.is_unknown()
    }

    /// Told when the peer has said back what we gave it.
    pub(crate) fn said_back(&self) -> &Notify {
        &self.said_back
    }

    /// The peer is one of these.
    pub(crate) fn learn_releases(&self, releases: Releases) {
        lock(&self.known).told.learn(releases);
    }

    /// Every message may tell more of the peer.
    pub(crate) fn learn_origin(&self, origin: &Origin) {
        let mut known = lock(&self.known);
        known.told.hear(origin);
        let Some(unknown) = origin.unknown.as_ref().filter(|_| !known.is_known_as_unknown) else { return };
        known.is_known_as_unknown = true;
        let nearest = known.told.releases();
        drop(known);
        let nearest = nearest.unwrap_or_else(Releases::all).newest();
        warn!(
            "{self} is of a release of Spark that is not known here (it has {unknown}): it is served as Spark {nearest}"
        );
    }

    /// The first message that tells its sender decides.
    pub(crate) fn learn_sender(&self, sender: &RpcAddress) {
        lock(&self.known).sender.get_or_insert_with(|| sender.clone());
    }

    /// What to call the peer in an envelope.
    pub(crate) fn address(&self) -> RpcAddress {
        let sender = lock(&self.known).sender.clone();
        sender.or_else(|| self.dialled.clone()).unwrap_or_else(|| match self.socket_address {
            SocketAddr::V4(address) => RpcAddress::new(address.ip().to_string(), address.port()),
            SocketAddr::V6(address) => RpcAddress::new(format!("[{}]", address.ip()), address.port()),
        })
    }

    /// The owner hears of the peer; false when it is too late for that.
    pub(crate) fn announce(&self) -> bool {
        let mut known = lock(&self.known);
        known.announced |= !known.ended;
        !known.ended
    }

    pub(crate) fn is_announced(&self) -> bool {
        lock(&self.known).announced
    }

    /// True once: the log should not fill with one peer's faults.
    pub(crate) fn first_complaint(&self) -> bool {
        !std::mem::replace(&mut lock(&self.known).complained, true)
    }

    /// What these bytes said, if they are those of the last one-way message.
    pub(crate) fn recall(&self, body: &[u8]) -> Option<(Option<RpcAddress>, Message)> {
        lock(&self.known).last_said.recall(body)
    }

    /// Keeps what the last one-way message said.
    pub(crate) fn remember(&self, body: &[u8], sender: Option<&RpcAddress>, message: &Message) {
        lock(&self.known).last_said.keep(body, sender, message);
    }

    /// Closes it once what was sent is out.
    pub(crate) fn part(&self) {
        lock(&self.known).parting = true;
        self.outgoing.finish();
        self.parted.notify_one();
    }

    pub(crate) fn is_parting(&self) -> bool {
        lock(&self.known).parting
    }

    /// Whether the owner has to hear that it has ended.
    fn end(&self) -> bool {
        let mut known = lock(&self.known);
        known.ended = true;
        known.announced && !known.parting
    }
}

/// For people: the address that the peer advertises, and the socket's.
impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sender = lock(&self.known).sender.clone();
        match sender.as_ref().or(self.dialled.as_ref()) {
            Some(address) => write!(f, "{address} (socket {})", self.socket_address),
            None => write!(f, "{}", self.socket_address),
        }
    }
}

impl Hub {
    /// The life of a connection.
    pub(crate) async fn run(self: Arc<Self>, connection: Arc<Connection>, mut socket: TcpStream) {
        let end = {
            let (mut read, mut write) = socket.split();
            tokio::select! {
                end = self.read(&connection, &mut read) => end,
                end = write_and_close(connection.outgoing(), &mut write) => end,
                () = self.linger(&connection) => End::Lingered,
            }
        };
        drop(socket);
        log_end(&connection, &end, self.config().limits.max_outgoing_bytes);
        self.forget(&connection);
        let reason = format!("the connection to {connection} ended");
        for asker in connection.asks().close() {
            if let Some(event) = asker.outcome(&connection, Err(reason.clone())) {
                self.emit(event).await;
            }
        }
        if connection.end() {
            self.emit(NetEvent::Disconnected { peer: connection.peer() }).await;
        }
    }

    async fn linger(&self, connection: &Connection) {
        connection.parted.notified().await;
        sleep(self.config().limits.linger).await;
    }
}

/// After a part, the peer closes once it has read everything: closing first could destroy what it has not read yet.
async fn write_and_close(outgoing: &Outgoing, socket: &mut tokio::net::tcp::WriteHalf<'_>) -> End {
    match outgoing.write_to(socket).await {
        Written::All => {}
        Written::Overflow => return End::Overflow,
        Written::Failed(error) => return End::Failed(error),
    }
    match socket.shutdown().await {
        Ok(()) => std::future::pending().await,
        Err(error) => End::Failed(error),
    }
}

fn log_end(connection: &Connection, end: &End, max_outgoing_bytes: usize) {
    match end {
        End::Closed => debug!("Connection to {connection} closed"),
        End::Failed(error) => debug!("Connection to {connection} failed: {error}"),
        End::Lingered => debug!("Connection to {connection} closed before the peer had read everything"),
        End::Malformed(error) => {
            warn!("Closing the connection to {connection}, which sent what is no Spark frame: {error}");
        }
        End::Overflow => {
            let mib = max_outgoing_bytes >> 20;
            warn!(
                "Closing the connection to {connection}, which does not read: more than {mib} MiB wait for it"
            );
        }
    }
}
