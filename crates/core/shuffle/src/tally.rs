//! What was given out, counted where it happens: by as many threads as there are.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of one application, or of all.
#[derive(Debug, Default)]
pub struct Tally {
    blocks: AtomicU64,
    chunks: AtomicU64,
    bytes: AtomicU64,
    failures: AtomicU64,
}

/// What they read at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Blocks given out; a batch counts as many as it holds.
    pub blocks: u64,
    /// Chunks given out: answers with data.
    pub chunks: u64,
    /// Bytes of data given out.
    pub bytes: u64,
    /// Chunks that were refused.
    pub failures: u64,
}

impl Tally {
    /// A chunk goes out.
    pub fn sent(&self, blocks: u64, bytes: u64) {
        self.blocks.fetch_add(blocks, Ordering::Relaxed);
        self.chunks.fetch_add(1, Ordering::Relaxed);
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// A chunk is refused.
    pub fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// What is counted by now.
    pub fn counts(&self) -> Counts {
        Counts {
            blocks: self.blocks.load(Ordering::Relaxed),
            chunks: self.chunks.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
        }
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.blocks += other.blocks;
        self.chunks += other.chunks;
        self.bytes += other.bytes;
        self.failures += other.failures;
    }
}
