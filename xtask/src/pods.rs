//! `make test-pods`: the pods of the chart as containers, for whoever has no cluster: what they are given, what they may
//! write to, their probes, the chart's own test, and how a Worker leaves.
//!
//! What a cluster decides is not seen here: what it admits, schedules, elects and routes. `make test-chart` is for that.

mod pod;

use std::time::Duration;

use conformance::wait::{PATIENCE, until_true};
use conformance::{Failure, Result, Sandbox};

use crate::charts::{self, Object, list};
use crate::containers::{self, Engine, Image};
use crate::ensure::{Passed, contains, ensure};
use crate::notebook::{self, Notebook};
use crate::{dist, install};
use pod::{NETWORK, Pod, SUBNET};

/// The set of values with a notebook.
const SET: &str = "notebook";

/// How long a job may take on two cores that have everything to do.
const JOB_PATIENCE: Duration = Duration::from_secs(420);

/// As documents have it.
pub(crate) const PI: &str = "spark-submit --master spark://spark-sa-master:7077 --class org.apache.spark.examples.SparkPi \
                  /opt/spark/examples/jars/spark-examples_2.12-3.5.7.jar 100";

const CELL: &str = "
from pyspark.sql import SparkSession
numbers = SparkSession.builder.getOrCreate().range(100).repartition(4)
print('SUM', numbers.selectExpr('sum(id)').first()[0])
";

/// Two stages, long enough for a Worker to leave in between.
const JOB: &str = include_str!("../python/hurt.py");
const SUBMIT: &str =
    "cat > /tmp/hurt.py <<'END'\nJOB\nEND\nexec spark-submit --conf spark.executor.cores=1 /tmp/hurt.py 12 1";
const SUM: &str = "SUM 276";

/// Runs all of it.
pub(crate) fn run() -> Result<()> {
    install::charts()?;
    let objects = charts::render(SET)?;
    dist::run()?;
    let sandbox = Sandbox::at_once("pods")?;
    let archives = containers::build(&sandbox, &[Image::Spark, Image::Notebook])?;
    let engine = Engine::start(&sandbox)?;
    engine.load(&archives)?;
    let mut passed = Passed::default();
    let outcome = scenes(&sandbox, &engine, &objects, &mut passed);
    if outcome.is_err() {
        engine.tell();
    }
    outcome?;
    engine.end()?;
    sandbox.end()?;
    passed.end();
    Ok(())
}

fn scenes(sandbox: &Sandbox, engine: &Engine<'_>, objects: &[Object], passed: &mut Passed) -> Result<()> {
    engine.run(["network", "create", "--subnet", SUBNET, NETWORK])?;
    let deployment =
        |part: &str, number| Pod::of(sandbox, objects, "Deployment", &format!("spark-sa-{part}"), number);
    let master = deployment("master", 10)?;
    let workers = [deployment("worker", 11)?, deployment("worker", 12)?];
    let jupyter = deployment("jupyter", 13)?;
    for pod in [&master, &workers[0], &workers[1], &jupyter] {
        start(engine, pod)?;
    }
    passed.ok("every pod starts and its probes are answered");

    let test = Pod::of(sandbox, objects, "Pod", "spark-sa-test-pi", 14)?;
    let said = engine.run(test.line(&["run", "--rm"])?)?;
    contains(&said, "Pi is roughly 3.1", "the chart's test")?;
    passed.ok("the chart's own test");

    commands(engine, &master, &workers[0])?;
    passed.ok("what people type");

    let token = jupyter.variable("JUPYTER_TOKEN")?;
    let address = format!("{}:8888", jupyter.address);
    ensure(notebook::status(&address, None)? == 403, "the notebook asks for no token")?;
    let kernel = Notebook::open(&address, &token, "python3")?;
    contains(&kernel.execute(CELL)?, "SUM 4950", "the notebook")?;
    kernel.close()?;
    passed.ok("the notebook, with the token of its Secret alone");

    leave(engine, &jupyter, &workers[0])?;
    passed.ok("a Worker that is told to end leaves first, and a job that runs ends right");
    Ok(())
}

/// Starts a pod and waits for what its probes ask.
fn start(engine: &Engine<'_>, pod: &Pod<'_>) -> Result<()> {
    engine.run(pod.line(&["run", "--detach"])?)?;
    for kind in ["startupProbe", "livenessProbe", "readinessProbe"] {
        let url =
            pod.probe(kind).ok_or_else(|| Failure::unexpected(format!("{} has no {kind}", pod.name)))?;
        until_true(format!("{kind} of {}: {url}", pod.name), PATIENCE, || {
            Ok(ureq::get(&url).call().is_ok())
        })?;
    }
    Ok(())
}

fn commands(engine: &Engine<'_>, master: &Pod<'_>, worker: &Pod<'_>) -> Result<()> {
    contains(&engine.logs(&master.name)?, "Started daemon", "the Master's log")?;
    contains(&engine.logs(&master.name)?, "Registering worker", "the Master's log")?;
    contains(&engine.logs(&worker.name)?, "Successfully registered with master", "the Worker's log")?;
    contains(&engine.logs(&worker.name)?, "Started external shuffle", "the Worker's log")?;
    engine.run(["exec", &master.name, "nc", "-zv", "localhost", "7077"])?;
    let pi = engine.run(["exec", &master.name].into_iter().chain(PI.split_whitespace()))?;
    contains(&pi, "Pi is roughly 3.1", "the jar of examples")
}

/// What a kubelet does with a pod that is deleted: the hook, then SIGTERM.
fn leave(engine: &Engine<'_>, jupyter: &Pod<'_>, worker: &Pod<'_>) -> Result<()> {
    let script = SUBMIT.replace("JOB", JOB);
    let mut job = engine.start_command("leave", &["exec", &jupyter.name, "bash", "-c", &script])?;
    job.wait_for_line("that a task is done", JOB_PATIENCE, |line| {
        line.contains("Finished task").then_some(())
    })?;
    let hook = list(&worker.container()["lifecycle"]["preStop"]["exec"]["command"]);
    let hook = hook.iter().filter_map(|word| word.as_str());
    engine.run(["exec", &worker.name].into_iter().chain(hook))?;
    contains(&engine.logs(&worker.name)?, "decommission", "the Worker's log")?;
    engine.run(["stop", "--time", "30", &worker.name])?;
    let status = job.wait(JOB_PATIENCE)?;
    ensure(
        status.success() && job.output().contains(SUM),
        &format!("{status}: {} {}", job.log(), job.output()),
    )
}
