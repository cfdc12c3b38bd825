//! The two makes of daemons, as command lines that start nothing but the daemon.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use conformance::process::Process;
use conformance::{Failure, Master, Result, Sandbox, Spark, Subject, binary};

/// The release that Hearth is compared with.
pub(crate) const REFERENCE: &str = "3.5.7";

/// A kind of daemon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Daemon {
    Master,
    Worker,
    Shuffle,
}

/// Whose daemons, and how they are started.
pub(crate) struct Make {
    /// Tells the files of the two apart.
    pub(crate) name: &'static str,
    pub(crate) spark: Spark,
    pub(crate) subject: Subject,
    /// Hearth's program, or the JVM's whole command line but for the class.
    prefix: Vec<OsString>,
}

impl Make {
    /// What is measured: Hearth, unless the reference is to be compared with itself.
    pub(crate) fn under_test(sandbox: &Sandbox) -> Result<Self> {
        match Subject::under_test() {
            Subject::Hearth => Self::hearth(),
            Subject::Jvm => Ok(Self { name: "ours", ..Self::reference(sandbox)? }),
        }
    }

    /// Hearth as it is shipped, or as `HEARTH_BIN` names it.
    fn hearth() -> Result<Self> {
        let program = match std::env::var_os("HEARTH_BIN") {
            Some(_) => binary::hearth()?,
            None => binary::build(binary::Profile::Release)?,
        };
        let spark = Spark::installed(REFERENCE)?;
        Ok(Self { name: "ours", spark, subject: Subject::Hearth, prefix: vec![program.into()] })
    }

    /// Spark's classes. `bin/spark-class` first starts another JVM to find out what to start: that is not counted,
    /// so the command line at which it arrives is taken from a running Master.
    pub(crate) fn reference(sandbox: &Sandbox) -> Result<Self> {
        let spark = Spark::installed(REFERENCE)?;
        let mut master = Master::start(sandbox, &spark, Subject::Jvm, "jvm-sample", 0)?;
        let path = format!("/proc/{}/cmdline", master.process.pid());
        let line = fs::read_to_string(&path).map_err(Failure::io(format!("read {path}")))?;
        master.process.kill()?;
        let prefix: Vec<OsString> = line
            .split('\0')
            .take_while(|argument| !argument.starts_with("org.apache.spark.deploy."))
            .map(OsString::from)
            .collect();
        Ok(Self { name: "theirs", spark, subject: Subject::Jvm, prefix })
    }

    /// Starts a daemon on this RPC port.
    pub(crate) fn start(
        &self,
        sandbox: &Sandbox,
        name: &str,
        daemon: Daemon,
        port: u16,
        master_url: Option<&str>,
    ) -> Result<Process> {
        let mut command = self.command(sandbox, daemon)?;
        command.args(["--host", "127.0.0.1", "--port", &port.to_string(), "--webui-port", "0"]);
        if let Some(url) = master_url {
            let work: PathBuf = sandbox.subfolder(format!("work-{name}"))?;
            command.args(["--cores", "2", "--memory", "1g", "--work-dir"]).arg(work).arg(url);
        }
        Process::spawn(sandbox, name, command)
    }

    /// Starts a shuffle service on this port; Spark's has no flags.
    pub(crate) fn start_service(&self, sandbox: &Sandbox, name: &str, port: u16) -> Result<Process> {
        let mut command = self.command(sandbox, Daemon::Shuffle)?;
        let option = format!("-Dspark.shuffle.service.port={port}");
        match self.subject {
            Subject::Hearth => {
                command.args(["--webui-port", "0"]).env("SPARK_SHUFFLE_OPTS", option);
            }
            // An option of the JVM stands before the class.
            Subject::Jvm => sandbox.configure([("spark.shuffle.service.port", port.to_string())])?,
        }
        Process::spawn(sandbox, name, command)
    }

    fn command(&self, sandbox: &Sandbox, daemon: Daemon) -> Result<Command> {
        let (program, arguments) =
            self.prefix.split_first().ok_or_else(|| Failure::unexpected("the daemon has no command line"))?;
        let mut command = sandbox.command(program)?;
        command.args(arguments).env("SPARK_HOME", self.spark.home());
        command.arg(match (self.subject, daemon) {
            (Subject::Hearth, Daemon::Shuffle) => "shuffle-service",
            (Subject::Jvm, Daemon::Shuffle) => "org.apache.spark.deploy.ExternalShuffleService",
            (Subject::Hearth, Daemon::Master) => "master",
            (Subject::Hearth, Daemon::Worker) => "worker",
            (Subject::Jvm, Daemon::Master) => "org.apache.spark.deploy.master.Master",
            (Subject::Jvm, Daemon::Worker) => "org.apache.spark.deploy.worker.Worker",
        });
        Ok(command)
    }
}
