//! The registered executors, kept over a restart: a log of what was registered and removed, one line each.
//!
//! ```text
//!   crc32 of the rest, as eight hexadecimal digits | blank | {"put": …} or {"remove": …} | line feed
//! ```
//!
//! A line counts once it is on the disk whole; a last line that was cut by a crash is passed over, and one that was
//! damaged later too. What no longer counts is left behind when the log is written anew: at each start, and when most of
//! it is of the past. A log that could not be written is written anew with the next line, so that a disk that was full or away
//! costs nothing once it is well. Why this is no database stands in `docs/decisions`.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use serde::{Deserialize, Serialize};

/// The name of the log in its directory.
const NAME: &str = "registeredExecutors.hearth";

/// Beside it: whoever has the log locks this. The log itself is replaced by new ones.
const LOCK_NAME: &str = "registeredExecutors.hearth.lock";

/// What a JVM's service leaves in the same place (`DBBackend.fileName`, 3.4 to 4.3).
const OF_A_JVM: [(&str, &str); 2] =
    [("registeredExecutors.ldb", "LevelDB"), ("registeredExecutors.rdb", "RocksDB")];

/// Below so many lines a log is not written anew.
const FEW_LINES: usize = 200;

/// The longest line: an executor with a thousand directories of 4 KiB.
const LONGEST_LINE: usize = 8 << 20;

/// A registered executor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// The application.
    pub application: String,
    /// The executor.
    pub executor: String,
    /// Its local directories.
    pub local_dirs: Vec<String>,
    /// How many subdirectories each has.
    pub sub_dirs: i32,
    /// Its shuffle manager.
    pub shuffle_manager: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Entry {
    Put(Registered),
    Remove { application: String, executor: Option<String> },
}

/// Why nothing can be kept: a sentence that names the file and what to do.
#[derive(Debug, thiserror::Error)]
#[error(
    "registered executors cannot be kept in {path}: {source}. Name a directory that this user can write to with \
     spark.local.dir, or set spark.shuffle.service.db.enabled to false"
)]
pub struct StoreError {
    /// The log.
    pub path: String,
    /// What the machine said.
    pub source: io::Error,
}

type Known = BTreeMap<(String, String), Registered>;

/// The log.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// None where the log lacks something that is known: it has to be written anew.
    file: Option<File>,
    lines: usize,
    known: Known,
    _lock: Option<File>,
}

/// A log that was opened, and what was in it.
#[derive(Debug)]
pub struct Opened {
    /// The log.
    pub store: Store,
    /// What was registered.
    pub registered: Vec<Registered>,
    /// Why the log could be read but not written. With each change it is tried again.
    pub failure: Option<StoreError>,
}

impl Store {
    /// Opens the log in a directory, and reads what was registered. What can be read is known again even where nothing can
    /// be written.
    ///
    /// # Errors
    /// When there is a log that cannot be read, or another service has it.
    pub fn open(directory: &Path) -> Result<Opened, StoreError> {
        let path = directory.join(NAME);
        let wrong = |source| StoreError { path: path.display().to_string(), source };
        let lock = lock(&directory.join(LOCK_NAME)).map_err(wrong)?;
        let content = match std::fs::read(&path) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(wrong(error)),
        };
        let known = replay(&content);
        let registered = known.values().cloned().collect();
        let mut store = Self { path: path.clone(), file: None, lines: 0, known, _lock: lock };
        let failure = store.write_anew().err().map(wrong);
        Ok(Opened { store, registered, failure })
    }

    /// Which of some directories has a log already; else the first one
    /// (`ExternalShuffleService.findRegisteredExecutorsDBFile`, 3.5).
    pub fn directory(directories: &[PathBuf]) -> Option<PathBuf> {
        let has_one = directories.iter().find(|directory| directory.join(NAME).exists());
        has_one.or(directories.first()).cloned()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps an executor. It is on the disk when this returns.
    ///
    /// # Errors
    /// When it could not be written: it will be with the next change that can be, and what was kept before is.
    pub fn put(&mut self, registered: Registered) -> Result<(), StoreError> {
        let key = (registered.application.clone(), registered.executor.clone());
        if self.file.is_some() && self.known.get(&key) == Some(&registered) {
            return Ok(());
        }
        self.known.insert(key, registered.clone());
        self.keep(&Entry::Put(registered))
    }

    /// Forgets an executor, or all of an application.
    ///
    /// # Errors
    /// When it could not be written: until a change can be, they are known again after a restart.
    pub fn remove(&mut self, application: &str, executor: Option<&str>) -> Result<(), StoreError> {
        let before = self.known.len();
        self.known.retain(|(of, id), _| of != application || executor.is_some_and(|one| one != id));
        if self.known.len() == before {
            return Ok(());
        }
        let executor = executor.map(str::to_owned);
        self.keep(&Entry::Remove { application: application.to_owned(), executor })
    }

    fn keep(&mut self, entry: &Entry) -> Result<(), StoreError> {
        self.try_keep(entry).map_err(|source| StoreError { path: self.path.display().to_string(), source })
    }

    /// Has what is known on the disk, of which `entry` is the last change.
    fn try_keep(&mut self, entry: &Entry) -> io::Result<()> {
        let is_long = self.lines >= FEW_LINES.max(4 * self.known.len());
        let Some(mut file) = self.file.take().filter(|file| !is_long && is_at(file, &self.path)) else {
            return self.write_anew();
        };
        let line = line(entry)?;
        let length = file.metadata()?.len();
        if let Err(error) = file.write_all(&line).and_then(|()| file.sync_data()) {
            // Half a line would spoil the next one. Where even this fails, the next start passes both over.
            let _ = file.set_len(length);
            return Err(error);
        }
        self.file = Some(file);
        self.lines += 1;
        Ok(())
    }

    fn write_anew(&mut self) -> io::Result<()> {
        self.file = None;
        self.file = Some(write_anew(&self.path, &self.known)?);
        self.lines = self.known.len();
        Ok(())
    }
}

/// Takes the log for this process alone. Where not even the lock can be made, nothing can be written, and there is nothing to
/// quarrel about.
fn lock(path: &Path) -> io::Result<Option<File>> {
    let opened = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let Ok(file) = opened.or_else(|_| File::open(path)) else { return Ok(None) };
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Err(Errno::WOULDBLOCK) => Err(io::Error::other("another shuffle service has it")),
        // Some network file systems know no locks.
        _ => Ok(Some(file)),
    }
}

/// Whether the file still lies there: what is written to one that was removed, or whose disk was taken away, is lost.
fn is_at(file: &File, path: &Path) -> bool {
    let there = std::fs::metadata(path).map(|there| (there.dev(), there.ino()));
    let here = file.metadata().map(|here| (here.dev(), here.ino()));
    matches!((here, there), (Ok(here), Ok(there)) if here == there)
}

/// A new log takes the place of the old one at once, or not at all.
fn write_anew(path: &Path, known: &Known) -> io::Result<File> {
    let new = path.with_extension("hearth.new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).open(&new)?;
    let mut content = Vec::new();
    for registered in known.values() {
        content.extend(line(&Entry::Put(registered.clone()))?);
    }
    file.write_all(&content)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    if let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    let file = OpenOptions::new().append(true).open(path)?;
    Ok(file)
}

fn line(entry: &Entry) -> io::Result<Vec<u8>> {
    let text = serde_json::to_string(entry)?;
    Ok(format!("{:08x} {text}\n", crc32fast::hash(text.as_bytes())).into_bytes())
}

fn replay(content: &[u8]) -> Known {
    let mut known = Known::new();
    let mut damaged = 0;
    for line in content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match read_line(line) {
            Some(Entry::Put(registered)) => {
                known.insert((registered.application.clone(), registered.executor.clone()), registered);
            }
            Some(Entry::Remove { application, executor }) => {
                known.retain(|(of, id), _| {
                    *of != application || executor.as_ref().is_some_and(|one| one != id)
                });
            }
            None => damaged += 1,
        }
    }
    if damaged > 0 {
        tracing::warn!(
            target: "ShuffleService",
            "{damaged} lines of {NAME} were cut short or damaged and are passed over"
        );
    }
    known
}

fn read_line(line: &[u8]) -> Option<Entry> {
    let (sum, text) = line.split_at_checked(9).filter(|_| line.len() <= LONGEST_LINE)?;
    let sum = u32::from_str_radix(std::str::from_utf8(sum).ok()?.trim_end(), 16).ok()?;
    (sum == crc32fast::hash(text)).then(|| serde_json::from_slice(text).ok())?
}

/// What a JVM's service left in a directory: the file and which database it is. It is not read.
pub fn forgotten_by_a_jvm(directory: &Path) -> Vec<(PathBuf, &'static str)> {
    let there = OF_A_JVM.iter().map(|(name, kind)| (directory.join(name), *kind));
    there.filter(|(path, _)| path.exists()).collect()
}

#[cfg(test)]
mod tests;
