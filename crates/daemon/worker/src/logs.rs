//! Reading a stretch of an executor's or driver's log.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A stretch of a log.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// The log's file.
    pub(crate) path: PathBuf,
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// Where in the log the first one stands.
    pub(crate) start: u64,
    /// The log's length.
    pub(crate) total: u64,
}

/// Reads of `work_dir/folder/name` the bytes that `range` chooses, given the log's length. Waits for disks.
///
/// # Errors
/// When there is no such log, or it leads outside of the work folder.
pub(crate) fn read(
    work_dir: &Path,
    folder: &str,
    name: &str,
    range: impl FnOnce(u64) -> Range<u64>,
) -> io::Result<Stretch> {
    let path = work_dir.join(folder).join(name);
    // A process can put a symbolic link in its log's place.
    if !fs::canonicalize(&path)?.starts_with(fs::canonicalize(work_dir)?) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, "it leads outside of the work directory"));
    }
    let mut file = File::open(&path)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::new(ErrorKind::InvalidInput, "it is not a file"));
    }
    let total = metadata.len();
    let range = range(total);
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    file.take(range.end.saturating_sub(range.start)).read_to_end(&mut bytes)?;
    Ok(Stretch { path, bytes, start: range.start, total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_range_chooses() {
        let work_dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(work_dir.path().join("app/0")).unwrap();
        fs::write(work_dir.path().join("app/0/stdout"), "0123456789").unwrap();
        let stretch = read(work_dir.path(), "app/0", "stdout", |total| total - 4..total - 1).unwrap();
        assert_eq!((stretch.bytes.as_slice(), stretch.start, stretch.total), (b"678".as_slice(), 6, 10));
        let beyond = read(work_dir.path(), "app/0", "stdout", |total| total..total + 5).unwrap();
        assert!(beyond.bytes.is_empty());
    }

    #[test]
    fn nothing_outside_is_read() {
        let outside = tempfile::tempdir().unwrap();
        fs::write(outside.path().join("secret"), "secret").unwrap();
        let work_dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(work_dir.path().join("app/0")).unwrap();
        let link = work_dir.path().join("app/0/stdout");
        std::os::unix::fs::symlink(outside.path().join("secret"), link).unwrap();
        for folder in ["app/0", "app/1", ".."] {
            assert!(read(work_dir.path(), folder, "stdout", |total| 0..total).is_err(), "{folder}");
        }
        // A named pipe would hold up whoever opens it; a folder has no text.
        assert!(read(work_dir.path(), "app", "0", |total| 0..total).is_err());
    }
}
