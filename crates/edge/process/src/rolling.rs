//! Logs that roll: when a log is put aside, under which name, and how many of those stay.
//!
//! ```text
//!   process ──► pipe ──► pump ──► log file ──► stdout
//!                          (policy: when, which name)  └─ put aside ──► stdout--2026-11-20--16-05 ──► .gz
//! ```
//!
//! Names, moments and the order in which logs go are those of Spark's `RollingFileAppender`, so that what reads the
//! logs of a JVM Worker reads these.

mod log_file;
mod policy;
mod pump;

pub(crate) use pump::Pump;

/// How the logs of a process roll (`spark.executor.logs.rolling.*`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rolling {
    /// When a log is put aside.
    pub by: RollBy,
    /// How many logs that were put aside stay; none: all.
    pub retained_files: Option<usize>,
    /// Whether they are compressed with gzip.
    pub compress: bool,
}

/// When a log is put aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RollBy {
    /// Before it would become larger than this.
    Size {
        /// The largest size.
        bytes: u64,
    },
    /// With the first output after each multiple of the interval since the epoch.
    Time {
        /// The interval.
        interval_ms: u64,
        /// How exactly the name says when that was.
        suffix: TimeSuffix,
    },
}

/// How exactly the name of a log that was put aside says when that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeSuffix {
    /// `--2026-11-20`
    Daily,
    /// `--2026-11-20--16`
    Hourly,
    /// `--2026-11-20--16-05`
    Minutely,
    /// `--2026-11-20--16-05-30`
    Secondly,
}
