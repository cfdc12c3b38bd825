//! What keeps a Master's state in the tests: a server of their own on the loopback, stopped at their end.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::process::Process;
use crate::processes::fields;
use crate::{Failure, Result, Sandbox, daemon, wait};

/// How long a server may take to serve: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(120);

/// How a server is started on a port.
type Start = Box<dyn Fn(&Sandbox, u16) -> Result<Command> + Send + Sync>;

/// A server that a test can kill, freeze and start again.
pub struct Service {
    sandbox: Sandbox,
    process: Option<Process>,
    name: &'static str,
    port: u16,
    starts: u32,
    command: Start,
    serves: fn(u16) -> bool,
}

impl Service {
    /// Starts it, and waits until `serves` says so of its port.
    pub(crate) fn start(
        name: &'static str,
        command: impl Fn(&Sandbox, u16) -> Result<Command> + Send + Sync + 'static,
        serves: fn(u16) -> bool,
    ) -> Result<Self> {
        let (command, port) = (Box::new(command), daemon::free_port()?);
        let sandbox = Sandbox::at_once(name)?;
        let mut service = Self { sandbox, process: None, name, port, starts: 0, command, serves };
        service.start_again()?;
        Ok(service)
    }

    /// Its port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What it said so far since it was last started.
    pub fn log(&self) -> String {
        self.process.as_ref().map(Process::log).unwrap_or_default()
    }

    /// Ends it with SIGKILL.
    pub fn kill(&mut self) -> Result<()> {
        self.process.take().map_or(Ok(()), |mut process| process.kill())
    }

    /// Starts it after a kill, on the same port and with the same files.
    pub fn start_again(&mut self) -> Result<()> {
        self.starts += 1;
        let command = (self.command)(&self.sandbox, self.port)?;
        let name = format!("{}-{}", self.name, self.starts);
        let mut process = Process::spawn(&self.sandbox, &name, command)?;
        wait::until_true(format!("{name} to serve"), PATIENCE, || match process.exit_status()? {
            Some(status) => {
                let (output, log) = (process.output(), process.log());
                Err(Failure::unexpected(format!("{name} ended ({status}): {output} {log}")))
            }
            None => Ok((self.serves)(self.port)),
        })?;
        self.process = Some(process);
        Ok(())
    }

    /// Stops it where it is (SIGSTOP): connections hang. All of its threads have stopped when this returns.
    pub fn freeze(&mut self) -> Result<()> {
        self.process.as_mut().map_or(Ok(()), freeze)
    }

    /// Lets it go on.
    pub fn thaw(&mut self) -> Result<()> {
        self.process.as_mut().map_or(Ok(()), |process| process.signal(Signal::CONT))
    }

    /// The end of a test that went well.
    pub fn end(mut self) -> Result<()> {
        self.kill()?;
        self.sandbox.end()
    }
}

/// Stops a process where it is, and waits until all of its threads have stopped.
pub(crate) fn freeze(process: &mut Process) -> Result<()> {
    process.signal(Signal::STOP)?;
    let tasks = format!("/proc/{}/task", process.pid());
    wait::until_true(format!("{} to stop", process.name()), PATIENCE, || Ok(all_stopped(Path::new(&tasks))))
}

/// Whether every thread in the folder is stopped, as its `stat` has it: `PID (NAME) T ...`.
fn all_stopped(tasks: &Path) -> bool {
    let Ok(mut threads) = fs::read_dir(tasks) else { return false };
    threads.all(|thread| {
        let stat = thread.and_then(|thread| fs::read_to_string(thread.path().join("stat")));
        stat.is_ok_and(|stat| fields(&stat).and_then(|mut fields| fields.next()) == Some("T"))
    })
}
