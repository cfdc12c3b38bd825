//! The cluster of containers.

use std::fs;
use std::path::PathBuf;

use conformance::json::{self, MasterState};
use conformance::process::Process;
use conformance::wait::{PATIENCE, until_true};
use conformance::{Failure, Result, Sandbox, binary};

use crate::containers::{Engine, Image};

const NETWORK: &str = "spark";
pub(super) const MASTER: &str = "spark-master";
pub(super) const WORKERS: [&str; 2] = ["spark-worker-1", "spark-worker-2"];
const SHUFFLES: [&str; 2] = ["spark-shuffle-1", "spark-shuffle-2"];

/// What each container may take: room for one executor of 512 MiB in a Worker's.
const MASTER_LIMITS: [&str; 4] = ["--memory", "128m", "--cpus", "0.5"];
const SHUFFLE_LIMITS: [&str; 4] = ["--memory", "96m", "--cpus", "0.5"];
const WORKER_LIMITS: [&str; 4] = ["--memory", "1200m", "--cpus", "1"];
const DRIVER_LIMITS: [&str; 4] = ["--memory", "1500m", "--cpus", "1"];

/// What every container is run with.
const GUARDED: [&str; 7] =
    ["--read-only", "--tmpfs", "/tmp:exec", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"];

/// For those that have a network of their own, which is this one and the way to the store.
const NETWORKED: [&str; 4] = ["--network", NETWORK, "--add-host", "s3:host-gateway"];

/// The cluster, running.
pub(super) struct Stack<'a> {
    engine: &'a Engine<'a>,
    settings: PathBuf,
}

impl<'a> Stack<'a> {
    /// Starts it, and waits until both Workers are there.
    pub(super) fn start(sandbox: &Sandbox, engine: &'a Engine<'a>, store: u16) -> Result<Self> {
        let settings = sandbox.subfolder("conf-of-containers")?;
        let stack = Self { engine, settings };
        stack.write_settings(store)?;
        engine.run(["network", "create", NETWORK])?;
        let state = "SPARK_RECOVERY_DIR=s3a://states/spark-recovery";
        stack.daemon(
            MASTER,
            &NETWORKED,
            &MASTER_LIMITS,
            &["SPARK_MODE=master", "SPARK_MASTER_HOST=spark-master", state],
            Image::Hearth,
        )?;
        for (shuffle, worker) in SHUFFLES.into_iter().zip(WORKERS) {
            // The network is the shuffle service's, since that outlives a Worker.
            let volume = format!("{worker}:/opt/spark/local");
            let options = [&NETWORKED[..], &["--volume", &volume]].concat();
            let local = "SPARK_LOCAL_DIRS=/opt/spark/local";
            stack.daemon(
                shuffle,
                &options,
                &SHUFFLE_LIMITS,
                &["SPARK_MODE=shuffle", local],
                Image::Hearth,
            )?;
            let network = format!("container:{shuffle}");
            let options = ["--network", &network, "--volume", &volume, "--volume", "/opt/spark/work"];
            let variables = ["SPARK_MODE=worker", "SPARK_MASTER_HOST=spark-master", local];
            stack.daemon(worker, &options, &WORKER_LIMITS, &variables, Image::Spark)?;
        }
        stack.wait_for_workers(2)?;
        Ok(stack)
    }

    fn write_settings(&self, store: u16) -> Result<()> {
        let text = format!(
            "spark.master                                spark://spark-master:7077\n\
             spark.executor.memory                       512m\n\
             spark.shuffle.service.enabled               true\n\
             spark.hearth.worker.shuffleServiceOutside   true\n\
             spark.deploy.recoveryMode                   FILESYSTEM\n\
             spark.eventLog.enabled                      true\n\
             spark.eventLog.dir                          s3a://states/spark-events\n\
             spark.hadoop.fs.s3a.endpoint                http://s3:{store}\n\
             spark.hadoop.fs.s3a.path.style.access       true\n"
        );
        let path = self.settings.join("spark-defaults.conf");
        fs::write(&path, text).map_err(Failure::io(format!("write {}", path.display())))
    }

    fn daemon(
        &self,
        name: &str,
        options: &[&str],
        limits: &[&str],
        variables: &[&str],
        image: Image,
    ) -> Result<()> {
        let own = ["run", "--detach", "--name", name];
        let line = self.line(&own, &[options, limits].concat(), variables, image);
        self.engine.run(&line).map(drop)
    }

    fn line(&self, own: &[&str], options: &[&str], variables: &[&str], image: Image) -> Vec<String> {
        let keys = ["AWS_ACCESS_KEY_ID=any", "AWS_SECRET_ACCESS_KEY=any", "AWS_REGION=us-east-1"];
        let settings = format!("{}:/opt/spark/conf:ro", self.settings.display());
        let variables = variables.iter().chain(&keys).flat_map(|variable| ["--env", variable]);
        let jobs = format!("{}:/jobs:ro", binary::workspace().join("xtask/python").display());
        let words = own.iter().chain(options).chain(&GUARDED).copied().chain(variables);
        words.chain(["--volume", &settings, "--volume", &jobs, image.name()]).map(str::to_owned).collect()
    }

    /// Starts `spark-submit` in a container of its own.
    pub(super) fn submit(&self, name: &str, arguments: &[&str]) -> Result<Process> {
        let options = [NETWORKED, DRIVER_LIMITS].concat();
        let mut line = self.line(&["run", "--rm", "--name", name], &options, &[], Image::Spark);
        line.extend(["spark-submit"].iter().chain(arguments).map(|&word| word.to_owned()));
        let line: Vec<&str> = line.iter().map(String::as_str).collect();
        self.engine.start_command(name, &line)
    }

    /// What the Master's page says.
    pub(super) fn state(&self) -> Result<MasterState> {
        let url = format!("http://{}:8080/json/", self.address(MASTER)?);
        serde_json::from_value(json::fetch(&url)?)
            .map_err(|error| Failure::unexpected(format!("{url}: {error}")))
    }

    /// Waits until so many Workers are alive.
    pub(super) fn wait_for_workers(&self, number: usize) -> Result<()> {
        until_true(format!("{number} Workers"), PATIENCE, || {
            let alive = self
                .state()
                .map(|state| state.workers.iter().filter(|worker| worker.state == "ALIVE").count());
            Ok(alive.is_ok_and(|alive| alive == number))
        })
    }

    fn address(&self, container: &str) -> Result<String> {
        self.engine.inspect(container, &format!("{{{{.NetworkSettings.Networks.{NETWORK}.IPAddress}}}}"))
    }

    /// Ends a container as its machine's death would, and starts it again.
    pub(super) fn kill_and_restart(&self, container: &str) -> Result<()> {
        self.engine.run(["kill", "--signal", "KILL", container])?;
        until_true(format!("{container} to be dead"), PATIENCE, || {
            Ok(self.engine.inspect(container, "{{.State.Running}}")? == "false")
        })?;
        self.engine.run(["start", container]).map(drop)
    }

    /// Each container that runs, and whether it may do no more than it should: who it is, what it can write to.
    pub(super) fn guarded(&self) -> Result<Vec<(String, String)>> {
        let all = [MASTER].into_iter().chain(SHUFFLES).chain(WORKERS);
        let what =
            "{{.Config.User}} {{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.State.Running}}";
        all.map(|name| Ok((name.to_owned(), self.engine.inspect(name, what)?))).collect()
    }

    /// What a container said.
    pub(super) fn logs(&self, container: &str) -> Result<String> {
        self.engine.logs(container)
    }
}
