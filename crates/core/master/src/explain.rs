//! Why an application or a driver waits, in words and as data.
//!
//! The scheduler's own predicates make these reasons (`registry::obstacle`): what is explained is what was decided.

use std::fmt;

use model::{ApplicationId, SparkVersion};

use crate::amount::megabytes_to_string;

/// Why somebody waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Since when, milliseconds since 1970 UTC.
    pub since_ms: i64,
    /// What one executor, or the driver, needs; none where that has no part in it.
    pub needs: Option<String>,
    /// All that stands in its way, what matters most first; never empty.
    pub reasons: Vec<Reason>,
}

/// One thing that stands in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No Worker has registered.
    NoWorkers,
    /// Workers that were there are lost.
    WorkersLost {
        /// How many.
        workers: usize,
    },
    /// Workers leave and get nothing new.
    Decommissioning {
        /// How many.
        workers: usize,
    },
    /// Workers that do not have its Spark.
    LacksSpark {
        /// How many.
        workers: usize,
        /// The Spark that it is of.
        wanted: String,
        /// The Sparks that there are, the oldest first.
        there: Vec<SparkVersion>,
    },
    /// Which Spark it is of is being found out.
    AskingSpark,
    /// Which Spark it is of cannot be told.
    SparkUnknown {
        /// What it can be, the oldest first; empty where nothing is known.
        candidates: Vec<SparkVersion>,
    },
    /// Workers that have too few free cores, or too little free memory.
    NoRoom {
        /// How many.
        workers: usize,
        /// The most free cores that one of them has.
        cores: u32,
        /// The most free memory that one of them has.
        memory_mib: u32,
    },
    /// Workers in whose containers it does not fit with all that it takes beside the heap.
    MemoryLimit {
        /// How many.
        workers: usize,
        /// All that one executor, or the driver, takes.
        needed_mib: u32,
        /// The most that is free within the limit of one of them.
        free_mib: u32,
    },
    /// Workers that have too few of a custom resource free.
    Resource {
        /// How many.
        workers: usize,
        /// Its name.
        name: String,
        /// How much one executor, or the driver, needs.
        needed: u64,
        /// The most that one of them has free.
        free: u64,
    },
    /// Not even an idle Worker could hold it: no Worker is large enough.
    TooLarge {
        /// The cores of the largest.
        cores: u32,
        /// The memory of the largest.
        memory_mib: u32,
    },
    /// The limit of cores lies below what one executor needs.
    MaxCores {
        /// The limit.
        most: u32,
        /// What one executor needs.
        needed: u32,
    },
    /// It asks for no executor.
    NothingWanted,
    /// An application that came before holds cores.
    Ahead {
        /// Which one; the one that holds most.
        application: ApplicationId,
        /// How many cores it holds.
        cores: u32,
    },
    /// Drivers hold cores.
    DriversHold {
        /// How many drivers.
        drivers: usize,
        /// How many cores.
        cores: u32,
    },
    /// As many drivers run as may.
    MaxDrivers {
        /// How many may.
        most: usize,
    },
    /// Its last executors failed.
    ExecutorsFail {
        /// How many in a row.
        failed: u32,
        /// What became of the last one.
        last: String,
    },
}

impl Reason {
    /// A word for it, for metrics and `/json/`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoWorkers => "no_workers",
            Self::WorkersLost { .. } => "workers_lost",
            Self::Decommissioning { .. } => "decommissioning",
            Self::LacksSpark { .. } => "lacks_spark",
            Self::AskingSpark => "asking_spark",
            Self::SparkUnknown { .. } => "spark_unknown",
            Self::NoRoom { .. } => "no_room",
            Self::MemoryLimit { .. } => "memory_limit",
            Self::Resource { .. } => "resource",
            Self::TooLarge { .. } => "too_large",
            Self::MaxCores { .. } => "max_cores",
            Self::NothingWanted => "nothing_wanted",
            Self::Ahead { .. } => "ahead",
            Self::DriversHold { .. } => "drivers_hold",
            Self::MaxDrivers { .. } => "max_drivers",
            Self::ExecutorsFail { .. } => "executors_fail",
        }
    }
}

/// `needs 4 cores and 8.0 GiB per executor; the largest free Worker has 2 cores and 6.0 GiB; ...`
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if let Some(needs) = &self.needs {
            write!(f, "needs {needs}")?;
            separator = "; ";
        }
        for reason in &self.reasons {
            write!(f, "{separator}{reason}")?;
            separator = "; ";
        }
        Ok(())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = |mib: &u32| megabytes_to_string(*mib);
        match self {
            Self::NoWorkers => f.write_str("no Worker has registered"),
            Self::WorkersLost { workers: 1 } => f.write_str("1 Worker is lost"),
            Self::WorkersLost { workers } => write!(f, "{workers} Workers are lost"),
            Self::Decommissioning { workers: 1 } => f.write_str("1 Worker is decommissioning"),
            Self::Decommissioning { workers } => write!(f, "{workers} Workers are decommissioning"),
            Self::LacksSpark { workers, wanted, there } => {
                let verb = if *workers == 1 { "lacks" } else { "lack" };
                write!(f, "{} {verb} Spark {wanted} (there: {})", counted(*workers), listed(there))
            }
            Self::AskingSpark => f.write_str("its Spark version is being found out"),
            Self::SparkUnknown { candidates } => {
                f.write_str("its Spark version is not known")?;
                if let [first, .., last] = &candidates[..] {
                    write!(f, " (one of {first} to {last})")?;
                }
                f.write_str(": name it with spark.executorEnv.HEARTH_SPARK_VERSION")
            }
            Self::NoRoom { workers: 1, cores, memory_mib } => {
                write!(
                    f,
                    "the only Worker that could run it has {} and {} free",
                    cores_of(*cores),
                    size(memory_mib)
                )
            }
            Self::NoRoom { workers, cores, memory_mib } => {
                write!(
                    f,
                    "of {workers} Workers the largest free one has {} and {}",
                    cores_of(*cores),
                    size(memory_mib)
                )
            }
            Self::MemoryLimit { workers, needed_mib, free_mib } => write!(
                f,
                "with all that it takes beside the heap it needs {}, and {} at most {} free within the container's \
                 limit",
                size(needed_mib),
                if *workers == 1 { "1 Worker has".to_owned() } else { format!("{workers} Workers have") },
                size(free_mib)
            ),
            Self::Resource { workers, name, needed, free } => {
                let have = if *workers == 1 { "has" } else { "have" };
                write!(f, "it needs {needed} {name}, and {} {have} at most {free} free", counted(*workers))
            }
            Self::TooLarge { cores, memory_mib } => write!(
                f,
                "no Worker is large enough, not even when idle: the largest has {} and {}",
                cores_of(*cores),
                size(memory_mib)
            ),
            Self::MaxCores { most, needed } => write!(
                f,
                "it may have {} (spark.cores.max or spark.deploy.defaultCores), which is less than the {needed} of \
                 one executor",
                cores_of(*most)
            ),
            Self::NothingWanted => f.write_str("it asks for no executor"),
            Self::Ahead { application, cores } => {
                write!(f, "{application} ahead of it holds {}", cores_of(*cores))
            }
            Self::DriversHold { drivers: 1, cores } => write!(f, "a driver holds {}", cores_of(*cores)),
            Self::DriversHold { drivers, cores } => write!(f, "{drivers} drivers hold {}", cores_of(*cores)),
            Self::MaxDrivers { most } => {
                write!(f, "as many drivers run as may ({most}, spark.deploy.maxDrivers)")
            }
            Self::ExecutorsFail { failed, last } => {
                write!(f, "its last {failed} executors failed, the last one so: {last}")
            }
        }
    }
}

fn counted(workers: usize) -> String {
    if workers == 1 { "1 Worker".to_owned() } else { format!("{workers} Workers") }
}

fn cores_of(cores: u32) -> String {
    if cores == 1 { "1 core".to_owned() } else { format!("{cores} cores") }
}

fn listed(versions: &[SparkVersion]) -> String {
    let versions: Vec<&str> = versions.iter().map(SparkVersion::as_str).collect();
    if versions.is_empty() { "none".to_owned() } else { versions.join(", ") }
}
