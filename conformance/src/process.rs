//! A child process with its output in files: killed at the latest when it goes out of scope.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::{Failure, Result, Sandbox, wait};

/// A child of the harness.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    output: PathBuf,
    log: PathBuf,
}

impl Process {
    /// Starts the command. `name` is unique in its sandbox: `logs/NAME.out` has its output, `logs/NAME.log`
    /// what it said on the error stream.
    pub fn spawn(sandbox: &Sandbox, name: &str, mut command: Command) -> Result<Self> {
        let output = sandbox.path(format!("logs/{name}.out"));
        let log = sandbox.path(format!("logs/{name}.log"));
        let create =
            |path: &PathBuf| File::create(path).map_err(Failure::io(format!("create {}", path.display())));
        command.stdin(Stdio::null()).stdout(create(&output)?).stderr(create(&log)?).process_group(0);
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().map_err(Failure::io(format!("start {program}")))?;
        Ok(Self { name: name.to_owned(), child, output, log })
    }

    /// Its name in the sandbox.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it wrote to its output so far.
    pub fn output(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.output).unwrap_or_default()).into_owned()
    }

    /// What it wrote to the error stream so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    /// Whether it still runs.
    pub fn is_running(&mut self) -> Result<bool> {
        Ok(self.exit_status()?.is_none())
    }

    /// How it ended, if it did.
    pub fn exit_status(&mut self) -> Result<Option<ExitStatus>> {
        self.child.try_wait().map_err(Failure::io(format!("wait for {}", self.name)))
    }

    /// Waits until a line of the log has `find` make something of it. Fails at once when the process ends first.
    pub fn wait_for_line<T>(
        &mut self,
        what: &str,
        patience: Duration,
        find: impl Fn(&str) -> Option<T>,
    ) -> Result<T> {
        let name = self.name.clone();
        wait::until(format!("{name} to say {what}"), patience, || {
            let ended = self.exit_status()?;
            if let Some(found) = self.log().lines().find_map(&find) {
                return Ok(Some(found));
            }
            match ended {
                Some(status) => {
                    Err(Failure::unexpected(format!("{name} ended ({status}) before it said {what}")))
                }
                None => Ok(None),
            }
        })
    }

    /// Waits for its end.
    pub fn wait(&mut self, patience: Duration) -> Result<ExitStatus> {
        let name = self.name.clone();
        wait::until(format!("{name} to end"), patience, || self.exit_status())
    }

    /// Asks it to end (SIGTERM) and waits until it did.
    pub fn terminate(&mut self, patience: Duration) -> Result<ExitStatus> {
        self.signal(Signal::TERM)?;
        self.wait(patience)
    }

    /// Sends it a signal.
    pub fn signal(&mut self, signal: Signal) -> Result<()> {
        let Some(pid) = i32::try_from(self.pid()).ok().and_then(Pid::from_raw) else {
            return Err(Failure::unexpected(format!("{} has no process id", self.name)));
        };
        if !self.is_running()? {
            return Ok(());
        }
        kill_process(pid, signal)
            .map_err(|error| Failure::Io { doing: format!("signal {}", self.name), source: error.into() })
    }

    /// Ends it with SIGKILL, it alone and not what it started.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().map_err(Failure::io(format!("kill {}", self.name)))?;
        self.wait(Duration::from_secs(10)).map(|_| ())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}
