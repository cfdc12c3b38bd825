//! Event logs in a bucket: an application's own file system finds a folder there that nobody made by hand.

use std::env;

use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{Cluster, Job, Layout, Result, Sandbox, ShortCut, Spark, Subject, masters, moto, s3a};

const FOLDER: &str = "s3a://states/new/spark-events";

#[test]
fn applications_write_them_into_an_empty_bucket() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::First)? {
        let sandbox = Sandbox::new(&format!("event-logs-{}", spark.version()))?;
        let store = moto::start()?;
        masters::use_store(&sandbox, &store.address())?;
        sandbox.configure([
            ("spark.deploy.recoveryMode", "NONE"),
            ("spark.eventLog.enabled", "true"),
            ("spark.eventLog.dir", FOLDER),
        ])?;
        let mut cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::Hearth, 1))?;
        // There is no bucket yet: that is said, and tried again.
        cluster.master.process.wait_for_line("that there is no folder", PATIENCE, |line| {
            (line.contains("Applications may not find the folder of their event logs")
                && line.contains(FOLDER))
            .then_some(())
        })?;
        moto::make_bucket(&store.address(), moto::BUCKET)?;
        until_true("the folder", PATIENCE, || {
            Ok(moto::objects(&store.address())?.contains_key("new/spark-events/.keep"))
        })?;

        let jars = env::join_paths(s3a::jars()?).expect("no colon in a path");
        // Spark 4 rolls and compresses them unless it is told not to: then the end is not to be read here.
        let job = Job::pi(&spark)
            .conf("spark.driver.extraClassPath", jars.to_string_lossy())
            .conf("spark.eventLog.rolling.enabled", "false")
            .conf("spark.eventLog.compress", "false");
        let job = s3a::SETTINGS.iter().fold(job, |job, (name, value)| job.conf(name, *value));
        cluster.submit(&job)?.answer("Pi is roughly ", JOB_PATIENCE)?;
        let written = moto::objects(&store.address())?;
        let logs: Vec<_> =
            written.iter().filter(|(key, _)| key.starts_with("new/spark-events/app-")).collect();
        let [(_, log)] = logs[..] else { panic!("{} logs: {:?}", logs.len(), written.keys()) };
        assert!(String::from_utf8_lossy(log).contains("SparkListenerApplicationEnd"), "the log has no end");
        cluster.stop()?;
        store.end()?;
        sandbox.end()?;
    }
    Ok(())
}
