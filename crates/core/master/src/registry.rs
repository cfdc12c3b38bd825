//! What a Master knows: Workers, applications, drivers, and what of a Worker is given to whom.
//!
//! A Worker's cores, memory and addresses are counted in one place, [`workers::Worker`]; an application counts what
//! it was granted against its own limit. `invariants` compares the two.

pub(crate) mod applications;
pub(crate) mod drivers;
pub(crate) mod needs;
pub(crate) mod resources;
pub(crate) mod workers;
