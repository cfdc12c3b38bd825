//! What is counted beside what applications are given.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of the whole service.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    pub(crate) connections: Gauge,
    pub(crate) streams: Gauge,
    pub(crate) chunks: Gauge,
    pub(crate) connections_ever: Counter,
    pub(crate) refused: Counter,
    pub(crate) broken: Counter,
    pub(crate) cold_reads: Counter,
}

#[derive(Debug, Default)]
pub(crate) struct Counter(AtomicU64);

impl Counter {
    pub(crate) fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

#[derive(Debug, Default)]
pub(crate) struct Gauge(AtomicU64);

impl Gauge {
    /// One more, until what is given back is dropped.
    pub(crate) fn enter(&self) -> Inside<'_> {
        Inside { now: self.0.fetch_add(1, Ordering::Relaxed) + 1, gauge: self }
    }

    pub(crate) fn set_more(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }

    pub(crate) fn set_fewer(&self, count: u64) {
        self.0.fetch_sub(count, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// One of those that a gauge counts.
pub(crate) struct Inside<'a> {
    /// How many there were, with this one.
    pub(crate) now: u64,
    gauge: &'a Gauge,
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.gauge.set_fewer(1);
    }
}
