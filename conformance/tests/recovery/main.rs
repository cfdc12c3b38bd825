//! Masters die, freeze and lose their store; what runs goes on, and nothing is forgotten.

mod change_over;
mod deaths;
mod frozen;
mod outages;

use std::collections::BTreeSet;

use conformance::Sandbox;

/// The processes of applications and drivers, by number.
fn processes(sandbox: &Sandbox) -> BTreeSet<u32> {
    sandbox.executors().into_iter().chain(sandbox.drivers()).map(|one| one.pid).collect()
}
