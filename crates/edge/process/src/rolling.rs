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
