//! What a process is started with, and how it is started.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::os::fd::{BorrowedFd, RawFd};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::{fs, io};

use model::LogRolling;
use rustix::io::{Errno, FdFlags};
use rustix::process::{Signal, getpid, getppid, set_parent_process_death_signal, setsid};
use tokio::process::Command;

use crate::SpawnError;
use crate::cgroup::{Group, SharedLimit};
use crate::lineage::MARK_VARIABLE;
use crate::rolling::Pump;

/// Everything that a child process is given; nothing else is inherited but the user and the limits.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The file to execute; not searched for in `PATH`.
    pub program: PathBuf,
    /// What follows the program's name.
    pub arguments: Vec<OsString>,
    /// The whole environment, but for the variable that tells whose descendant a process is. May hold secrets.
    pub environment: Vec<(OsString, OsString)>,
    /// The working directory; must exist.
    pub directory: PathBuf,
    /// The file to which standard output is appended; made when it is missing.
    pub stdout: PathBuf,
    /// The file to which standard error is appended; made when it is missing.
    pub stderr: PathBuf,
    /// When the two files are put aside and begun anew; none: they grow, and the process writes into them itself.
    pub rolling: Option<LogRolling>,
    /// The control group that it is in from its first instruction on; it is removed with the process.
    pub group: Option<Arc<Group>>,
    /// The limit that it shares with this process, to tell when it was killed for that.
    pub shared_limit: Option<Arc<SharedLimit>>,
}

impl Launch {
    /// The process, and what carries its output where the logs roll.
    pub(crate) fn spawn(&self, mark: &str) -> Result<(tokio::process::Child, Vec<Pump>), SpawnError> {
        if !self.program.has_root() {
            // Otherwise PATH would be searched, and a relative path looked for in the child's directory.
            return Err(SpawnError::NoProgram { program: self.program.clone() });
        }
        let mut pumps = Vec::new();
        let mut open =
            |path: &Path| self.open_log(path, &mut pumps).map_err(|reason| SpawnError::output(path, reason));
        let (stdout, stderr) = (open(&self.stdout)?, open(&self.stderr)?);
        close_descriptors_on_exec();
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env(MARK_VARIABLE, mark)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .kill_on_drop(true);
        let door = match &self.group {
            Some(group) => Some(group.door().map_err(|reason| SpawnError::group(group, reason))?),
            None => None,
        };
        prepare_in_child(&mut command, door);
        match command.spawn() {
            Ok(child) => Ok((child, pumps)),
            Err(error) => Err(SpawnError::from_spawn(self, error)),
        }
    }

    fn open_log(&self, path: &Path, pumps: &mut Vec<Pump>) -> io::Result<Stdio> {
        let Some(rolling) = &self.rolling else {
            return Ok(OpenOptions::new().append(true).create(true).open(path)?.into());
        };
        let (pump, pipe) = Pump::start(path, rolling)?;
        pumps.push(pump);
        Ok(pipe)
    }
}

/// Puts the child into its control group, into a session of its own, and ties its life to this process.
fn prepare_in_child(command: &mut Command, door: Option<File>) {
    let parent = getpid();
    let in_child = move || -> io::Result<()> {
        if let Some(door) = &door {
            // 0 is whoever writes it. Before exec, so that not one page of the program is counted elsewhere.
            rustix::io::write(door, b"0")?;
        }
        setsid()?;
        set_parent_process_death_signal(Some(Signal::KILL))?;
        // A parent that died before the line above will send no signal any more.
        if getppid() != Some(parent) {
            return Err(Errno::SRCH.into());
        }
        Ok(())
    };
    // SAFETY: between fork and exec only async-signal-safe things are allowed. The closure makes five bare system
    // calls on what was opened before, and builds an error from a number: it takes no lock and allocates nothing.
    #[allow(
        unsafe_code,
        reason = "a death signal can only be asked for by the child itself, and so can a group"
    )]
    unsafe {
        command.pre_exec(in_child);
    }
}

/// Descriptors that the daemon opened close on exec already; those that it inherited may not.
pub(crate) fn close_descriptors_on_exec() {
    // Where /proc is not mounted there is nothing to be done about a sloppy parent.
    let Ok(entries) = fs::read_dir("/proc/self/fd") else { return };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<RawFd>().ok());
    for number in numbers.filter(|number| *number > 2) {
        // SAFETY: the descriptor is used for one fcntl and not kept. Were it closed meanwhile, the call fails with
        // EBADF; were its number given to another file, that one wants this flag as well.
        #[allow(unsafe_code, reason = "the owner of an inherited descriptor is not known")]
        let descriptor = unsafe { BorrowedFd::borrow_raw(number) };
        let _ = rustix::io::fcntl_setfd(descriptor, FdFlags::CLOEXEC);
    }
}
