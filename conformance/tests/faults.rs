//! Sudden deaths while a job runs on two Workers.

use std::time::{Duration, Instant};

use conformance::shuffle::{self, Gate, TASKS};
use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{Cluster, Failure, Layout, Master, Result, RunningJob, Sandbox, ShortCut, Spark, Subject};

/// A cluster of two Workers whose executors all run tasks of a held job.
fn with_job_running(
    name: &str,
    body: impl Fn(&mut Cluster<'_>, &Gate, RunningJob) -> Result<()>,
) -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        let mut cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let gate = Gate::closed(&sandbox, name)?;
        let mut job = cluster.submit(&gate.job(name))?;
        gate.wait_for_started(TASKS, &mut job)?;
        assert_eq!(sandbox.executors().len(), 2);
        body(&mut cluster, &gate, job)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn a_killed_executor_is_replaced_and_the_job_ends_right() -> Result<()> {
    with_job_running("executor", |cluster, gate, mut job| {
        let executors = cluster.sandbox.executors();
        let victim = executors.iter().find(|executor| executor.argument("--executor-id") == Some("0"));
        victim.ok_or_else(|| Failure::unexpected("there is no executor 0"))?.kill();
        until_true("executor 2 in the place of the killed one", JOB_PATIENCE, || {
            let executors = cluster.sandbox.executors();
            Ok(executors.iter().any(|executor| executor.argument("--executor-id") == Some("2")))
        })?;
        // The two tasks of the dead executor start again on the new one.
        gate.wait_for_started(TASKS + 2, &mut job)?;
        gate.open()?;
        shuffle::check(&mut job)
    })
}

#[test]
fn the_job_of_a_killed_worker_ends_right_on_the_other() -> Result<()> {
    with_job_running("worker", |cluster, gate, mut job| {
        let port = cluster.workers[0].port();
        cluster.workers[0].process.kill()?;
        until_true("the killed Worker to be DEAD", PATIENCE, || {
            let workers = cluster.master.state()?.workers;
            Ok(workers.iter().any(|worker| worker.port == port && worker.state == "DEAD"))
        })?;
        until_true("its executor to be gone", PATIENCE, || Ok(cluster.sandbox.executors().len() == 1))?;
        gate.open()?;
        shuffle::check(&mut job)?;
        // It is dead already: what is stopped in the end is the other one.
        cluster.workers.remove(0);
        Ok(())
    })
}

#[test]
fn the_executors_of_a_killed_driver_are_gone_within_seconds() -> Result<()> {
    with_job_running("driver", |cluster, _gate, mut job| {
        job.process.kill()?;
        let killed_at = Instant::now();
        until_true("the application to be FINISHED", Duration::from_secs(20), || {
            let state = cluster.master.state()?;
            Ok(state.active.is_empty() && state.completed.iter().any(|one| one.state == "FINISHED"))
        })?;
        until_true("the executors to be gone", Duration::from_secs(20), || {
            Ok(cluster.sandbox.executors().is_empty())
        })?;
        assert!(killed_at.elapsed() < Duration::from_secs(20), "{:?}", killed_at.elapsed());
        until_true("the Workers to have everything back", PATIENCE, || {
            Ok(cluster.master.state()?.workers.iter().all(|worker| worker.cores_used == 0))
        })
    })
}

#[test]
fn a_restarted_master_gets_its_workers_back() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::First)? {
        let sandbox = Sandbox::new(&format!("restart-{}", spark.version()))?;
        let mut cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let before = worker_ids(&cluster.master)?;
        let port = cluster.master.port();
        cluster.master.process.kill()?;
        cluster.master = Master::start(&sandbox, &spark, Subject::under_test(), "master-again", port)?;
        assert_eq!(cluster.master.port(), port);
        cluster.master.wait_for_workers(2, PATIENCE)?;
        // The same Workers, not new ones: nobody started them again.
        assert_eq!(worker_ids(&cluster.master)?, before);
        shuffle::run(&cluster)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

fn worker_ids(master: &Master) -> Result<Vec<String>> {
    let mut ids: Vec<String> = master.state()?.workers.into_iter().map(|worker| worker.id).collect();
    ids.sort();
    Ok(ids)
}
