//! Reading a stretch of an executor's or driver's log: the files that were put aside and the one that is written
//! to, one behind the other (`RollingFileAppender.getSortedRolledOverFiles`, 3.5).
//!
//! A process may put whatever it likes into its own folder. So links are not followed, what is no file is not
//! waited for, and a small file that unpacks to an endless one is cut off.

mod lengths;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use flate2::read::MultiGzDecoder;
use lengths::{Identity, Lengths};
use rustix::fs::{Mode, OFlags};

/// The most that one packed file counts for, unpacked.
const UNPACKED_LIMIT: u64 = 4 << 30;

/// The logs below a Worker's folder.
#[derive(Debug)]
pub(super) struct Logs {
    work_dir: PathBuf,
    lengths: Mutex<Lengths>,
}

/// A stretch of a log.
#[derive(Debug)]
pub(super) struct Stretch {
    /// The file that is written to.
    pub(super) path: PathBuf,
    /// The bytes.
    pub(super) bytes: Vec<u8>,
    /// Where in the log the first one stands.
    pub(super) start: u64,
    /// The log's length.
    pub(super) total: u64,
}

/// One file of a log.
struct Part {
    file: File,
    packed: bool,
    length: u64,
}

impl Logs {
    /// The logs below `work_dir`; of so many packed files the length is remembered
    /// (`spark.worker.ui.compressedLogFileLengthCacheSize`).
    pub(super) fn new(work_dir: PathBuf, remembered: usize) -> Self {
        Self { work_dir, lengths: Mutex::new(Lengths::new(remembered)) }
    }

    /// Reads of the log `name` in `folder` the bytes that `range` chooses, given the log's length. Waits for disks.
    ///
    /// # Errors
    /// When there is no such log, or it leads outside of the work folder.
    pub(super) fn read(
        &self,
        folder: &str,
        name: &str,
        range: impl FnOnce(u64) -> Range<u64>,
    ) -> io::Result<Stretch> {
        let folder = self.work_dir.join(folder);
        if !fs::canonicalize(&folder)?.starts_with(fs::canonicalize(&self.work_dir)?) {
            return Err(io::Error::new(
                ErrorKind::PermissionDenied,
                "it leads outside of the work directory",
            ));
        }
        let parts = self.parts(&folder, name)?;
        let total = parts.iter().map(|part| part.length).sum();
        let range = range(total);
        let (mut bytes, mut at) = (Vec::new(), 0);
        for part in parts {
            let end = at + part.length;
            let (from, to) = (range.start.clamp(at, end) - at, range.end.clamp(at, end) - at);
            at = end;
            if from < to {
                part.read(from..to, &mut bytes)?;
            }
        }
        Ok(Stretch { path: folder.join(name), bytes, start: range.start, total })
    }

    /// The oldest first. The file that is written to is opened before the others are looked for: should it be put
    /// aside just now, it is found twice and not never.
    fn parts(&self, folder: &Path, name: &str) -> io::Result<Vec<Part>> {
        let current = open(&folder.join(name));
        let mut parts = Vec::new();
        let mut seen = Vec::new();
        for (path, packed) in put_aside(folder, name)? {
            let (file, identity) = match open(&path) {
                Ok(opened) => opened,
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            let length = if packed { self.unpacked_length(&file, identity)? } else { identity.size };
            seen.push(identity);
            parts.push(Part { file, packed, length });
        }
        match current {
            Ok((_, identity)) if seen.iter().any(|one| one.is_same_file(&identity)) => {}
            Ok((file, identity)) => parts.push(Part { file, packed: false, length: identity.size }),
            Err(error) if error.kind() == ErrorKind::NotFound && !parts.is_empty() => {}
            Err(error) => return Err(error),
        }
        Ok(parts)
    }

    fn unpacked_length(&self, file: &File, identity: Identity) -> io::Result<u64> {
        let lengths = || self.lengths.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(length) = lengths().find(&identity) {
            return Ok(length);
        }
        let mut unpacked = MultiGzDecoder::new(file).take(UNPACKED_LIMIT);
        let (mut length, mut buffer) = (0, vec![0; 64 * 1024]);
        // A file that breaks off counts as far as it can be read.
        while let Ok(read @ 1..) = unpacked.read(&mut buffer) {
            length += read as u64;
        }
        lengths().keep(identity, length);
        Ok(length)
    }
}

impl Part {
    fn read(mut self, range: Range<u64>, bytes: &mut Vec<u8>) -> io::Result<()> {
        let wanted = range.end - range.start;
        if self.packed {
            self.file.rewind()?;
            let mut unpacked = MultiGzDecoder::new(self.file);
            io::copy(&mut unpacked.by_ref().take(range.start), &mut io::sink())?;
            unpacked.take(wanted).read_to_end(bytes)?;
        } else {
            self.file.seek(SeekFrom::Start(range.start))?;
            self.file.take(wanted).read_to_end(bytes)?;
        }
        Ok(())
    }
}

/// The files that were put aside, by the moment in their names, and whether they are packed. One that is just being
/// packed stands there twice: then the one that is whole counts.
fn put_aside(folder: &Path, name: &str) -> io::Result<impl Iterator<Item = (PathBuf, bool)>> {
    let prefix = format!("{name}--");
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let file_name = entry?.file_name();
        let Some(file_name) = file_name.to_str().filter(|one| one.starts_with(&prefix)) else { continue };
        let (stem, packed) = match file_name.strip_suffix(".gz") {
            Some(stem) => (stem, true),
            None => (file_name, false),
        };
        let entry = found.entry(stem.to_owned()).or_insert((folder.join(file_name), packed));
        if !packed {
            *entry = (folder.join(file_name), false);
        }
    }
    Ok(found.into_values())
}

/// Opens a file and nothing else: no link, no pipe that would be waited for.
fn open(path: &Path) -> io::Result<(File, Identity)> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => File::from(file),
        Err(rustix::io::Errno::LOOP) => {
            return Err(io::Error::new(ErrorKind::PermissionDenied, "it is a link to another place"));
        }
        Err(error) => return Err(error.into()),
    };
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    let identity = Identity {
        device: metadata.dev(),
        inode: metadata.ino(),
        size: metadata.len(),
        modified_ns: metadata.mtime() * 1_000_000_000 + metadata.mtime_nsec(),
    };
    Ok((file, identity))
}

#[cfg(test)]
mod tests;
