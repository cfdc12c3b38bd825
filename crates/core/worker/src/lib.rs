//! The Worker as a deterministic state machine: events in, effects out; time and seed are arguments.
//!
//! The verbs are those of `core-master`: `handle`, `handle_timeout`, `poll_timeout`, `poll_effect`, `snapshot`.
//! Which process runs where, and how it ends, is decided here; `daemon-worker` does it.

mod amount;
mod config;
mod effect;
mod event;
mod snapshot;
mod worker;

pub use amount::megabytes_to_string;
pub use config::WorkerConfig;
pub use effect::{Effect, ExitReason, LaunchDriver};
pub use event::{Event, MemoryKill, ProcessExit};
pub use snapshot::{DriverView, ExecutorView, Snapshot};
pub use worker::Worker;
