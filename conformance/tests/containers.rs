//! Workers in containers: they offer what fits, and what takes more than it may dies alone and is told why.

use std::time::Duration;

use conformance::container::Container;
use conformance::daemon::Offer;
use conformance::shuffle::{self, Gate};
use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{
    Cluster, Failure, Job, Layout, Result, Sandbox, ShortCut, Spark, Subject, Worker, application,
};

/// A Master, and a Worker within the limits.
fn cluster<'sandbox>(
    sandbox: &'sandbox Sandbox,
    spark: &Spark,
    container: &Container,
    offer: Option<Offer>,
) -> Result<Cluster<'sandbox>> {
    let mut cluster = Cluster::start(sandbox, spark, Layout::of(Subject::Hearth, 0))?;
    let sparks = std::slice::from_ref(spark);
    let worker = Worker::start_in(container, sandbox, sparks, "worker0", offer, &cluster.master.url())?;
    cluster.workers.push(worker);
    cluster.master.wait_for_workers(1, PATIENCE)?;
    Ok(cluster)
}

fn in_container(
    name: &str,
    (memory_mib, millicores): (u64, Option<u64>),
    offer: Option<Offer>,
    body: impl Fn(&Sandbox, &Cluster<'_>) -> Result<()>,
) -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        let Some(container) = Container::with_limits(&sandbox, memory_mib, millicores)? else {
            return sandbox.end();
        };
        let cluster = cluster(&sandbox, &spark, &container, offer)?;
        body(&sandbox, &cluster)?;
        cluster.stop()?;
        // Its own groups went before: a group with children cannot be removed.
        container.remove()?;
        sandbox.end()?;
    }
    Ok(())
}

/// The stack that people run today gives its Workers 1.2 GiB and 0.6 CPU, and their executors 2 GiB.
#[test]
fn a_worker_offers_what_fits_and_an_executor_of_2_gib_is_refused_with_its_reason() -> Result<()> {
    in_container("container", (1229, Some(600)), None, |_, cluster| {
        let state = cluster.master.json()?;
        let worker = &state["workers"][0];
        assert_eq!(worker["cores"], 1, "{worker}");
        assert_eq!(worker["memory"], 1229 - 128, "all but the Worker's own reserve: {worker}");
        let mut too_large = cluster.submit(&shuffle::job("large").conf("spark.executor.memory", "2g"))?;
        let heard = too_large.process.wait_for_line("the refusal", JOB_PATIENCE, |line| {
            line.contains("refused: an executor needs").then(|| line.to_owned())
        })?;
        assert!(heard.contains("2.0 GiB") && heard.contains("1101.0 MiB"), "{heard}");
        assert!(!too_large.process.wait(JOB_PATIENCE)?.success());
        shuffle::run(cluster)
    })
}

fn hog(sandbox: &Sandbox, spark: &Spark, mib: u32) -> Result<Job> {
    let jar = application::jar(sandbox, spark, "hog", &["Hog"])?;
    Ok(Job::of_class("hog", jar.to_string_lossy(), "conformance.Hog")
        .argument(mib.to_string())
        .conf("spark.executor.extraJavaOptions", "-XX:MaxDirectMemorySize=8g -XX:TieredStopAtLevel=1"))
}

fn dies_alone(name: &str, hog: impl Fn(&Sandbox, &Spark) -> Result<Job>) -> Result<()> {
    let offer = Offer { cores: 2, memory_mib: 2560 };
    in_container(name, (3072, None), Some(offer), |sandbox, cluster| {
        let gate = Gate::closed(sandbox, "neighbour")?;
        let mut neighbour = cluster.submit(&gate.job("neighbour").conf("spark.cores.max", "1"))?;
        gate.wait_for_started(1, &mut neighbour)?;
        let job =
            hog(sandbox, &cluster.spark)?.conf("spark.cores.max", "1").conf("spark.task.maxFailures", "1");
        let mut hog = cluster.submit(&job)?;
        // 512 MiB of heap and 384 MiB beside it.
        let heard = hog.process.wait_for_line("why its executor died", JOB_PATIENCE, |line| {
            line.contains("Killed for memory").then(|| line.to_owned())
        })?;
        assert!(heard.contains("896.0 MiB"), "{heard}");
        assert!(!hog.process.wait(JOB_PATIENCE)?.success());
        gate.open()?;
        shuffle::check(&mut neighbour)?;
        until_true("the Worker to have everything back", Duration::from_secs(30), || {
            let workers = cluster.master.state()?.workers;
            Ok(workers.iter().all(|worker| worker.state == "ALIVE" && worker.cores_used == 0))
        })?;
        let lost = cluster.master.process.log().contains("Removing worker ");
        if lost { Err(Failure::unexpected("the Worker was lost")) } else { Ok(()) }
    })
}

#[test]
fn an_executor_that_takes_more_than_it_may_dies_alone_and_is_told_why() -> Result<()> {
    dies_alone("hog", |sandbox, spark| hog(sandbox, spark, 2000))
}

#[test]
fn one_whose_python_takes_more_dies_as_well() -> Result<()> {
    dies_alone("python-hog", |_, _| Ok(Job::of_ours("hog", "hog.py").argument("2000")))
}
