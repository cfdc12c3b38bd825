//! The folders that a Worker makes: one for each executor and driver below its work folder, and scratch folders that
//! live as long as an application.
//!
//! ```text
//!   WORK_DIR/APP_ID/EXECUTOR/{stdout,stderr}     stays for people to read
//!   LOCAL_DIR/spark-UUID/executor-UUID           one per application and scratch disk; goes with the application
//! ```
//!
//! Everything here waits for disks: call it where waiting is allowed, never on the event loop.

mod cleanup;
mod root;

use std::collections::HashMap;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::{ApplicationId, DriverId, ExecutorKey};
use root::Root;
use tracing::warn;

/// What becomes of scratch folders whose Worker died without removing them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ScratchAfterDeath {
    /// The guardian removes them, and where it died too, the next Worker to start.
    Goes,
    /// They stay: a shuffle service on this machine may still give out what is in them.
    Stays,
}

/// The folders of one Worker.
#[derive(Debug)]
pub(crate) struct Folders {
    work_dir: PathBuf,
    local_dirs: Vec<PathBuf>,
    scratch_after_death: ScratchAfterDeath,
    scratch: Mutex<Scratch>,
    /// Held while a folder is made in the work folder, or taken out of it.
    making: Mutex<()>,
    /// Held while the work folder is cleaned.
    cleaning: Mutex<()>,
}

#[derive(Debug, Default)]
struct Scratch {
    /// One per scratch disk, made when first needed.
    roots: Vec<Root>,
    of_applications: HashMap<ApplicationId, Vec<PathBuf>>,
}

impl Folders {
    /// Makes the work folder and checks that executors' folders can be made in it.
    ///
    /// # Errors
    /// With a sentence that names the folder, the reason and what to do.
    pub(crate) fn open(
        work_dir: &Path,
        local_dirs: &[PathBuf],
        scratch_after_death: ScratchAfterDeath,
    ) -> Result<Self, String> {
        let refuse = |reason: &io::Error| {
            let work_dir = work_dir.display();
            format!(
                "Failed to create work directory '{work_dir}': {reason}. Name a folder that this user can write to \
                 with --work-dir or SPARK_WORKER_DIR"
            )
        };
        // Executors have another working directory: a relative path would mean something else to them.
        let work_dir = std::path::absolute(work_dir).map_err(|reason| refuse(&reason))?;
        fs::create_dir_all(&work_dir).map_err(|reason| refuse(&reason))?;
        let probe = work_dir.join(format!(".probe-{}", uuid()));
        fs::create_dir(&probe).and_then(|()| fs::remove_dir(&probe)).map_err(|reason| refuse(&reason))?;
        Ok(Self {
            work_dir,
            local_dirs: local_dirs.to_vec(),
            scratch_after_death,
            scratch: Mutex::default(),
            making: Mutex::default(),
            cleaning: Mutex::default(),
        })
    }

    /// The work folder, absolute.
    pub(crate) fn work_dir(&self) -> &Path {
        &self.work_dir
    }

    /// Makes the folder of an executor.
    ///
    /// # Errors
    /// When it exists: an executor's number is never used twice (`Worker.receive`, `LaunchExecutor`).
    pub(crate) fn make_executor_folder(&self, executor: &ExecutorKey) -> Result<PathBuf, String> {
        let application = plain_name(executor.application.as_str())?;
        let folder = self.work_dir.join(application).join(executor.executor.to_string());
        let _no_cleanup = self.making();
        make_new(&folder).map_err(|reason| {
            format!("Failed to create directory {}: {}", folder.display(), said(&reason))
        })?;
        Ok(folder)
    }

    /// Makes the folder of a driver; one that is started again finds its own (`DriverRunner.createWorkingDirectory`).
    ///
    /// # Errors
    /// When it cannot be made.
    pub(crate) fn make_driver_folder(&self, driver: &DriverId) -> Result<PathBuf, String> {
        let folder = self.work_dir.join(plain_name(driver.as_str())?);
        let _no_cleanup = self.making();
        fs::create_dir_all(&folder).map_err(|reason| {
            format!("Failed to create directory {}: {}", folder.display(), said(&reason))
        })?;
        Ok(folder)
    }

    /// The scratch folders of an application, made when it has none yet.
    ///
    /// # Errors
    /// When none can be made on any scratch disk.
    pub(crate) fn scratch_of(&self, application: &ApplicationId) -> Result<Vec<PathBuf>, String> {
        let mut scratch = self.scratch();
        if let Some(folders) = scratch.of_applications.get(application) {
            return Ok(folders.clone());
        }
        if scratch.roots.is_empty() {
            scratch.roots = self.local_dirs.iter().filter_map(|local_dir| Root::make(local_dir)).collect();
            if self.scratch_after_death == ScratchAfterDeath::Goes {
                scratch.roots.iter().for_each(|root| edge_process::remove_at_death(root.path()));
            }
        }
        let folders: Vec<_> =
            scratch.roots.iter().filter_map(|root| make_private(root.path(), "executor")).collect();
        if folders.is_empty() {
            let tried: Vec<_> = self.local_dirs.iter().map(|folder| folder.display().to_string()).collect();
            return Err(format!(
                "No subfolder can be created in {}: name writable folders with SPARK_LOCAL_DIRS or spark.local.dir",
                tried.join(",")
            ));
        }
        scratch.of_applications.insert(application.clone(), folders.clone());
        Ok(folders)
    }

    /// Removes the scratch folders of an application.
    pub(crate) fn remove_scratch_of(&self, application: &ApplicationId) {
        let folders = self.scratch().of_applications.remove(application);
        folders.iter().flatten().for_each(|folder| remove(folder));
    }

    /// Removes all scratch folders.
    pub(crate) fn remove_scratch(&self) {
        let scratch = std::mem::take(&mut *self.scratch());
        for root in &scratch.roots {
            remove(root.path());
            edge_process::forget_folder(root.path());
        }
    }

    /// Removes the scratch folders of Workers that died without doing it.
    pub(crate) fn remove_abandoned(&self) {
        if self.scratch_after_death == ScratchAfterDeath::Goes {
            root::remove_abandoned(&self.local_dirs);
        }
    }

    fn making(&self) -> MutexGuard<'_, ()> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn scratch(&self) -> MutexGuard<'_, Scratch> {
        // Nobody leaves it half changed: each change is one insertion or removal.
        self.scratch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a disk said, with what to do about it.
pub(crate) fn said(reason: &io::Error) -> String {
    match reason.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => format!(
            "{reason}. The disk is full: free space on it, name another folder with --work-dir or SPARK_WORKER_DIR, or \
             let folders of stopped applications be removed sooner (spark.worker.cleanup.appDataTtl)"
        ),
        _ => reason.to_string(),
    }
}

/// An id as the name of a folder: whoever chose it must not reach outside of the work folder.
fn plain_name(id: &str) -> Result<&str, String> {
    let plain = !id.is_empty() && id != "." && id != ".." && !id.contains(['/', '\0']);
    if plain { Ok(id) } else { Err(format!("the id '{id}' cannot be the name of a folder")) }
}

fn make_new(folder: &Path) -> io::Result<()> {
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::create_dir(folder)
}

/// A new folder that only this user can look into.
fn make_private(parent: &Path, prefix: &str) -> Option<PathBuf> {
    let folder = parent.join(format!("{prefix}-{}", uuid()));
    match DirBuilder::new().recursive(true).mode(0o700).create(&folder) {
        Ok(()) => Some(folder),
        Err(reason) => {
            warn!(target: "Worker", "Cannot create {}: {reason}. Ignoring this directory.", folder.display());
            None
        }
    }
}

fn remove(folder: &Path) {
    match fs::remove_dir_all(folder) {
        Err(reason) if reason.kind() != io::ErrorKind::NotFound => {
            warn!(target: "Worker", "Cannot remove {}: {reason}", folder.display());
        }
        _ => {}
    }
}

/// A random UUID of version 4.
fn uuid() -> String {
    let random = fastrand::u128(..);
    let bits = random & !(0xf << 76) & !(0b11 << 62) | 4 << 76 | 0b10 << 62;
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests;
