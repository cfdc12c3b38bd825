//! The signals that end a daemon cleanly: SIGTERM, SIGINT (Ctrl-C) and SIGHUP (the terminal is gone).

use std::fs;
use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// Signals that were ignored when the process started stay ignored, as for a JVM: `nohup` and the background jobs
/// of scripts ask for that.
#[derive(Debug)]
pub(crate) struct Signals {
    terminate: Option<Signal>,
    interrupt: Option<Signal>,
    hang_up: Option<Signal>,
}

impl Signals {
    /// Takes the signals over from now on.
    pub(crate) fn listen() -> io::Result<Self> {
        let ignored = ignored_at_start(&fs::read_to_string("/proc/self/status").unwrap_or_default());
        let take = |kind: SignalKind| -> io::Result<Option<Signal>> {
            let is_ignored = ignored >> (kind.as_raw_value() - 1) & 1 == 1;
            if is_ignored { Ok(None) } else { signal(kind).map(Some) }
        };
        Ok(Self {
            terminate: take(SignalKind::terminate())?,
            interrupt: take(SignalKind::interrupt())?,
            hang_up: take(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one and names it.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            () = received(&mut self.terminate) => "TERM",
            () = received(&mut self.interrupt) => "INT",
            () = received(&mut self.hang_up) => "HUP",
        }
    }
}

async fn received(signal: &mut Option<Signal>) {
    if let Some(signal) = signal
        && signal.recv().await.is_some()
    {
        return;
    }
    std::future::pending::<()>().await;
}

/// The mask in the line `SigIgn:` of `/proc/self/status`: bit N-1 stands for signal N.
fn ignored_at_start(status: &str) -> u64 {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_is_read() {
        assert_eq!(
            ignored_at_start("Name:\tx\nSigBlk:\t0000000000000001\nSigIgn:\t0000000000001003\n"),
            0x1003
        );
        assert_eq!(ignored_at_start("garbage"), 0);
    }
}
