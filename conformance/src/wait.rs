//! Waiting for conditions. No test sleeps for a fixed time: it names what it waits for.

use std::thread;
use std::time::{Duration, Instant};

use crate::{Failure, Result};

/// How long to pause between two looks at a condition.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// How long something may take that is expected to happen within seconds on an idle machine.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// How long a whole job may take: the machine may be busy with other tests.
pub const JOB_PATIENCE: Duration = Duration::from_secs(240);

/// Looks again and again until `look` finds something, fails, or `patience` is spent.
pub fn until<T>(
    what: impl Into<String>,
    patience: Duration,
    mut look: impl FnMut() -> Result<Option<T>>,
) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if started.elapsed() >= patience {
            return Err(Failure::TimedOut { what: what.into(), after: patience });
        }
        thread::sleep(POLL_INTERVAL);
    }
}

/// As [`until`], for a condition that is only true or false.
pub fn until_true(
    what: impl Into<String>,
    patience: Duration,
    mut condition: impl FnMut() -> Result<bool>,
) -> Result<()> {
    until(what, patience, || Ok(condition()?.then_some(())))
}
