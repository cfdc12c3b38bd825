//! Whatever a Worker started is gone when it has to be: counted, for each way in which things end.
//!
//! A JVM Worker does not pass these: what tasks and drivers started themselves outlives them there.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use conformance::daemon::Offer;
use conformance::processes::Tagged;
use conformance::shuffle::Gate;
use conformance::submission::REST_SETTINGS;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until, until_true};
use conformance::{Cluster, Failure, Job, Layout, Result, Sandbox, Spark, Subject, Worker};

/// How many tasks there are, and what each of them starts.
const TASKS: usize = 2;
const SLEEPERS: usize = 4;

/// How long the end of everything may take after the Worker was killed.
const SECONDS: Duration = Duration::from_secs(10);

/// One Worker with room for a driver and two executors.
const OFFER: Offer = Offer { cores: 3, memory_mib: 2560 };

fn with_cluster(name: &str, body: impl Fn(&mut Cluster<'_>) -> Result<()>) -> Result<()> {
    for spark in Spark::selected()? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        sandbox.configure(REST_SETTINGS)?;
        let layout = Layout { offer: OFFER, ..Layout::of(Subject::under_test(), 1) };
        let mut cluster = Cluster::start(&sandbox, &spark, layout)?;
        body(&mut cluster)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn with_an_executor_goes_its_family_and_with_the_application_the_rest() -> Result<()> {
    with_cluster("family", |cluster| {
        let gate = Gate::closed(cluster.sandbox, "family")?;
        let job = Job::of_ours("family", "family.py").argument(gate.folder().to_string_lossy());
        let mut job = cluster.submit(&job.conf("spark.executor.cores", "1").conf("spark.cores.max", "2"))?;
        gate.wait_for_started(TASKS, &mut job)?;
        let families = families(&gate);
        let [killed, other] = families.as_slice() else {
            return Err(Failure::unexpected(format!("two tasks have the families {families:?}")));
        };
        assert_eq!(living(cluster.sandbox, killed), killed.len());
        // The first is the executor: the kernel ends it when the machine has no memory left.
        let victim = cluster.sandbox.executors().into_iter().find(|one| killed.first() == Some(&one.pid));
        victim.ok_or_else(|| Failure::unexpected("a task runs in no executor"))?.kill();
        until_gone(cluster.sandbox, killed, PATIENCE)?;
        assert_eq!(living(cluster.sandbox, other), other.len(), "the other executor's family lives on");
        // Its task begins again on a new executor.
        gate.wait_for_started(TASKS + 1, &mut job)?;

        gate.open()?;
        assert_eq!(job.answer("RESULT", JOB_PATIENCE)?, "1");
        for family in self::families(&gate) {
            until_gone(cluster.sandbox, &family, PATIENCE)?;
        }
        assert_no_zombie(cluster)
    })
}

#[test]
fn with_a_driver_goes_all_that_it_had_started() -> Result<()> {
    with_cluster("driver", |cluster| {
        let (driver, started) = driver_with_executor(cluster, "asked")?;
        assert!(cluster.ask_about_driver("kill", &driver)?.success());
        cluster.wait_for_driver(&driver, "KILLED")?;
        until_gone(cluster.sandbox, &pids(&started), PATIENCE)?;

        let (driver, started) = driver_with_executor(cluster, "killed")?;
        cluster.sandbox.drivers().iter().for_each(Tagged::kill);
        cluster.wait_for_driver(&driver, "FAILED")?;
        until_gone(cluster.sandbox, &pids(&started), PATIENCE)?;
        assert_no_zombie(cluster)
    })
}

#[test]
fn with_a_worker_goes_all_that_it_had_started() -> Result<()> {
    with_cluster("worker", |cluster| {
        let (_, started) = driver_with_executor(cluster, "asked")?;
        cluster.workers[0].process.terminate(PATIENCE)?;
        // It ends only when they have ended.
        until_gone(cluster.sandbox, &pids(&started), Duration::ZERO)?;

        replace_worker(cluster)?;
        let (_, started) = driver_with_executor(cluster, "killed")?;
        let scratch = scratch_folders(cluster.sandbox);
        assert!(!scratch.is_empty());
        cluster.workers[0].process.kill()?;
        until_gone(cluster.sandbox, &pids(&started), SECONDS)?;
        until_true("the scratch folders to be gone", SECONDS, || {
            Ok(scratch.iter().all(|folder| !folder.exists()))
        })?;
        let master = cluster.master.process.pid();
        until_true("only the Master to be left", SECONDS, || {
            Ok(cluster.sandbox.processes().iter().all(|one| one.pid == master))
        })?;
        replace_worker(cluster)
    })
}

/// Each task's family as it noted it, the executor first, among those that live.
fn families(gate: &Gate) -> Vec<Vec<u32>> {
    let read = |note: &String| note.split(' ').filter_map(|pid| pid.parse().ok()).collect();
    gate.notes().iter().map(read).collect()
}

fn living(sandbox: &Sandbox, pids: &[u32]) -> usize {
    sandbox.processes().iter().filter(|one| pids.contains(&one.pid)).count()
}

fn pids(processes: &[Tagged]) -> Vec<u32> {
    processes.iter().map(|one| one.pid).collect()
}

fn until_gone(sandbox: &Sandbox, pids: &[u32], patience: Duration) -> Result<()> {
    let gone = until_true("processes to be gone", patience, || Ok(living(sandbox, pids) == 0));
    gone.map_err(|error| {
        let left = sandbox.processes().into_iter().filter(|one| pids.contains(&one.pid));
        let left: Vec<String> = left.map(|one| one.to_string()).collect();
        Failure::unexpected(format!("{error}; left are:\n  {}", left.join("\n  ")))
    })
}

/// A Python driver in cluster mode with tasks that run: its id and all processes that came with it.
fn driver_with_executor(cluster: &mut Cluster<'_>, name: &str) -> Result<(String, Vec<Tagged>)> {
    let sandbox = cluster.sandbox;
    let before: BTreeSet<u32> = sandbox.processes().iter().map(|one| one.pid).collect();
    let gate = Gate::closed(sandbox, name)?;
    let folder = gate.folder().to_string_lossy();
    let driver = cluster.submit_python_driver(name, "family.py", &[&folder, "with-driver"])?;
    until_true("the driver's tasks to start", JOB_PATIENCE, || match cluster.driver(&driver)? {
        Some(known) if known.state == "SUBMITTED" || known.state == "RUNNING" => Ok(gate.started() == TASKS),
        other => Err(Failure::unexpected(format!("{driver} ended too early: {other:?}"))),
    })?;
    let mut started = sandbox.processes();
    // The guardian ends with the Worker, not with the driver.
    started.retain(|one| !before.contains(&one.pid) && one.argument("hearth") != Some("guard"));
    let count = |word: &str| started.iter().filter(|one| one.arguments.iter().any(|a| a == word)).count();
    assert_eq!(count("sleep"), SLEEPERS * (TASKS + 1));
    // The daemon of Python is the parent of its workers and forked from them in nothing but its number.
    assert_eq!(count("pyspark.daemon"), 1 + TASKS);
    assert_eq!(count(&folder), 2, "the driver's JVM and its Python");
    assert_eq!(started.iter().filter(|one| one.is_executor()).count(), 1);
    Ok((driver, started))
}

fn replace_worker(cluster: &mut Cluster<'_>) -> Result<()> {
    let dead = cluster.workers.remove(0);
    until_true("the Master to know that the Worker is gone", PATIENCE, || {
        let workers = cluster.master.state()?.workers;
        Ok(workers.iter().all(|worker| worker.port != dead.port() || worker.state != "ALIVE"))
    })?;
    let (sandbox, subject, url) = (cluster.sandbox, Subject::under_test(), cluster.master.url());
    let name = format!("worker-after-{}", dead.process.pid());
    cluster.workers.push(Worker::start(sandbox, &cluster.spark, subject, &name, OFFER, &url)?);
    cluster.master.wait_for_workers(1, PATIENCE)
}

/// The Worker's own folders below `SPARK_LOCAL_DIRS`: those that hold executors' folders.
fn scratch_folders(sandbox: &Sandbox) -> Vec<PathBuf> {
    let names = |folder: &PathBuf| fs::read_dir(folder).into_iter().flatten().flatten().map(|one| one.path());
    let holds_executors = |folder: &PathBuf| {
        names(folder)
            .any(|one| one.file_name().is_some_and(|name| name.to_string_lossy().starts_with("executor-")))
    };
    names(&sandbox.path("local")).filter(holds_executors).collect()
}

/// Whoever has ended was taken notice of.
fn assert_no_zombie(cluster: &Cluster<'_>) -> Result<()> {
    let worker = cluster.workers[0].process.pid();
    let zombies = || -> Vec<String> {
        let stats = fs::read_dir("/proc").into_iter().flatten().flatten();
        let stats = stats.filter_map(|entry| fs::read_to_string(entry.path().join("stat")).ok());
        stats.filter(|stat| stat.contains(&format!(") Z {worker} "))).collect()
    };
    until("no zombie to be the Worker's child", PATIENCE, || Ok(zombies().is_empty().then_some(())))
}
