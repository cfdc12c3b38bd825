//! The groups that a Worker makes for what it starts, in a group of its own below the one that it is in.
//!
//! ```text
//!   our group (the container's) ─┬─ hearth-0123456789abcdef ─┬─ executor-app-1-0-0     limit of that executor
//!                                │  (locked while we live)    └─ driver-1-1
//!                                └─ hearth-daemons            version 2 only: this process and who was with it
//! ```

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{FlockOperation, flock};
use tracing::info;

use super::delegation;
use super::group::{Group, clear};
use super::seat::{Seat, Version};

/// What the name of a Worker's group begins with; sixteen hexadecimal digits follow.
const PREFIX: &str = "hearth-";

/// Longer names are cut: the kernel takes 255 bytes.
const LONGEST_NAME: usize = 150;

/// The groups of one Worker. Dropped, they are removed, and what is left in them is killed.
#[derive(Debug)]
pub struct Groups {
    version: Version,
    base: PathBuf,
    nest: PathBuf,
    /// Held as long as the nest is somebody's.
    _lock: File,
    made: AtomicU64,
}

/// Why there are no groups for processes.
#[derive(Debug, thiserror::Error)]
pub enum GroupError {
    /// Nothing is mounted that could have them.
    #[error("no control groups that limit memory are mounted here: /proc/self/mountinfo names none")]
    NotMounted,
    /// Something is mounted, but what this process is in cannot be seen.
    #[error("'{}' does not list this process, so its own control group is not among those that are mounted", folder.display())]
    NotSeen {
        /// The folder that should list it.
        folder: PathBuf,
    },
    /// Groups below would take memory beside the limit of this one.
    #[error("groups below '{}' would not count for its limit: its memory.use_hierarchy is 0", folder.display())]
    NotHierarchical {
        /// The group.
        folder: PathBuf,
    },
    /// Whoever made the group gave it no memory controller.
    #[error("the control group '{}' was not given the memory controller: its cgroup.controllers does not name it", folder.display())]
    NotDelegated {
        /// The group.
        folder: PathBuf,
    },
    /// Processes that cannot be moved are in the group.
    #[error("the processes {pids} do not leave the control group '{}', which must be empty to have others with limits below it", folder.display())]
    Occupied {
        /// The group.
        folder: PathBuf,
        /// Who they are.
        pids: String,
    },
    /// The system said no.
    #[error("cannot {deed} '{}': {reason}", path.display())]
    Refused {
        /// What was to be done.
        deed: &'static str,
        /// With which file or folder.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

impl GroupError {
    pub(super) fn refused(deed: &'static str, path: &Path, reason: io::Error) -> Self {
        Self::Refused { deed, path: path.to_owned(), reason }
    }
}

impl Groups {
    /// Makes a group below this process's own in which others can be made, where `root` is `/`. With version 2 the
    /// processes of the own group, this one among them, move to a group beside it. Waits for the kernel.
    ///
    /// # Errors
    /// See [`GroupError`]: in most containers the control groups cannot be written to.
    pub fn open(root: &Path) -> Result<Self, GroupError> {
        let seat = memory_seat(root).ok_or(GroupError::NotMounted)?;
        if !lists_this_process(&seat.folder) {
            return Err(GroupError::NotSeen { folder: seat.folder });
        }
        let base = match seat.version {
            Version::One => {
                if fs::read_to_string(seat.folder.join("memory.use_hierarchy"))
                    .is_ok_and(|text| text.trim() == "0")
                {
                    return Err(GroupError::NotHierarchical { folder: seat.folder });
                }
                seat.folder
            }
            Version::Two => delegation::delegated(&seat)?,
        };
        let (nest, lock) = make_nest(&base)?;
        if seat.version == Version::Two {
            delegation::enable_memory(&nest)
                .map_err(|reason| GroupError::refused("use the memory controller in", &nest, reason))?;
        }
        Ok(Self { version: seat.version, base, nest, _lock: lock, made: AtomicU64::new(0) })
    }

    /// A new group with a limit, for a process of that name.
    ///
    /// # Errors
    /// With what the system says.
    pub fn make(&self, name: &str, limit_mib: u32) -> Result<Group, GroupError> {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let plain = |c: char| if c.is_ascii_alphanumeric() || "-_".contains(c) { c } else { '_' };
        let name: String = name.chars().map(plain).take(LONGEST_NAME).collect();
        Group::make(self.nest.join(format!("{name}-{number}")), self.version, limit_mib)
    }

    /// The folder below which they are.
    pub fn folder(&self) -> &Path {
        &self.nest
    }

    /// Removes the groups of Workers that died without doing it, and kills what lives on in them. Waits for it to end.
    pub fn remove_abandoned(&self) {
        for nest in nests(&self.base).filter(|nest| *nest != self.nest) {
            // Held until it is gone.
            if let Ok(_lock) = lock(&nest) {
                info!(target: "Worker", "Removing the control group {}: its Worker is gone", nest.display());
                clear_nest(&nest);
            }
        }
    }
}

impl Drop for Groups {
    fn drop(&mut self) {
        clear_nest(&self.nest);
        // Other Workers may be in the same container.
        if self.version == Version::Two && nests(&self.base).next().is_none() {
            delegation::give_back(&self.base);
        }
    }
}

/// The groups of all Workers, living or dead.
fn nests(base: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(base).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| is_nest(path))
}

/// The hierarchy that limits memory: that of version 1 where memory is there, for then it is not in the other one.
fn memory_seat(root: &Path) -> Option<Seat> {
    let mut seats = Seat::find(root, "memory");
    seats.sort_by_key(|seat| seat.version == Version::Two);
    seats.into_iter().next()
}

fn lists_this_process(folder: &Path) -> bool {
    let own = std::process::id().to_string();
    let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    text.lines().any(|pid| pid == own)
}

/// Between the making and the lock another Worker that starts may take the nest for an abandoned one.
fn make_nest(base: &Path) -> Result<(PathBuf, File), GroupError> {
    loop {
        let nest = base.join(format!("{PREFIX}{:016x}", fastrand::u64(..)));
        fs::create_dir(&nest)
            .map_err(|reason| GroupError::refused("make the control group", &nest, reason))?;
        match lock(&nest) {
            Ok(lock) => return Ok((nest, lock)),
            Err(reason) if nest.is_dir() && reason.kind() != io::ErrorKind::WouldBlock => {
                let _ = fs::remove_dir(&nest);
                return Err(GroupError::refused("lock the control group", &nest, reason));
            }
            Err(_) => {}
        }
    }
}

/// The lock of a nest; an error where it is held by somebody, or the nest gone.
fn lock(nest: &Path) -> io::Result<File> {
    let lock = File::open(nest)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
    if identity(lock.metadata()?) == identity(fs::metadata(nest)?) {
        Ok(lock)
    } else {
        Err(io::ErrorKind::NotFound.into())
    }
}

fn is_nest(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let digits = name.strip_prefix(PREFIX).unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) && path.is_dir()
}

fn clear_nest(nest: &Path) {
    let entries = fs::read_dir(nest).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.is_dir()).for_each(|group| clear(&group));
    clear(nest);
}

#[cfg(test)]
mod tests;
