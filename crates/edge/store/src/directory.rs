//! A directory: on a disk of one machine, or shared by several.
//!
//! ```text
//!   ROOT/log/A:B         an entry of the name A/B
//!   ROOT/NAME.NUMBER     a register; the highest number counts
//!   ROOT/log/.new-…      what is being written; nobody reads it
//! ```
//!
//! An entry is written aside, flushed, and then gets its name by a hard link, which fails where there is one already; so
//! it is whole or not there. Registers work the same way, and take no lock: a process that is frozen in the middle
//! of a swap holds nobody up.

mod disk;
mod register;

use std::fs::{self, DirBuilder};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use rustix::io::Errno;

use crate::error::Task;
use crate::limits::{Limits, within};
use crate::name::{ENTRIES, check_entry, check_register, flat, unflat};
use crate::{Created, Doing, Register, Store, StoreError, Swap, Version};

/// A directory.
#[derive(Clone, Debug)]
pub struct Directory {
    root: Arc<Path>,
    entries: Arc<Path>,
    place: Arc<str>,
    limits: Limits,
}

impl Directory {
    /// Makes the directory if there is none (mode 0700), and removes what a crash left in it half written.
    ///
    /// # Errors
    /// When it cannot be made or written to.
    pub fn open(root: &Path, limits: Limits) -> Result<Self, StoreError> {
        let place = root.display().to_string();
        let task = Task::new(Doing::Open, "the store", &place);
        let entries = root.join(ENTRIES);
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&entries)
            .map_err(|error| failed(task, &error))?;
        for folder in [root, &entries] {
            disk::remove_leftovers(folder).map_err(|error| failed(task, &error))?;
        }
        for folder in [Some(root), root.parent()].into_iter().flatten() {
            // A parent that we may not read is not ours to flush.
            let flushed = disk::flush(folder);
            if folder == root {
                flushed.map_err(|error| failed(task, &error))?;
            }
        }
        Ok(Self { root: root.into(), entries: entries.into(), place: place.into(), limits })
    }

    /// Does something on a thread that may wait for the disk.
    async fn run<T: Send + 'static>(
        &self,
        limit: Duration,
        task: Task<'_>,
        deed: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        within(limit, task, async {
            match tokio::task::spawn_blocking(deed).await {
                Ok(result) => result.map_err(|error| failed(task, &error)),
                Err(error) => Err(task.transient(error)),
            }
        })
        .await
    }
}

/// What an error of the machine means, and what to do about it.
fn failed(task: Task<'_>, error: &io::Error) -> StoreError {
    let Some(errno) = Errno::from_io_error(error) else { return task.transient(error) };
    let remedy = match errno {
        Errno::ACCESS | Errno::PERM => "Let this user read and write there, or name another directory.",
        Errno::ROFS => "Mount it writable, or name another directory.",
        Errno::NOSPC | Errno::DQUOT => "Make room on that disk, or name another directory.",
        Errno::NOENT => "Somebody removed the directory: start the Master again, or name another one.",
        Errno::NOTDIR => "Name a directory.",
        Errno::OPNOTSUPP | Errno::NOSYS => {
            "Name a directory on a file system that knows hard links or renaming without replacement."
        }
        _ => return task.transient(error),
    };
    task.permanent(error, remedy)
}

fn found(result: io::Result<Vec<u8>>) -> io::Result<Option<Vec<u8>>> {
    match result {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[async_trait]
impl Store for Directory {
    fn place(&self) -> &str {
        &self.place
    }

    async fn create(&self, name: &str, bytes: Bytes) -> Result<Created, StoreError> {
        let task = Task::new(Doing::Create, name, &self.place);
        check_entry(task)?;
        let (folder, flat) = (self.entries.clone(), flat(name));
        self.run(self.limits.entries, task, move || {
            let created = disk::publish(&folder, &flat, &bytes)?;
            // Also where it was there: what we find may be our own, left unflushed by a try that failed.
            disk::flush(&folder)?;
            Ok(if created { Created::Created } else { Created::Exists })
        })
        .await
    }

    async fn read(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let task = Task::new(Doing::Read, name, &self.place);
        check_entry(task)?;
        let path: PathBuf = self.entries.join(flat(name));
        let bytes = self.run(self.limits.entries, task, move || found(fs::read(path))).await?;
        Ok(bytes.map(Bytes::from))
    }

    async fn list(&self) -> Result<Vec<String>, StoreError> {
        let task = Task::new(Doing::List, "the entries", &self.place);
        let folder = self.entries.clone();
        let names = self.run(self.limits.entries, task, move || disk::names(&folder)).await?;
        let mut names: Vec<String> = names.iter().map(|name| unflat(name)).collect();
        names.sort_unstable();
        Ok(names)
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        let task = Task::new(Doing::Delete, name, &self.place);
        check_entry(task)?;
        let (folder, flat) = (self.entries.clone(), flat(name));
        self.run(self.limits.entries, task, move || {
            match fs::remove_file(folder.join(flat)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                other => other?,
            }
            disk::flush(&folder)
        })
        .await
    }
}

#[async_trait]
impl Register for Directory {
    fn place(&self) -> &str {
        &self.place
    }

    async fn get(&self, name: &str) -> Result<Option<(Bytes, Version)>, StoreError> {
        let task = Task::new(Doing::Get, name, &self.place);
        check_register(task)?;
        let (folder, owned) = (self.root.clone(), name.to_owned());
        let got = self.run(self.limits.register, task, move || register::get(&folder, &owned)).await?;
        Ok(got.map(|(bytes, number)| (Bytes::from(bytes), Version::from(number.to_string()))))
    }

    async fn swap(&self, name: &str, expected: Option<&Version>, bytes: Bytes) -> Result<Swap, StoreError> {
        let task = Task::new(Doing::Swap, name, &self.place);
        check_register(task)?;
        let expected = match expected.map(|version| version.as_str().parse::<u64>()) {
            None => 0,
            Some(Ok(number)) => number,
            Some(Err(_)) => return Ok(Swap::Conflict),
        };
        let (folder, owned) = (self.root.clone(), name.to_owned());
        let deed = move || register::swap(&folder, &owned, expected, &bytes);
        match self.run(self.limits.register, task, deed).await? {
            register::Outcome::Swapped(number) => Ok(Swap::Swapped(Version::from(number.to_string()))),
            register::Outcome::Conflict => Ok(Swap::Conflict),
            register::Outcome::Unknown => Err(task.transient("this process was held up in the middle of it")),
        }
    }
}

#[cfg(test)]
mod tests;
