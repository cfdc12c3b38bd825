//! `make test-compose`: the stack of `compose/`, up and down, with a notebook that runs a job on it, and once more with S3.

use std::fs;
use std::process::Command;

use conformance::json;
use conformance::wait::{PATIENCE, until_true};
use conformance::{Failure, Result, Sandbox, binary, moto};
use serde_json::Value;

use crate::containers::{self, Engine, Image};
use crate::ensure::{Passed, contains, ensure, succeeded};
use crate::notebook::{self, Notebook};
use crate::progress::Step;
use crate::{dist, install};

const MASTER_PAGE: &str = "http://127.0.0.1:8080/json/";
const JUPYTER: &str = "127.0.0.1:8888";
const HISTORY: &str = "http://127.0.0.1:18080/api/v1/applications?status=completed";

/// What runs without a profile.
const SERVICES: [&str; 6] = [
    "spark-jupyter",
    "spark-master",
    "spark-shuffle-1",
    "spark-shuffle-2",
    "spark-worker-1",
    "spark-worker-2",
];

/// What applications name.
const MASTER: &str = "spark://spark-master:7077";

/// Runs all of it.
pub(crate) fn run() -> Result<()> {
    install::moto()?;
    dist::run()?;
    let sandbox = Sandbox::at_once("compose")?;
    let archives = containers::build(&sandbox, &[Image::Hearth, Image::Notebook])?;
    let engine = Engine::start(&sandbox)?;
    engine.load(&archives)?;
    let mut passed = Passed::default();
    let outcome = as_it_was(&engine, &mut passed)
        .and_then(|()| with_volumes(&engine, &mut passed))
        .and_then(|()| with_s3(&sandbox, &engine, &mut passed));
    if outcome.is_err() {
        engine.tell();
    }
    outcome?;
    engine.end()?;
    sandbox.end()?;
    passed.end();
    Ok(())
}

/// A stack: its folder, its files and variables.
struct Stack<'a> {
    engine: &'a Engine<'a>,
    folder: &'static str,
    files: Vec<&'static str>,
    variables: Vec<(&'static str, String)>,
}

impl Stack<'_> {
    fn command(&self, arguments: &[&str]) -> Result<Command> {
        let files = self.files.iter().flat_map(|file| ["--file", file]);
        let words =
            ["compose", "--progress", "quiet"].into_iter().chain(files).chain(arguments.iter().copied());
        let mut command = self.engine.command(words)?;
        command.envs(self.variables.iter().cloned()).current_dir(binary::workspace().join(self.folder));
        Ok(command)
    }

    fn run(&self, arguments: &[&str]) -> Result<String> {
        succeeded(self.command(arguments)?)
    }

    /// Up, with everything healthy.
    fn up(&self) -> Result<()> {
        let step = Step::begin("docker compose up");
        self.run(&["up", "--detach", "--wait", "--no-build"])?;
        let services = self.run(&["ps", "--format", "{{.Service}} {{.Health}}"])?;
        let healthy: Vec<&str> = services.lines().filter_map(|line| line.strip_suffix(" healthy")).collect();
        ensure(SERVICES.iter().all(|service| healthy.contains(service)), &services)?;
        step.done("all healthy");
        Ok(())
    }

    /// Down, with nothing left.
    fn down(&self) -> Result<()> {
        self.run(&["--profile", "*", "down", "--volumes"])?;
        for what in ["ps --all --quiet", "volume ls --quiet"] {
            let left = self.engine.run(what.split(' '))?;
            ensure(left.is_empty(), &format!("docker {what}: {left}"))?;
        }
        Ok(())
    }
}

/// What people have: Spark's classes, the host's network, and executors that do not fit.
fn as_it_was(engine: &Engine<'_>, passed: &mut Passed) -> Result<()> {
    let stack =
        Stack { engine, folder: "xtask/compose", files: vec!["as-it-was.yaml"], variables: Vec::new() };
    stack.run(&["up", "--detach", "--wait"])?;
    for part in ["spark-master", "spark-worker-1", "spark-worker-2"] {
        let program = engine.run(["exec", part, "readlink", "/proc/1/exe"])?;
        ensure(program == "/opt/hearth/bin/hearth", &format!("{part} is {program}"))?;
    }
    until_true("both Workers", PATIENCE, || Ok(json::fetch(MASTER_PAGE)?["aliveworkers"] == 2))?;
    let submit = |more: &[&str]| {
        // A driver takes at least 450 MiB of heap, which the notebook's 0.5 GB have no room for.
        let own = ["exec", "--no-TTY", "spark-master", "spark-submit", "--master", "spark://127.0.0.1:7077"];
        let memory = ["--driver-memory", "500m"];
        stack.command(&[&own[..], &memory, more, &["/opt/spark/examples/src/main/python/pi.py"]].concat())
    };
    let refused = submit(&[])?.output().map_err(Failure::io("run docker"))?;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    contains(
        &said,
        "2.5 GiB with all that it takes beside its heap",
        "the driver of an executor that fits nowhere",
    )?;
    ensure(!refused.status.success(), "an executor of 2.5 GiB ran in 1.2 GiB")?;
    let fits = ["--conf", "spark.executor.memory=640m", "--conf", "spark.executor.memoryOverhead=384m"];
    contains(&succeeded(submit(&fits)?)?, "Pi is roughly 3.1", "pi")?;
    let logs = stack.run(&["exec", "--no-TTY", "spark-jupyter", "ls", "/var/spark-events"])?;
    contains(&logs, "app-", "the volume of event logs")?;
    stack.down()?;
    passed.ok(
        "a stack of Spark's own classes runs on Hearth, and says that executors of 2 GiB fit no Worker of 1.2 GiB"
    );
    Ok(())
}

fn with_volumes(engine: &Engine<'_>, passed: &mut Passed) -> Result<()> {
    let stack = Stack { engine, folder: "compose", files: vec!["compose.yaml"], variables: Vec::new() };
    stack.up()?;
    let token = stack.run(&["exec", "--no-TTY", "spark-jupyter", "cat", "/notebooks/.token"])?;
    for refused in [None, Some("wrong")] {
        let status = notebook::status(JUPYTER, refused)?;
        ensure(status == 403, &format!("with the token {refused:?} Jupyter answers {status}"))?;
    }
    passed.ok("without the token, or with a wrong one, Jupyter answers 403");
    job(&Notebook::open(JUPYTER, &token, "python3")?)?;
    job(&Notebook::open(JUPYTER, &token, "pyspark-3.5.7")?)?;
    passed.ok("a notebook's kernel runs a job on both Workers, pandas included");

    stack.run(&["--profile", "history", "up", "--detach", "--wait", "--no-build", "spark-history"])?;
    until_true("the history server to show both applications", PATIENCE, || {
        Ok(json::fetch(HISTORY)?.as_array().map(Vec::len) == Some(2))
    })?;
    passed.ok("the history server shows what ran");

    stack.run(&["kill", "--signal", "KILL", "spark-master"])?;
    stack.run(&["kill", "--signal", "KILL", "spark-worker-1"])?;
    stack.up()?;
    let kept = stack.run(&["exec", "--no-TTY", "spark-jupyter", "cat", "/notebooks/.token"])?;
    ensure(kept == token, "the notebook's token is another one")?;
    job(&Notebook::open(JUPYTER, &token, "python3")?)?;
    passed.ok("up again after a death of the Master and of a Worker");
    stack.down()?;
    passed.ok("down, and nothing is left");
    Ok(())
}

fn with_s3(sandbox: &Sandbox, engine: &Engine<'_>, passed: &mut Passed) -> Result<()> {
    let store = moto::start_at("0.0.0.0")?;
    moto::make_bucket(&store.address(), moto::BUCKET)?;
    let gateway =
        engine.run(["network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"])?;
    let notebooks = sandbox.subfolder("notebooks")?;
    fs::set_permissions(&notebooks, std::os::unix::fs::PermissionsExt::from_mode(0o777))
        .map_err(Failure::io(format!("open {}", notebooks.display())))?;
    let token = "a-token-of-ones-own";
    let variables = [
        ("S3_BUCKET", moto::BUCKET.to_owned()),
        ("S3_ACCESS_KEY", "any".to_owned()),
        ("S3_SECRET_KEY", "any".to_owned()),
        ("S3_ENDPOINT", format!("http://{gateway}:{}", store.port())),
        ("JUPYTER_TOKEN", token.to_owned()),
        ("NOTEBOOKS", notebooks.display().to_string()),
    ];
    let files = vec!["compose.yaml", "s3.yaml"];
    let stack = Stack { engine, folder: "compose", files, variables: variables.into() };
    stack.up()?;
    job(&Notebook::open(JUPYTER, token, "python3")?)?;
    let objects = moto::objects(&store.address())?;
    for wanted in ["spark-recovery/", "spark-events/app-"] {
        ensure(
            objects.keys().any(|key| key.starts_with(wanted)),
            &format!("nothing in S3 begins with {wanted}"),
        )?;
    }
    stack.down()?;
    store.end()?;
    passed.ok("the Master's state and event logs in S3, notebooks in a folder, a token of one's own");
    Ok(())
}

/// The job, in a kernel of its own; it has ended when this returns.
fn job(notebook: &Notebook) -> Result<()> {
    notebook.job(MASTER)?;
    notebook.close()?;
    until_true("the application to have ended", PATIENCE, || {
        let state: Value = json::fetch(MASTER_PAGE)?;
        Ok(state["activeapps"].as_array().is_some_and(Vec::is_empty))
    })
}
