//! Jobs on the cluster, and what becomes of them when its containers are killed.

use std::time::Duration;

use conformance::process::Process;
use conformance::service::Service;
use conformance::wait::{PATIENCE, until_true};
use conformance::{Failure, Result, moto};

use super::stack::{MASTER, Stack, WORKERS};
use crate::ensure::{contains, ensure};

/// How long a job may take: two cores have everything to do.
const JOB_PATIENCE: Duration = Duration::from_secs(420);

const JAR: &str = "/opt/spark/examples/jars/spark-examples_2.12-3.5.7.jar";
const PI: &str = "org.apache.spark.examples.SparkPi";
const HURT: &str = "/jobs/hurt.py";

/// Tasks of a stage, and what is printed at the end: the sum of the numbers below twice as many.
const TASKS: u64 = 16;

type Scene = fn(&Stack<'_>, &Service) -> Result<()>;

/// All of them, in the order in which they are played.
pub(super) const SCENES: [(&str, Scene); 6] = [
    ("every container is read-only, without capabilities, as UID 185", guarded),
    ("Workers offer what their containers leave", offered),
    ("pi, by the jar of examples", pi),
    ("two stages", two_stages),
    ("a job whose events go to S3", events),
    ("the Master's container dies, then a Worker's, and the job ends right", hurt),
];

fn guarded(stack: &Stack<'_>, _: &Service) -> Result<()> {
    for (name, found) in stack.guarded()? {
        ensure(found == "185:185 true [ALL] true", &format!("{name} is '{found}'"))?;
    }
    Ok(())
}

fn offered(stack: &Stack<'_>, _: &Service) -> Result<()> {
    for worker in WORKERS {
        contains(&stack.logs(worker)?, "The container's memory limit is 1200 MiB", worker)?;
        contains(&stack.logs(worker)?, "Successfully registered with master", worker)?;
    }
    let master = stack.logs(MASTER)?;
    contains(&master, "Started daemon", MASTER)?;
    contains(&master, "Registering worker", MASTER)?;
    contains(&master, "with 1 cores, 1072.0 MiB RAM", MASTER)
}

fn pi(stack: &Stack<'_>, _: &Service) -> Result<()> {
    let arguments = ["--master", "spark://spark-master:7077", "--class", PI, JAR, "20"];
    let job = stack.submit("pi", &arguments)?;
    ended(job, "Pi is roughly 3.1")
}

fn two_stages(stack: &Stack<'_>, _: &Service) -> Result<()> {
    let job = stack.submit("two-stages", &[HURT, &TASKS.to_string(), "0"])?;
    ended(job, &sum())
}

/// Nobody but the Master made the folder that they go to.
fn events(stack: &Stack<'_>, store: &Service) -> Result<()> {
    let job = stack.submit("events", &["--conf", "spark.of.this.job=with-events", HURT, "4", "0"])?;
    ended(job, "SUM 28")?;
    let objects = moto::objects(&store.address())?;
    let mut logs = objects.iter().filter(|(key, _)| key.starts_with("spark-events/app-"));
    let ours = logs.find(|(_, log)| String::from_utf8_lossy(log).contains("with-events"));
    let (key, log) = ours.ok_or_else(|| Failure::unexpected("there is no event log in S3"))?;
    contains(&String::from_utf8_lossy(log), "SparkListenerApplicationEnd", key)
}

fn hurt(stack: &Stack<'_>, store: &Service) -> Result<()> {
    let mut job = stack.submit("hurt", &[HURT, &TASKS.to_string(), "1"])?;
    finished(&mut job, "in stage 0.0")?;
    let state = moto::objects(&store.address())?;
    ensure(state.keys().any(|key| key.starts_with("spark-recovery")), "the Master keeps nothing in S3")?;
    stack.kill_and_restart(MASTER)?;
    until_true("the new Master to know the job and the Workers", PATIENCE, || {
        let Ok(state) = stack.state() else { return Ok(false) };
        let alive = state.workers.iter().filter(|worker| worker.state == "ALIVE").count();
        Ok(alive == 2 && state.active.iter().any(|one| one.name == "hurt" && one.state == "RUNNING"))
    })?;
    contains(&stack.logs(MASTER)?, "Recovery complete", MASTER)?;
    finished(&mut job, "in stage 1.0")?;
    stack.kill_and_restart(WORKERS[0])?;
    ended(job, &sum())?;
    stack.wait_for_workers(2)
}

fn sum() -> String {
    format!("SUM {}", (0..4 * TASKS / 2).sum::<u64>())
}

/// Waits until the driver says that a task of the stage is done.
fn finished(job: &mut Process, stage: &str) -> Result<()> {
    let is_so = |line: &str| (line.contains("Finished task") && line.contains(stage)).then_some(());
    job.wait_for_line(&format!("that a task {stage} is done"), JOB_PATIENCE, is_so)
}

fn ended(mut job: Process, answer: &str) -> Result<()> {
    let status = job.wait(JOB_PATIENCE)?;
    let (said, log) = (job.output(), job.log());
    match status.success() && said.contains(answer) {
        true => Ok(()),
        false => Err(Failure::unexpected(format!(
            "{} ended with {status}, without '{answer}':\n{log}\n{said}",
            job.name()
        ))),
    }
}
