//! Masters die, freeze and lose their store; what runs goes on, and nothing is forgotten.

mod change_over;
mod deaths;
mod frozen;
mod outages;

use std::collections::BTreeSet;

use conformance::job::LET_IN;
use conformance::shuffle::{self, Gate, TASKS};
use conformance::{Cluster, Result, RunningJob, Sandbox};

/// The processes of applications and drivers, by number.
fn processes(sandbox: &Sandbox) -> BTreeSet<u32> {
    sandbox.executors().into_iter().chain(sandbox.drivers()).map(|one| one.pid).collect()
}

/// An application `client` with two cores, whose first tasks run and are held.
fn held_job(cluster: &Cluster<'_>) -> Result<(Gate, RunningJob)> {
    let gate = Gate::closed(cluster.sandbox, "client")?;
    let mut job = cluster.submit(&gate.job("client").conf("spark.cores.max", "2"))?;
    gate.wait_for_started(2, &mut job)?;
    assert!(
        job.process.log().contains(LET_IN),
        "what others must not be told is not told to this one either"
    );
    Ok((gate, job))
}

/// A held job is let go, ends right, and no task of it has run twice.
fn ends_right(gate: &Gate, job: &mut RunningJob) -> Result<()> {
    gate.open()?;
    shuffle::check(job)?;
    assert_eq!(gate.started(), TASKS, "a task ran twice");
    Ok(())
}
