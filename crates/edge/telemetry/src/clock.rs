//! The clock that daemons read and cores are told.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use model::Now;

/// A monotonic clock that began with the daemon, beside the machine's wall clock and time zone.
#[derive(Clone, Debug)]
pub struct Clock {
    started: Instant,
}

impl Clock {
    /// A clock whose monotonic zero is this moment.
    pub fn start() -> Self {
        Self { started: Instant::now() }
    }

    /// This moment.
    pub fn now(&self) -> Now {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let wall_ms = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
        Now { monotonic_ms: millis(self.started.elapsed()), wall_ms, utc_offset_s: utc_offset_s(wall_ms) }
    }

    /// Waits until the monotonic clock reads so many milliseconds; for ever when there is no such moment.
    pub async fn sleep_until(&self, monotonic_ms: Option<u64>) {
        match monotonic_ms.and_then(|at_ms| self.started.checked_add(Duration::from_millis(at_ms))) {
            Some(instant) => tokio::time::sleep_until(instant.into()).await,
            None => std::future::pending().await,
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn utc_offset_s(wall_ms: i64) -> i32 {
    jiff::Timestamp::from_millisecond(wall_ms)
        .map_or(0, |timestamp| jiff::tz::TimeZone::system().to_offset(timestamp).seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_this_time() {
        let now = Clock::start().now();
        assert!(now.monotonic_ms < 60_000, "a new clock reads {} ms", now.monotonic_ms);
        assert!(now.wall_ms > 1_700_000_000_000, "the wall clock reads {}", now.wall_ms);
    }

    #[tokio::test(start_paused = true)]
    async fn it_wakes_at_the_moment_and_never_without_one() {
        let clock = Clock::start();
        clock.sleep_until(Some(30)).await;
        let for_ever = clock.sleep_until(None);
        assert!(tokio::time::timeout(Duration::from_secs(3600), for_ever).await.is_err());
    }
}
