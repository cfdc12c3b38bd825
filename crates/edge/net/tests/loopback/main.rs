//! Networks on loopback against peers that are driven frame by frame.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test's way to fail

mod asks;
mod bad_peers;
mod dialling;
mod endings;
mod inquiry;
mod logs;
mod refusals;
mod stand;
mod streams;
mod verifier;
