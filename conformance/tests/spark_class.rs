//! The unchanged way: daemons that are started by their classes' names run on Hearth, everything else on the JVM.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::process::Process;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until, until_true};
use conformance::{Failure, Job, Result, Sandbox, ShortCut, Spark, binary};
use rustix::process::{Pid, test_kill_process};

/// A Spark whose `bin/spark-class` is ours, as an image has it.
struct Installation<'sandbox> {
    sandbox: &'sandbox Sandbox,
    home: PathBuf,
    /// What the daemons are to be.
    hearth: PathBuf,
}

impl<'sandbox> Installation<'sandbox> {
    fn new(sandbox: &'sandbox Sandbox, spark: &Spark) -> Result<Self> {
        let home = sandbox.subfolder("spark-home")?;
        let link = |from: &Path, to: PathBuf| {
            symlink(from, &to).map_err(Failure::io(format!("link {}", to.display())))
        };
        for path in entries(spark.home())?.iter().filter(|path| !path.ends_with("bin")) {
            link(path, home.join(path.file_name().unwrap_or_default()))?;
        }
        let bin = sandbox.subfolder("spark-home/bin")?;
        for path in entries(&spark.home().join("bin"))? {
            let name = path.file_name().unwrap_or_default();
            let name = if name == "spark-class" { "spark-class-jvm".as_ref() } else { name };
            copy(&path, &bin.join(name))?;
        }
        copy(&binary::workspace().join("docker/spark/spark-class"), &bin.join("spark-class"))?;
        let hearth = binary::hearth()?.canonicalize().map_err(Failure::io("find hearth"))?;
        link(&hearth, sandbox.path("hearth-java"))?;
        Ok(Self { sandbox, home, hearth })
    }

    /// A command of this Spark's.
    fn command(&self, program: &str) -> Result<Command> {
        let mut command = self.sandbox.command(self.home.join(program))?;
        command.env("SPARK_HOME", &self.home).env("HEARTH", self.sandbox.path("hearth-java"));
        Ok(command)
    }

    fn start(&self, name: &str, class: &str, arguments: &[&str]) -> Result<Process> {
        let mut command = self.command("bin/spark-class")?;
        command.arg(class).args(arguments);
        Process::spawn(self.sandbox, name, command)
    }

    /// Waits for a line, and looks whose process said it.
    fn says(&self, process: &mut Process, words: &str) -> Result<String> {
        let line = process.wait_for_line(words, PATIENCE, |line| {
            line.contains(words).then(|| line.trim_end_matches('.').to_owned())
        })?;
        let program = fs::read_link(format!("/proc/{}/exe", process.pid()));
        let program = program.map_err(Failure::io("see what runs"))?;
        assert_eq!(program, self.hearth, "{}", process.name());
        Ok(line)
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect()
    };
    read().map_err(Failure::io(format!("read {}", folder.display())))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let copied = fs::copy(from, to).and_then(|_| fs::set_permissions(to, fs::Permissions::from_mode(0o755)));
    copied.map_err(Failure::io(format!("copy {}", from.display())))
}

#[test]
fn daemons_are_hearth_and_everything_else_is_the_jvm() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::First)? {
        let sandbox = Sandbox::new(&format!("spark-class-{}", spark.version()))?;
        let installation = Installation::new(&sandbox, &spark)?;
        sandbox.configure([("spark.shuffle.service.port", "0")])?;
        let here = ["--host", "127.0.0.1", "--port", "0", "--webui-port", "0"];
        let mut master = installation.start("master", "org.apache.spark.deploy.master.Master", &here)?;
        let line = installation.says(&mut master, "Starting Spark master at spark://")?;
        let url = line.split_whitespace().last().unwrap_or_default().to_owned();
        let offer = [&here[..], &["--cores", "2", "--memory", "1g", &url]].concat();
        let mut worker = installation.start("worker", "org.apache.spark.deploy.worker.Worker", &offer)?;
        installation.says(&mut worker, "Successfully registered with master")?;
        let class = "org.apache.spark.deploy.ExternalShuffleService";
        let mut shuffle = installation.start("shuffle", class, &[])?;
        installation.says(&mut shuffle, "Started external shuffle service on port")?;

        let usual = Job::pi(&spark).command(&sandbox, &spark, &url)?;
        let mut submit = installation.command("bin/spark-submit")?;
        submit.args(usual.get_args()).env("PYSPARK_PYTHON", spark.python());
        submit.env("PYSPARK_DRIVER_PYTHON", spark.python());
        let mut job = Process::spawn(&sandbox, "job", submit)?;
        assert!(job.wait(JOB_PATIENCE)?.success());
        assert!(job.output().contains("Pi is roughly 3.1"), "{}", job.output());

        for daemon in [&mut shuffle, &mut worker, &mut master] {
            daemon.terminate(PATIENCE)?;
        }
        sandbox.end()?;
    }
    Ok(())
}

/// `sbin/start-master.sh` and `stop-master.sh` call this with the class.
#[test]
fn sparks_own_daemon_script_starts_and_stops_hearth() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("spark-daemon-{}", spark.version()))?;
        let installation = Installation::new(&sandbox, &spark)?;
        let script = |name: &str, words: &[&str]| -> Result<String> {
            let mut command = installation.command("sbin/spark-daemon.sh")?;
            command.env("SPARK_PID_DIR", sandbox.path("pids")).env("SPARK_IDENT_STRING", "tests");
            command.arg(words[0]).args(["org.apache.spark.deploy.master.Master", "1"]).args(&words[1..]);
            let mut process = Process::spawn(&sandbox, name, command)?;
            assert!(process.wait(PATIENCE)?.success(), "{}", process.log());
            Ok(process.output())
        };
        let said = script("start", &["start", "--host", "127.0.0.1", "--port", "0", "--webui-port", "0"])?;
        assert!(said.contains("starting org.apache.spark.deploy.master.Master, logging to"), "{said}");
        assert!(!said.contains("failed to launch"), "{said}");
        let file = sandbox.path("pids/spark-tests-org.apache.spark.deploy.master.Master-1.pid");
        let number = fs::read_to_string(&file).map_err(Failure::io("read the number of the Master"))?;
        let pid = number.trim().parse().ok().and_then(Pid::from_raw);
        let pid = pid.ok_or_else(|| Failure::unexpected(format!("{number} is no process")))?;
        let log = until("the Master's log", PATIENCE, || {
            let logs = entries(&sandbox.path("logs"))?;
            Ok(logs.into_iter().find(|path| path.to_string_lossy().contains("Master-1")))
        })?;
        until_true("the Master to lead", PATIENCE, || {
            Ok(fs::read_to_string(&log).unwrap_or_default().contains("I have been elected leader"))
        })?;
        let said = script("stop", &["stop"])?;
        assert!(said.contains("stopping org.apache.spark.deploy.master.Master"), "{said}");
        until_true("the Master to end", PATIENCE, || Ok(test_kill_process(pid).is_err()))?;
        sandbox.end()?;
    }
    Ok(())
}
