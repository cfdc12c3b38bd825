//! Drivers: programs submitted with `spark-submit`, in client mode or in cluster mode.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::process::Process;
use crate::{Failure, Result, Sandbox, Spark, binary, wait};

/// A test's JVMs live for seconds: compiling their code as well as can be is most of what they would do.
const SHORT_LIVED: &str = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

/// What a driver says once a Master has let its application in.
pub const LET_IN: &str = "Connected to Spark cluster with app ID";

/// A program and how it is to run.
#[derive(Clone, Debug)]
pub struct Job {
    name: String,
    program: String,
    options: Vec<String>,
    arguments: Vec<String>,
    java_options: Vec<String>,
    conf: Vec<(String, String)>,
}

impl Job {
    /// A job of this name, which is also the application's. The defaults suit a busy machine with two cores.
    fn new(name: &str, program: impl Into<String>) -> Self {
        let defaults = [
            ("spark.driver.bindAddress", "127.0.0.1"),
            ("spark.driver.host", "127.0.0.1"),
            ("spark.driver.memory", "512m"),
            ("spark.executor.memory", "512m"),
            ("spark.executor.extraJavaOptions", SHORT_LIVED),
            ("spark.ui.enabled", "false"),
            ("spark.ui.showConsoleProgress", "false"),
        ];
        let conf = defaults.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
        let (options, arguments) = (Vec::new(), Vec::new());
        let java_options = vec![SHORT_LIVED.to_owned()];
        Self { name: name.to_owned(), program: program.into(), options, arguments, java_options, conf }
    }

    /// Spark's own example.
    pub fn pi(spark: &Spark) -> Self {
        Self::new("pi", spark.pi().to_string_lossy()).argument("4")
    }

    /// A program of this crate's `python` folder.
    pub fn of_ours(name: &str, script: &str) -> Self {
        let script: PathBuf = binary::workspace().join("conformance/python").join(script);
        Self::new(name, script.to_string_lossy())
    }

    /// A class of a jar; `jar` is a path or what Spark knows as a URL.
    pub fn of_class(name: &str, jar: impl Into<String>, class: &str) -> Self {
        Self::new(name, jar).option("--class").option(class)
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

    /// One more word for `spark-submit`.
    #[must_use]
    pub fn option(mut self, option: &str) -> Self {
        self.options.push(option.to_owned());
        self
    }

    /// One more option for the driver's JVM.
    #[must_use]
    pub fn java_option(mut self, option: impl Into<String>) -> Self {
        self.java_options.push(option.into());
        self
    }

    /// Starts `spark-submit`, which becomes the driver's JVM.
    pub fn submit(&self, sandbox: &Sandbox, spark: &Spark, master_url: &str) -> Result<RunningJob> {
        let command = self.command(sandbox, spark, master_url)?;
        Ok(RunningJob { process: Process::spawn(sandbox, &format!("job-{}", self.name), command)? })
    }

    /// The command that starts `spark-submit`.
    pub fn command(&self, sandbox: &Sandbox, spark: &Spark, master_url: &str) -> Result<Command> {
        let mut command = sandbox.command(spark.spark_submit())?;
        let temporary = format!("-Djava.io.tmpdir={}", sandbox.path("tmp").display());
        let java_options: Vec<&str> =
            std::iter::once(&temporary).chain(&self.java_options).map(String::as_str).collect();
        command
            .env("SPARK_HOME", spark.home())
            .env("PYSPARK_PYTHON", spark.python())
            .env("PYSPARK_DRIVER_PYTHON", spark.python())
            // The programs import each other from this crate's folder, which is to stay clean.
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .args(["--master", master_url, "--name", &self.name])
            .args(["--driver-java-options", &java_options.join(" ")]);
        for (key, value) in &self.conf {
            command.args(["--conf", &format!("{key}={value}")]);
        }
        command.args(&self.options).arg(&self.program).args(&self.arguments);
        Ok(command)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
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
        labelled(&output, label).ok_or_else(|| {
            Failure::unexpected(format!("{} printed no line \"{label}...\": {output}", self.process.name()))
        })
    }

    /// As [`Self::answer`], of a driver that need not end.
    pub fn printed(&mut self, label: &str, patience: Duration) -> Result<String> {
        wait::until(format!("{} to print {label}", self.process.name()), patience, || {
            let ended = self.process.exit_status()?;
            match (labelled(&self.process.output(), label), ended) {
                (None, Some(status)) => {
                    Err(Failure::unexpected(format!("{} ended with {status} too early", self.process.name())))
                }
                (found, _) => Ok(found),
            }
        })
    }
}

/// What stands after `label` on the whole line that begins with it.
fn labelled(output: &str, label: &str) -> Option<String> {
    let whole = &output[..output.rfind('\n')?];
    whole.lines().find_map(|line| line.strip_prefix(label)).map(|rest| rest.trim().to_owned())
}
