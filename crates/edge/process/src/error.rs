//! Why a process could not be started: what was wrong, with which path, and what to do.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::Launch;
use crate::cgroup::Group;

/// Why a process could not be started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The program's file is not there.
    #[error("there is no program at '{program}': install it, or correct the path")]
    NoProgram {
        /// The file that was to be executed.
        program: PathBuf,
    },
    /// The program's file is there, but what its first line or its header names is not.
    #[error("'{program}' cannot be executed: the interpreter or loader that it names does not exist")]
    NoInterpreter {
        /// The file that was to be executed.
        program: PathBuf,
    },
    /// The program's file may not be executed.
    #[error(
        "'{program}' may not be executed by this user: give it execute permission (chmod +x), or use another one"
    )]
    NotPermitted {
        /// The file that was to be executed.
        program: PathBuf,
    },
    /// The program's file is not executable code of this machine.
    #[error("'{program}' is not a program that this machine can execute")]
    NotExecutable {
        /// The file that was to be executed.
        program: PathBuf,
    },
    /// The working directory is missing or closed to us.
    #[error("cannot enter the working directory '{directory}': {reason}")]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// A file for the output could not be opened.
    #[error("cannot open '{path}' for the output of the process: {reason}{advice}")]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: io::Error,
        /// What to do about it, when there is something to say.
        advice: &'static str,
    },
    /// It could not be put into its control group.
    #[error("cannot put the process into its control group '{}': {reason}", folder.display())]
    Group {
        /// The group.
        folder: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
    /// The system has no room for one more process.
    #[error(
        "the system refuses one more process for '{program}': raise the limit of processes (ulimit -u, or the \
         cgroup's pids.max) or free memory"
    )]
    NoRoom {
        /// The file that was to be executed.
        program: PathBuf,
    },
    /// Arguments and environment are larger than the system takes.
    #[error("the arguments and environment of '{program}' are longer than the system allows: shorten them")]
    TooLong {
        /// The file that was to be executed.
        program: PathBuf,
    },
    /// Anything else.
    #[error("cannot start '{program}': {reason}")]
    Other {
        /// The file that was to be executed.
        program: PathBuf,
        /// What the system says.
        reason: io::Error,
    },
}

impl SpawnError {
    /// Finds out which of fork, chdir and exec failed: the system gives one number for all of them.
    pub(crate) fn from_spawn(launch: &Launch, reason: io::Error) -> Self {
        let program = launch.program.clone();
        match Errno::from_io_error(&reason) {
            Some(Errno::AGAIN | Errno::NOMEM) => return Self::NoRoom { program },
            Some(Errno::TOOBIG) => return Self::TooLong { program },
            Some(Errno::NOEXEC) => return Self::NotExecutable { program },
            // What only a control group says.
            Some(Errno::NODEV | Errno::BUSY | Errno::NOSPC | Errno::OPNOTSUPP) => {
                if let Some(group) = &launch.group {
                    return Self::group(group, reason);
                }
            }
            _ => {}
        }
        if let Err(reason) = enter(&launch.directory) {
            return Self::Directory { directory: launch.directory.clone(), reason };
        }
        match reason.kind() {
            ErrorKind::NotFound if launch.program.exists() => Self::NoInterpreter { program },
            ErrorKind::NotFound => Self::NoProgram { program },
            ErrorKind::PermissionDenied => Self::NotPermitted { program },
            _ => Self::Other { program, reason },
        }
    }

    pub(crate) fn group(group: &Group, reason: io::Error) -> Self {
        Self::Group { folder: group.folder().to_owned(), reason }
    }

    pub(crate) fn output(path: &Path, reason: io::Error) -> Self {
        let advice = match Errno::from_io_error(&reason) {
            Some(Errno::NOSPC | Errno::DQUOT) => "; free space on that file system",
            Some(Errno::MFILE | Errno::NFILE) => "; raise the limit of open files (ulimit -n)",
            Some(Errno::ROFS | Errno::ACCESS) => "; make its folder writable for this user",
            _ => "",
        };
        Self::Output { path: path.to_owned(), reason, advice }
    }
}

/// Whether a child could make this its working directory.
fn enter(directory: &Path) -> io::Result<()> {
    let metadata = std::fs::metadata(directory)?;
    if metadata.is_dir() { Ok(()) } else { Err(ErrorKind::NotADirectory.into()) }
}
