//! Connecting to a peer that is known from before: another process has spoken with it.

use std::sync::Arc;

use model::{PeerId, RpcAddress};
use wire_deploy::Releases;

use crate::NetEvent;
use crate::hub::Hub;

impl Hub {
    /// See [`crate::Network::contact`].
    pub(crate) fn contact(
        self: &Arc<Self>,
        address: RpcAddress,
        token: u64,
        endpoint: &'static str,
        releases: Releases,
    ) {
        let hub = Arc::clone(self);
        self.spawn(async move {
            let reached = hub.reach(&address, endpoint, releases).await;
            // The place in the channel comes first: a `Disconnected` cannot overtake.
            let Ok(place) = hub.events().reserve().await else { return };
            let outcome = reached.and_then(|peer| match hub.connection(peer) {
                Some(connection) if connection.announce() => Ok(peer),
                _ => Err(format!("the connection to {address} ended")),
            });
            place.send(NetEvent::Contacted { token, outcome });
        });
    }

    async fn reach(
        self: &Arc<Self>,
        address: &RpcAddress,
        endpoint: &'static str,
        releases: Releases,
    ) -> Result<PeerId, String> {
        let (connection, _) = self.open(address).await?;
        if releases.is_empty() {
            self.verify(&connection, endpoint).await.inspect_err(|_| self.hangup(&connection))?;
        } else {
            connection.learn_releases(releases);
        }
        Ok(connection.peer())
    }
}
