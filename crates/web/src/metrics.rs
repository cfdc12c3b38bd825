//! Metrics: a snapshot as text for Prometheus and its kin, and in the two shapes of Spark's own servlets.
//!
//! ```text
//!   snapshot + Traffic + Daemon ──► master, worker      /metrics, OpenMetrics or Prometheus text by `Format`
//!   snapshot ──► servlet::*                             /metrics/json/, /metrics/prometheus/ as Spark's daemons
//!   families ──► the tables in docs/operate/monitoring.md, held current by a test
//! ```

mod exposition;
mod families;
mod master;
#[cfg(test)]
mod reference;
pub mod servlet;
mod shuffle;
mod worker;

use std::collections::BTreeMap;

use exposition::Exposition;
use model::ProcessUsage;

pub use exposition::Format;
pub use master::master;
pub use shuffle::shuffle;
pub use worker::worker;

/// Which daemon it is, and what its process costs.
#[derive(Clone, Copy, Debug)]
pub struct Daemon<'a> {
    /// The version of Spark that it says it is.
    pub spark_version: &'a str,
    /// Its process.
    pub usage: ProcessUsage,
}

/// Messages by Spark's name since the daemon started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    received: BTreeMap<&'static str, u64>,
    sent: BTreeMap<&'static str, u64>,
}

impl Traffic {
    /// A message came.
    pub fn received(&mut self, message: &'static str) {
        *self.received.entry(message).or_insert(0) += 1;
    }

    /// A message went to so many.
    pub fn sent(&mut self, message: &'static str, times: usize) {
        *self.sent.entry(message).or_insert(0) += times as u64;
    }
}

/// What every daemon tells of itself.
fn of_the_process(exposition: &mut Exposition, name: &str, daemon: &Daemon<'_>) {
    let Daemon { spark_version, usage } = *daemon;
    exposition.family(&families::BUILD, |samples| {
        samples.add(&[name, env!("CARGO_PKG_VERSION"), spark_version], 1);
    });
    exposition.value(&families::STARTED, usage.started_s);
    exposition.value(&families::UPTIME, usage.uptime_s);
    exposition.value(&families::CPU, usage.cpu_s);
    exposition.value(&families::RESIDENT, usage.resident_bytes);
    exposition.value(&families::OPEN_FDS, usage.open_fds);
    exposition.value(&families::MAX_FDS, usage.max_fds);
}

#[cfg(test)]
mod tests;
