//! Real processes: their lives, their logs, what they leave behind.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test ends at the first surprise")]

mod child;
mod descendants;
mod guardian;
mod memory;
mod rolling;
mod support;
