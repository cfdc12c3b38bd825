//! `hearth submit` with real Spark: Python applications on a cluster that runs their drivers too.

use std::process::Command;

use conformance::daemon::Offer;
use conformance::process::Process;
use conformance::submission::REST_SETTINGS;
use conformance::wait::JOB_PATIENCE;
use conformance::{Cluster, Failure, Layout, Result, Sandbox, Spark, Subject, binary, shuffle};

/// A cluster with room for a driver and its executors, and somebody who submits.
struct Stand<'sandbox> {
    cluster: Cluster<'sandbox>,
    rest_url: String,
}

impl<'sandbox> Stand<'sandbox> {
    fn start(sandbox: &'sandbox Sandbox, spark: &Spark) -> Result<Self> {
        sandbox.configure(REST_SETTINGS)?;
        let offer = Offer { cores: 3, memory_mib: 2560 };
        let layout = Layout { offer, ..Layout::of(Subject::under_test(), 1) };
        let mut cluster = Cluster::start(sandbox, spark, layout)?;
        let rest_url = cluster.master.rest_url()?;
        Ok(Self { cluster, rest_url })
    }

    /// `hearth submit --wait` for a program of this crate's `python` folder.
    fn submit(&self, name: &str, flags: &[&str], program: &str, arguments: &[&str]) -> Result<Process> {
        let mut command: Command = self.cluster.sandbox.command(binary::hearth()?)?;
        let python = self.cluster.spark.python();
        command.env("PYSPARK_PYTHON", python).env("PYTHONDONTWRITEBYTECODE", "1");
        command.args(["submit", "--wait", "--name", name, "--master", &self.rest_url]);
        command.args(["--driver-memory", "512m", "--executor-memory", "512m", "--total-executor-cores", "2"]);
        // Spark 3 forgets these in cluster mode; Hearth's Master and Worker do not.
        if Subject::under_test() == Subject::Jvm {
            let opened = ["java.lang", "java.lang.invoke", "java.net", "java.nio", "java.util", "sun.nio.ch"];
            let opened = opened.map(|package| format!("--add-opens=java.base/{package}=ALL-UNNAMED"));
            command.arg("--driver-java-options").arg(opened.join(" "));
        }
        command.args(flags).arg(program_path(program)).args(arguments);
        Process::spawn(self.cluster.sandbox, name, command)
    }

    /// What the driver printed that a client submitted which has ended well.
    fn output(&self, client: &mut Process) -> Result<String> {
        let status = client.wait(JOB_PATIENCE)?;
        let id = client.output().trim().to_owned();
        if !status.success() || !client.log().contains(&format!("{id} finished")) {
            return Err(Failure::unexpected(format!("it ended with {status}: {}", client.log())));
        }
        Ok(self.cluster.driver_output(&id))
    }
}

fn program_path(program: &str) -> String {
    binary::workspace().join("conformance/python").join(program).to_string_lossy().into_owned()
}

#[test]
fn a_python_application_runs_to_its_right_result() -> Result<()> {
    for spark in Spark::selected()? {
        let sandbox = Sandbox::new(&format!("submit-{}", spark.version()))?;
        let stand = Stand::start(&sandbox, &spark)?;
        let count = shuffle::COUNT.to_string();
        let mut shuffles = stand.submit("shuffles", &[], "two_shuffles.py", &[&count])?;
        assert_eq!(stand.output(&mut shuffles)?, format!("RESULT {}\n", shuffle::expected_answer()));

        let other = program_path("other_file.py");
        let mut files = stand.submit("files", &["--py-files", &other], "two_files.py", &["one", "--two"])?;
        assert_eq!(stand.output(&mut files)?, "RESULT files <driver> <one> <--two>\n");
        stand.cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn an_application_that_fails_is_a_failure_of_its_client() -> Result<()> {
    let Some(spark) = Spark::selected()?.into_iter().next_back() else { return Ok(()) };
    let sandbox = Sandbox::new("submit-failing")?;
    let stand = Stand::start(&sandbox, &spark)?;
    // No number: the program ends with an exception.
    let mut client = stand.submit("fails", &[], "two_shuffles.py", &["many"])?;
    assert_eq!(client.wait(JOB_PATIENCE)?.code(), Some(1));
    assert!(client.log().contains("ended as FAILED on 127.0.0.1:"), "{}", client.log());
    stand.cluster.stop()?;
    sandbox.end()
}
