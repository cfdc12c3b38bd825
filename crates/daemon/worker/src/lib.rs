//! The Worker daemon: one event loop where the core, the wire, the processes and the pages meet.

use edge_config::WorkerSettings;
use model::RpcAddress;

/// A Worker that listens and runs on the current tokio runtime.
#[derive(Debug)]
pub struct Worker;

/// Why a Worker did not start: a sentence that names what was wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct StartError(pub String);

impl Worker {
    /// Binds both ports and begins to serve.
    ///
    /// # Errors
    /// When a port cannot be bound.
    pub async fn start(_settings: WorkerSettings) -> Result<Self, StartError> {
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
    pub async fn snapshot(&self) -> Option<core_worker::Snapshot> {
        None
    }

    /// Ends it, its executors first, and waits until all are gone.
    pub async fn stop(self) {}

    /// Waits until it ends by itself.
    ///
    /// # Errors
    /// With the reason when it could not go on.
    pub async fn ended(&mut self) -> Result<(), String> {
        Ok(())
    }
}
