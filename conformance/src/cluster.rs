//! A Master and its Workers.

use std::time::Duration;

use crate::daemon::Offer;
use crate::wait::{JOB_PATIENCE, PATIENCE};
use crate::{Failure, Job, Master, Result, RunningJob, Sandbox, Spark, Subject, Worker};

/// What a cluster is made of.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// Whose Master.
    pub master: Subject,
    /// Whose Workers.
    pub worker: Subject,
    /// How many.
    pub workers: usize,
    /// What each of them offers.
    pub offer: Offer,
}

impl Layout {
    /// Both daemons of one make: `workers` with two cores and 2 GiB each.
    pub fn of(subject: Subject, workers: usize) -> Self {
        Self { master: subject, worker: subject, workers, offer: Offer { cores: 2, memory_mib: 2048 } }
    }

    /// A Master of one make with a Worker of the other.
    pub fn mixed(master: Subject, worker: Subject) -> Self {
        Self { master, ..Self::of(worker, 1) }
    }
}

/// Running daemons of one Spark version.
#[derive(Debug)]
pub struct Cluster<'sandbox> {
    /// Where it runs.
    pub sandbox: &'sandbox Sandbox,
    /// The Spark that its jobs and executors (and JVM daemons) are of.
    pub spark: Spark,
    /// The Master, the leading one of several.
    pub master: Master,
    /// What Workers and drivers are told: `spark://HOST:PORT`, or that of several Masters.
    pub url: String,
    /// The Workers, in the order in which they were started.
    pub workers: Vec<Worker>,
}

impl<'sandbox> Cluster<'sandbox> {
    /// Starts everything and waits until all Workers are registered.
    pub fn start(sandbox: &'sandbox Sandbox, spark: &Spark, layout: Layout) -> Result<Self> {
        let master = Master::start(sandbox, spark, layout.master, "master", 0)?;
        let url = master.url();
        Self::around(sandbox, spark, master, url, layout)
    }

    /// Starts Workers for a Master that leads, and waits until all of them are registered.
    pub fn around(
        sandbox: &'sandbox Sandbox,
        spark: &Spark,
        master: Master,
        url: String,
        layout: Layout,
    ) -> Result<Self> {
        let mut cluster = Self { sandbox, spark: spark.clone(), master, url, workers: Vec::new() };
        for number in 0..layout.workers {
            let name = format!("worker{number}");
            let worker = Worker::start(sandbox, spark, layout.worker, &name, layout.offer, &cluster.url)?;
            cluster.workers.push(worker);
        }
        cluster.master.wait_for_workers(layout.workers, PATIENCE)?;
        Ok(cluster)
    }

    /// Starts one more Worker, on a host of its own, and waits until all are registered.
    pub fn add_worker_on(&mut self, host: &str, layout: Layout) -> Result<()> {
        let name = format!("worker{}", self.workers.len());
        let (offer, url) = (layout.offer, &self.url);
        let worker = Worker::start_on(host, self.sandbox, &self.spark, layout.worker, &name, offer, url)?;
        self.workers.push(worker);
        self.master.wait_for_workers(self.workers.len(), PATIENCE)
    }

    /// Starts a driver.
    pub fn submit(&self, job: &Job) -> Result<RunningJob> {
        job.submit(self.sandbox, &self.spark, &self.url)
    }

    /// Runs Spark's example and checks that its answer is near pi.
    pub fn run_pi(&self) -> Result<()> {
        let answer = self.submit(&Job::pi(&self.spark))?.answer("Pi is roughly ", JOB_PATIENCE)?;
        match answer.parse::<f64>() {
            // 400,000 points: the standard deviation is 0.0026.
            Ok(pi) if (pi - std::f64::consts::PI).abs() < 0.02 => Ok(()),
            _ => Err(Failure::unexpected(format!("Pi is not roughly {answer}"))),
        }
    }

    /// Stops the daemons, Workers first, as an operator would.
    pub fn stop(mut self) -> Result<()> {
        let patience = Duration::from_secs(30);
        for worker in &mut self.workers {
            worker.process.terminate(patience)?;
        }
        self.master.process.terminate(patience)?;
        Ok(())
    }
}
