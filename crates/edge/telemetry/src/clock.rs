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

    /// The instant at which the monotonic clock reads so many milliseconds.
    pub fn instant_at(&self, monotonic_ms: u64) -> Instant {
        self.started + Duration::from_millis(monotonic_ms)
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
    fn both_directions_agree() {
        let clock = Clock::start();
        let now = clock.now();
        assert!(clock.instant_at(now.monotonic_ms) <= Instant::now());
        assert!(clock.instant_at(now.monotonic_ms + 60_000) > Instant::now());
        assert!(now.wall_ms > 1_700_000_000_000, "the wall clock reads {}", now.wall_ms);
    }
}
