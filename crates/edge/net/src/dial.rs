//! Connecting to a peer and asking whether it has the endpoint, in the family that it understands.

use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::time::Duration;

use model::message::Reply;
use model::{PeerId, RpcAddress};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::time::timeout;
use tracing::debug;
use wire_deploy::{Family, Message, Releases};

use crate::NetEvent;
use crate::asks::Asker;
use crate::connection::Connection;
use crate::hub::{Hub, lock};

/// Where a dialled address stands.
#[derive(Debug)]
pub(crate) enum Dial {
    /// Being connected, for these endpoints.
    Connecting(Vec<&'static str>),
    /// Connected.
    Standing(PeerId),
}

/// Connects to an address as Spark writes it.
pub(crate) async fn connect(address: &RpcAddress, limit: Duration) -> Result<TcpStream, String> {
    // Spark writes an IPv6 address in brackets, a resolver wants it without.
    let host = address.host.trim_start_matches('[').trim_end_matches(']');
    timeout(limit, TcpStream::connect((host, address.port)))
        .await
        .map_err(|_| format!("{address} did not accept within {} s", limit.as_secs_f32()))?
        .map_err(|error| format!("cannot connect to {address}: {error}"))
}

impl Hub {
    /// See [`crate::Network::dial`].
    pub(crate) fn dial(self: &Arc<Self>, address: RpcAddress, endpoint: &'static str) {
        let hub = Arc::clone(self);
        let standing = match lock(&self.dials).entry(address.clone()) {
            Entry::Occupied(mut entry) => match entry.get_mut() {
                Dial::Connecting(waiting) => return waiting.push(endpoint),
                Dial::Standing(peer) => {
                    let standing = self.connection(*peer);
                    if standing.is_none() {
                        entry.insert(Dial::Connecting(vec![endpoint]));
                    }
                    standing
                }
            },
            Entry::Vacant(entry) => {
                entry.insert(Dial::Connecting(vec![endpoint]));
                None
            }
        };
        match standing {
            Some(connection) => self.spawn(hub.verify_and_report(connection, address, endpoint)),
            None => self.spawn(hub.connect(address)),
        };
    }

    /// Enters a new connection; returns the endpoints that wait for it.
    pub(crate) fn connected(&self, connection: &Connection) -> Vec<&'static str> {
        let Some(address) = connection.dialled() else { return Vec::new() };
        match lock(&self.dials).insert(address.clone(), Dial::Standing(connection.peer())) {
            Some(Dial::Connecting(waiting)) => waiting,
            _ => Vec::new(),
        }
    }

    /// Removes a connection that has ended.
    pub(crate) fn disconnected(&self, connection: &Connection) {
        let Some(address) = connection.dialled() else { return };
        let mut dials = lock(&self.dials);
        if matches!(dials.get(address), Some(Dial::Standing(peer)) if *peer == connection.peer()) {
            dials.remove(address);
        }
    }

    async fn connect(self: Arc<Self>, address: RpcAddress) {
        match self.open(&address).await {
            Ok((connection, endpoints)) => {
                for endpoint in endpoints {
                    let verify = Arc::clone(&self).verify_and_report(
                        Arc::clone(&connection),
                        address.clone(),
                        endpoint,
                    );
                    self.spawn(verify);
                }
            }
            Err(reason) => {
                let waiting = match lock(&self.dials).remove(&address) {
                    Some(Dial::Connecting(waiting)) => waiting,
                    _ => Vec::new(),
                };
                for _ in waiting {
                    let (address, reason) = (address.clone(), reason.clone());
                    self.emit(NetEvent::DialFailed { address, reason }).await;
                }
            }
        }
    }

    pub(crate) async fn open(
        self: &Arc<Self>,
        address: &RpcAddress,
    ) -> Result<(Arc<Connection>, Vec<&'static str>), String> {
        let socket = connect(address, self.config().limits.connect_timeout).await?;
        self.add(socket, Some(address.clone())).map_err(|error| format!("cannot use {address}: {error}"))
    }

    async fn verify_and_report(
        self: Arc<Self>,
        connection: Arc<Connection>,
        address: RpcAddress,
        endpoint: &'static str,
    ) {
        let peer = connection.peer();
        let verified = self.verify(&connection, endpoint).await;
        // The place in the channel comes first: a `Disconnected` cannot overtake.
        let Ok(place) = self.events().reserve().await else { return };
        let verified = match verified {
            Ok(()) if !connection.announce() => Err(format!("the connection to {address} ended")),
            verified => verified,
        };
        match verified {
            Ok(()) => place.send(NetEvent::Dialled { address, peer }),
            Err(reason) => {
                place.send(NetEvent::DialFailed { address, reason });
                if !connection.is_announced() && connection.asks().is_empty() {
                    self.hangup(&connection);
                }
            }
        }
    }

    /// Asks in the peer's family; when that is not known yet, in one and then in the other.
    pub(crate) async fn verify(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        endpoint: &'static str,
    ) -> Result<(), String> {
        let mut readers = self.readers(connection);
        let mut answer = self.check_existence(connection, endpoint, readers).await;
        if let Err(error) = &answer
            && error.contains("java.io.InvalidClassException")
            && connection.releases().is_none()
        {
            debug!("{connection} is not Spark {readers}: {error}");
            readers = other(self.config().preferred_family).into();
            answer = self.check_existence(connection, endpoint, readers).await;
        }
        match answer? {
            Reply::Boolean(true) => {
                connection.learn_releases(readers);
                Ok(())
            }
            Reply::Boolean(false) => Err(format!("there is no endpoint {endpoint} at {connection}")),
            Reply::Failure { message } => Err(message),
            _ => Err(format!("{connection} answered something else than whether {endpoint} exists")),
        }
    }

    async fn check_existence(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        endpoint: &str,
        readers: Releases,
    ) -> Result<Reply, String> {
        let (answered, answer) = oneshot::channel();
        let message = Message::CheckExistence { name: endpoint.to_owned() };
        self.ask_in(connection, Asker::Dial(answered), &message, readers);
        answer.await.unwrap_or_else(|_| Err(format!("the connection to {connection} ended")))
    }
}

fn other(family: Family) -> Family {
    match family {
        Family::Scala212 => Family::Scala213,
        Family::Scala213 => Family::Scala212,
    }
}
