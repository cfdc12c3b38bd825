//! What can happen to a Master.

use model::message::ToMaster;
use model::{ApplicationId, Ask, DriverId, PeerId, RpcAddress};

/// One thing that happened, as the daemon saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "events are handed over one by one, never kept")]
pub enum Event {
    /// A message arrived.
    Received {
        /// On this connection.
        peer: PeerId,
        /// What the envelope says of the sender; none for one that does not listen.
        sender: Option<RpcAddress>,
        /// Present when an answer is due: exactly one [`crate::Effect::Answer`] follows.
        ask: Option<Ask>,
        /// The message.
        message: ToMaster,
    },
    /// A connection is gone, and with it whoever spoke on it.
    Disconnected {
        /// The connection.
        peer: PeerId,
    },
    /// Somebody asked on the page to end an application.
    KillApplication {
        /// Which application.
        application: ApplicationId,
    },
    /// Somebody asked on the page to end a cluster-mode driver.
    KillDriver {
        /// Which driver.
        driver: DriverId,
    },
}
