//! A container engine of our own, in a network of its own: what it opens is reached from nowhere else, and it takes nothing
//! from the machine but kernel and disk. With its end all containers end.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use conformance::cache::{self, Lock};
use conformance::process::Process;
use conformance::wait::{PATIENCE, until_true};
use conformance::{Failure, Result, Sandbox};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};

use super::images::Image;
use crate::ensure::succeeded;
use crate::install;
use crate::progress::Step;

/// How long another run may take that has the engine's folder.
const TURN: Duration = Duration::from_secs(3600);

/// Its own network has a loopback that is down, and forwards nothing.
const BEGIN: &str = r#"ip link set lo up && echo 1 > /proc/sys/net/ipv4/ip_forward && exec dockerd "$@""#;

/// Where it listens, below the sandbox.
const SOCKET: &str = "engine.sock";

/// The engine, running.
pub(crate) struct Engine<'a> {
    sandbox: &'a Sandbox,
    root: PathBuf,
    daemon: Process,
    _turn: Lock,
}

impl<'a> Engine<'a> {
    /// Starts it, and moves this thread with all that it starts into the engine's network.
    pub(crate) fn start(sandbox: &'a Sandbox) -> Result<Self> {
        let root = install::container_engine()?;
        let folder = cache::folder()?.join("containers");
        let turn = Lock::acquire(&folder.with_file_name("containers.lock"), TURN)?;
        plugin(sandbox, &root)?;
        let mut command = sandbox.command("unshare")?;
        command.args(["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]);
        command.args(["sh", "-c", BEGIN, "sh", "--log-level", "error", "--host"]);
        command.arg(host(sandbox)).arg("--data-root").arg(&folder);
        command
            .arg("--exec-root")
            .arg(sandbox.path("engine"))
            .arg("--pidfile")
            .arg(sandbox.path("engine.pid"));
        command.arg("--userland-proxy-path").arg(root.join("usr/sbin/docker-proxy"));
        command.env("PATH", install::path_from(["usr/sbin", "usr/bin"].map(|folder| root.join(folder)))?);
        let daemon = Process::spawn(sandbox, "dockerd", command)?;
        let mut engine = Self { sandbox, root, daemon, _turn: turn };
        engine.wait()?;
        engine.remove_all()?;
        engine.enter()?;
        Ok(engine)
    }

    fn wait(&mut self) -> Result<()> {
        until_true("the container engine to answer", PATIENCE, || {
            if let Some(status) = self.daemon.exit_status()? {
                let log = self.daemon.log();
                return Err(Failure::unexpected(format!("the container engine ended ({status}): {log}")));
            }
            let answer = self.command(["version"])?.output().map_err(Failure::io("run docker"))?;
            Ok(answer.status.success())
        })
    }

    /// Only this thread's network changes, and that of processes which it starts from now on.
    fn enter(&self) -> Result<()> {
        let network = format!("/proc/{}/ns/net", self.daemon.pid());
        let file = File::open(&network).map_err(Failure::io(format!("open {network}")))?;
        move_into_link_name_space(file.as_fd(), Some(LinkNameSpaceType::Network)).map_err(|error| {
            Failure::Io { doing: "enter the engine's network".to_owned(), source: error.into() }
        })
    }

    /// A command of the engine.
    pub(crate) fn command<Argument: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = Argument>,
    ) -> Result<Command> {
        let mut command = self.sandbox.command(self.root.join("usr/bin/docker"))?;
        command.args(arguments).env("DOCKER_HOST", host(self.sandbox));
        command.env("DOCKER_CONFIG", self.sandbox.path("docker")).stdin(Stdio::null());
        Ok(command)
    }

    /// Runs one to its end, which may be a bad one.
    pub(crate) fn output<Argument: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = Argument>,
    ) -> Result<Output> {
        self.command(arguments)?.output().map_err(Failure::io("run docker"))
    }

    /// What one says on its output, which must end well.
    pub(crate) fn run<Argument: AsRef<OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = Argument>,
    ) -> Result<String> {
        succeeded(self.command(arguments)?)
    }

    /// Starts one that goes on.
    pub(crate) fn start_command(&self, name: &str, arguments: &[&str]) -> Result<Process> {
        Process::spawn(self.sandbox, name, self.command(arguments)?)
    }

    /// Makes the images known to it.
    pub(crate) fn load(&self, archives: &[(Image, PathBuf)]) -> Result<()> {
        for (image, archive) in archives {
            let step = Step::begin(format!("Loading {}", image.name()));
            self.run([OsStr::new("load"), OsStr::new("--input"), archive.as_os_str()])?;
            step.done(image.name());
        }
        self.run(["image", "prune", "--force"]).map(drop)
    }

    /// What a container has said, on both streams.
    pub(crate) fn logs(&self, container: &str) -> Result<String> {
        self.both_streams(&["logs", container])
    }

    /// The same, each line with the moment at which the engine had it.
    pub(crate) fn logs_with_times(&self, container: &str) -> Result<String> {
        self.both_streams(&["logs", "--timestamps", container])
    }

    fn both_streams(&self, arguments: &[&str]) -> Result<String> {
        let output = self.output(arguments)?;
        Ok(String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    }

    /// One thing that the engine knows of a container.
    pub(crate) fn inspect(&self, container: &str, what: &str) -> Result<String> {
        self.run(["inspect", "--format", what, container])
    }

    /// Removes what an earlier run or this one has left.
    pub(crate) fn remove_all(&self) -> Result<()> {
        let containers = self.run(["ps", "--all", "--quiet"])?;
        if !containers.is_empty() {
            self.run(["rm", "--force", "--volumes"].into_iter().chain(containers.lines()))?;
        }
        self.run(["network", "prune", "--force"])?;
        self.run(["volume", "prune", "--all", "--force"]).map(drop)
    }

    /// The end of a test that went well.
    pub(crate) fn end(mut self) -> Result<()> {
        self.remove_all()?;
        self.daemon.kill()
    }

    /// Shows what containers said, for whoever has to find out what went wrong.
    pub(crate) fn tell(&self) {
        let names = self.run(["ps", "--all", "--format", "{{.Names}} {{.Status}}"]).unwrap_or_default();
        for line in names.lines() {
            let name = line.split(' ').next().unwrap_or_default();
            let said = self.logs(name).unwrap_or_else(|failure| failure.to_string());
            let lines: Vec<&str> = said.lines().collect();
            println!("---- {line}\n{}", lines[lines.len().saturating_sub(60)..].join("\n"));
        }
    }
}

fn host(sandbox: &Sandbox) -> String {
    format!("unix://{}", sandbox.path(SOCKET).display())
}

/// Compose is known to the engine's client where its settings are.
fn plugin(sandbox: &Sandbox, root: &Path) -> Result<()> {
    let link = sandbox.subfolder("docker/cli-plugins")?.join("docker-compose");
    let plugin = root.join("usr/libexec/docker/cli-plugins/docker-compose");
    std::os::unix::fs::symlink(&plugin, &link).map_err(Failure::io(format!("link {}", link.display())))?;
    fs::metadata(&link).map_err(Failure::io(format!("find {}", plugin.display()))).map(drop)
}
