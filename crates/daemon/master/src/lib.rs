//! The Master daemon: one event loop where the core, the wire and the pages meet.

use edge_config::MasterSettings;
use model::RpcAddress;

/// A Master that listens and runs on the current tokio runtime.
#[derive(Debug)]
pub struct Master;

/// Why a Master did not start: a sentence that names what was wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl Master {
    /// Binds both ports and begins to serve.
    ///
    /// # Errors
    /// When a port cannot be bound.
    pub async fn start(_settings: MasterSettings) -> Result<Self, StartError> {
        Err(StartError("not built yet".into()))
    }

    /// The address that it advertises, with the real port.
    pub fn address(&self) -> &RpcAddress {
        unreachable!()
    }

    /// Its page.
    pub fn web_ui_url(&self) -> &str {
        unreachable!()
    }

    /// Its state now; none once it has ended.
    pub async fn snapshot(&self) -> Option<core_master::Snapshot> {
        None
    }

    /// Ends it and waits until it has.
    pub async fn stop(self) {}

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// With the reason when it could not go on.
    pub async fn ended(&mut self) -> Result<(), String> {
        Ok(())
    }
}
