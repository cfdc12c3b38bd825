//! Files below an executor's local directory, reached step by step so that no link and no `..` leads out of it.

use std::fs::{self, File};
use std::io;
use std::path::{Component, Path, PathBuf};

use rustix::fd::OwnedFd;
use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, fstat, openat, openat2, statat, unlinkat,
};

/// A file: `LOCAL_DIR/SUB_DIR/NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The local directory, where it really is.
    pub local_dir: PathBuf,
    /// The subdirectory, such as `0c`.
    pub sub_dir: String,
    /// The file's name.
    pub name: String,
}

impl Location {
    /// The whole path, for people to read.
    pub fn path(&self) -> PathBuf {
        self.local_dir.join(&self.sub_dir).join(&self.name)
    }
}

const FOLDER: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// A local directory. The path was resolved when it was registered: a link in it has come there since.
fn local_dir(path: &Path) -> io::Result<OwnedFd> {
    match openat2(CWD, path, FOLDER, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // Older kernels and some sandboxes do not know the call: then at least the last step is no link.
        Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {
            Ok(openat(CWD, path, FOLDER.union(OFlags::NOFOLLOW), Mode::empty())?)
        }
        opened => Ok(opened?),
    }
}

fn sub_dir(location: &Location) -> io::Result<OwnedFd> {
    let above = local_dir(&location.local_dir)?;
    Ok(openat(&above, plain(&location.sub_dir)?, FOLDER.union(OFlags::NOFOLLOW), Mode::empty())?)
}

fn plain(name: &str) -> io::Result<&str> {
    let mut parts = Path::new(name).components();
    match (parts.next(), parts.next()) {
        (Some(Component::Normal(part)), None) if part == name => Ok(name),
        _ => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no name of one file")),
    }
}

/// Opens a file to be read, with its length.
///
/// # Errors
/// When there is none, it cannot be read, a link leads there, or it is no plain file.
pub fn open(location: &Location) -> io::Result<(File, u64)> {
    let above = sub_dir(location)?;
    // A pipe that lies there must not keep us waiting for its writer.
    let how = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = openat(&above, plain(&location.name)?, how, Mode::empty())?;
    let stat = fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file"));
    }
    Ok((File::from(file), u64::try_from(stat.st_size).unwrap_or(0)))
}

/// Removes a file; a link is removed itself, and what it leads to stays.
///
/// # Errors
/// When there is none or it cannot be removed.
pub fn remove_file(location: &Location) -> io::Result<()> {
    let above = sub_dir(location)?;
    Ok(unlinkat(&above, plain(&location.name)?, AtFlags::empty())?)
}

/// Removes a local directory with all that is in it. Links are removed, not followed.
///
/// # Errors
/// When something in it cannot be removed.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

/// Removes the files of a local directory and of its subdirectories that `is_served` does not know; how many.
///
/// # Errors
/// With the first one that could not be removed; the others are.
pub fn remove_unserved(path: &Path, is_served: &dyn Fn(&str) -> bool) -> io::Result<usize> {
    let (mut removed, mut failure) = (0, Ok(()));
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let outcome = if entry.file_type()?.is_dir() {
            remove_unserved(&entry.path(), is_served)
        } else if is_served(&entry.file_name().to_string_lossy()) {
            Ok(0)
        } else {
            fs::remove_file(entry.path()).map(|()| 1)
        };
        match outcome {
            Ok(count) => removed += count,
            Err(error) => failure = failure.and(Err(error)),
        }
    }
    failure.map(|()| removed)
}

/// Where a path really is, links followed; what does not exist is taken as it stands
/// (`File.getCanonicalPath`, as `LocalDirValidator` of 4.3 uses it). None where it cannot be told.
pub fn true_path(path: &Path) -> Option<PathBuf> {
    let mut missing = Vec::new();
    let mut known = path;
    loop {
        match fs::canonicalize(known) {
            Ok(real) => return Some(missing.iter().rev().fold(real, |path, name| path.join(name))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // A link that leads nowhere exists itself: where it will lead nobody knows.
                if statat(CWD, known, AtFlags::SYMLINK_NOFOLLOW).is_ok() {
                    return None;
                }
                missing.push(known.file_name()?);
                known = known.parent()?;
            }
            Err(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests;
