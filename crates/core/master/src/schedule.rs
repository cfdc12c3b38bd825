//! Who gets what: what is wanted and what is free make a plan. Nothing is changed here.
//!
//! ```text
//!   drivers    each that waits ──► drivers::Round ──► the Worker that runs it
//!   executors  each profile of each application, first come, first served
//!                 ──► the Workers with room, in the order of the policy ──► executors::assign ──► a share for each
//! ```
//!
//! Drivers go before executors, and what is left of each Worker flows on (`Master.schedule`, 3.5). The Master carries
//! out one plan before the next is made. It asks for plans only for those who want more or for Workers that have more
//! than before: whoever went away empty last time does so again.

pub(crate) mod drivers;
pub(crate) mod executors;

#[cfg(test)]
mod tests;
