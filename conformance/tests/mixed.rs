//! Clusters of both makes: what Spark's own daemons say, the daemons under test understand, and the reverse.

use conformance::{Cluster, Layout, Result, Sandbox, Spark, Subject, shuffle};

fn both_jobs_run(name: &str, master: Subject, worker: Subject) -> Result<()> {
    for spark in Spark::selected()? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::mixed(master, worker))?;
        cluster.run_pi()?;
        shuffle::run(&cluster)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn a_jvm_worker_serves_the_master_under_test() -> Result<()> {
    both_jobs_run("jvm-worker", Subject::under_test(), Subject::Jvm)
}

#[test]
fn the_worker_under_test_serves_a_jvm_master() -> Result<()> {
    both_jobs_run("jvm-master", Subject::Jvm, Subject::under_test())
}
