//! The registered executors, kept over a restart: a log of what was registered and removed, one line each.
//!
//! ```text
//!   crc32 of the rest, as eight hexadecimal digits | blank | {"put": …} or {"remove": …} | line feed
//! ```
//!
//! A line counts once it is on the disk whole; a last line that was cut by a crash is passed over, and one that was
//! damaged later too. What no longer counts is left behind when the log is written anew: at each start, and when most of
//! it is of the past. Why this is no database stands in `docs/decisions`.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The name of the log in its directory.
const NAME: &str = "registeredExecutors.hearth";

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
    file: File,
    lines: usize,
    known: Known,
}

impl Store {
    /// Opens the log in a directory, and reads what was registered.
    ///
    /// # Errors
    /// When the log cannot be read or written, or another service has it.
    pub fn open(directory: &Path) -> Result<(Self, Vec<Registered>), StoreError> {
        let path = directory.join(NAME);
        let wrong = |source| StoreError { path: path.display().to_string(), source };
        let content = match std::fs::read(&path) {
            Ok(content) => content,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(wrong(error)),
        };
        let known = replay(&content);
        let file = write_anew(&path, &known).map_err(wrong)?;
        let registered = known.values().cloned().collect();
        Ok((Self { path: path.clone(), file, lines: known.len(), known }, registered))
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
    /// When it could not be written: then it is not kept, and what was kept before is.
    pub fn put(&mut self, registered: Registered) -> Result<(), StoreError> {
        let key = (registered.application.clone(), registered.executor.clone());
        if self.known.get(&key) == Some(&registered) {
            return Ok(());
        }
        self.append(&Entry::Put(registered.clone()))?;
        self.known.insert(key, registered);
        Ok(())
    }

    /// Forgets an executor, or all of an application.
    ///
    /// # Errors
    /// When it could not be written: then they are known again after a restart.
    pub fn remove(&mut self, application: &str, executor: Option<&str>) -> Result<(), StoreError> {
        let before = self.known.len();
        self.known.retain(|(of, id), _| of != application || executor.is_some_and(|one| one != id));
        if self.known.len() == before {
            return Ok(());
        }
        let executor = executor.map(str::to_owned);
        self.append(&Entry::Remove { application: application.to_owned(), executor })
    }

    fn append(&mut self, entry: &Entry) -> Result<(), StoreError> {
        let wrong = |source| StoreError { path: self.path.display().to_string(), source };
        let line = line(entry).map_err(wrong)?;
        let length = self.file.metadata().map_err(wrong)?.len();
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Half a line would spoil the next one. Where even this fails, the next start passes both over.
            let _ = self.file.set_len(length);
            return Err(wrong(error));
        }
        self.lines += 1;
        if self.lines > FEW_LINES.max(4 * self.known.len()) {
            self.file = write_anew(&self.path, &self.known).map_err(wrong)?;
            self.lines = self.known.len();
        }
        Ok(())
    }
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
