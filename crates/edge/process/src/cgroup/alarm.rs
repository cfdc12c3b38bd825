//! The moment at which a group of version 1 has no memory left, just before the kernel kills somebody in it.
//!
//! It kills one process, which may be a Python worker; its executor would tell the driver that the worker is gone before
//! anybody who looks now and then could say why. Version 2 kills all at once and needs no alarm.

use std::fs::{self, File};
use std::io;
use std::os::fd::AsRawFd as _;
use std::path::Path;

use rustix::event::{EventfdFlags, eventfd};
use tokio::net::unix::pipe::Receiver;

/// Rings when the group's memory has run out.
#[derive(Debug)]
pub(crate) struct Alarm {
    /// A counter that is read like a pipe.
    bell: Receiver,
    /// What the kernel was told to watch.
    _watched: File,
}

impl Alarm {
    /// For a group of version 1. Call it within a tokio runtime.
    ///
    /// # Errors
    /// Where the kernel has no such alarms: version 2, or a version 1 that is on its way out.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let bell = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?;
        let watched = File::open(folder.join("memory.oom_control"))?;
        let order = format!("{} {}", bell.as_raw_fd(), watched.as_raw_fd());
        let control = folder.join("cgroup.event_control");
        // Not made where it is missing.
        fs::OpenOptions::new().write(true).open(&control)?;
        fs::write(control, order)?;
        Ok(Self { bell: Receiver::from_file_unchecked(bell.into())?, _watched: watched })
    }

    /// Waits until it rings.
    pub(crate) async fn rung(&self) {
        while self.bell.readable().await.is_ok() {
            // An error says that it was a mistake: nobody else reads here.
            if self.bell.try_read(&mut [0; 8]).is_ok() {
                return;
            }
        }
        std::future::pending::<()>().await;
    }
}
