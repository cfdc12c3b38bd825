//! Unmodified Spark against the built binary: the harness that starts daemons of both makes, runs jobs on
//! them, and sees to it that nothing outlives a test.
//!
//! ```text
//!   Spark (an installation)   Subject (hearth or the JVM's class)
//!        \                      /
//!         Cluster: Master + Workers ---- RunningJob (spark-submit)
//!                    \                    /
//!                     Sandbox: folder, tag in every environment, guardian, logs
//! ```
//!
//! Nothing here knows a crate of the daemons: what is tested is what a user would start.

pub mod binary;
pub mod cache;
pub mod cluster;
pub mod daemon;
mod failure;
mod guardian;
pub mod java;
pub mod job;
pub mod json;
pub mod memory;
pub mod process;
pub mod processes;
pub mod sandbox;
pub mod shape;
pub mod shuffle;
pub mod spark;
pub mod wait;

pub use cluster::{Cluster, Layout};
pub use daemon::{Master, Subject, Worker};
pub use failure::{Failure, Result};
pub use job::{Job, RunningJob};
pub use sandbox::Sandbox;
pub use spark::Spark;
