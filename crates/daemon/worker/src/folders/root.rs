//! A Worker's own folder on a scratch disk, and those that Workers left behind.
//!
//! When a Worker alone dies, its guardian removes them; a machine or a container dies with both. So each holds a file that
//! is locked while its Worker lives. The kernel lets go of the lock however the Worker dies: a folder whose lock is free is
//! nobody's. Folders without such a file are somebody else's and are never touched.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::process::geteuid;
use tracing::{error, info, warn};

use super::{make_private, remove};

/// How Spark names such folders too.
const PREFIX: &str = "spark";
/// The file that is locked.
const LOCK: &str = ".worker-lives";

/// `LOCAL_DIR/spark-UUID` (`Utils.getOrCreateLocalRootDirs`, 3.5).
#[derive(Debug)]
pub(super) struct Root {
    path: PathBuf,
    _lock: File,
}

impl Root {
    /// Makes one; none where that cannot be done.
    pub(super) fn make(local_dir: &Path) -> Option<Self> {
        if let Err(reason) = fs::create_dir_all(local_dir) {
            error!(target: "Utils", "Failed to create dir in {}: {reason}. Ignoring this directory.", local_dir.display());
            return None;
        }
        let path = make_private(local_dir, PREFIX)?;
        match lock_new(&path) {
            Ok(lock) => Some(Self { path, _lock: lock }),
            Err(reason) => {
                warn!(target: "Worker", "Cannot lock {}: {reason}. Ignoring this directory.", path.display());
                remove(&path);
                None
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

/// The lock has its name only once it is held: else a Worker that starts just now takes the folder for abandoned.
fn lock_new(folder: &Path) -> io::Result<File> {
    let unnamed = folder.join(format!("{LOCK}.new"));
    let lock = File::create_new(&unnamed)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
    fs::rename(&unnamed, folder.join(LOCK))?;
    Ok(lock)
}

/// Removes the folders on these disks whose Workers are gone without having done it.
pub(super) fn remove_abandoned(local_dirs: &[PathBuf]) {
    let entries = local_dirs.iter().filter_map(|local_dir| fs::read_dir(local_dir).ok()).flatten().flatten();
    let named =
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(&format!("{PREFIX}-")));
    for folder in named.map(|entry| entry.path()) {
        // Held until the folder is gone.
        if let Some(_lock) = abandoned(&folder) {
            info!(target: "Worker", "Removing {}: its Worker is gone", folder.display());
            remove(&folder);
        }
    }
}

/// The lock of an abandoned folder of this user.
fn abandoned(folder: &Path) -> Option<File> {
    let metadata = fs::symlink_metadata(folder).ok()?;
    let own = metadata.is_dir() && metadata.uid() == geteuid().as_raw();
    let lock = File::open(folder.join(LOCK)).ok().filter(|_| own)?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive).ok()?;
    Some(lock)
}
