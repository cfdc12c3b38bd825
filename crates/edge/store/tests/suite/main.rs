//! One suite for all stores, and what each of them has besides.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test's way to fail

mod contract;
mod directory;
mod memory;
mod s3;
mod s3_answers;
mod stub;
mod zookeeper;
