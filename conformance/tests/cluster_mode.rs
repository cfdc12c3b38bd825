//! Cluster mode: drivers that a Worker runs, submitted by Spark's own client over RPC and over HTTP.

use std::fs;

use conformance::daemon::{Offer, free_port};
use conformance::process::Process;
use conformance::shuffle::{self, Gate};
use conformance::wait::{JOB_PATIENCE, PATIENCE, until, until_true};
use conformance::{
    Cluster, Failure, Job, Layout, Result, Sandbox, ShortCut, Spark, Subject, Way, application,
};

/// One Worker with room for a driver and an executor.
fn cluster<'sandbox>(sandbox: &'sandbox Sandbox, spark: &Spark) -> Result<Cluster<'sandbox>> {
    // Spark 3 puts its own port in the place of the REST server's in a driver's master URL, and knows the latter only
    // by its setting (`StandaloneSubmitRequestServlet.buildDriverDescription`, 3.5).
    let port = free_port()?.to_string();
    sandbox.configure([("spark.master.rest.enabled", "true"), ("spark.master.rest.port", &port)])?;
    let offer = Offer { cores: 3, memory_mib: 2560 };
    Cluster::start(sandbox, spark, Layout { offer, ..Layout::of(Subject::under_test(), 1) })
}

fn with_cluster(
    name: &str,
    short_cut: ShortCut,
    body: impl Fn(&Sandbox, &mut Cluster<'_>) -> Result<()>,
) -> Result<()> {
    for spark in Spark::of_matrix(short_cut)? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        let mut cluster = cluster(&sandbox, &spark)?;
        body(&sandbox, &mut cluster)?;
        until_true("the Worker to have everything back", PATIENCE, || {
            Ok(cluster.master.state()?.workers.iter().all(|worker| worker.cores_used == 0))
        })?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// Submits the job with two shuffles and waits for its answer, which the driver writes to a file.
fn two_shuffles_run(cluster: &mut Cluster<'_>, name: &str, jar: &str, way: Way) -> Result<()> {
    let result = cluster.sandbox.path(format!("{name}.result"));
    let job = shuffle::class_job(name, jar, &result).conf("spark.cores.max", "2");
    let mut submission = cluster.submit_driver(&job, way)?;
    let driver = submission.driver(cluster)?;
    cluster.wait_for_driver(&driver, "FINISHED")?;
    let answer = fs::read_to_string(&result).map_err(Failure::io("read the answer"))?;
    assert_eq!(answer.trim(), shuffle::expected_answer());
    assert!(submission.client.wait(JOB_PATIENCE)?.success());
    let state = cluster.master.state()?;
    assert!(state.completed.iter().any(|one| one.name == name && one.state == "FINISHED"), "{state:?}");
    Ok(())
}

#[test]
fn a_driver_with_a_local_jar_comes_by_rpc() -> Result<()> {
    with_cluster("rpc", ShortCut::Each, |sandbox, cluster| {
        let jar = application::jar(sandbox, &cluster.spark, "job", &["TwoShuffles"])?;
        two_shuffles_run(cluster, "rpc", &format!("file:{}", jar.display()), Way::Rpc)
    })
}

#[test]
fn a_driver_with_a_jar_from_http_comes_by_rest() -> Result<()> {
    with_cluster("rest", ShortCut::Each, |sandbox, cluster| {
        let jar = application::jar(sandbox, &cluster.spark, "job", &["TwoShuffles"])?;
        let served = sandbox.subfolder("served")?;
        fs::rename(jar, served.join("job.jar")).map_err(Failure::io("move a jar"))?;
        let mut command = sandbox.command(cluster.spark.python())?;
        command.args(["-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory"]).arg(&served);
        let mut server = Process::spawn(sandbox, "http-server", command)?;
        let port = until("the HTTP server to listen", PATIENCE, || {
            let said = server.output();
            Ok(said.split_once(" port ").and_then(|(_, rest)| rest.split(' ').next().map(str::to_owned)))
        })?;
        two_shuffles_run(cluster, "rest", &format!("http://127.0.0.1:{port}/job.jar"), Way::Rest)?;
        server.terminate(PATIENCE).map(drop)
    })
}

#[test]
fn a_python_driver_comes_by_rest() -> Result<()> {
    with_cluster("python", ShortCut::First, |_, cluster| {
        let driver =
            cluster.submit_python_driver("python", "two_shuffles.py", &[&shuffle::COUNT.to_string()])?;
        cluster.wait_for_driver(&driver, "FINISHED")?;
        let answer = format!("RESULT {}\n", shuffle::expected_answer());
        assert_eq!(cluster.driver_output(&driver), answer);
        Ok(())
    })
}

#[test]
fn a_drivers_jar_comes_from_the_submitters_own_file_server() -> Result<()> {
    // Spark's Worker refuses: only a process with a SparkEnv reads from there.
    if Subject::under_test() == Subject::Jvm {
        return Ok(());
    }
    with_cluster("file-server", ShortCut::Last, |sandbox, cluster| {
        let jar = application::jar(sandbox, &cluster.spark, "attempts", &["Attempts"])?;
        // A driver in client mode that serves the jar; its Spark is nowhere, so it only waits.
        let waiting = shuffle::job("serves").conf("spark.executorEnv.HEARTH_SPARK_VERSION", "1.0.0");
        let mut serving = cluster.submit(&waiting.option("--jars").option(&jar.to_string_lossy()))?;
        let url = serving.process.wait_for_line("Added JAR", JOB_PATIENCE, |line| {
            let url = line.split_once("Added JAR ")?.1.split_once(" at ")?.1.split(' ').next()?;
            url.starts_with("spark://").then(|| url.to_owned())
        })?;
        let gate = Gate::closed(sandbox, "file-server")?;
        gate.open()?;
        let arguments = [&gate.folder().to_string_lossy(), "0"];
        let mut submission = cluster.launch_driver("attempts", &url, "conformance.Attempts", &arguments)?;
        let driver = submission.driver(cluster)?;
        cluster.wait_for_driver(&driver, "FINISHED")?;
        assert!(gate.folder().join("attempt-1").exists());
        serving.process.terminate(PATIENCE).map(drop)
    })
}

/// A driver whose first attempts fail and whose next one waits for the gate; it needs no executor.
fn attempts(name: &str, jar: &str, gate: &Gate, failures: usize) -> Job {
    Job::of_class(name, jar, "conformance.Attempts")
        .argument(gate.folder().to_string_lossy())
        .argument(failures.to_string())
}

fn wait_for_attempt(gate: &Gate, number: usize) -> Result<()> {
    let attempt = gate.folder().join(format!("attempt-{number}"));
    until_true(format!("attempt {number} of the driver"), JOB_PATIENCE, || Ok(attempt.exists()))
}

#[test]
fn a_supervised_driver_is_started_again_until_it_is_killed() -> Result<()> {
    with_cluster("supervise", ShortCut::Each, |sandbox, cluster| {
        let jar = application::jar(sandbox, &cluster.spark, "attempts", &["Attempts"])?;
        let gate = Gate::closed(sandbox, "supervise")?;
        let job = attempts("supervise", &jar.to_string_lossy(), &gate, 1).option("--supervise");
        let driver = cluster.submit_driver(&job, Way::Rpc)?.driver(cluster)?;
        // The first attempt fails by itself, the second one is killed, the third one stays.
        wait_for_attempt(&gate, 2)?;
        sandbox.drivers().iter().for_each(conformance::processes::Tagged::kill);
        wait_for_attempt(&gate, 3)?;
        assert_eq!(cluster.driver(&driver)?.map(|driver| driver.state).as_deref(), Some("RUNNING"));
        assert!(cluster.ask_about_driver("status", &driver)?.success());
        assert!(cluster.ask_about_driver("kill", &driver)?.success());
        cluster.wait_for_driver(&driver, "KILLED")?;
        until_true("the killed driver to be gone", PATIENCE, || Ok(sandbox.drivers().is_empty()))?;
        assert!(!gate.folder().join("attempt-4").exists());
        Ok(())
    })
}

#[test]
fn spark_submit_waits_for_a_drivers_end_when_it_is_told_to() -> Result<()> {
    with_cluster("wait", ShortCut::Last, |sandbox, cluster| {
        let jar = application::jar(sandbox, &cluster.spark, "attempts", &["Attempts"])?;
        let jar = jar.to_string_lossy();
        let (patient, hasty) = (Gate::closed(sandbox, "patient")?, Gate::closed(sandbox, "hasty")?);
        let waiting = "spark.standalone.submit.waitAppCompletion";
        let job = attempts("patient", &jar, &patient, 0).conf(waiting, "true");
        let mut first = cluster.submit_driver(&job, Way::Rpc)?;
        let first_driver = first.driver(cluster)?;
        let mut second = cluster.submit_driver(&attempts("hasty", &jar, &hasty, 0), Way::Rpc)?;
        let second_driver = second.driver(cluster)?;
        // Both clients look at their drivers some seconds after they submitted: then the later one has seen enough.
        assert!(second.client.wait(JOB_PATIENCE)?.success());
        assert!(first.client.is_running()?);
        patient.open()?;
        assert!(first.client.wait(JOB_PATIENCE)?.success());
        cluster.wait_for_driver(&first_driver, "FINISHED")?;
        assert_eq!(cluster.driver(&second_driver)?.map(|driver| driver.state).as_deref(), Some("RUNNING"));
        hasty.open()?;
        cluster.wait_for_driver(&second_driver, "FINISHED")
    })
}

#[test]
fn the_exit_status_of_spark_submit_is_as_on_the_jvm() -> Result<()> {
    with_cluster("statuses", ShortCut::Last, |sandbox, cluster| {
        let jar = application::jar(sandbox, &cluster.spark, "attempts", &["Attempts"])?;
        let gate = Gate::closed(sandbox, "statuses")?;
        let mut end_as = |name: &str, jar: &str, state: &str| -> Result<(String, Option<i32>)> {
            let mut submission = cluster.submit_driver(&attempts(name, jar, &gate, 1), Way::Rpc)?;
            let driver = submission.driver(cluster)?;
            cluster.wait_for_driver(&driver, state)?;
            Ok((driver, submission.client.wait(JOB_PATIENCE)?.code()))
        };
        let (failed, failed_status) = end_as("fails", &jar.to_string_lossy(), "FAILED")?;
        let (_, error_status) = end_as("has-no-jar", "file:/nowhere/at-all.jar", "ERROR")?;
        // A driver's own failure is no failure of the submission; that it could not be started is one (-1).
        assert_eq!((failed_status, error_status), (Some(0), Some(255)));
        for id in [&*failed, "driver-20260101000000-0000"] {
            for verb in ["status", "kill"] {
                assert!(cluster.ask_about_driver(verb, id)?.success(), "--{verb} {id}");
            }
        }
        Ok(())
    })
}
