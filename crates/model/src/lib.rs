//! The shared vocabulary: only nouns that two layers need.
//!
//! `wire` turns bytes into these values and back, `core` decides about them. Nothing here knows Java, a Spark
//! version, a clock or a socket. Spark counts memory in MiB and so do we (`memory_mib`).

mod address;
mod application;
mod driver;
mod id;
mod id_pattern;
mod journal;
mod lease;
mod log_rolling;
mod memory;
pub mod message;
mod note;
mod policy;
mod record;
mod resource;
mod spark_version;
mod state;
mod terms;
mod time;
mod usage;

pub use address::{BadMasterUrl, EndpointRef, MasterUrl, RpcAddress};
pub use application::{ApplicationDescription, Command};
pub use driver::DriverDescription;
pub use id::{ApplicationId, Ask, DriverId, ExecutorKey, PeerId, WorkerId};
pub use id_pattern::{BadIdPattern, IdArgument, IdPattern};
pub use journal::{Entry, EntryKind, ObjectName};
pub use lease::Lease;
pub use log_rolling::{LogRolling, RollBy, TimeSuffix};
pub use memory::memory_mib;
pub use note::Note;
pub use policy::{BadSparkMatching, BadWorkerSelectionPolicy, SparkMatching, WorkerSelectionPolicy};
pub use record::{ApplicationRecord, Change, Dialect, DriverRecord, Memory, Numbers, WorkerRecord};
pub use resource::{ExecutorResourceRequest, ResourceInformation, ResourceProfile, TaskResourceRequest};
pub use spark_version::SparkVersion;
pub use state::{ApplicationState, DriverState, ExecutorState, RecoveryState, WorkerState};
pub use terms::Terms;
pub use time::Now;
pub use usage::ProcessUsage;
