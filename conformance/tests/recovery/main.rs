//! Masters die, freeze and lose their store; what runs goes on, and nothing is forgotten.

mod change_over;
mod deaths;
mod frozen;
mod outages;

use std::collections::BTreeSet;

use conformance::shuffle::{self, Gate, TASKS};
use conformance::{Result, RunningJob, Sandbox};

/// The processes of applications and drivers, by number.
fn processes(sandbox: &Sandbox) -> BTreeSet<u32> {
    sandbox.executors().into_iter().chain(sandbox.drivers()).map(|one| one.pid).collect()
}

/// A held job is let go, ends right, and no task of it has run twice.
fn ends_right(gate: &Gate, job: &mut RunningJob) -> Result<()> {
    gate.open()?;
    shuffle::check(job)?;
    assert_eq!(gate.started(), TASKS, "a task ran twice");
    Ok(())
}
