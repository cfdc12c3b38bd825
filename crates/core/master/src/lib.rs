//! The Master as a deterministic state machine: events in, effects out; time and seed are arguments.
//!
//! ```text
//!   handle(now, event) ──► state ──► poll_effect() until None ──► the daemon does what they say, in order
//!   handle_timeout(now) ──►   │
//!   poll_timeout() ◄──────────┘   when to call handle_timeout, on the monotonic clock
//!   snapshot(now)  ◄──────────┘   what pages and /json show
//! ```
//!
//! It sees no Spark version, no Java class, and no address that it did not receive.

mod amount;
mod config;
mod effect;
mod event;
mod explain;
mod invariants;
mod liveness;
mod master;
mod registry;
mod schedule;
mod snapshot;

pub use config::MasterConfig;
pub use effect::{Effect, Speaker, ToPeer};
pub use event::{Event, Request, Response};
pub use explain::{Explanation, Reason};
pub use master::Master;
pub use snapshot::{ApplicationView, DriverView, ExecutorView, Snapshot, WorkerView};
