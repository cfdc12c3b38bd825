//! One suite for all that can carry a lease, and Kubernetes' own answers.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test's way to fail

mod carriers;
mod contest;
mod contract;
mod kubernetes;
