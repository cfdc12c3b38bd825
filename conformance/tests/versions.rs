//! Many Sparks in one cluster: applications of each at the same time, each with executors of its own.

use std::fs;
use std::path::PathBuf;

use conformance::daemon::{Offer, free_port};
use conformance::shuffle::{self, Gate};
use conformance::wait::{JOB_PATIENCE, PATIENCE, until, until_true};
use conformance::{
    Cluster, Failure, Job, Layout, Result, RunningJob, Sandbox, Spark, Subject, Way, Worker, application,
};
use serde_json::Value;

/// Room for a driver and an executor of each.
const OFFER: Offer = Offer { cores: 10, memory_mib: 10_240 };

/// A Master, and a Worker that has all Sparks.
fn cluster<'sandbox>(sandbox: &'sandbox Sandbox, sparks: &[Spark]) -> Result<Cluster<'sandbox>> {
    let port = free_port()?.to_string();
    sandbox.configure([("spark.master.rest.enabled", "true"), ("spark.master.rest.port", &port)])?;
    let newest = sparks.last().ok_or_else(|| Failure::unexpected("no Spark is selected"))?;
    let mut cluster = Cluster::start(sandbox, newest, Layout::of(Subject::Hearth, 0))?;
    add_worker(&mut cluster, sparks)?;
    Ok(cluster)
}

fn add_worker(cluster: &mut Cluster<'_>, sparks: &[Spark]) -> Result<()> {
    let name = format!("worker{}", cluster.workers.len());
    let worker = Worker::start_with(cluster.sandbox, sparks, &name, Some(OFFER), &cluster.master.url())?;
    cluster.workers.push(worker);
    cluster.master.wait_for_workers(cluster.workers.len(), PATIENCE)
}

fn which_spark(spark: &Spark) -> Job {
    Job::of_ours(&format!("which-{}", spark.version()), "which_spark.py").conf("spark.cores.max", "1")
}

fn check(job: &mut RunningJob, spark: &Spark) -> Result<()> {
    let answer = job.answer("RESULT", JOB_PATIENCE)?;
    let version = spark.version();
    assert_eq!(answer, format!("{version} {version} 500500"), "driver, executors and sum of {version}");
    Ok(())
}

/// All of them at the same time, with what else the job is told.
fn all_at_once(cluster: &Cluster<'_>, sparks: &[Spark], tell: impl Fn(Job) -> Job) -> Result<()> {
    let submit =
        |spark: &Spark| tell(which_spark(spark)).submit(cluster.sandbox, spark, &cluster.master.url());
    let mut jobs = sparks.iter().map(submit).collect::<Result<Vec<_>>>()?;
    jobs.iter_mut().zip(sparks).try_for_each(|(job, spark)| check(job, spark))
}

#[test]
fn applications_of_each_spark_run_at_the_same_time() -> Result<()> {
    let (sandbox, sparks) = (Sandbox::new("versions-client")?, Spark::selected()?);
    let cluster = cluster(&sandbox, &sparks)?;
    all_at_once(&cluster, &sparks, |job| job.conf("spark.ui.enabled", "true").conf("spark.ui.port", "0"))?;
    // Without a page, too: by what the driver says.
    all_at_once(&cluster, &sparks, |job| job.conf("spark.ui.enabled", "false"))?;
    cluster.stop()?;
    sandbox.end()
}

#[test]
fn drivers_of_each_spark_run_at_the_same_time() -> Result<()> {
    let (sandbox, sparks) = (Sandbox::new("versions-cluster")?, Spark::selected()?);
    let mut cluster = cluster(&sandbox, &sparks)?;
    for (way, page) in [(Way::Rpc, "false"), (Way::Rest, "true")] {
        let mut held = Vec::new();
        for spark in &sparks {
            held.push(HeldDriver::submit(&mut cluster, spark, way, page)?);
        }
        until_true("all of them to run tasks", JOB_PATIENCE, || {
            Ok(held.iter().all(|one| one.gate.started() > 0))
        })?;
        held.iter().try_for_each(|one| one.gate.open())?;
        for one in &held {
            cluster.wait_for_driver(&one.driver, "FINISHED")?;
            let answer = fs::read_to_string(&one.result).map_err(Failure::io("read the answer"))?;
            assert_eq!(answer.trim(), shuffle::expected_answer());
            assert_launched_from(&cluster, &one.driver, &one.name, &one.spark)?;
        }
    }
    cluster.stop()?;
    sandbox.end()
}

/// A driver on the cluster whose tasks run until its gate is opened.
struct HeldDriver {
    driver: String,
    name: String,
    spark: Spark,
    gate: Gate,
    result: PathBuf,
}

impl HeldDriver {
    fn submit(cluster: &mut Cluster<'_>, spark: &Spark, way: Way, page: &str) -> Result<Self> {
        cluster.spark = spark.clone();
        let name = format!("{way:?}-{}", spark.version()).to_lowercase();
        let jar = application::jar(cluster.sandbox, spark, &name, &["TwoShuffles"])?;
        let gate = Gate::closed(cluster.sandbox, &name)?;
        let result = cluster.sandbox.path(format!("{name}.result"));
        let job = shuffle::class_job(&name, &format!("file:{}", jar.display()), &result)
            .argument(gate.folder().to_string_lossy())
            .conf("spark.cores.max", "1")
            .conf("spark.ui.enabled", page)
            .conf("spark.ui.port", "0");
        let mut submission = cluster.submit_driver(&job, way)?;
        let driver = submission.driver(cluster)?;
        // It is asked which Spark it is of, and has to live that long.
        assert!(submission.client.wait(JOB_PATIENCE)?.success());
        Ok(Self { driver, name, spark: spark.clone(), gate, result })
    }
}

/// A driver and all executors of its application have the class path of its Spark.
fn assert_launched_from(cluster: &Cluster<'_>, driver: &str, application: &str, spark: &Spark) -> Result<()> {
    let jars = format!("{}/jars/*", spark.home().display());
    let state = cluster.master.state()?;
    let id = state.completed.iter().find(|one| one.name == application).map(|one| one.id.clone());
    let id = id.ok_or_else(|| Failure::unexpected(format!("{application} is not among the completed")))?;
    for mark in [format!("/{driver}/"), format!("--app-id {id} ")] {
        let log = cluster.workers[0].process.log();
        let launches: Vec<&str> = log
            .lines()
            .filter(|line| line.contains("Launch command: ") || line.contains("Launch Command: "))
            .filter(|line| line.replace(['"', '\''], "").contains(&mark))
            .collect();
        assert!(!launches.is_empty(), "no launch with {mark} in {log}");
        assert!(launches.iter().all(|line| line.contains(&jars)), "not from {jars}: {launches:?}");
    }
    Ok(())
}

#[test]
fn an_application_of_a_spark_that_is_not_there_says_so_and_runs_once_it_is() -> Result<()> {
    let (sandbox, sparks) = (Sandbox::new("versions-missing")?, Spark::selected()?);
    let [first, .., last] = &sparks[..] else {
        return Err(Failure::unexpected("this test wants two Sparks; set HEARTH_SPARK_VERSIONS=3.5.7,4.3.0"));
    };
    let mut cluster = cluster(&sandbox, std::slice::from_ref(first))?;
    let mut job = which_spark(last).submit(&sandbox, last, &cluster.master.url())?;
    let text = until("a reason for waiting", JOB_PATIENCE, || {
        let state = cluster.master.json()?;
        let waiting = &state["activeapps"][0]["waiting"];
        let is_about_spark = waiting["reasons"][0]["kind"] == "lacks_spark";
        Ok(waiting["text"].as_str().filter(|_| is_about_spark).map(str::to_owned))
    })?;
    let wanted = format!("lacks Spark {}", line(last));
    assert!(text.contains(&wanted) && text.contains(first.version()), "{text}");
    cluster.master.process.wait_for_line("the reason in the log", PATIENCE, |line| {
        (line.contains(" waits: ") && line.contains(&wanted)).then_some(())
    })?;
    add_worker(&mut cluster, std::slice::from_ref(last))?;
    check(&mut job, last)?;
    cluster.stop()?;
    sandbox.end()
}

/// `4.3` of 4.3.0: what its driver says may fit several patch releases.
fn line(spark: &Spark) -> String {
    spark.version().rsplit_once('.').map_or_else(String::new, |(line, _)| line.to_owned())
}

#[test]
fn a_jvm_worker_gets_only_what_its_own_spark_runs() -> Result<()> {
    let (sandbox, sparks) = (Sandbox::new("versions-jvm")?, Spark::selected()?);
    let [others @ .., theirs] = &sparks.iter().rev().collect::<Vec<_>>()[..] else {
        return Err(Failure::unexpected("no Spark is selected"));
    };
    let theirs: &Spark = theirs;
    let mut cluster =
        Cluster::start(&sandbox, theirs, Layout { master: Subject::Hearth, ..Layout::of(Subject::Jvm, 1) })?;
    let gate = Gate::closed(&sandbox, "theirs")?;
    let mut strangers = Vec::new();
    for other in others {
        strangers.push(which_spark(other).submit(&sandbox, other, &cluster.master.url())?);
    }
    until_true("those of other Sparks to wait", JOB_PATIENCE, || {
        let state = cluster.master.json()?;
        let active: Vec<Value> = state["activeapps"].as_array().cloned().unwrap_or_default();
        let lacks = |app: &&Value| app["waiting"]["reasons"][0]["kind"] == "lacks_spark";
        Ok(active.iter().filter(lacks).count() == others.len())
    })?;
    // Its own runs there, though it came last.
    let mut own =
        gate.job("own").conf("spark.cores.max", "1").submit(&sandbox, theirs, &cluster.master.url())?;
    gate.wait_for_started(1, &mut own)?;
    gate.open()?;
    shuffle::check(&mut own)?;
    assert!(
        cluster.workers[0].state()?.finished.iter().all(|one| own_application(&cluster, &one.application_id))
    );
    let rest: Vec<Spark> = others.iter().map(|&other| other.clone()).collect();
    if !rest.is_empty() {
        add_worker(&mut cluster, &rest)?;
    }
    for (job, other) in strangers.iter_mut().zip(others) {
        check(job, other)?;
    }
    cluster.stop()?;
    sandbox.end()
}

fn own_application(cluster: &Cluster<'_>, id: &str) -> bool {
    let state = cluster.master.state().map(|state| state.completed).unwrap_or_default();
    state.iter().any(|one| one.id == id && one.name == "own")
}
