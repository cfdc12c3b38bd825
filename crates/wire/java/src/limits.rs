//! How much a stream may ask for before it is refused.

/// Bounds on one stream. The defaults hold any message of a large cluster many times over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the stream itself.
    pub stream_bytes: usize,
    /// Objects within objects, and superclasses above a class. The reader recurses once per level and was measured
    /// to stay below 1 MiB of stack at the default.
    pub depth: usize,
    /// Objects, strings, arrays and class descriptors, each of which gets a handle.
    pub handles: usize,
    /// Bytes that the graph may occupy in memory; about thirty for each byte of a stream made for the worst.
    pub graph_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { stream_bytes: 16 << 20, depth: 128, handles: 1 << 20, graph_bytes: 128 << 20 }
    }
}
