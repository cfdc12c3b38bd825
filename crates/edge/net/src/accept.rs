//! The accept loop, which outlives every error of a single connection and every shortage.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::sleep;
use tracing::{debug, info, warn};

use crate::hub::Hub;

/// How long to wait when the system has no descriptor or memory for one more connection.
const SHORTAGE_PAUSE: Duration = Duration::from_millis(200);

impl Hub {
    pub(crate) async fn accept_all(self: Arc<Self>, listener: TcpListener) {
        let mut short = false;
        loop {
            match listener.accept().await {
                Ok((socket, address)) => {
                    if std::mem::take(&mut short) {
                        info!("Connections are accepted again");
                    }
                    if let Err(error) = self.add(socket, None) {
                        debug!("Connection from {address} was gone before it could be used: {error}");
                    }
                }
                Err(error) if concerns_one_connection(&error) => debug!("Connection not accepted: {error}"),
                Err(error) => {
                    if !std::mem::replace(&mut short, true) {
                        warn!("No connection can be accepted ({error}): trying again until it can");
                    }
                    sleep(SHORTAGE_PAUSE).await;
                }
            }
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
