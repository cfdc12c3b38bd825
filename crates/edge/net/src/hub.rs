//! What all tasks of one network share: who is connected, who is being dialled, where events go.

use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::{PeerId, RpcAddress};
use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;
use wire_deploy::Releases;

use crate::asks::Asker;
use crate::connection::Connection;
use crate::dial::Dial;
use crate::{NetConfig, NetEvent};

/// A lock that a panic elsewhere does not poison: no invariant here spans more than one statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What all tasks of one network share.
pub(crate) struct Hub {
    config: NetConfig,
    events: mpsc::Sender<NetEvent>,
    runtime: Handle,
    alive: watch::Receiver<()>,
    last_peer: AtomicU64,
    connections: Mutex<HashMap<PeerId, Arc<Connection>>>,
    pub(crate) dials: Mutex<HashMap<RpcAddress, Dial>>,
}

impl Hub {
    pub(crate) fn new(config: NetConfig, events: mpsc::Sender<NetEvent>, alive: watch::Receiver<()>) -> Self {
        Self {
            config,
            events,
            runtime: Handle::current(),
            alive,
            last_peer: AtomicU64::new(0),
            connections: Mutex::default(),
            dials: Mutex::default(),
        }
    }

    pub(crate) fn config(&self) -> &NetConfig {
        &self.config
    }

    pub(crate) fn events(&self) -> &mpsc::Sender<NetEvent> {
        &self.events
    }

    /// Runs `work` until it ends or the network is dropped.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let mut alive = self.alive.clone();
        // Moved into the task as it is, `work` would take up its place twice.
        let mut work = Box::pin(work);
        let task = self.runtime.spawn(async move {
            tokio::select! {
                biased;
                _ = alive.changed() => {}
                () = &mut work => {}
            }
        });
        task.abort_handle()
    }

    /// Hands an event to the owner, waiting while it has too many; nobody minds when the owner is gone.
    pub(crate) async fn emit(&self, event: NetEvent) {
        let _ = self.events.send(event).await;
    }

    pub(crate) fn connection(&self, peer: PeerId) -> Option<Arc<Connection>> {
        lock(&self.connections).get(&peer).cloned()
    }

    /// Takes over a connected socket. Whoever waits for a dial to that address is returned.
    pub(crate) fn add(
        self: &Arc<Self>,
        socket: TcpStream,
        dialled: Option<RpcAddress>,
    ) -> std::io::Result<(Arc<Connection>, Vec<&'static str>)> {
        socket.set_nodelay(true)?;
        SockRef::from(&socket).set_keepalive(true)?;
        let peer = PeerId(self.last_peer.fetch_add(1, Ordering::Relaxed) + 1);
        let connection = Connection::new(peer, socket.peer_addr()?, dialled, &self.config.limits);
        let connection = Arc::new(connection);
        lock(&self.connections).insert(peer, Arc::clone(&connection));
        let waiting = self.connected(&connection);
        self.spawn(Arc::clone(self).run(Arc::clone(&connection), socket));
        Ok((connection, waiting))
    }

    /// From now on nobody finds the connection.
    pub(crate) fn forget(&self, connection: &Connection) {
        lock(&self.connections).remove(&connection.peer());
        self.disconnected(connection);
    }

    /// See [`crate::Network::hangup`].
    pub(crate) fn hangup(&self, connection: &Connection) {
        self.forget(connection);
        connection.part();
        for asker in connection.asks().close() {
            self.fail_later(connection, asker, "the connection was hung up".into());
        }
    }

    /// Reports a failed ask from where nobody can wait.
    pub(crate) fn fail_later(&self, connection: &Connection, asker: Asker, reason: String) {
        if let Some(event) = asker.outcome(connection, Err(reason)) {
            self.emit_later(event);
        }
    }

    /// Hands over an event from where nobody can wait.
    pub(crate) fn emit_later(&self, event: NetEvent) {
        let events = self.events.clone();
        self.spawn(async move {
            let _ = events.send(event).await;
        });
    }

    /// The releases to write for when speaking to a peer.
    pub(crate) fn readers(&self, connection: &Connection) -> Releases {
        connection.releases().unwrap_or_else(|| self.config.preferred_family.into())
    }
}
