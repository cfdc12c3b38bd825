//! One test's own world: a folder, a tag that every process inherits, and an end that leaves nothing behind.

use std::cell::{Cell, RefCell};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

use tempfile::TempDir;

use crate::cache::{self, Lock};
use crate::guardian::Guardian;
use crate::processes::{self, TAG_VARIABLE, Tagged};
use crate::{Failure, Result, java, wait};

/// How long processes may take to end by themselves after their daemons were told to.
#[cfg(not(test))]
const FAREWELL: Duration = Duration::from_secs(30);
#[cfg(test)]
const FAREWELL: Duration = Duration::from_secs(1);

/// How much of each log is shown when a test fails.
const SHOWN_LOG_LINES: usize = 120;

/// A folder and all processes that were started for it. Dropped without [`Sandbox::end`], it takes the test for
/// failed: it shows the logs. In any case it kills what is left.
#[derive(Debug)]
pub struct Sandbox {
    name: String,
    tag: String,
    ended: Cell<bool>,
    exported: RefCell<Vec<(String, String)>>,
    guardian: Guardian,
    folder: TempDir,
    _slot: Option<Lock>,
}

impl Sandbox {
    /// Waits for its turn among the tests that run Spark, and makes the folder.
    pub fn new(name: &str) -> Result<Self> {
        Self::create(name, Some(cache::slot()?))
    }

    /// Makes the folder without waiting: for the demo, which somebody watches.
    pub fn at_once(name: &str) -> Result<Self> {
        Self::create(name, None)
    }

    fn create(name: &str, slot: Option<Lock>) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix(&format!("hearth-{name}-"))
            .tempdir()
            .map_err(Failure::io("create a temporary folder"))?;
        let tag = folder.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let guardian = Guardian::start(&tag, folder.path()).map_err(Failure::io("start sh"))?;
        let sandbox = Self {
            name: name.to_owned(),
            tag,
            ended: Cell::new(false),
            exported: RefCell::default(),
            guardian,
            folder,
            _slot: slot,
        };
        for part in ["conf", "local", "logs", "tmp"] {
            sandbox.subfolder(part)?;
        }
        Ok(sandbox)
    }

    /// A name that no other sandbox has.
    pub fn name_of_its_own(&self) -> String {
        self.tag.to_lowercase().replace('_', "-")
    }

    /// The path of something in the folder.
    pub fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A folder in the folder.
    pub fn subfolder(&self, name: impl AsRef<Path>) -> Result<PathBuf> {
        let path = self.path(name);
        fs::create_dir_all(&path).map_err(Failure::io(format!("create {}", path.display())))?;
        Ok(path)
    }

    /// A command that carries the tag, sees no Spark setting of the user, and keeps its files in the folder.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Result<Command> {
        let mut command = Command::new(program);
        for (name, _) in env::vars_os() {
            let name = name.to_string_lossy();
            let ours = ["SPARK_", "PYSPARK_", "HADOOP_", "HEARTH_"].iter().any(|own| name.starts_with(own));
            if ours || ["PYTHONPATH", "CLASSPATH", "JAVA_TOOL_OPTIONS"].contains(&&*name) {
                command.env_remove(&*name);
            }
        }
        command
            .env(TAG_VARIABLE, &self.tag)
            .env("JAVA_HOME", java::find()?.home)
            .env("SPARK_LOCAL_IP", "127.0.0.1")
            .env("SPARK_CONF_DIR", self.path("conf"))
            .env("SPARK_LOCAL_DIRS", self.path("local"))
            .env("SPARK_LOG_DIR", self.path("logs"))
            .env("TMPDIR", self.path("tmp"))
            .envs(self.exported.borrow().iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path());
        Ok(command)
    }

    /// A variable of the environment for everybody in the sandbox who is started from now on.
    pub fn export(&self, name: &str, value: impl Into<String>) {
        self.exported.borrow_mut().push((name.to_owned(), value.into()));
    }

    /// Settings for everybody in the sandbox, daemons and `spark-submit` alike: its `spark-defaults.conf`.
    pub fn configure<Name: AsRef<str>, Value: AsRef<str>>(
        &self,
        settings: impl IntoIterator<Item = (Name, Value)>,
    ) -> Result<()> {
        let path = self.path("conf/spark-defaults.conf");
        let lines =
            settings.into_iter().map(|(name, value)| format!("{} {}\n", name.as_ref(), value.as_ref()));
        let text = fs::read_to_string(&path).unwrap_or_default() + &lines.collect::<String>();
        fs::write(&path, text).map_err(Failure::io(format!("write {}", path.display())))
    }

    /// The living processes of this sandbox.
    pub fn processes(&self) -> Vec<Tagged> {
        processes::tagged(&self.tag, self.guardian.pid())
    }

    /// The living executors.
    pub fn executors(&self) -> Vec<Tagged> {
        self.processes().into_iter().filter(Tagged::is_executor).collect()
    }

    /// The living drivers that Workers started.
    pub fn drivers(&self) -> Vec<Tagged> {
        self.processes().into_iter().filter(Tagged::is_driver).collect()
    }

    /// The end of a test that went well, if no process is left.
    pub fn end(self) -> Result<()> {
        self.assert_no_process_left()?;
        self.ended.set(true);
        Ok(())
    }

    /// Fails with the names of the processes that do not end by themselves.
    pub fn assert_no_process_left(&self) -> Result<()> {
        let gone = wait::until_true("the processes to end", FAREWELL, || Ok(self.processes().is_empty()));
        gone.map_err(|_| {
            let left: Vec<String> = self.processes().iter().map(ToString::to_string).collect();
            Failure::unexpected(format!("{}: processes are left:\n  {}", self.name, left.join("\n  ")))
        })
    }

    /// Kills everything that carries the tag, until nothing is left.
    pub fn kill_all(&self) {
        let started = Instant::now();
        while started.elapsed() < FAREWELL {
            let left = self.processes();
            if left.is_empty() {
                return;
            }
            left.iter().for_each(Tagged::kill);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The ends of all logs, those of executors included.
    pub fn logs(&self) -> String {
        let mut files = Vec::new();
        collect_logs(self.folder.path(), &mut files);
        files.sort();
        let mut text = String::new();
        for file in files {
            let log = fs::read(&file).unwrap_or_default();
            let log = String::from_utf8_lossy(&log);
            let skipped = log.lines().count().saturating_sub(SHOWN_LOG_LINES);
            let name = file.strip_prefix(self.folder.path()).unwrap_or(&file).display();
            text.push_str(&format!("---- {}: {name} ({skipped} lines not shown)\n", self.name));
            for line in log.lines().skip(skipped) {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if !self.ended.get() {
            let left: Vec<String> = self.processes().iter().map(ToString::to_string).collect();
            show(&format!("{}\n---- alive at that moment:\n  {}\n", self.logs(), left.join("\n  ")));
        }
        self.kill_all();
    }
}

/// For the person who reads a failed test; a passing one prints nothing.
#[allow(clippy::print_stderr, reason = "the logs of a failed test belong on its output")]
fn show(text: &str) {
    eprintln!("{text}");
}

/// What daemons, jobs and executors wrote: `*.log` and `*.out` of the harness, `stdout` and `stderr` of executors.
fn collect_logs(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let is_log = path.extension().is_some_and(|extension| extension == "log" || extension == "out")
            || path.file_name().is_some_and(|name| name == "stdout" || name == "stderr");
        if path.is_dir() {
            collect_logs(&path, found);
        } else if is_log && path.metadata().is_ok_and(|data| data.len() > 0) {
            found.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Sandbox, TAG_VARIABLE};
    use crate::process::Process;

    #[test]
    fn a_process_that_stays_is_named_and_then_killed() {
        let sandbox = Sandbox::at_once("unit").unwrap();
        let mut command = Command::new("sleep");
        command.arg("601").env(TAG_VARIABLE, &sandbox.tag);
        let mut process = Process::spawn(&sandbox, "stays", command).unwrap();
        let complaint = sandbox.assert_no_process_left().unwrap_err().to_string();
        assert!(complaint.contains(&format!("{} sleep 601", process.pid())), "{complaint}");

        sandbox.kill_all();
        assert!(!process.is_running().unwrap());
        sandbox.end().unwrap();
    }

    #[test]
    fn the_end_of_every_log_is_shown() {
        let sandbox = Sandbox::at_once("unit").unwrap();
        let lines: Vec<String> = (0..500).map(|line| format!("line {line}")).collect();
        std::fs::write(sandbox.path("logs/daemon.log"), lines.join("\n")).unwrap();
        let executor = sandbox.subfolder("work/app-1/0").unwrap();
        std::fs::write(executor.join("stderr"), "why it failed").unwrap();
        let logs = sandbox.logs();
        assert!(logs.contains("logs/daemon.log (380 lines not shown)\nline 380\n"), "{logs}");
        assert!(logs.contains("work/app-1/0/stderr") && logs.contains("why it failed"), "{logs}");
        sandbox.end().unwrap();
    }
}
