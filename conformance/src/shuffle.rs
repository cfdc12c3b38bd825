//! The job with two shuffles, its known answer, and the gate that holds its tasks until a test opens it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::wait::JOB_PATIENCE;
use crate::{Cluster, Failure, Job, Result, RunningJob, Sandbox, wait};

/// Numbers from 1 to this are summed up.
pub const COUNT: u64 = 20_000;

/// How many tasks each stage has (`PARTITIONS` of the program).
pub const TASKS: usize = 4;

/// The job, free to run.
pub fn job(name: &str) -> Job {
    Job::of_ours(name, "two_shuffles.py").argument(COUNT.to_string())
}

/// The job as a class of a jar, for cluster mode: its answer goes to a file.
pub fn class_job(name: &str, jar: &str, result: &Path) -> Job {
    Job::of_class(name, jar, "conformance.TwoShuffles")
        .argument(COUNT.to_string())
        .argument(result.to_string_lossy())
}

/// What `two_shuffles.py` has to answer: sums by remainder of 97, gathered by the remainder's last digit.
pub fn expected_answer() -> String {
    let mut sums = BTreeMap::<u64, u64>::new();
    for number in 1..=COUNT {
        *sums.entry(number % 97).or_default() += number;
    }
    let mut digits = BTreeMap::<u64, (u64, u64)>::new();
    for (remainder, sum) in sums {
        let (remainders, total) = digits.entry(remainder % 10).or_default();
        *remainders += 1;
        *total += sum;
    }
    let totals: Vec<String> =
        digits.iter().map(|(digit, (remainders, total))| format!("{digit}:{remainders}:{total}")).collect();
    totals.join(" ")
}

/// Waits for the job's end and compares its answer with the known one.
pub fn check(job: &mut RunningJob) -> Result<()> {
    let answer = job.answer("RESULT", JOB_PATIENCE)?;
    if answer == expected_answer() {
        return Ok(());
    }
    Err(Failure::unexpected(format!("the shuffle job answered {answer} instead of {}", expected_answer())))
}

/// Runs the job on a cluster and checks its answer.
pub fn run(cluster: &Cluster<'_>) -> Result<()> {
    check(&mut cluster.submit(&job("shuffle"))?)
}

/// A folder in which the tasks of a held job say that they run, and wait for a file named `open`.
#[derive(Debug)]
pub struct Gate {
    folder: PathBuf,
}

impl Gate {
    /// A closed gate.
    pub fn closed(sandbox: &Sandbox, name: &str) -> Result<Self> {
        Ok(Self { folder: sandbox.subfolder(format!("gate-{name}"))? })
    }

    /// The job, held by this gate.
    pub fn job(&self, name: &str) -> Job {
        job(name).argument(self.folder.to_string_lossy())
    }

    /// Where it stands.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What the tasks that have begun noted, one note for each attempt.
    pub fn notes(&self) -> Vec<String> {
        self.marks().iter().map(|mark| fs::read_to_string(mark).unwrap_or_default()).collect()
    }

    /// Lets all tasks go on.
    pub fn open(&self) -> Result<()> {
        fs::write(self.folder.join("open"), []).map_err(Failure::io("open the gate"))
    }

    /// How many attempts of tasks have begun.
    pub fn started(&self) -> usize {
        self.marks().len()
    }

    fn marks(&self) -> Vec<PathBuf> {
        let paths = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|entry| entry.path());
        let named = |path: &PathBuf| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("started-"))
        };
        paths.filter(named).collect()
    }

    /// Waits until so many attempts of tasks have begun. Fails at once when the driver ends.
    pub fn wait_for_started(&self, number: usize, job: &mut RunningJob) -> Result<()> {
        wait::until_true(format!("{number} tasks to start"), JOB_PATIENCE, || {
            if !job.process.is_running()? {
                return Err(Failure::unexpected(format!("{} ended too early", job.process.name())));
            }
            Ok(self.started() >= number)
        })
    }
}
