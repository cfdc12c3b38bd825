//! Shuffle services of both makes, and the job whose shuffle files outlive its executors.

use std::fs;
use std::path::{Path, PathBuf};

use crate::daemon::{bound_port, free_port};
use crate::process::Process;
use crate::wait::{self, JOB_PATIENCE};
use crate::{Failure, Job, Result, RunningJob, Sandbox, Spark, Subject, Worker, binary, json};

/// Rows of each of the joined tables.
pub const ROWS: u64 = 1_000_000;

/// How many map tasks the shuffle has that is read twice (`PARTITIONS` of the program).
pub const MAP_TASKS: usize = 4;

/// A shuffle service that is a process of its own.
#[derive(Debug)]
pub struct ShuffleService {
    /// The process, with its log.
    pub process: Process,
    /// Its port.
    pub port: u16,
    webui_port: Option<u16>,
}

impl ShuffleService {
    /// Starts one on a port, and waits until it listens.
    pub fn start(sandbox: &Sandbox, spark: &Spark, subject: Subject, name: &str, port: u16) -> Result<Self> {
        let mut command = match subject {
            Subject::Hearth => {
                let mut command = sandbox.command(binary::hearth()?)?;
                command.args(["shuffle-service", "--webui-port", "0"]);
                command
            }
            Subject::Jvm => {
                let mut command = sandbox.command(spark.spark_class())?;
                command.arg("org.apache.spark.deploy.ExternalShuffleService");
                command
            }
        };
        command.env("SPARK_HOME", spark.home());
        command.env("SPARK_SHUFFLE_OPTS", format!("-Dspark.shuffle.service.port={port}"));
        let mut process = Process::spawn(sandbox, name, command)?;
        let sentence = match subject {
            Subject::Hearth => format!("Started external shuffle service on port {port}"),
            Subject::Jvm => format!("Starting shuffle service on port {port}"),
        };
        process.wait_for_line(&sentence, wait::PATIENCE, |line| line.contains(&sentence).then_some(()))?;
        let webui_port = match subject {
            Subject::Hearth => Some(bound_port(&mut process, "ShuffleServiceUI")?),
            Subject::Jvm => None,
        };
        Ok(Self { process, port, webui_port })
    }

    /// What it has given out; only ours tells.
    pub fn given(&self) -> Result<Option<Given>> {
        self.webui_port.map(|port| Given::read(&format!("http://127.0.0.1:{port}/json/"))).transpose()
    }
}

/// What a service has given out since it was started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given {
    /// Blocks.
    pub blocks: u64,
    /// Answers in which they went; a batch is one.
    pub chunks: u64,
    /// Bytes.
    pub bytes: u64,
}

impl Given {
    /// By the service inside a Worker; only ours tells.
    pub fn by_worker(worker: &Worker) -> Result<Option<Self>> {
        match worker.subject() {
            Subject::Hearth => Self::read(&format!("{}shuffle/json/", worker.webui_url())).map(Some),
            Subject::Jvm => Ok(None),
        }
    }

    fn read(url: &str) -> Result<Self> {
        let json = json::fetch(url)?;
        let number = |name: &str| {
            let missing = || Failure::unexpected(format!("{url} says no {name}: {json}"));
            json[name].as_u64().ok_or_else(missing)
        };
        Ok(Self { blocks: number("blocks")?, chunks: number("chunks")?, bytes: number("bytes")? })
    }
}

/// A port for a service that executors are told beforehand, and the settings that tell them. What it keeps of them lies in the
/// sandbox.
pub fn settings(sandbox: &Sandbox) -> Result<u16> {
    let port = free_port()?;
    let local = sandbox.path("local").to_string_lossy().into_owned();
    sandbox.configure([("spark.shuffle.service.port", port.to_string()), ("spark.local.dir", local)])?;
    Ok(port)
}

/// The job, held between the writing and the reading of its second shuffle.
#[derive(Debug)]
pub struct Held {
    /// The driver.
    pub job: RunningJob,
    folder: PathBuf,
}

impl Held {
    /// The job: its executors leave when they are idle for two seconds. It comes again for blocks for half a minute.
    pub fn job(sandbox: &Sandbox, name: &str) -> Result<(Job, PathBuf)> {
        let folder = sandbox.subfolder(format!("shuffle-{name}"))?;
        let job = Job::of_ours(name, "shuffle_service.py")
            .argument(ROWS.to_string())
            .argument(folder.to_string_lossy())
            .conf("spark.sql.autoBroadcastJoinThreshold", "-1")
            .conf("spark.sql.shuffle.partitions", "8")
            .conf("spark.shuffle.io.retryWait", "1s")
            .conf("spark.shuffle.io.maxRetries", "30");
        Ok((served(job), folder))
    }

    /// As [`Self::job`], of another program that is given the folder alone, and with Spark's own patience.
    pub fn job_of(sandbox: &Sandbox, name: &str, script: &str) -> Result<(Job, PathBuf)> {
        let folder = sandbox.subfolder(format!("shuffle-{name}"))?;
        Ok((served(Job::of_ours(name, script).argument(folder.to_string_lossy())), folder))
    }

    /// Waits until the shuffle is written.
    pub fn written(mut job: RunningJob, folder: PathBuf) -> Result<Self> {
        wait_for_files(&mut job, &folder, "written", 1)?;
        Ok(Self { job, folder })
    }

    /// Waits until the program has left so many files whose names begin so.
    pub fn wait_for(&mut self, prefix: &str, number: usize) -> Result<()> {
        wait_for_files(&mut self.job, &self.folder, prefix, number)
    }

    /// Makes a file that the program waits for.
    pub fn allow(&self, name: &str) -> Result<()> {
        let path = self.folder.join(name);
        fs::write(&path, []).map_err(Failure::io(format!("create {}", path.display())))
    }

    /// Lets the second job begin.
    pub fn read(&self) -> Result<()> {
        self.allow("read")
    }

    /// Waits for the end: all answers are right, and no map task ran twice.
    pub fn check(mut self) -> Result<()> {
        let output = self.job.result(JOB_PATIENCE)?;
        let sum = ROWS * (ROWS + 1) / 2;
        // Even keys below ROWS: key * 3 + key / 2.
        let pairs = ROWS.div_ceil(2);
        let sums = || (0..pairs).map(|half| half * 6 + half);
        let (joined, few) = (sums().sum::<u64>(), sums().filter(|sum| sum % 100_003 == 0).count());
        let lines =
            [format!("JOIN {pairs} {joined}"), format!("AGAIN {few} {few}"), format!("RESULT {sum} 97")];
        for line in lines {
            if !output.lines().any(|one| one == line) {
                return Err(Failure::unexpected(format!("the job did not print '{line}': {output}")));
            }
        }
        let started = self.map_tasks();
        if started != MAP_TASKS {
            return Err(Failure::unexpected(format!(
                "{started} map tasks ran instead of {MAP_TASKS}: a stage ran again"
            )));
        }
        Ok(())
    }

    /// How many attempts of map tasks have begun.
    pub fn map_tasks(&self) -> usize {
        self.count("started-")
    }

    /// How many files the program has left whose names begin so.
    pub fn count(&self, prefix: &str) -> usize {
        files(&self.folder, prefix)
    }
}

/// What makes a job's executors leave when they are idle, and their files stay.
fn served(job: Job) -> Job {
    job.conf("spark.shuffle.service.enabled", "true")
        .conf("spark.dynamicAllocation.enabled", "true")
        .conf("spark.dynamicAllocation.shuffleTracking.enabled", "false")
        .conf("spark.dynamicAllocation.executorIdleTimeout", "2s")
        .conf("spark.dynamicAllocation.schedulerBacklogTimeout", "1s")
        .conf("spark.executor.cores", "1")
}

fn files(folder: &Path, prefix: &str) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)).count()
}

fn wait_for_files(job: &mut RunningJob, folder: &Path, prefix: &str, number: usize) -> Result<()> {
    wait::until_true(format!("{number} files named {prefix}"), JOB_PATIENCE, || {
        if !job.process.is_running()? {
            return Err(Failure::unexpected(format!("{} ended too early", job.process.name())));
        }
        Ok(files(folder, prefix) >= number)
    })
}
