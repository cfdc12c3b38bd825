//! Real executors and drivers with the shuffle service: what executors wrote is read when they are gone.

use conformance::daemon::Offer;
use conformance::shuffle_service::{self, Given, Held, ShuffleService};
use conformance::spark::is_whole_matrix;
use conformance::wait::{JOB_PATIENCE, until_true};
use conformance::{Cluster, Failure, Job, Layout, Result, Sandbox, ShortCut, Spark, Subject};

fn layout() -> Layout {
    Layout { offer: Offer { cores: 2, memory_mib: 2048 }, ..Layout::of(Subject::under_test(), 1) }
}

/// Executors fetch through the service also what lies on their own host.
fn through_the_service(job: Job) -> Job {
    job.conf("spark.shuffle.readHostLocalDisk", "false")
}

fn wait_until_executors_left(sandbox: &Sandbox) -> Result<()> {
    until_true("the idle executors to be gone", JOB_PATIENCE, || Ok(sandbox.executors().is_empty()))
}

#[test]
fn files_of_executors_that_left_are_read_through_a_service_of_its_own() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Each)? {
        let sandbox = Sandbox::new(&format!("shuffle-alone-{}", spark.version()))?;
        let port = shuffle_service::settings(&sandbox)?;
        let service =
            ShuffleService::start(&sandbox, &spark, Subject::under_test(), "shuffle-service", port)?;
        let cluster = Cluster::start(&sandbox, &spark, layout())?;
        let (job, folder) = Held::job(&sandbox, "alone")?;
        let held = Held::written(cluster.submit(&through_the_service(job))?, folder)?;
        wait_until_executors_left(&sandbox)?;
        let before = service.given()?;
        held.read()?;
        held.check()?;
        if let (Some(before), Some(after)) = (before, service.given()?) {
            let (blocks, chunks) = (after.blocks - before.blocks, after.chunks - before.chunks);
            // The join is read in batches.
            assert!(blocks > chunks && after.bytes > before.bytes, "{before:?} became {after:?}");
        }
        end(cluster, service)?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn a_service_inside_the_worker_lets_executors_read_files_of_their_own_host() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Each)? {
        let sandbox = Sandbox::new(&format!("shuffle-inside-{}", spark.version()))?;
        shuffle_service::settings(&sandbox)?;
        sandbox.configure([("spark.shuffle.service.enabled", "true")])?;
        let cluster = Cluster::start(&sandbox, &spark, layout())?;
        let (job, folder) = Held::job(&sandbox, "inside")?;
        let held = Held::written(cluster.submit(&job)?, folder)?;
        wait_until_executors_left(&sandbox)?;
        held.read()?;
        held.check()?;
        if let Some(given) = Given::by_worker(&cluster.workers[0])? {
            assert_eq!(given.chunks, 0, "the service gave out what lies on the executors' own host");
        }
        until_true("the application's folders to be removed", JOB_PATIENCE, || {
            Ok(blocks_left(&sandbox) == 0)
        })?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// How many shuffle files lie in the sandbox.
fn blocks_left(sandbox: &Sandbox) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries
            .map(|entry| match entry.path() {
                path if path.is_dir() => count(&path),
                path => usize::from(path.extension().is_some_and(|one| one == "data" || one == "index")),
            })
            .sum()
    }
    count(&sandbox.path("local"))
}

#[test]
fn blocks_are_fetched_one_by_one_too() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("shuffle-one-by-one-{}", spark.version()))?;
        shuffle_service::settings(&sandbox)?;
        sandbox.configure([("spark.shuffle.service.enabled", "true")])?;
        let cluster = Cluster::start(&sandbox, &spark, layout())?;
        let ways = [
            ("no-batches", "spark.sql.adaptive.fetchShuffleBlocksInBatch", "false"),
            ("old-protocol", "spark.shuffle.useOldFetchProtocol", "true"),
            ("to-disk", "spark.network.maxRemoteBlockSizeFetchToMem", "1k"),
        ];
        let all = is_whole_matrix("blocks that go to a disk of the one who asks");
        for (name, setting, value) in ways.into_iter().filter(|(name, ..)| all || *name != "to-disk") {
            let (job, folder) = Held::job(&sandbox, name)?;
            let job = through_the_service(job).conf(setting, value);
            let held = Held::written(cluster.submit(&job)?, folder)?;
            wait_until_executors_left(&sandbox)?;
            let before = Given::by_worker(&cluster.workers[0])?;
            held.read()?;
            held.check()?;
            if let (Some(before), Some(after)) = (before, Given::by_worker(&cluster.workers[0])?) {
                let (blocks, chunks) = (after.blocks - before.blocks, after.chunks - before.chunks);
                assert!(chunks > 0, "{name}: the service gave out nothing");
                // What goes to a disk of its own goes in batches all the same.
                assert_eq!(blocks > chunks, name == "to-disk", "{name}: {blocks} blocks in {chunks} chunks");
            }
        }
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn a_service_that_was_killed_knows_its_executors_again() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("shuffle-killed-{}", spark.version()))?;
        let port = shuffle_service::settings(&sandbox)?;
        let subject = Subject::under_test();
        let mut first = ShuffleService::start(&sandbox, &spark, subject, "shuffle-service", port)?;
        let cluster = Cluster::start(&sandbox, &spark, layout())?;
        let (job, folder) = Held::job(&sandbox, "killed")?;
        let held = Held::written(cluster.submit(&through_the_service(job))?, folder)?;
        wait_until_executors_left(&sandbox)?;
        first.process.kill()?;
        // The job goes on without a service: its readers come again until there is one.
        held.read()?;
        until_true("an executor to come back", JOB_PATIENCE, || Ok(!sandbox.executors().is_empty()))?;
        let again = ShuffleService::start(&sandbox, &spark, subject, "shuffle-service-again", port)?;
        held.check()?;
        end(cluster, again)?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn an_executor_that_was_killed_leaves_its_files() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::First)? {
        let sandbox = Sandbox::new(&format!("shuffle-executor-killed-{}", spark.version()))?;
        shuffle_service::settings(&sandbox)?;
        sandbox.configure([("spark.shuffle.service.enabled", "true")])?;
        let cluster = Cluster::start(&sandbox, &spark, layout())?;
        let (job, folder) = Held::job(&sandbox, "executor-killed")?;
        let job = through_the_service(job).conf("spark.dynamicAllocation.executorIdleTimeout", "600s");
        let held = Held::written(cluster.submit(&job)?, folder)?;
        let executors = sandbox.executors();
        if executors.is_empty() {
            return Err(Failure::unexpected("no executor runs that could be killed"));
        }
        executors.iter().for_each(conformance::processes::Tagged::kill);
        until_true("the killed executors to be gone", JOB_PATIENCE, || {
            let now = sandbox.executors();
            Ok(executors.iter().all(|killed| now.iter().all(|one| one.pid != killed.pid)))
        })?;
        held.read()?;
        held.check()?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

fn end(cluster: Cluster<'_>, mut service: ShuffleService) -> Result<()> {
    cluster.stop()?;
    service.process.terminate(JOB_PATIENCE).map(drop)
}
