//! Real processes: their lives, their logs, what they leave behind.
#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod child;
mod descendants;
mod guardian;
mod rolling;
mod support;
