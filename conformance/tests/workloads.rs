//! What people run on a cluster beside batches: barrier stages, streams, MLlib.

use conformance::wait::{JOB_PATIENCE, PATIENCE};
use conformance::{Cluster, Job, Layout, Result, RunningJob, Sandbox, ShortCut, Spark, Subject};

/// Runs a program on two Workers with two cores each; it has to print `RESULT` and the expected answer.
fn answers(
    name: &str,
    short_cut: ShortCut,
    expected: &str,
    answer: impl Fn(&mut RunningJob) -> Result<String>,
) -> Result<()> {
    for spark in Spark::of_matrix(short_cut)? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let folder = sandbox.subfolder(name)?;
        let job = Job::of_ours(name, &format!("{name}.py")).argument(folder.to_string_lossy());
        assert_eq!(answer(&mut cluster.submit(&job)?)?, expected, "{}", spark.version());
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// The answer of a driver that ends by itself.
fn at_the_end(job: &mut RunningJob) -> Result<String> {
    job.answer("RESULT", JOB_PATIENCE)
}

#[test]
fn tasks_of_a_barrier_stage_meet() -> Result<()> {
    // 1 to 100 in four parts: 1 to 25 sum up to 325, and each further part to 625 more.
    let heard = "0:325+1:950+2:1575+3:2200";
    answers("barrier", ShortCut::Last, &[heard; 4].join(" "), |job| {
        let answer = job.printed("RESULT", JOB_PATIENCE)?;
        // The timer of Spark 3.4's BarrierCoordinator keeps its driver alive for ever, on any cluster.
        job.process.terminate(PATIENCE)?;
        Ok(answer)
    })
}

#[test]
fn a_stream_goes_on_from_its_checkpoint() -> Result<()> {
    // Five batches; 0 to 54 come, some of them twice.
    answers("streaming", ShortCut::First, "5 55 1485", at_the_end)
}

#[test]
fn mllib_finds_two_clouds() -> Result<()> {
    answers("kmeans", ShortCut::Last, "(0,0)x200 (10,5)x100", at_the_end)
}
