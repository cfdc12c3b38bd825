//! A group for one process and all that it starts.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::io::Errno;
use tracing::warn;

use super::groups::GroupError;
use super::seat::Version;
use super::{Alarm, MIB, MemoryKill, counters, mebibytes};
use crate::proc_folder::Process;

/// How long members may take to be gone, and the kernel to let go of the group after them.
const PATIENCE: Duration = Duration::from_secs(10);

/// A group that was made for a process. Dropped, it is removed, if it is empty.
#[derive(Debug)]
pub struct Group {
    folder: PathBuf,
    version: Version,
    limit_mib: u32,
}

impl Group {
    pub(super) fn make(folder: PathBuf, version: Version, limit_mib: u32) -> Result<Self, GroupError> {
        fs::create_dir(&folder)
            .map_err(|reason| GroupError::refused("make the control group", &folder, reason))?;
        // From here on it is removed when something fails.
        let group = Self { folder, version, limit_mib };
        let limit = (u64::from(limit_mib) * MIB).to_string();
        match version {
            Version::One => {
                group.write("memory.limit_in_bytes", &limit)?;
                group.write_where_it_is("memory.memsw.limit_in_bytes", &limit);
                if counters::is_kill_disabled(&group.folder) {
                    // Inherited: whatever is over its limit would stand still for ever.
                    group.write_where_it_is("memory.oom_control", "0");
                }
            }
            Version::Two => {
                group.write("memory.max", &limit)?;
                group.write_where_it_is("memory.swap.max", "0");
                // An executor without its Python workers is of no use, nor are they without it.
                group.write_where_it_is("memory.oom.group", "1");
            }
        }
        Ok(group)
    }

    /// Its folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its limit.
    pub fn limit_mib(&self) -> u32 {
        self.limit_mib
    }

    fn write(&self, file: &str, text: &str) -> Result<(), GroupError> {
        let path = self.folder.join(file);
        fs::write(&path, text).map_err(|reason| GroupError::refused("set the limit with", &path, reason))
    }

    /// Not every kernel has every file.
    fn write_where_it_is(&self, file: &str, text: &str) {
        let path = self.folder.join(file);
        if path.exists()
            && let Err(reason) = fs::write(&path, text)
        {
            warn!(target: "Process", "Cannot write {text} to {}: {reason}", path.display());
        }
    }

    /// Who writes `0` to it enters.
    pub(crate) fn door(&self) -> io::Result<File> {
        OpenOptions::new().write(true).open(self.folder.join("cgroup.procs"))
    }

    /// Rings when its memory runs out; none where the kernel has no such thing, or needs none.
    pub(crate) fn alarm(&self) -> Option<Alarm> {
        match self.version {
            Version::One => Alarm::of(&self.folder).ok(),
            Version::Two => None,
        }
    }

    /// How many of its processes were killed for memory.
    pub(crate) fn kills(&self) -> u64 {
        counters::kills(&self.folder, self.version)
    }

    /// What happened where processes were killed for this group's own limit; none where it was for that of a group above
    /// it, or for the whole machine.
    pub(crate) fn memory_kill(&self) -> Option<MemoryKill> {
        let limit = u64::from(self.limit_mib) * MIB;
        let is_own = self.kills() > 0 && counters::reached_its_limit(&self.folder, self.version, limit);
        is_own.then(|| MemoryKill {
            limit_mib: self.limit_mib,
            peak_mib: counters::peak(&self.folder, self.version).map(mebibytes),
            is_shared: false,
        })
    }

    /// Kills whoever is still in it, and waits for them to be gone.
    pub(crate) fn end(&self) {
        kill_members(&self.folder);
    }

    /// Removes it, as soon as the kernel lets go of it.
    pub(crate) fn remove(&self) {
        remove(&self.folder);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // Removed already, or never used. One that is busy goes with the nest.
        let _ = fs::remove_dir(&self.folder);
    }
}

/// Kills whoever is in a group and removes it.
pub(super) fn clear(folder: &Path) {
    kill_members(folder);
    remove(folder);
}

fn kill_members(folder: &Path) {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        let living = living_members(folder);
        if living.is_empty() {
            return;
        }
        if begun.elapsed() > PATIENCE {
            let pids: Vec<i32> = living.iter().map(|process| process.pid).collect();
            warn!(
                target: "Process",
                "Processes {pids:?} of the control group {} do not end, though they were killed: look at what they wait for",
                folder.display()
            );
            return;
        }
        living.iter().for_each(Process::kill);
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

/// Its members that have not ended. A number that is still listed when its process has been looked up is that process's.
fn living_members(folder: &Path) -> Vec<Process> {
    let own = std::process::id();
    let listed = || -> BTreeSet<i32> {
        let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
        text.lines().filter_map(|pid| pid.parse().ok()).filter(|pid| *pid > 0).collect()
    };
    let mut living: Vec<Process> = listed().into_iter().filter_map(Process::look).collect();
    let still = if living.is_empty() { BTreeSet::new() } else { listed() };
    living.retain(|one| !one.is_zombie && one.pid.unsigned_abs() != own && still.contains(&one.pid));
    living
}

fn remove(folder: &Path) {
    let begun = Instant::now();
    let mut pause = Duration::from_millis(1);
    loop {
        match fs::remove_dir(folder) {
            Ok(()) => return,
            Err(reason) if reason.kind() == io::ErrorKind::NotFound => return,
            // The dead are in it until they are reaped, and a little longer.
            Err(reason)
                if Errno::from_io_error(&reason) == Some(Errno::BUSY) && begun.elapsed() < PATIENCE => {}
            Err(reason) => {
                warn!(
                    target: "Process",
                    "Cannot remove the control group {}: {reason}. The next Worker that starts here tries again",
                    folder.display()
                );
                return;
            }
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}
