//! What this process costs its machine, as Linux says it.

use std::fs;

use model::{Now, ProcessUsage};
use rustix::process::{Resource, getrlimit};
use rustix::time::{ClockId, clock_gettime};

/// What this process costs; `now` is of the daemon's own [`crate::Clock`], which began with it.
pub fn process_usage(now: Now) -> ProcessUsage {
    let cpu = clock_gettime(ClockId::ProcessCPUTime);
    let uptime_s = seconds(now.monotonic_ms);
    ProcessUsage {
        started_s: seconds(u64::try_from(now.wall_ms).unwrap_or(0).saturating_sub(now.monotonic_ms)),
        uptime_s,
        cpu_s: seconds(u64::try_from(cpu.tv_sec * 1000 + cpu.tv_nsec / 1_000_000).unwrap_or(0)),
        resident_bytes: resident_bytes().unwrap_or(0),
        open_fds: open_fds().unwrap_or(0),
        max_fds: getrlimit(Resource::Nofile).current.unwrap_or(0),
    }
}

#[expect(clippy::cast_precision_loss, reason = "a millisecond is lost after 285 thousand years")]
fn seconds(duration_ms: u64) -> f64 {
    duration_ms as f64 / 1000.0
}

/// The second number of `/proc/self/statm`: resident pages.
fn resident_bytes() -> Option<u64> {
    let text = fs::read_to_string("/proc/self/statm").ok()?;
    let pages: u64 = text.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some(pages * rustix::param::page_size() as u64)
}

/// One of the entries is the descriptor with which they are listed.
fn open_fds() -> Option<u64> {
    Some((fs::read_dir("/proc/self/fd").ok()?.count() as u64).saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    #[test]
    fn it_sees_itself() {
        let usage = process_usage(Clock::start().now());
        assert!(usage.started_s > 1_700_000_000.0, "{usage:?}");
        assert!(usage.resident_bytes > 1 << 18, "{usage:?}");
        assert!(usage.open_fds >= 3 && usage.open_fds <= usage.max_fds, "{usage:?}");
        let held: Vec<_> = (0..64).map(|_| fs::File::open("/dev/null").unwrap()).collect();
        assert!(process_usage(Clock::start().now()).open_fds >= 64, "{} are open", held.len());
    }

    #[test]
    fn work_costs_processor_time() {
        let before = process_usage(Clock::start().now()).cpu_s;
        let mut sum = 0_u64;
        while process_usage(Clock::start().now()).cpu_s < before + 0.02 {
            sum = (0..100_000_u64).fold(sum, |sum, one| std::hint::black_box(sum.wrapping_add(one)));
        }
    }
}
