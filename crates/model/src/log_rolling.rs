//! How the logs of a process roll: what is configured for a Worker and done for its executors.

/// How logs roll (`spark.executor.logs.rolling.*`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRolling {
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
