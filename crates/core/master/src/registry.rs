//! What a Master knows: Workers, applications, drivers, and what of a Worker is given to whom.
//!
//! A Worker's cores, memory and addresses are counted in one place, [`worker::Worker`]; an application counts what
//! it was granted against its own limit. `invariants` compares the two.

pub(crate) mod applications;
mod dead;
pub(crate) mod drivers;
pub(crate) mod needs;
mod offers;
pub(crate) mod resources;
mod silence;
pub(crate) mod sparks;
pub(crate) mod worker;
pub(crate) mod workers;
