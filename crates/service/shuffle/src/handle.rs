//! What the daemon around the service may ask and tell.

use std::path::PathBuf;
use std::sync::Arc;

use core_shuffle::{Executor, Snapshot, Totals, is_served};
use edge_blocks::{remove_tree, remove_unserved};
use tracing::{error, info, warn};

use crate::shared::Shared;

/// A service, for whoever asks it something.
#[derive(Clone, Debug)]
pub struct Handle(pub(crate) Arc<Shared>);

impl Handle {
    /// What it does, for pages and metrics.
    pub fn snapshot(&self, taken_ms: i64) -> Snapshot {
        let shared = &self.0;
        let (gauges, cache) = (&shared.gauges, shared.files.usage());
        let registry = shared.read();
        Snapshot {
            port: shared.port,
            taken_ms,
            applications: registry.views(),
            totals: Totals {
                counts: registry.counts(),
                connections: gauges.connections.get(),
                connections_ever: gauges.connections_ever.get(),
                streams: gauges.streams.get(),
                chunks_in_transfer: gauges.chunks.get(),
                refused_requests: gauges.refused.get(),
                broken_connections: gauges.broken.get(),
                cached_files: cache.files,
                cached_bytes: cache.bytes,
                cache_hits: cache.hits,
                cache_misses: cache.misses,
                cold_reads: gauges.cold_reads.get(),
            },
            store: shared.store_state.clone(),
        }
    }

    /// Whether one more client would find room.
    pub fn is_accepting(&self) -> bool {
        self.0.gauges.connections.get() < self.0.settings.max_connections as u64
    }

    /// An application has ended: its executors are forgotten, and their files go
    /// (`ExternalShuffleBlockResolver.applicationRemoved`, 3.5). Waits for disks.
    pub fn application_removed(&self, application: &str) {
        info!(
            target: "ExternalShuffleBlockResolver",
            "Application {application} removed, cleanupLocalDirs = true"
        );
        let mut store = self.0.store();
        let executors = self.0.write().remove_application(application);
        if let Some(Err(error)) = store.as_mut().map(|store| store.remove(application, None)) {
            error!(target: "ExternalShuffleBlockResolver", "Error deleting {application} from executor state db: {error}");
        }
        drop(store);
        for executor in executors {
            self.0.files.forget(executor.number);
            for dir in own_dirs(&executor) {
                if let Err(error) = remove_tree(&dir) {
                    warn!(
                        target: "ExternalShuffleBlockResolver",
                        "Failed to delete directory: {}: {error}", dir.display()
                    );
                }
            }
        }
    }

    /// An executor has ended: what the service does not give out goes, what it gives out stays
    /// (`ExternalShuffleBlockResolver.executorRemoved`, 3.5). Waits for disks.
    pub fn executor_removed(&self, application: &str, executor: &str) {
        let Some(executor) = self.0.read().executor(application, executor).cloned() else { return };
        let fetches_rdds = self.0.settings.fetches_rdds;
        for dir in own_dirs(&executor) {
            match remove_unserved(&dir, &|name| is_served(name, fetches_rdds)) {
                Ok(0) => {}
                Ok(count) => info!(
                    target: "ExternalShuffleBlockResolver",
                    "Cleaned up {count} non-shuffle and non-RDD files of executor {} of {application} in {}",
                    executor.id, dir.display()
                ),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => warn!(
                    target: "ExternalShuffleBlockResolver",
                    "Failed to delete files not served by shuffle service in directory: {}: {error}", dir.display()
                ),
            }
        }
    }
}

fn own_dirs(executor: &Executor) -> Vec<PathBuf> {
    executor.local_dirs().map(ToOwned::to_owned).collect()
}
