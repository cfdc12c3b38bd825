//! Control groups: what a container leaves of the machine, a group with a limit for each process that is started here,
//! and what the kernel says of those that it killed for memory.
//!
//! ```text
//!   /proc/self/cgroup    ─┐                ┌─► limits    the least over our group and those above it
//!   /proc/self/mountinfo ─┴─► seat ────────┼─► groups    a group below ours for each process, with its own limit
//!                            (our folder)  └─► counters  how many were killed for memory, how much was taken
//! ```
//!
//! Both versions are spoken, and machines that have both at once. Every function takes the folder that stands for `/`.

mod alarm;
mod counters;
mod delegation;
#[cfg(test)]
mod fake;
mod group;
mod groups;
mod limits;
mod seat;
mod shared;

pub(crate) use alarm::Alarm;
pub use group::Group;
pub use groups::{GroupError, Groups};
pub use limits::{CpuQuota, Limits};
pub use shared::SharedLimit;

/// The kernel speaks of bytes, Spark of MiB.
const MIB: u64 = 1 << 20;

/// A process that the system killed because there was no memory for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryKill {
    /// The limit that was reached.
    pub limit_mib: u32,
    /// The most that was taken within that limit, where the system says so.
    pub peak_mib: Option<u32>,
    /// Whether the limit is one for all processes of the container, and not the process's own.
    pub is_shared: bool,
}

/// Bytes as whole MiB.
fn mebibytes(bytes: u64) -> u32 {
    u32::try_from(bytes / MIB).unwrap_or(u32::MAX)
}
