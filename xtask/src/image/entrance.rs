//! What a container becomes: by SPARK_MODE, by the names of Spark's classes, by any other program.

use std::time::Duration;

use conformance::wait::{PATIENCE, until, until_true};
use conformance::{Failure, Result};

use jiff::Timestamp;

use crate::containers::{Engine, Image};
use crate::ensure::ensure;

type Scene = fn(&Engine<'_>) -> Result<()>;

/// All of them.
pub(super) const SCENES: [(&str, Scene); 5] = [
    ("without SPARK_MODE the container says what it wants", nothing_said),
    ("spark-class runs Hearth for the daemons", daemons),
    ("spark-class runs the JVM for everything else", others),
    ("what people type in a Master's container", commands),
    ("from the container's start to an open port", start),
];

/// How long from a container's start to its open port, in milliseconds.
const GOAL: f64 = 100.0;

fn nothing_said(engine: &Engine<'_>) -> Result<()> {
    let output = engine.output(["run", "--rm", Image::Hearth.name()])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(output.status.code() == Some(2) && said.contains("SPARK_MODE is not set: set it to one of"), &said)
}

/// As charts, compose files and scripts start them that know nothing of Hearth.
fn daemons(engine: &Engine<'_>) -> Result<()> {
    let class = |class: &str| format!("/opt/spark/bin/spark-class org.apache.spark.deploy.{class}");
    let master = class("master.Master --host 0.0.0.0 --port 7077 --webui-port 8080");
    let worker = class("worker.Worker --webui-port 8081 --cores 1 --memory 512m spark://127.0.0.1:7077");
    let parts = [
        ("by-class", "bridge", master, "Starting Spark master at spark://"),
        ("by-class-worker", "container:by-class", worker, "Successfully registered with master"),
        (
            "by-class-shuffle",
            "container:by-class",
            class("ExternalShuffleService"),
            "Started external shuffle service",
        ),
    ];
    for (name, network, line, said) in &parts {
        let own = ["run", "--detach", "--name", name, "--network", network, Image::Spark.name()];
        engine.run(own.into_iter().chain(line.split(' ')))?;
        until_true(format!("{name} to say '{said}'"), PATIENCE, || Ok(engine.logs(name)?.contains(said)))?;
        let program = engine.run(["exec", name, "readlink", "/proc/1/exe"])?;
        ensure(program == "/opt/hearth/bin/hearth", &program)?;
    }
    engine.remove_all()
}

fn others(engine: &Engine<'_>) -> Result<()> {
    let line =
        "run --rm --env SPARK_MODE=master IMAGE spark-class org.apache.spark.deploy.SparkSubmit --version";
    let line = line.split(' ').map(|word| if word == "IMAGE" { Image::Spark.name() } else { word });
    let output = engine.output(line)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure(said.contains("version 3.5.7") && said.contains("OpenJDK"), &said)
}

/// With the name that the chart gives a Master: its own pod takes it for every interface.
fn commands(engine: &Engine<'_>) -> Result<()> {
    let line = "run --detach --name typed --env SPARK_MODE=master --env SPARK_MASTER_HOST=spark-sa-master \
                --add-host spark-sa-master:0.0.0.0";
    engine.run(line.split_whitespace().chain([Image::Spark.name()]))?;
    until_true("the Master to start", PATIENCE, || Ok(engine.logs("typed")?.contains("Started daemon")))?;
    engine.run(["exec", "typed", "nc", "-zv", "localhost", "7077"])?;
    for (line, said) in
        [("id -u", "185"), ("python3 --version", "Python 3.11"), ("hearth --version", "hearth ")]
    {
        let found = engine.run(["exec", "typed"].into_iter().chain(line.split(' ')))?;
        ensure(found.starts_with(said), &found)?;
    }
    engine.remove_all()
}

/// Measured and told, not judged: how busy the machine is decides as well. The engine itself takes a while from its mark to the
/// program's first instruction: as long as for a program that ends at once.
fn start(engine: &Engine<'_>) -> Result<()> {
    engine.run(["create", "--name", "master", "--env", "SPARK_MODE=master", Image::Hearth.name()])?;
    engine.run(["create", "--name", "version", Image::Hearth.name(), "hearth", "--version"])?;
    let (mut masters, mut versions) = (Vec::new(), Vec::new());
    for _ in 0..9 {
        masters.push(start_to_line(
            engine,
            "master",
            "Successfully started service 'sparkMaster' on port 7077",
        )?);
        versions.push(start_to_line(engine, "version", "hearth ")?);
    }
    let (all, engines) = (median(masters), median(versions));
    let own = all - engines;
    let judged = if own <= GOAL { "met" } else { "MISSED" };
    println!(
        "from the engine's mark of a start to the Master's open port: {all:.1} ms, to the first word of a program that only says \
         its version: {engines:.1} ms; the Master's own share is the difference, {own:.1} ms, goal {GOAL} ms: {judged} (medians of 9)"
    );
    engine.remove_all()
}

/// In milliseconds.
fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// Starts a container, and takes the time from its start to a line, both by the engine's clock.
fn start_to_line(engine: &Engine<'_>, name: &str, wanted: &str) -> Result<Duration> {
    engine.run(["start", name])?;
    let took = until(format!("{name} to say '{wanted}'"), PATIENCE, || since_start(engine, name, wanted))?;
    if engine.inspect(name, "{{.State.Running}}")? == "true" {
        engine.run(["kill", name])?;
    }
    engine.run(["wait", name])?;
    Ok(took)
}

fn since_start(engine: &Engine<'_>, name: &str, wanted: &str) -> Result<Option<Duration>> {
    let moment = |text: &str| {
        let parsed: std::result::Result<Timestamp, _> = text.parse();
        parsed.map_err(|error| Failure::unexpected(format!("'{text}' is no moment: {error}")))
    };
    let started = moment(&engine.inspect(name, "{{.State.StartedAt}}")?)?;
    let log = engine.logs_with_times(name)?;
    let said = log.lines().rfind(|line| line.contains(wanted));
    let Some(said) = said.and_then(|line| line.split(' ').next()).map(moment).transpose()? else {
        return Ok(None);
    };
    // An earlier start's line is none of this one.
    let since = said.duration_since(started);
    Ok((!since.is_negative()).then(|| since.unsigned_abs()))
}
