//! The accept loop, which outlives every error of a single connection and every shortage.

use std::io;
use std::time::Duration;

use edge_blocks::Lanes;
use tokio::net::TcpListener;
use tokio::time::sleep;
use tracing::{debug, info, warn};

/// How long to wait when there is no room for one more connection.
const SHORTAGE_PAUSE: Duration = Duration::from_millis(50);

pub(crate) async fn accept_all(listener: TcpListener, lanes: Lanes, max_connections: usize) {
    let mut short = Shortage(false);
    loop {
        while lanes.connections() >= max_connections {
            short.begins(&format!("{max_connections} connections are open, as many as may be"));
            sleep(SHORTAGE_PAUSE).await;
        }
        match listener.accept().await {
            Ok((socket, address)) => {
                short.ends();
                match socket.into_std() {
                    Ok(socket) => lanes.take(socket),
                    Err(error) => {
                        debug!("Connection from {address} was gone before it could be used: {error}");
                    }
                }
            }
            Err(error) if concerns_one_connection(&error) => debug!("Connection not accepted: {error}"),
            Err(error) => {
                short.begins(&error.to_string());
                sleep(SHORTAGE_PAUSE).await;
            }
        }
    }
}

/// The log hears of a shortage once.
struct Shortage(bool);

impl Shortage {
    fn begins(&mut self, why: &str) {
        if !std::mem::replace(&mut self.0, true) {
            warn!(target: "ExternalShuffleService", "No connection can be accepted ({why}): trying again until it can");
        }
    }

    fn ends(&mut self) {
        if std::mem::take(&mut self.0) {
            info!(target: "ExternalShuffleService", "Connections are accepted again");
        }
    }
}

/// `accept(2)`: errors that were pending on the new socket; the next one may be well.
fn concerns_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{
        ConnectionAborted, ConnectionReset, HostUnreachable, NetworkDown, NetworkUnreachable,
    };
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionReset | HostUnreachable | NetworkDown | NetworkUnreachable
    )
}
