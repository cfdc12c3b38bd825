//! Tasks of the repository that are more than one command: `cargo xtask --help`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to whoever started it")]

mod cgroup2;
mod charts;
mod cluster;
mod compose;
mod containers;
mod demo;
mod dist;
mod ensure;
mod image;
mod install;
mod notebook;
mod pods;
mod progress;
mod suids;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use conformance::{Result, spark};

/// Installs what the tests need, and shows a cluster at work.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install a JDK if there is none that Spark runs on
    Java,
    /// Install unmodified Sparks, each in a virtual environment of its own
    Spark {
        /// Versions of pyspark, such as 3.5.7
        #[arg(default_values_t = spark::selected_versions())]
        versions: Vec<String>,
    },
    /// Install moto, the object store of the tests
    Moto,
    /// Unpack Hadoop's module for s3a:, with which drivers of the tests write event logs
    S3a,
    /// Bring releases of Spark into the tables of serialVersionUIDs
    Suids {
        /// Releases such as 4.3.0; all that the tables know when none is named
        releases: Vec<String>,
        /// Take the jars of the one release from this folder, not from PyPI
        #[arg(long)]
        jars: Option<PathBuf>,
    },
    /// Show limits of memory in an emulated machine that has control groups of version 2
    Cgroup2,
    /// Render the chart with Helm 3.10 and Helm 4 and look at what comes out; UPDATE_EXPECT=1 accepts it
    Charts,
    /// Try the chart on the cluster that KUBECONFIG names; skipped without one
    Cluster,
    /// Make the files of a release, in dist/
    Dist,
    /// Build the images of docker/spark/Dockerfile, and say what they take
    Images,
    /// Run a cluster of containers made of them, and hurt it while jobs run
    Image,
    /// Run the pods of the chart as containers, where no cluster is to be had
    Pods,
    /// Run the stack of compose/, with a notebook that runs a job on it
    Compose,
    /// Run Spark's pi.py on a cluster with two Workers
    Demo {
        /// The Spark whose driver and executors run
        #[arg(long, default_value = "3.5.7")]
        spark: String,
    },
}

fn main() -> ExitCode {
    match run(&Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: &Task) -> Result<()> {
    match task {
        Task::Java => install::jdk(),
        Task::Spark { versions } => versions.iter().try_for_each(|version| install::spark(version).map(drop)),
        Task::Moto => install::moto(),
        Task::S3a => install::s3a(),
        Task::Suids { releases, jars } => suids::suids(releases, jars.as_deref()),
        Task::Cgroup2 => cgroup2::run(),
        Task::Charts => charts::run(),
        Task::Cluster => cluster::run(),
        Task::Dist => dist::run(),
        Task::Images => image::build(),
        Task::Image => image::run(),
        Task::Pods => pods::run(),
        Task::Compose => compose::run(),
        Task::Demo { spark } => demo::run(spark),
    }
}
