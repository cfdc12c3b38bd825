//! Child processes: spawned, watched, signalled, reaped.
//!
//! A [`Child`] lives in a session of its own, so Ctrl-C on the daemon's terminal does not reach it. The kernel kills
//! it when the daemon dies, however the daemon dies. Its output goes straight into files, past the daemon, or through
//! a pipe where its logs roll. Whoever holds a [`Child`] decides when it ends; dropping it ends it at once.
//!
//! ```text
//!  spawn ──► runs ──► ended ─────────────► what is left of its group is killed ──► Exit
//!              │                                   ▲
//!              └─ end: SIGTERM ── grace over ── SIGKILL to the group
//! ```

mod child;
mod error;
mod launch;
mod rolling;

pub use child::{Child, Exit};
pub use error::SpawnError;
pub use launch::Launch;
pub use rolling::{RollBy, Rolling, TimeSuffix};
