//! Cluster mode: drivers that a Worker runs, submitted by Spark's own client over either of its ways.

use std::collections::BTreeSet;
use std::fs;
use std::process::{Command, ExitStatus};

use serde_json::{Value, json};

use crate::json::{self, Driver};
use crate::process::Process;
use crate::wait::{self, JOB_PATIENCE};
use crate::{Cluster, Failure, Job, Result, Subject, binary};

/// The states that a driver does not leave any more.
const FINAL_STATES: [&str; 4] = ["FINISHED", "KILLED", "FAILED", "ERROR"];

/// What a driver's JVM has to be allowed from Java 17 on, as packages of `java.base`: `JavaModuleOptions`, as far as
/// the tests' applications need it.
const PACKAGES: [&str; 8] = [
    "java.lang",
    "java.lang.invoke",
    "java.io",
    "java.net",
    "java.nio",
    "java.util",
    "java.util.concurrent",
    "sun.nio.ch",
];

/// The ways from `spark-submit` to a Master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Messages to the Master's own port, as `org.apache.spark.deploy.Client` sends them.
    Rpc,
    /// HTTP to the REST submission server.
    Rest,
}

/// What a Master needs to be told so that it listens for REST submissions, on a free port.
pub const REST_SETTINGS: [(&str, &str); 2] =
    [("spark.master.rest.enabled", "true"), ("spark.master.rest.port", "0")];

/// A driver that was handed over, or is about to be.
#[derive(Debug)]
pub struct Submission {
    /// `spark-submit`, which ends long before the driver unless it was told to wait.
    pub client: Process,
    /// The drivers that the Master knew before.
    known: BTreeSet<String>,
}

impl Submission {
    /// The id of the new driver, once the Master lists it.
    pub fn driver(&mut self, cluster: &Cluster<'_>) -> Result<String> {
        wait::until("the Master to list the submitted driver", JOB_PATIENCE, || {
            let ended = self.client.exit_status()?;
            let new = cluster.drivers()?.into_iter().find(|driver| !self.known.contains(&driver.id));
            match (new, ended) {
                (Some(driver), _) => Ok(Some(driver.id)),
                (None, Some(status)) if !status.success() => {
                    Err(Failure::unexpected(format!("{} ended with {status}", self.client.name())))
                }
                (None, _) => Ok(None),
            }
        })
    }
}

impl Cluster<'_> {
    /// Starts `spark-submit --deploy-mode cluster`.
    pub fn submit_driver(&mut self, job: &Job, way: Way) -> Result<Submission> {
        let (master_url, rest) = match way {
            Way::Rpc => (self.url.clone(), "false"),
            Way::Rest => (self.master.rest_url()?, "true"),
        };
        let mut job = job.clone().option("--deploy-mode").option("cluster");
        job = self.forgotten_options().into_iter().fold(job, Job::java_option);
        let job = job.conf("spark.master.rest.enabled", rest);
        let command = job.command(self.sandbox, &self.spark, &master_url)?;
        self.launch(&format!("submit-{}", job.name()), command)
    }

    /// Starts `org.apache.spark.deploy.Client launch`, which tells the Worker of a jar and the driver of none.
    pub fn launch_driver(
        &self,
        name: &str,
        jar_url: &str,
        class: &str,
        arguments: &[&str],
    ) -> Result<Submission> {
        let mut command = self.sandbox.command(self.spark.spark_class())?;
        command
            .env("SPARK_HOME", self.spark.home())
            .args(["org.apache.spark.deploy.Client", "--memory", "512m", "launch"])
            .args([&self.master.url(), jar_url, class])
            .args(arguments);
        self.launch(&format!("launch-{name}"), command)
    }

    fn launch(&self, name: &str, command: Command) -> Result<Submission> {
        let known = self.drivers()?.into_iter().map(|driver| driver.id).collect();
        Ok(Submission { client: Process::spawn(self.sandbox, name, command)?, known })
    }

    /// Has the REST server run a Python program of this crate's, which `spark-submit` does not offer: the program is
    /// an argument of `SparkSubmit`, as Spark's documentation has it. Gives the driver's id.
    pub fn submit_python_driver(&mut self, name: &str, script: &str, arguments: &[&str]) -> Result<String> {
        let script = binary::workspace().join("conformance/python").join(script);
        let python = format!("spark.pyspark.python={}", self.spark.python().display());
        let (master, script) = (self.master.url(), script.to_string_lossy());
        let mut words = vec!["--master", &master, "--name", name, "--conf", &python];
        words.extend(["--conf", "spark.executor.memory=512m", "--conf", "spark.cores.max=2", &script]);
        words.extend(arguments);
        let request = json!({
            "action": "CreateSubmissionRequest",
            "clientSparkVersion": self.spark.version(),
            "appResource": "",
            "mainClass": "org.apache.spark.deploy.SparkSubmit",
            "appArgs": words,
            "environmentVariables": {"PYTHONDONTWRITEBYTECODE": "1"},
            "sparkProperties": {
                "spark.master": master,
                "spark.app.name": name,
                "spark.driver.memory": "512m",
                "spark.driver.extraJavaOptions": self.forgotten_options().join(" "),
            },
        });
        let url = self.master.rest_url()?.replace("spark://", "http://") + "/v1/submissions/create";
        let answer: Value = json::post(&url, &request)?;
        answer["submissionId"]
            .as_str()
            .filter(|_| answer["success"] == true)
            .map(str::to_owned)
            .ok_or_else(|| Failure::unexpected(format!("POST {url}: {answer}")))
    }

    /// Spark 3 gives a driver these in client mode and forgets them in cluster mode; Hearth remembers them.
    fn forgotten_options(&self) -> Vec<String> {
        let forgotten =
            self.workers.iter().any(|worker| worker.subject() == Subject::Jvm) && self.spark.major() < 4;
        let packages = if forgotten { &PACKAGES[..] } else { &[] };
        packages.iter().map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED")).collect()
    }

    /// What a driver of the first Worker has printed so far.
    pub fn driver_output(&self, driver: &str) -> String {
        let path = self.sandbox.path(format!("work-worker0/{driver}/stdout"));
        String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
    }

    /// Runs `spark-submit --kill` or `--status` (`verb`) for a driver to its end.
    pub fn ask_about_driver(&mut self, verb: &str, driver: &str) -> Result<ExitStatus> {
        let mut command = self.sandbox.command(self.spark.spark_submit())?;
        command.env("SPARK_HOME", self.spark.home()).args(["--master", &self.master.rest_url()?]);
        command.arg(format!("--{verb}")).arg(driver);
        Process::spawn(self.sandbox, &format!("submit-{verb}-{driver}"), command)?.wait(JOB_PATIENCE)
    }

    /// The driver of this id, wherever the Master lists it.
    pub fn driver(&self, id: &str) -> Result<Option<Driver>> {
        Ok(self.drivers()?.into_iter().find(|driver| driver.id == id))
    }

    /// All drivers that the Master lists.
    pub fn drivers(&self) -> Result<Vec<Driver>> {
        let state = self.master.state()?;
        Ok(state.active_drivers.into_iter().chain(state.completed_drivers).collect())
    }

    /// Waits until a driver is in the given state; fails at once when it is in another one that is final.
    pub fn wait_for_driver(&self, id: &str, state: &str) -> Result<()> {
        wait::until_true(format!("{id} to be {state}"), JOB_PATIENCE, || match self.driver(id)? {
            Some(driver) if driver.state == state => Ok(true),
            Some(Driver { state, .. }) if FINAL_STATES.contains(&&*state) => {
                Err(Failure::unexpected(format!("{id} is {state}")))
            }
            _ => Ok(false),
        })
    }
}
