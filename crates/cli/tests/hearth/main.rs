//! The built program, as a user meets it: help, mistakes, what cannot start, and a clean end.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod config;
mod enter;
mod explain;
mod health;
mod help;
mod life;
mod mistakes;
mod refused;
mod submissions;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long anything may take on a slow machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder and an environment of its own: no Spark and no Java but what the test puts there.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

pub(crate) fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { folder, variables: Vec::new() };
    place.variable("PATH", "/nonexistent").variable("SPARK_LOCAL_IP", "127.0.0.1")
}

impl Place {
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.into(), value.into()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// What a Worker looks for: enough to start, not enough to run anything.
    pub(crate) fn with_spark_and_java(self) -> Self {
        let place = self.file("spark/jars/spark-core_2.13-4.3.0.jar", "").file("java/bin/java", "");
        let (spark, java) = (place.text("spark"), place.text("java"));
        place.variable("SPARK_HOME", &spark).variable("JAVA_HOME", &java)
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs a command that is to end by itself.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let daemon = self.start(arguments);
        daemon.end()
    }

    /// Starts a command that is to go on.
    ///
    /// Whoever runs the tests may ignore signals, as a background job does; what is started here must not inherit it.
    pub(crate) fn start(&self, arguments: &[&str]) -> Daemon {
        let fresh = ["--default-signal=HUP,INT,TERM", env!("CARGO_BIN_EXE_hearth")];
        self.start_program("/usr/bin/env", &[&fresh, arguments].concat())
    }

    /// Starts something that becomes the program under test.
    pub(crate) fn start_program(&self, program: &str, arguments: &[&str]) -> Daemon {
        let mut child = self.command(program, arguments).spawn().unwrap();
        let (stdout, stderr) = (lines(child.stdout.take().unwrap()), lines(child.stderr.take().unwrap()));
        Daemon { child, stdout, stderr, seen: [Vec::new(), Vec::new()] }
    }
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// The one sentence on stderr, of a command that ended with that status and said nothing else.
    pub(crate) fn sentence(&self, status: i32) -> &str {
        assert_eq!(self.status, Some(status), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        self.stderr.trim_end()
    }
}

/// A command that goes on; killed when the test ends before it does.
#[derive(Debug)]
pub(crate) struct Daemon {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
    seen: [Vec<String>; 2],
}

impl Daemon {
    /// Waits for a line on stderr.
    pub(crate) fn logged(&mut self, text: &str) -> String {
        wait_for(&self.stderr, &mut self.seen[1], text)
    }

    /// Waits for a line on stdout.
    pub(crate) fn told(&mut self, text: &str) -> String {
        wait_for(&self.stdout, &mut self.seen[0], text)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> Ran {
        let status = self.status();
        let drain = |lines: &Receiver<String>, seen: &mut Vec<String>| {
            seen.extend(lines.iter());
            seen.iter().map(|line| format!("{line}\n")).collect()
        };
        let [out, err] = &mut self.seen;
        Ran { status: status.code(), stdout: drain(&self.stdout, out), stderr: drain(&self.stderr, err) }
    }

    fn status(&mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "it does not end: {:?}", self.seen);
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            let _ = sender.send(line);
        }
    });
    receiver
}

fn wait_for(lines: &Receiver<String>, seen: &mut Vec<String>, text: &str) -> String {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => {
                seen.push(line.clone());
                if line.contains(text) {
                    return line;
                }
            }
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                unreachable!("no line with '{text}' among {seen:#?}")
            }
        }
    }
}
