//! What an operator's settings come to on this machine.

use std::path::PathBuf;

use edge_blocks::{Store, true_path};
use edge_config::ShuffleSettings;
use rustix::process::{Resource, getrlimit};

use crate::Settings;

/// Descriptors that are neither connections nor cached files.
const OTHER_FILES: u64 = 256;

/// What a cached map output is said to weigh at least, and how many files it holds open.
const CACHED_BYTES: u64 = 4096;
const CACHED_FILES: u64 = 2;

/// More connections than a machine has clients.
const MOST_CONNECTIONS: u64 = 1 << 20;

impl Settings {
    /// Looks at directories, so it waits for disks.
    pub(crate) fn of(settings: &ShuffleSettings) -> Self {
        let roots = settings.local_dirs.iter();
        let roots: Vec<PathBuf> = roots.map(|root| true_path(root).unwrap_or_else(|| root.clone())).collect();
        let index_cache_bytes = settings.index_cache_bytes as u64;
        Self {
            threads: settings.threads,
            max_connections: max_connections(index_cache_bytes),
            max_chunks: settings.max_chunks as u64,
            index_cache_bytes,
            fetches_rdds: settings.fetches_rdds,
            roots,
            store: settings.store.as_deref().and_then(Store::directory),
        }
    }
}

/// As many as the system allows files to be open, beside those that the cache holds.
fn max_connections(index_cache_bytes: u64) -> usize {
    let allowed = getrlimit(Resource::Nofile).current.unwrap_or(MOST_CONNECTIONS).min(MOST_CONNECTIONS);
    let cached = (index_cache_bytes / CACHED_BYTES * CACHED_FILES).min(allowed / 2);
    usize::try_from(allowed.saturating_sub(cached + OTHER_FILES)).unwrap_or(usize::MAX).max(16)
}
