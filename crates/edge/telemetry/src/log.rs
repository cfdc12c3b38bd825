//! The log as a `tracing` subscriber. Spans carry no information here; events are lines.

use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Duration;

use jiff::Zoned;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::format::Format;
use crate::queue::Queue;
use crate::recent::RecentLog;

/// The end of the process's own log.
static OWN: OnceLock<RecentLog> = OnceLock::new();

/// A log that writes lines of one format up to one level.
#[derive(Debug)]
pub struct Log {
    format: Format,
    level: LevelFilter,
    now: fn() -> Zoned,
    queue: Queue,
    recent: RecentLog,
}

/// Keeps the process until the last lines are written, for a second at most, when it is dropped.
#[derive(Debug)]
pub struct LogGuard(Queue);

impl Drop for LogGuard {
    fn drop(&mut self) {
        self.0.flush(Duration::from_secs(1));
    }
}

impl Log {
    /// A log that writes to `out` and takes the time from `now`.
    ///
    /// # Errors
    /// When the thread that writes cannot be started.
    pub fn new<W: Write + Send + 'static>(
        format: Format,
        level: LevelFilter,
        now: fn() -> Zoned,
        out: W,
    ) -> io::Result<(Self, LogGuard)> {
        let queue = Queue::start(out, move |count| format.lost(&now(), count))?;
        let recent = RecentLog::default();
        Ok((Self { format, level, now, queue: queue.clone(), recent }, LogGuard(queue)))
    }
}

/// Makes a log on stderr the process's own. Events before this, or after the guard is dropped, may be lost.
///
/// # Errors
/// When the process has one already, or when the thread that writes cannot be started.
pub fn install(format: Format, level: LevelFilter) -> io::Result<LogGuard> {
    let (log, guard) = Log::new(format, level, Zoned::now, io::stderr())?;
    let recent = log.recent.clone();
    tracing::subscriber::set_global_default(log).map_err(io::Error::other)?;
    // Were it set, the line above would have failed.
    let _ = OWN.set(recent);
    Ok(guard)
}

/// The end of the process's own log; none before [`install`].
pub fn own_log() -> Option<&'static RecentLog> {
    OWN.get()
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.level)
    }

    fn event(&self, event: &Event<'_>) {
        let line = self.format.line(&(self.now)(), event);
        self.recent.push(&line);
        self.queue.push(line);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
mod tests;
