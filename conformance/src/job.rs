//! Drivers: Python programs submitted in client mode.

use std::path::PathBuf;
use std::time::Duration;

use crate::process::Process;
use crate::{Failure, Result, Sandbox, Spark, binary};

/// A program and how it is to run.
#[derive(Clone, Debug)]
pub struct Job {
    name: String,
    script: PathBuf,
    arguments: Vec<String>,
    conf: Vec<(String, String)>,
}

impl Job {
    /// A job of this name, which is also the application's. The defaults suit a busy machine with two cores.
    pub fn new(name: &str, script: PathBuf) -> Self {
        let defaults = [
            ("spark.driver.bindAddress", "127.0.0.1"),
            ("spark.driver.host", "127.0.0.1"),
            ("spark.driver.memory", "512m"),
            ("spark.executor.memory", "512m"),
            ("spark.ui.enabled", "false"),
            ("spark.ui.showConsoleProgress", "false"),
        ];
        let conf = defaults.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        Self { name: name.to_owned(), script, arguments: Vec::new(), conf }
    }

    /// Spark's own example.
    pub fn pi(spark: &Spark) -> Self {
        Self::new("pi", spark.pi()).argument("4")
    }

    /// A program of this crate's `python` folder.
    pub fn of_ours(name: &str, script: &str) -> Self {
        Self::new(name, binary::workspace().join("conformance/python").join(script))
    }

    /// One more argument for the program.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<String>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// One more `--conf`.
    #[must_use]
    pub fn conf(mut self, key: &str, value: impl Into<String>) -> Self {
        self.conf.push((key.to_owned(), value.into()));
        self
    }

    /// Starts `spark-submit`, which becomes the driver's JVM.
    pub fn submit(&self, sandbox: &Sandbox, spark: &Spark, master_url: &str) -> Result<RunningJob> {
        let mut command = sandbox.command(spark.spark_submit())?;
        command
            .env("SPARK_HOME", spark.home())
            .env("PYSPARK_PYTHON", spark.python())
            .env("PYSPARK_DRIVER_PYTHON", spark.python())
            .args(["--master", master_url, "--name", &self.name])
            .args(["--driver-java-options", &format!("-Djava.io.tmpdir={}", sandbox.path("tmp").display())]);
        for (key, value) in &self.conf {
            command.args(["--conf", &format!("{key}={value}")]);
        }
        command.arg(&self.script).args(&self.arguments);
        Ok(RunningJob { process: Process::spawn(sandbox, &format!("job-{}", self.name), command)? })
    }
}

/// A driver that was started.
#[derive(Debug)]
pub struct RunningJob {
    /// The driver's JVM.
    pub process: Process,
}

impl RunningJob {
    /// Waits for a good end; gives what the program printed.
    pub fn result(&mut self, patience: Duration) -> Result<String> {
        let status = self.process.wait(patience)?;
        let output = self.process.output();
        if status.success() {
            return Ok(output);
        }
        Err(Failure::unexpected(format!("{} ended with {status}; its output: {output}", self.process.name())))
    }

    /// As [`Self::result`]; gives what stands after `label` on the line that begins with it.
    pub fn answer(&mut self, label: &str, patience: Duration) -> Result<String> {
        let output = self.result(patience)?;
        output
            .lines()
            .find_map(|line| line.strip_prefix(label))
            .map(|rest| rest.trim().to_owned())
            .ok_or_else(|| {
                Failure::unexpected(format!(
                    "{} printed no line \"{label}...\": {output}",
                    self.process.name()
                ))
            })
    }
}
