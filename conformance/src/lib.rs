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
//! | variable | meaning |
//! |---|---|
//! | `HEARTH_BIN` | the program under test; unset: the workspace's own, built with profile `fast` |
//! | `HEARTH_SPARK_VERSIONS` | the Sparks to test with, `3.5.7,4.3.0` unless set |
//! | `HEARTH_CONFORMANCE_MATRIX` | `full`: each test with each of them; unset: most tests with one of them |
//! | `HEARTH_CACHE` | where installed Sparks are |
//! | `HEARTH_CONFORMANCE_SUBJECT` | `jvm`: run the tests on Spark's own daemons, which have to pass them too |
//! | `HEARTH_CONFORMANCE_SLOTS` | how many tests may run Spark at the same time, 2 unless set |
//!
//! Nothing here knows a crate of the daemons: what is tested is what a user would start.

pub mod application;
pub mod binary;
pub mod cache;
pub mod cluster;
pub mod container;
pub mod daemon;
pub mod differences;
mod failure;
mod guardian;
pub mod java;
pub mod job;
pub mod json;
pub mod masters;
pub mod memory;
pub mod moto;
pub mod process;
pub mod processes;
pub mod s3a;
pub mod sandbox;
pub mod service;
pub mod shape;
pub mod shuffle;
pub mod shuffle_service;
pub mod small_disk;
pub mod spark;
pub mod submission;
pub mod wait;
pub mod zookeeper;

pub use cluster::{Cluster, Layout};
pub use daemon::{Master, Subject, Worker};
pub use failure::{Failure, Result};
pub use job::{Job, RunningJob};
pub use sandbox::Sandbox;
pub use spark::{ShortCut, Spark};
pub use submission::{Submission, Way};
