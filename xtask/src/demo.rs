//! `make demo`: from an empty machine to pi, computed by unmodified Spark on a cluster with two Workers.

use std::time::Instant;

use conformance::json::Application;
use conformance::wait::{self, JOB_PATIENCE, until_true};
use conformance::{Cluster, Job, Layout, Result, Sandbox, Subject, binary, memory};

use crate::install;
use crate::progress::{Step, megabytes};

/// Runs the demo with this version's driver and executors. The last line printed is the job's answer.
pub(crate) fn run(version: &str) -> Result<()> {
    install::java()?;
    let spark = install::spark(version)?;
    eprintln!("Building hearth ...");
    let program = binary::hearth()?;
    eprintln!("Building hearth: {}", program.display());

    let sandbox = Sandbox::at_once("demo")?;
    let step = Step::begin("Starting a Master and two Workers");
    let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::Hearth, 2))?;
    step.done(&format!("{}, page at {}", cluster.master.url(), cluster.master.webui_url()));

    let mut step = Step::begin(format!("Running pi.py of Spark {version}"));
    let submitted = Instant::now();
    let mut job = cluster.submit(&Job::pi(&spark))?;
    while job.process.is_running()? {
        if submitted.elapsed() > JOB_PATIENCE {
            break;
        }
        step.update(&situation(&cluster)?);
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let answer = job.answer("Pi is roughly ", JOB_PATIENCE)?;
    let took = submitted.elapsed();
    step.done("ended");

    until_true("the application to be completed", wait::PATIENCE, || {
        let executors_are_gone =
            cluster.workers.iter().map(|worker| Ok(worker.state()?.executors.is_empty()));
        let all_gone = executors_are_gone.collect::<Result<Vec<bool>>>()?.into_iter().all(|gone| gone);
        Ok(all_gone && !cluster.master.state()?.completed.is_empty())
    })?;
    summary(&cluster, took.as_secs_f64())?;
    let step = Step::begin("Stopping the daemons");
    cluster.stop()?;
    sandbox.end()?;
    step.done("no process is left");
    println!("Pi is roughly {answer}");
    Ok(())
}

/// What the Master says of the application now.
fn situation(cluster: &Cluster<'_>) -> Result<String> {
    let state = cluster.master.state()?;
    Ok(match (state.active.first(), state.completed.first()) {
        (Some(Application { name, state, cores, .. }), _) => format!("{name} {state} on {cores} cores"),
        (None, Some(Application { name, state, .. })) => format!("{name} {state}"),
        (None, None) => "the driver starts".to_owned(),
    })
}

/// What ran where, how long it took, and what the daemons cost.
fn summary(cluster: &Cluster<'_>, took_seconds: f64) -> Result<()> {
    println!();
    for application in &cluster.master.state()?.completed {
        let Application { id, name, state, duration_ms, .. } = application;
        println!("{name} ({id}): {state}");
        println!(
            "  {took_seconds:.1} s from spark-submit to its end, {duration_ms} ms of it as an application"
        );
    }
    for worker in &cluster.workers {
        let state = worker.state()?;
        println!("  on {} with {} cores:", state.id, state.cores);
        for executor in &state.finished {
            println!(
                "    executor {} of {}, {} MiB",
                executor.id, executor.application_id, executor.memory_mib
            );
        }
    }
    println!("Resident memory of the daemons, after the job:");
    let daemons = std::iter::once(("Master", &cluster.master.process))
        .chain(cluster.workers.iter().map(|worker| ("Worker", &worker.process)));
    for (kind, process) in daemons {
        println!(
            "  {kind} (process {}): {}",
            process.pid(),
            megabytes(memory::of(process.pid())?.resident_bytes)
        );
    }
    println!();
    Ok(())
}
