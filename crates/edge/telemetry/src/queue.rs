//! Lines on their way to stderr: a bounded queue and the thread that empties it.
//!
//! A daemon's one thread must not wait for whoever reads its stderr. What finds the queue full is lost and
//! counted; what cannot be written, because stderr is closed, is dropped.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

const LIMIT_BYTES: usize = 1024 * 1024;
const STACK_BYTES: usize = 128 * 1024;

#[derive(Debug, Default)]
struct State {
    lines: VecDeque<String>,
    bytes: usize,
    lost: u64,
    writing: bool,
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The end into which lines are put.
#[derive(Clone, Debug)]
pub(crate) struct Queue(Arc<Shared>);

impl Queue {
    /// Starts the thread that writes; `lost` makes the line that tells how many were lost.
    pub(crate) fn start<W, L>(mut out: W, lost: L) -> std::io::Result<Self>
    where
        W: Write + Send + 'static,
        L: Fn(u64) -> String + Send + 'static,
    {
        let shared = Arc::new(Shared::default());
        let queue = Self(Arc::clone(&shared));
        thread::Builder::new().name("log".into()).stack_size(STACK_BYTES).spawn(move || {
            loop {
                let (lines, count) = next(&shared);
                for line in &lines {
                    let _ = out.write_all(line.as_bytes());
                }
                if count > 0 {
                    let _ = out.write_all(lost(count).as_bytes());
                }
                let _ = out.flush();
                shared.lock().writing = false;
                shared.changed.notify_all();
            }
        })?;
        Ok(queue)
    }

    /// Puts a line in, or counts it as lost.
    pub(crate) fn push(&self, line: String) {
        let mut state = self.0.lock();
        if state.bytes + line.len() > LIMIT_BYTES {
            state.lost += 1;
            return;
        }
        state.bytes += line.len();
        state.lines.push_back(line);
        drop(state);
        self.0.changed.notify_all();
    }

    /// Waits until everything is written, but no longer than that.
    pub(crate) fn flush(&self, at_most: Duration) {
        let deadline = Instant::now() + at_most;
        let mut state = self.0.lock();
        while state.writing || !state.lines.is_empty() || state.lost > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let waited = self.0.changed.wait_timeout(state, left);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// The next lines to write, in one piece, and how many were lost after them.
fn next(shared: &Shared) -> (VecDeque<String>, u64) {
    let mut state = shared.lock();
    while state.lines.is_empty() && state.lost == 0 {
        state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
    }
    state.writing = true;
    state.bytes = 0;
    (std::mem::take(&mut state.lines), std::mem::take(&mut state.lost))
}
