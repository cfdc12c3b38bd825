//! The end of the log, kept in memory: what the page about the daemon's own log shows.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const LIMIT_BYTES: usize = 1024 * 1024;

/// The last lines of a log; whole lines, a mebibyte at most.
#[derive(Clone, Debug, Default)]
pub struct RecentLog(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<String>,
    /// Bytes of these lines.
    kept: usize,
    /// Bytes of all lines ever.
    total: u64,
}

/// A stretch of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogStretch {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Where in the log the first one stands.
    pub start: u64,
    /// The log's length, what is no longer kept included.
    pub total: u64,
}

impl RecentLog {
    pub(crate) fn push(&self, line: &str) {
        let mut state = self.lock();
        state.total += line.len() as u64;
        state.kept += line.len();
        state.lines.push_back(line.to_owned());
        while state.kept > LIMIT_BYTES {
            let Some(oldest) = state.lines.pop_front() else { break };
            state.kept -= oldest.len();
        }
    }

    /// The bytes that `range` chooses, given the log's length; what is no longer kept is left out.
    pub fn read(&self, range: impl FnOnce(u64) -> Range<u64>) -> LogStretch {
        let state = self.lock();
        let total = state.total;
        let range = range(total);
        let mut at = total - state.kept as u64;
        let start = range.start.clamp(at, total);
        let end = range.end.clamp(start, total);
        let mut bytes = Vec::new();
        for line in &state.lines {
            let within = |position: u64| {
                let position = position.saturating_sub(at).min(line.len() as u64);
                usize::try_from(position).unwrap_or(line.len())
            };
            bytes.extend_from_slice(&line.as_bytes()[within(start)..within(end)]);
            at += line.len() as u64;
        }
        LogStretch { bytes, start, total }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_may_begin_and_end_within_lines() {
        let log = RecentLog::default();
        ["0123\n", "5678\n", "abcd\n"].iter().for_each(|line| log.push(line));
        let stretch = log.read(|total| total - 9..total - 2);
        assert_eq!((stretch.bytes.as_slice(), stretch.start, stretch.total), (b"678\nabc".as_slice(), 6, 15));
        assert_eq!(log.read(|_| 3..3).bytes, b"");
        assert_eq!(log.read(|_| 12..99).bytes, b"cd\n");
        assert_eq!(log.read(|_| 99..100), LogStretch { bytes: Vec::new(), start: 15, total: 15 });
    }

    #[test]
    fn what_is_no_longer_kept_is_counted_and_left_out() {
        let log = RecentLog::default();
        let line = format!("{}\n", "x".repeat(LIMIT_BYTES / 4));
        (0..9).for_each(|_| log.push(&line));
        let length = line.len() as u64;
        let all = log.read(|total| 0..total);
        assert_eq!(
            all,
            LogStretch { bytes: line.repeat(3).into_bytes(), start: 6 * length, total: 9 * length }
        );
    }
}
