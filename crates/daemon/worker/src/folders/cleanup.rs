//! The work folder, cleaned by age (`Worker.receive`, `WorkDirCleanup`, 3.5).

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use tracing::{error, info};

use super::{Folders, remove, uuid};

impl Folders {
    /// Removes the folders of applications and drivers in which nothing has changed for `time_to_live`, but for those
    /// named in `running`.
    pub(crate) fn clean_up(&self, running: &[String], time_to_live: Duration) {
        let Ok(_alone) = self.cleaning.try_lock() else { return };
        let Some(oldest) = SystemTime::now().checked_sub(time_to_live) else { return };
        if let Err(reason) = self.remove_old(running, oldest) {
            error!(target: "Worker", "App dir cleanup failed: cannot list {}: {reason}", self.work_dir().display());
        }
    }

    fn remove_old(&self, running: &[String], oldest: SystemTime) -> io::Result<()> {
        for entry in fs::read_dir(self.work_dir())?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let folder = entry.path();
            if running.contains(&name) || !is_folder(&folder) {
                continue;
            }
            let aside = self.work_dir().join(format!(".removed-{}", uuid()));
            {
                // A launch that comes meanwhile waits, and then finds the folder either as it was or gone.
                let _no_launch = self.making();
                if has_newer(&folder, oldest) || fs::rename(&folder, &aside).is_err() {
                    continue;
                }
            }
            info!(target: "Worker", "Removing directory: {}", folder.display());
            remove(&aside);
        }
        Ok(())
    }
}

fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Whether something below the folder is newer, its subfolders included (`Utils.doesDirectoryContainAnyNewFiles`, 3.5);
/// what cannot be looked at is taken for new.
fn has_newer(folder: &Path, oldest: SystemTime) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return true };
    let is_newer = |metadata: &Metadata| metadata.modified().is_ok_and(|modified| modified > oldest);
    entries.flatten().any(|entry| match entry.metadata() {
        Ok(metadata) => is_newer(&metadata) || metadata.is_dir() && has_newer(&entry.path(), oldest),
        // Somebody removed it just now.
        Err(_) => false,
    })
}
