//! Hearth beside Spark's own daemons, in one run on one machine: memory, start, messages per CPU-second.
//!
//! What is quoted is the CPU time of the server and the ratio of the two; wall time on a shared machine says
//! little. `make bench` builds what is shipped (profile `release`) and calls this.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a measurement talks to whoever started it")]

mod blocks;
mod failover;
mod idle;
mod load;
mod makes;
mod peers;
mod recovery;
mod report;
mod rounds;
mod speech;
mod startup;

use std::fs;
use std::process::ExitCode;

use conformance::{Failure, Result, Sandbox, binary};

use crate::makes::Make;
use crate::report::Row;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    raise_file_limit()?;
    // `cargo run -p bench -- blocks`: the shuffle service alone; `-- recovery`: changes of Master alone.
    match std::env::args().nth(1).as_deref() {
        Some("blocks") => return alone(blocks::rows),
        Some("recovery") => {
            return alone(|_, makes| Ok([recovery::rows(makes)?, failover::rows(makes)?].concat()));
        }
        _ => {}
    }
    let sandbox = Sandbox::new("bench")?;
    // Simulated Workers beat when the load says so.
    sandbox.configure([("spark.worker.timeout", "600")])?;
    let makes = [Make::under_test(&sandbox)?, Make::reference(&sandbox)?];
    eprintln!("Starting each daemon several times ...");
    let mut rows = startup::rows(&sandbox, &makes)?;
    eprintln!("Looking at idle daemons ...");
    rows.extend(idle::rows(&sandbox, &makes)?);
    eprintln!("Simulated Workers and applications come to each Master ...");
    rows.extend(load::rows(&sandbox, &makes)?);
    eprintln!("Scheduling rounds ...");
    rows.extend(rounds::rows());
    eprintln!("Ten thousand Workers come through a change of Master ...");
    rows.extend(recovery::rows(&makes)?);
    eprintln!("Leaders are killed ...");
    rows.extend(failover::rows(&makes)?);
    eprintln!("Blocks through each shuffle service ...");
    rows.extend(blocks::rows(&sandbox, &makes)?);
    sandbox.end()?;
    publish(&rows)
}

/// A part of the table.
fn alone(part: impl FnOnce(&Sandbox, &[Make; 2]) -> Result<Vec<Row>>) -> Result<()> {
    let sandbox = Sandbox::new("bench-part")?;
    let makes = [Make::under_test(&sandbox)?, Make::reference(&sandbox)?];
    let rows = part(&sandbox, &makes)?;
    sandbox.end()?;
    publish(&rows)
}

/// Prints the table and leaves it below `target/`.
fn publish(rows: &[Row]) -> Result<()> {
    let text = report::markdown(rows);
    let path = binary::target_folder()?.join("bench/report.md");
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Failure::io(format!("create {}", folder.display())))?;
    }
    fs::write(&path, &text).map_err(Failure::io(format!("write {}", path.display())))?;
    println!("{text}\nwritten to {}", path.display());
    Ok(())
}

/// Ten thousand connections are ten thousand files, here and in each Master, which inherits the limit.
fn raise_file_limit() -> Result<()> {
    use rustix::process::{Resource, getrlimit, setrlimit};
    const WANTED: u64 = 12_000;
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current.is_none_or(|current| current >= WANTED) {
        return Ok(());
    }
    limit.current = Some(WANTED);
    setrlimit(Resource::Nofile, limit)
        .map_err(|error| Failure::Io { doing: format!("open {WANTED} files at once"), source: error.into() })
}
