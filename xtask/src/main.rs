//! Tasks of the repository that are more than one command: `cargo xtask --help`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to whoever started it")]

mod demo;
mod install;
mod progress;

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
        Task::Demo { spark } => demo::run(spark),
    }
}
