//! What a daemon's own process costs its machine.

/// What the operating system says of a process. What it does not say is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ProcessUsage {
    /// When it started, seconds since 1970 UTC.
    pub started_s: f64,
    /// How long it has run, seconds.
    pub uptime_s: f64,
    /// Processor time that it took, of the user and of the system together, seconds.
    pub cpu_s: f64,
    /// Memory that it holds.
    pub resident_bytes: u64,
    /// File descriptors that it has open.
    pub open_fds: u64,
    /// File descriptors that it may have open.
    pub max_fds: u64,
}
