//! Where installed Sparks are kept between runs, and locks that hold across processes.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, process};

use rustix::fs::{FlockOperation, flock};

use crate::{Failure, Result, wait};

/// The folder that outlives builds: `$HEARTH_CACHE`, else `$XDG_CACHE_HOME/hearth`, else `~/.cache/hearth`.
pub fn folder() -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("HEARTH_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|cache| cache.join("hearth")))
        .or_else(|| set("HOME").map(|home| home.join(".cache/hearth")))
        .ok_or_else(|| Failure::Missing {
            what: "a place to keep Spark (none of HEARTH_CACHE, XDG_CACHE_HOME and HOME is set)".to_owned(),
            remedy: "set HEARTH_CACHE to a folder with 2 GB of room".to_owned(),
        })
}

/// The file that says that an installation came to its end, and of what.
const COMPLETE_MARKER: &str = ".complete";

/// Whether what is installed in the folder is complete, and made of just that.
pub fn is_complete(folder: &Path, made_of: &str) -> bool {
    fs::read_to_string(folder.join(COMPLETE_MARKER)).is_ok_and(|marker| marker == made_of)
}

/// Says that what is installed in the folder is complete, and of what it is made.
pub fn complete(folder: &Path, made_of: &str) -> Result<()> {
    fs::write(folder.join(COMPLETE_MARKER), made_of)
        .map_err(Failure::io(format!("mark {}", folder.display())))
}

/// A lock on a file, held until it is dropped, also between processes.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock if nobody has it.
    pub fn try_acquire(path: &Path) -> Result<Option<Self>> {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(Failure::io(format!("create {}", parent.display())))?;
        }
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path)
            .map_err(Failure::io(format!("open {}", path.display())))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Self { _file: file })),
            Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
            Err(error) => {
                Err(Failure::Io { doing: format!("lock {}", path.display()), source: error.into() })
            }
        }
    }

    /// Takes the lock, waiting for whoever has it.
    pub fn acquire(path: &Path, patience: Duration) -> Result<Self> {
        let what = format!("the lock {} (process {} wants it)", path.display(), process::id());
        wait::until(what, patience, || Self::try_acquire(path))
    }
}

/// A place among the few tests that may run Spark at the same time: `HEARTH_CONFORMANCE_SLOTS` of them, two
/// unless said. A test runner's own limit is not enough, since `cargo test` knows none.
pub fn slot() -> Result<Lock> {
    let slots =
        env::var("HEARTH_CONFORMANCE_SLOTS").ok().and_then(|number| number.parse().ok()).unwrap_or(2usize);
    let user = rustix::process::getuid().as_raw();
    let paths: Vec<PathBuf> = (0..slots.max(1))
        .map(|slot| env::temp_dir().join(format!("hearth-conformance-{user}-{slot}.lock")))
        .collect();
    wait::until("a slot among the tests that run Spark", Duration::from_secs(3600), || {
        for path in &paths {
            if let Some(lock) = Lock::try_acquire(path)? {
                return Ok(Some(lock));
            }
        }
        Ok(None)
    })
}
