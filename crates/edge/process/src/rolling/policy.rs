//! When a log rolls, what it is called then, and which of the older ones go. Pure: time and names are arguments.

use std::collections::BTreeSet;

use jiff::civil::DateTime;

use model::{RollBy, TimeSuffix};

/// What the name of a compressed log ends with.
pub(super) const GZIP_SUFFIX: &str = ".gz";

/// When a log rolls (`SizeBasedRollingPolicy` and `TimeBasedRollingPolicy`, 3.5).
#[derive(Debug)]
pub(super) struct Policy {
    by: RollBy,
    /// Bytes since the log was begun; what stood in the file before does not count.
    written: u64,
    /// The last moment that belongs to the log, since the epoch.
    until_ms: i64,
}

impl Policy {
    /// For a log that is begun now.
    pub(super) fn new(by: RollBy, now_ms: i64) -> Self {
        Self { by, written: 0, until_ms: end_of_interval(by, now_ms) }
    }

    /// Whether the log has to be put aside before `length` more bytes are written.
    pub(super) fn rolls_before(&self, length: usize, now_ms: i64) -> bool {
        match self.by {
            RollBy::Size { bytes } => self.written + length as u64 > bytes,
            RollBy::Time { .. } => now_ms > self.until_ms,
        }
    }

    /// The log was put aside and a new one begun.
    pub(super) fn rolled(&mut self, now_ms: i64) {
        *self = Self::new(self.by, now_ms);
    }

    /// So many bytes were written.
    pub(super) fn wrote(&mut self, length: usize) {
        self.written += length as u64;
    }

    /// What follows the log's name when it is put aside at this local time.
    pub(super) fn suffix(&self, now: DateTime) -> String {
        let date = format!("--{:04}-{:02}-{:02}", now.year(), now.month(), now.day());
        let (hour, minute, second) = (now.hour(), now.minute(), now.second());
        match self.by {
            RollBy::Time { suffix: TimeSuffix::Daily, .. } => date,
            RollBy::Time { suffix: TimeSuffix::Hourly, .. } => format!("{date}--{hour:02}"),
            RollBy::Time { suffix: TimeSuffix::Minutely, .. } => format!("{date}--{hour:02}-{minute:02}"),
            RollBy::Time { suffix: TimeSuffix::Secondly, .. } => {
                format!("{date}--{hour:02}-{minute:02}-{second:02}")
            }
            // Four digits of milliseconds: Spark's pattern says SSSS.
            RollBy::Size { .. } => {
                format!("{date}--{hour:02}-{minute:02}-{second:02}--{:04}", now.millisecond())
            }
        }
    }
}

/// Intervals are counted from the epoch, so a daily log rolls at midnight UTC wherever the machine is.
fn end_of_interval(by: RollBy, now_ms: i64) -> i64 {
    let RollBy::Time { interval_ms, .. } = by else { return i64::MAX };
    let interval_ms = i64::try_from(interval_ms).unwrap_or(i64::MAX).max(1);
    let begun = now_ms.div_euclid(interval_ms) * interval_ms;
    if begun == now_ms { now_ms } else { begun.saturating_add(interval_ms) }
}

/// `wished`, or with the first number behind it that nobody has, compressed or not
/// (`RollingFileAppender.moveFile`, 3.5).
pub(super) fn free_name(wished: &str, taken: &BTreeSet<String>) -> String {
    let is_free = |name: &String| !taken.contains(name) && !taken.contains(&format!("{name}{GZIP_SUFFIX}"));
    let numbered = (0..=taken.len()).map(|number| format!("{wished}--{number}"));
    // One more number than there are names: one of them is free.
    std::iter::once(wished.to_owned()).chain(numbered).find(is_free).unwrap_or_else(|| wished.to_owned())
}

/// The oldest of the logs that were put aside for `active`, so that `retained_files` are left
/// (`RollingFileAppender.deleteOldFiles`, 3.5).
pub(super) fn superfluous<'a>(
    active: &str,
    names: &'a BTreeSet<String>,
    retained_files: usize,
) -> Vec<&'a String> {
    let prefix = format!("{active}--");
    let mut aside: Vec<_> = names.iter().filter(|name| name.starts_with(&prefix)).collect();
    aside.sort_by_key(|name| name.trim_end_matches(GZIP_SUFFIX));
    let surplus = aside.len().saturating_sub(retained_files);
    aside.truncate(surplus);
    aside
}

#[cfg(test)]
mod tests;
