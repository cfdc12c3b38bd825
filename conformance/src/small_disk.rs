//! A disk of a mebibyte that one daemon alone sees, and that goes with it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::Process;
use crate::{Failure, Result, Sandbox};

/// The disk, as a folder of the sandbox.
#[derive(Debug)]
pub struct SmallDisk {
    folder: PathBuf,
}

impl SmallDisk {
    /// None, said loudly, where this user may mount nothing: `what` is not tested then.
    pub fn new(sandbox: &Sandbox, what: &str) -> Result<Option<Self>> {
        let status = Command::new("unshare").args(["--mount", "--map-root-user", "true"]).status();
        if status.map_err(Failure::io("run unshare"))?.success() {
            return Ok(Some(Self { folder: sandbox.subfolder("small-disk")? }));
        }
        let reason = "nothing can be mounted here (unshare --mount --map-root-user fails)";
        say_loudly(&format!("NOT TESTED: {what}: {reason}"));
        Ok(None)
    }

    /// Where it is for the daemon that has it.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// A command whose process has the disk.
    pub fn wrap(&self, sandbox: &Sandbox, command: &Command) -> Result<Command> {
        let mut wrapped = sandbox.command("unshare")?;
        wrapped.args(["--mount", "--map-root-user", "sh", "-c"]);
        wrapped.arg("mount -t tmpfs -o size=1m tmpfs \"$0\" && exec \"$@\"").arg(&self.folder);
        wrapped.arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => wrapped.env(name, value),
                None => wrapped.env_remove(name),
            };
        }
        Ok(wrapped)
    }

    /// Fills it up, as the process sees it.
    pub fn fill(&self, process: &Process) -> Result<()> {
        match fs::write(self.ballast(process), vec![0; 4 << 20]) {
            Err(error) if error.kind() == io::ErrorKind::StorageFull => Ok(()),
            Err(error) => Err(Failure::io("fill the small disk")(error)),
            Ok(()) => Err(Failure::unexpected("the small disk holds 4 MiB")),
        }
    }

    /// Makes room again.
    pub fn free(&self, process: &Process) -> Result<()> {
        fs::remove_file(self.ballast(process)).map_err(Failure::io("free the small disk"))
    }

    fn ballast(&self, process: &Process) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{}/root", process.pid()));
        root.join(self.folder.strip_prefix("/").unwrap_or(&self.folder)).join("ballast")
    }
}

#[allow(clippy::print_stderr, reason = "a test that tested nothing has to say so")]
fn say_loudly(text: &str) {
    eprintln!("{text}");
}
