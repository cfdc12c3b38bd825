//! Configuration: ONE table of keys; flags, `-D` options, properties file and environment become typed settings.
//!
//! ```text
//!   flags ───────────────────────────┐
//!   variables, spark-env.sh ─────────┤
//!   -D of SPARK_DAEMON_JAVA_OPTS,    ├──► Sources ──► Effective ──► MasterSettings / WorkerSettings
//!     SPARK_MASTER_OPTS, ..._WORKER_ ┤      (text)     (one text      (types, checked)  + warnings
//!   spark-defaults.conf ─────────────┘                  per setting)
//! ```
//!
//! The names, types, defaults and meanings stand in [`table`] alone; `--help` and
//! `docs/operate/configuration.md` are drawn from it. Nothing here reads the process's environment unless asked
//! ([`Environment::of_process`]), and no message shows the value of a key that looks like a secret.

#[cfg(test)]
mod answers;
mod application;
mod effective;
mod error;
mod host;
mod java;
mod kind;
mod machine;
mod markdown;
mod master;
mod metrics;
mod offer;
mod options;
mod properties;
mod question;
mod recovery;
mod report;
mod resources;
mod rolling;
mod shuffle;
mod sources;
mod spark_env;
mod spark_home;
mod spelling;
pub mod table;
mod unhonoured;
mod version;
mod worker;

pub use application::{application_properties, shown};
pub use edge_process::cgroup::{CpuQuota, Limits};
pub use error::{BadValue, ConfigError, Origin, Warning};
pub use kind::{DecommissionAllow, ElectionMode, Kind, Problem, ProcessCgroups, RecoveryMode};
pub use machine::{Interface, LocalMachine, Machine};
pub use markdown::reference;
pub use master::{MasterSettings, RestSettings, ReverseProxy};
pub use metrics::{MetricsForm, MetricsInstance, MetricsServlet, MetricsSettings};
pub use offer::ContainerMemory;
pub use recovery::{Election, RecoveryPlace, RecoverySettings};
pub use report::{Known, Line, OtherKey, Report, Source, known};
pub use shuffle::{ShuffleOfWorker, ShuffleServiceSettings, ShuffleSettings};
pub use sources::{Environment, Flags, Sources};
pub use spark_env::load_spark_env;
pub use spark_home::SparkHome;
pub use table::{About, Daemons, Setting};
pub use unhonoured::{Answer, UNHONOURED, Unhonoured};
pub use version::{NEWEST_SPARK, SparkVersion};
pub use worker::{CleanupSettings, WorkerSettings};
