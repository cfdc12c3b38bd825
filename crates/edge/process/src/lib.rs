//! Child processes: spawned, watched, signalled, reaped.
//!
//! A [`Child`] lives in a session of its own, so Ctrl-C on the daemon's terminal does not reach it. Its output goes
//! straight into files, past the daemon, or through a pipe where its logs roll. Whoever holds a [`Child`] decides when it
//! ends; dropping it ends it at once. With it ends all that it started, however far away.
//!
//! ```text
//!  spawn ──► runs ──► ended ──────────────────► its descendants are killed ──► reaped ──► Exit
//!              │                                   ▲
//!              └─ end: SIGTERM ── grace over ── SIGKILL to the group
//! ```
//!
//! When the daemon is killed, the kernel kills its children and the guardian their descendants.
//!
//! A child may have a control group of its own, with a limit of its memory; see [`cgroup`].

pub mod cgroup;
mod child;
mod error;
mod family;
mod guardian;
mod launch;
mod lineage;
mod proc_folder;
mod rolling;

pub use child::{Child, Exit};
pub use error::SpawnError;
pub use guardian::{Deeds, appoint_guardian, forget_folder, guard, remove_at_death};
pub use launch::Launch;
