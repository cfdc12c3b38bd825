//! The file that a log is written to: written, put aside, begun anew. Everything here waits for disks.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use flate2::Compression;
use flate2::write::GzEncoder;
use jiff::Zoned;
use model::LogRolling;
use tracing::{info, warn};

use super::policy::{self, GZIP_SUFFIX, Policy};

/// How much is written before the policy is asked again (`RollingFileAppender.DEFAULT_BUFFER_SIZE`).
const CHUNK: usize = 8192;

/// A log that rolls.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    name: String,
    /// None while it cannot be opened.
    file: Option<File>,
    rolling: LogRolling,
    policy: Policy,
    /// The one log that is being compressed.
    compression: Option<JoinHandle<()>>,
    /// How many bytes could not be written since writing fails.
    lost: Option<u64>,
}

impl LogFile {
    /// Opens the log; what stands in the file stays there.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(path: &Path, rolling: &LogRolling, now: &Zoned) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self {
            path: path.to_owned(),
            name,
            file: Some(append_to(path)?),
            rolling: rolling.clone(),
            policy: Policy::new(rolling.by, now.timestamp().as_millisecond()),
            compression: None,
            lost: None,
        })
    }

    /// Writes, and rolls where that is due. What cannot be written is lost: whoever wrote it goes on.
    pub(super) fn append(&mut self, bytes: &[u8], now: &Zoned) {
        let now_ms = now.timestamp().as_millisecond();
        for chunk in bytes.chunks(CHUNK) {
            if self.policy.rolls_before(chunk.len(), now_ms) {
                self.roll(now);
                self.policy.rolled(now_ms);
            }
            let lost = self.write(chunk);
            self.tell(lost, chunk.len());
            self.policy.wrote(chunk.len());
        }
    }

    /// Waits until what was put aside is compressed.
    pub(super) fn close(mut self) {
        self.wait_for_compression();
    }

    /// How many bytes could not be written, and why.
    fn write(&mut self, mut bytes: &[u8]) -> Option<(usize, io::Error)> {
        while !bytes.is_empty() {
            let written = match &mut self.file {
                Some(file) => file.write(bytes),
                None => append_to(&self.path).map(|file| {
                    self.file = Some(file);
                    0
                }),
            };
            match written {
                Ok(written) => bytes = bytes.split_at(written).1,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Some((bytes.len(), error)),
            }
        }
        None
    }

    /// A disk that is full stays so for many writes: its beginning and its end are told.
    fn tell(&mut self, lost: Option<(usize, io::Error)>, length: usize) {
        let path = self.path.display();
        match (lost, self.lost) {
            (None, None) => {}
            (None, Some(before)) => {
                info!(target: "FileAppender", "{path} is written again; {before} bytes of it were lost");
                self.lost = None;
            }
            (Some((lost, _)), Some(before)) => self.lost = Some(before + lost.min(length) as u64),
            (Some((lost, error)), None) => {
                warn!(
                    target: "FileAppender",
                    "Error writing stream to file {path}: {error}. The process goes on, what it prints is lost until \
                     the file can be written again"
                );
                self.lost = Some(lost as u64);
            }
        }
    }

    fn roll(&mut self, now: &Zoned) {
        // At most one is compressed at a time, or a slow disk would make them many.
        self.wait_for_compression();
        let rolled = self.put_aside(now).and_then(|aside| {
            self.file = None;
            self.file = Some(append_to(&self.path)?);
            self.drop_superfluous()?;
            Ok(aside)
        });
        match rolled {
            Ok(Some(aside)) if self.rolling.compress => self.compression = compress_beside(aside),
            Ok(_) => {}
            Err(error) => {
                warn!(target: "RollingFileAppender", "Error rolling over {}: {error}", self.path.display());
            }
        }
    }

    /// None when somebody has taken the file away.
    fn put_aside(&self, now: &Zoned) -> io::Result<Option<PathBuf>> {
        let wished = format!("{}{}", self.name, self.policy.suffix(now.datetime()));
        let aside = self.path.with_file_name(policy::free_name(&wished, &self.names_beside()?));
        match fs::rename(&self.path, &aside) {
            Ok(()) => {
                let (active, aside) = (self.path.display(), aside.display());
                info!(target: "RollingFileAppender", "Rolled over {active} to {aside}");
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                warn!(target: "RollingFileAppender", "File {} does not exist", self.path.display());
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
        Ok(Some(aside))
    }

    fn drop_superfluous(&self) -> io::Result<()> {
        let Some(retained_files) = self.rolling.retained_files else { return Ok(()) };
        let names = self.names_beside()?;
        for name in policy::superfluous(&self.name, &names, retained_files) {
            let path = self.path.with_file_name(name);
            info!(target: "RollingFileAppender", "Deleting file executor log file {}", path.display());
            fs::remove_file(path)?;
        }
        Ok(())
    }

    fn names_beside(&self) -> io::Result<BTreeSet<String>> {
        let folder = self.path.parent().unwrap_or_else(|| Path::new("."));
        let names = fs::read_dir(folder)?.flatten();
        Ok(names.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
    }

    fn wait_for_compression(&mut self) {
        if let Some(compression) = self.compression.take() {
            // It tells by itself what went wrong.
            let _ = compression.join();
        }
    }
}

fn append_to(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// A day's log takes its time: the process goes on writing meanwhile.
fn compress_beside(log: PathBuf) -> Option<JoinHandle<()>> {
    let task = move || {
        if let Err(error) = compress(&log) {
            let log = log.display();
            warn!(target: "RollingFileAppender", "Cannot compress {log}: {error}. It stays as it is");
        }
    };
    let thread = thread::Builder::new().name("gzip".to_owned()).spawn(task);
    thread
        .inspect_err(|error| warn!(target: "RollingFileAppender", "No thread to compress a log: {error}"))
        .ok()
}

/// Replaces a log by its compressed form. Nobody sees half of it: it gets its name when it is whole.
fn compress(log: &Path) -> io::Result<()> {
    let name = log.file_name().unwrap_or_default().to_string_lossy();
    let (part, whole) = (
        log.with_file_name(format!(".{name}{GZIP_SUFFIX}.part")),
        log.with_file_name(format!("{name}{GZIP_SUFFIX}")),
    );
    let compressed = (|| {
        let mut encoder = GzEncoder::new(File::create(&part)?, Compression::default());
        io::copy(&mut File::open(log)?, &mut encoder)?;
        encoder.finish()?;
        fs::rename(&part, whole)
    })();
    match compressed {
        Ok(()) => fs::remove_file(log),
        Err(error) => {
            // It may not have come into being; the error that matters is the first.
            let _ = fs::remove_file(&part);
            Err(error)
        }
    }
}

#[cfg(test)]
mod tests;
