//! What pages and metrics are made from.

use crate::Counts;

/// A registered executor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorView {
    /// Its id.
    pub id: String,
    /// Its local directories.
    pub local_dirs: Vec<String>,
    /// Its shuffle manager.
    pub shuffle_manager: String,
}

/// An application with registered executors.
#[derive(Clone, Debug, PartialEq)]
pub struct ApplicationView {
    /// Its id.
    pub id: String,
    /// Its executors, by id.
    pub executors: Vec<ExecutorView>,
    /// What it was given.
    pub counts: Counts,
    /// Bytes per second, over the last minute or so.
    pub bytes_per_second: f64,
    /// Blocks per second, over the last minute or so.
    pub blocks_per_second: f64,
}

/// What the service does as a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// What was given out since the start.
    pub counts: Counts,
    /// Connections that are open.
    pub connections: u64,
    /// Connections since the start.
    pub connections_ever: u64,
    /// Streams that are open.
    pub streams: u64,
    /// Chunks that are on their way.
    pub chunks_in_transfer: u64,
    /// Requests that could not be read or were refused.
    pub refused_requests: u64,
    /// Connections that ended with an error.
    pub broken_connections: u64,
    /// Files of which the index is in memory.
    pub cached_files: u64,
    /// What they take of the memory.
    pub cached_bytes: u64,
    /// How often the index was there already.
    pub cache_hits: u64,
    /// How often it had to be read.
    pub cache_misses: u64,
    /// How often a chunk had to be waited for, since it was not in the page cache.
    pub cold_reads: u64,
}

/// The service at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Its port.
    pub port: u16,
    /// When it was taken, in milliseconds of the wall clock.
    pub taken_ms: i64,
    /// Applications, by id.
    pub applications: Vec<ApplicationView>,
    /// All together.
    pub totals: Totals,
    /// Where registered executors are kept, or why they are not.
    pub store: String,
}
