//! Spark Connect: a server on the cluster, and a client that has no JVM.

use conformance::process::Process;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{Cluster, Job, Layout, Result, RunningJob, Sandbox, ShortCut, Spark, Subject};

const SERVER: &str = "org.apache.spark.sql.connect.service.SparkConnectServer";

#[test]
fn a_remote_client_works_on_the_cluster() -> Result<()> {
    // Before 4.0 the server was a package of its own, which Spark's distribution does not hold.
    for spark in Spark::of_matrix(ShortCut::Last)?.into_iter().filter(|spark| spark.major() >= 4) {
        let sandbox = Sandbox::new(&format!("connect-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 1))?;
        let server = Job::of_class("connect", "spark-internal", SERVER)
            .conf("spark.connect.grpc.binding.address", "127.0.0.1")
            .conf("spark.connect.grpc.binding.port", "0")
            .conf("spark.sql.shuffle.partitions", "2");
        let mut server = cluster.submit(&server)?.process;
        let started = "Spark Connect server started at: ";
        let address = server.wait_for_line(started, JOB_PATIENCE, |line| {
            Some(line.split_once(started)?.1.trim().to_owned())
        })?;
        let port = address.rsplit(':').next().unwrap_or_default();
        let mut command = sandbox.command(spark.python())?;
        command.arg(conformance::binary::workspace().join("conformance/python/connect_client.py"));
        command.arg(format!("sc://127.0.0.1:{port}"));
        let mut client = RunningJob { process: Process::spawn(&sandbox, "client", command)? };
        assert_eq!(client.answer("RESULT", JOB_PATIENCE)?, "0:166833 1:167167 2:166500 500");
        // The work was done by this cluster, not by the server alone.
        assert_eq!(sandbox.executors().len(), 1);
        server.terminate(PATIENCE)?;
        until_true("the application to be FINISHED", PATIENCE, || {
            Ok(cluster.master.state()?.completed.iter().any(|one| one.state == "FINISHED"))
        })?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}
