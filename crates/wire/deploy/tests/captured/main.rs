//! What real Spark said: every captured frame decodes, and what we make of it says the same in both families.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod frames;
mod leftovers;
mod messages;
mod probes;
mod which_spark;
mod whole_capture;
