//! What a container becomes: by SPARK_MODE, by the names of Spark's classes, by any other program.

use std::time::Duration;

use conformance::wait::{PATIENCE, until, until_true};
use conformance::{Failure, Result, processes};
use jiff::{SignedDuration, Timestamp};
use rustix::time::{ClockId, clock_gettime};

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

/// What a Master says once others can reach it.
const OPEN: &str = "Successfully started service 'sparkMaster' on port 7077";

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

/// Measured and told, not judged: how busy the machine is decides as well.
///
/// The container starts when its first process is born, into namespaces and control groups that it makes before it becomes
/// the program. The engine's own mark is earlier: a shim and runc are started in between, for a program that ends at once too.
fn start(engine: &Engine<'_>) -> Result<()> {
    engine.run(["create", "--name", "master", "--env", "SPARK_MODE=master", Image::Hearth.name()])?;
    engine.run(["create", "--name", "version", Image::Hearth.name(), "hearth", "--version"])?;
    let (mut masters, mut births, mut versions) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..9 {
        engine.run(["start", "master"])?;
        let (marked, open) = mark_and_line(engine, "master", OPEN)?;
        masters.push(open.duration_since(marked));
        births.push(open.duration_since(birth(engine, "master")?));
        engine.run(["kill", "master"])?;
        engine.run(["wait", "master"])?;
        engine.run(["start", "--attach", "version"])?;
        let (marked, said) = mark_and_line(engine, "version", "hearth ")?;
        versions.push(said.duration_since(marked));
    }
    let (born, marked, version) = (median(births), median(masters), median(versions));
    let judged = if born <= GOAL { "met" } else { "MISSED" };
    println!(
        "from the birth of the container's process to the Master's open port: {born:.1} ms, goal {GOAL} ms: {judged}; from the \
         engine's mark, before it starts a shim and runc: {marked:.1} ms, and {version:.1} ms to the first word of a program \
         that only says its version (medians of 9)"
    );
    engine.remove_all()
}

/// In milliseconds.
fn median(mut times: Vec<SignedDuration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1e3
}

/// When the engine marked a container's last start, and when that said a line, both by the engine's clock.
fn mark_and_line(engine: &Engine<'_>, name: &str, wanted: &str) -> Result<(Timestamp, Timestamp)> {
    let moment = |text: &str| {
        let parsed: std::result::Result<Timestamp, _> = text.parse();
        parsed.map_err(|error| Failure::unexpected(format!("'{text}' is no moment: {error}")))
    };
    let marked = moment(&engine.inspect(name, "{{.State.StartedAt}}")?)?;
    let said = until(format!("{name} to say '{wanted}'"), PATIENCE, || {
        let log = engine.logs_with_times(name)?;
        let line = log.lines().rfind(|line| line.contains(wanted));
        let said = line.and_then(|line| line.split(' ').next()).map(moment).transpose()?;
        // An earlier start's line is none of this one.
        Ok(said.filter(|said| *said >= marked))
    })?;
    Ok((marked, said))
}

/// When the kernel made a running container's oldest process.
fn birth(engine: &Engine<'_>, name: &str) -> Result<Timestamp> {
    let id = engine.inspect(name, "{{.Id}}")?;
    let since_boot = processes::oldest_in_group(&id)
        .ok_or_else(|| Failure::unexpected(format!("no process of {name} is to be seen")))?;
    let now = clock_gettime(ClockId::Boottime);
    let age = Duration::new(now.tv_sec.unsigned_abs(), now.tv_nsec.unsigned_abs() as u32) - since_boot;
    Timestamp::now()
        .checked_sub(age)
        .map_err(|error| Failure::unexpected(format!("{name} is {age:?} old: {error}")))
}
