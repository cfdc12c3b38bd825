//! From the pipe that a process writes into to its log.
//!
//! The buffer is all that is held in memory: while it is written, the pipe fills and the process waits. Reading is done
//! on the event loop, writing where waiting for disks is allowed.

use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use jiff::Zoned;
use model::LogRolling;
use rustix::io::Errno;
use tokio::io::AsyncReadExt as _;
use tokio::net::unix::pipe::Receiver;
use tokio::sync::oneshot;
use tokio::task::{self, JoinHandle};
use tracing::warn;

use super::log_file::LogFile;

/// As much as a pipe holds.
const BUFFER: usize = 64 * 1024;

/// More than this no pipe holds (`/proc/sys/fs/pipe-max-size`).
const REST_BYTES: usize = 1 << 20;

/// How long the rest of a log may take, once its process is gone, before nobody waits for it any more.
const REST: Duration = Duration::from_secs(10);

/// Carries what a process writes to its log, until the process is gone.
#[derive(Debug)]
pub(crate) struct Pump {
    path: PathBuf,
    /// Dropped, it says that the process is gone.
    _process: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Pump {
    /// Opens the log; what the process writes to the second part goes there.
    ///
    /// # Errors
    /// When the log cannot be opened, or the system has no pipe for it.
    pub(crate) fn start(path: &Path, rolling: &LogRolling) -> io::Result<(Self, Stdio)> {
        let log = LogFile::open(path, rolling, &Zoned::now())?;
        let (read, write) = io::pipe()?;
        let read = Receiver::from_owned_fd(OwnedFd::from(read))?;
        let (process, gone) = oneshot::channel();
        let task = tokio::spawn(pump(read, log, gone));
        Ok((Self { path: path.to_owned(), _process: process, task }, write.into()))
    }

    /// Waits until all that the process has written is in its log.
    pub(crate) async fn finish(self) {
        let Self { path, _process: process, task } = self;
        drop(process);
        if tokio::time::timeout(REST, task).await.is_err() {
            let (path, seconds) = (path.display(), REST.as_secs());
            warn!(target: "FileAppender", "The end of {path} is not written after {seconds} s");
        }
    }
}

async fn pump(mut pipe: Receiver, mut log: LogFile, mut gone: oneshot::Receiver<()>) {
    let mut buffer = vec![0; BUFFER];
    loop {
        let read = tokio::select! {
            read = pipe.read(&mut buffer) => read,
            _ = &mut gone => break,
        };
        // A pipe knows no error but its end.
        let Ok(length @ 1..) = read else { break };
        let written = task::spawn_blocking(move || {
            log.append(&buffer[..length], &Zoned::now());
            (log, buffer)
        });
        // The runtime ends: so does the daemon, and with it the process.
        let Ok(back) = written.await else { return };
        (log, buffer) = back;
    }
    let rest = task::spawn_blocking(move || {
        if let Ok(pipe) = pipe.into_nonblocking_fd() {
            take_rest(&pipe, &mut log, &mut buffer);
        }
        log.close();
    });
    let _ = rest.await;
}

/// Takes what the process left in the pipe. Whoever holds the other end still is none of ours, and not waited for.
fn take_rest(pipe: &OwnedFd, log: &mut LogFile, buffer: &mut [u8]) {
    let mut taken = 0;
    while taken < REST_BYTES {
        match rustix::io::read(pipe, &mut *buffer) {
            Ok(length @ 1..) => {
                log.append(&buffer[..length], &Zoned::now());
                taken += length;
            }
            Err(Errno::INTR) => {}
            Ok(_) | Err(_) => return,
        }
    }
}
