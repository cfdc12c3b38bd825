//! A child process, from its start until it is reaped.

use std::future::Future;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::rolling::Pump;
use crate::{Launch, SpawnError};

/// A process that was started here and is not reaped yet. Dropped, it is killed with all of its group.
#[derive(Debug)]
pub struct Child {
    process: tokio::process::Child,
    pid: Pid,
    reaped: bool,
    /// Its logs, where they roll.
    pumps: Vec<Pump>,
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, with this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
}

impl Child {
    /// Starts a process. Call it within a tokio runtime, on a thread that lives as long as the daemon: the kernel
    /// kills the child when the *thread* that started it ends, so never on a thread of the blocking pool.
    ///
    /// # Errors
    /// See [`SpawnError`].
    pub fn spawn(launch: &Launch) -> Result<Self, SpawnError> {
        let (process, pumps) = launch.spawn()?;
        let id = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let Some(pid) = id else {
            // A child that was just started is not reaped, so it has a number.
            let reason = io::Error::other("the system gave it no process id");
            return Err(SpawnError::Other { program: launch.program.clone(), reason });
        };
        Ok(Self { process, pid, reaped: false, pumps })
    }

    /// Its process id, and that of its group and session.
    pub fn pid(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Waits until it has ended by itself, then kills what is left of its group. May be dropped and called again.
    ///
    /// # Errors
    /// When somebody else took the exit status.
    pub async fn ended(&mut self) -> io::Result<Exit> {
        let status = self.process.wait().await;
        if !self.reaped {
            self.reaped = true;
            // The group's number is not given away while it has members. When it has none this moment is far too
            // short for the kernel to come round to that number again.
            self.kill_group();
        }
        while let Some(pump) = self.pumps.pop() {
            pump.finish().await;
        }
        Ok(exit(status?))
    }

    /// Ends it: SIGTERM to the process alone, then, when `grace` is over, SIGKILL to the group.
    ///
    /// # Errors
    /// As [`Child::ended`].
    pub async fn end(&mut self, grace: Duration) -> io::Result<Exit> {
        if !self.reaped {
            // It may be a zombie by now, which takes signals in silence.
            let _ = kill_process(self.pid, Signal::TERM);
        }
        if let Ok(ended) = tokio::time::timeout(grace, self.ended()).await {
            return ended;
        }
        self.kill_group();
        self.ended().await
    }

    /// Waits until it has ended by itself or `stop` resolves, and ends it then.
    ///
    /// # Errors
    /// As [`Child::ended`].
    pub async fn run_until(mut self, stop: impl Future<Output = ()>, grace: Duration) -> io::Result<Exit> {
        tokio::select! {
            biased;
            ended = self.ended() => return ended,
            () = stop => {}
        }
        self.end(grace).await
    }

    fn kill_group(&self) {
        match kill_process_group(self.pid, Signal::KILL) {
            Ok(()) | Err(Errno::SRCH) => {}
            Err(error) => {
                tracing::warn!(target: "Process", "Cannot kill process group {}: {error}", self.pid());
            }
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if !self.reaped {
            // Tokio kills and reaps the process itself (`kill_on_drop`), but knows nothing of its group.
            self.kill_group();
        }
    }
}

fn exit(status: ExitStatus) -> Exit {
    match (status.code(), status.signal()) {
        (Some(code), _) => Exit::Status(code),
        // A wait reports ended processes only: one that has no status was ended by a signal.
        (None, signal) => Exit::Signal(signal.unwrap_or_default()),
    }
}
