//! Files that appear whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::{CWD, FlockOperation, RenameFlags, flock, renameat_with};
use rustix::io::Errno;

/// How the names of files begin that are being written.
const NEW: &str = ".new-";

/// How often a file that is being written may be taken away under our hands.
const TRIES: u32 = 8;

/// Writes a file of this name, if there is none: true. Its content is on the disk then; its name is after
/// [`flush`].
pub(super) fn publish(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<bool> {
    let target = folder.join(name);
    let mut tries = 1;
    loop {
        if target.try_exists()? {
            return Ok(false);
        }
        let new = New::write(folder, bytes)?;
        match new.give_name(&target) {
            // Another process that opened the directory thought it a leftover.
            Err(error) if error.kind() == ErrorKind::NotFound && tries < TRIES => tries += 1,
            other => return other,
        }
    }
}

/// A file that is being written, removed when it is dropped. While it is open it is locked, which tells it from what a
/// crash left.
struct New {
    path: PathBuf,
    file: File,
}

impl New {
    fn write(folder: &Path, bytes: &[u8]) -> io::Result<Self> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        // Process ids repeat between machines that share the directory, and between containers.
        let name = format!(
            "{NEW}{}-{}-{:016x}",
            process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed),
            fastrand::u64(..)
        );
        let path = folder.join(name);
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let mut new = Self { path, file };
        // Where files cannot be locked they are not taken for leftovers either.
        let _ = flock(&new.file, FlockOperation::NonBlockingLockExclusive);
        new.file.write_all(bytes)?;
        new.file.sync_all()?;
        Ok(new)
    }

    /// False where somebody else's file has the name.
    fn give_name(&self, target: &Path) -> io::Result<bool> {
        match fs::hard_link(&self.path, target) {
            Ok(()) => Ok(true),
            // Over a network the first try may have worked and its answer been lost: then we have two names.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(self.file.metadata()?.nlink() == 2),
            Err(error) => match Errno::from_io_error(&error) {
                Some(Errno::PERM | Errno::OPNOTSUPP | Errno::NOSYS) => self.rename(target),
                _ => Err(error),
            },
        }
    }

    /// The way where there are no hard links.
    fn rename(&self, target: &Path) -> io::Result<bool> {
        match renameat_with(CWD, &self.path, CWD, target, RenameFlags::NOREPLACE) {
            Ok(()) => Ok(true),
            Err(Errno::EXIST) => Ok(false),
            Err(Errno::INVAL) => Err(Errno::OPNOTSUPP.into()),
            Err(error) => Err(error.into()),
        }
    }
}

impl Drop for New {
    fn drop(&mut self) {
        // What is left is removed when the directory is opened the next time.
        let _ = fs::remove_file(&self.path);
    }
}

/// Brings the names in a folder to the disk.
pub(super) fn flush(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// The names of the files in a folder, without those that are being written.
pub(super) fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().into_string().unwrap_or_default();
        if !name.is_empty() && !name.starts_with('.') && entry.file_type()?.is_file() {
            names.push(name);
        }
    }
    Ok(names)
}

/// Removes files that somebody was writing when he died.
pub(super) fn remove_leftovers(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(NEW) {
            continue;
        }
        // What cannot be opened is another user's, or gone: not ours to remove.
        let Ok(file) = File::open(entry.path()) else { continue };
        if flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok() {
            let _ = fs::remove_file(entry.path());
        }
    }
    Ok(())
}
