//! Why an application or a driver waits, in words and as data.
//!
//! The scheduler's own predicates make these reasons (`registry::obstacle`): what is explained is what was decided.

mod words;

use model::{ApplicationId, SparkVersion};

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
    /// Workers that do not have its Spark, or of which that is not known yet.
    LacksSpark {
        /// How many.
        workers: usize,
        /// The Spark that it is of.
        wanted: String,
        /// The Sparks that all Workers have together, the oldest first.
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
        /// The free cores of the one that has most of them.
        cores: u32,
        /// The free memory of that same one.
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
    /// An application that came before holds cores; of a driver, any that does.
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

impl Explanation {
    /// The word for what matters most.
    pub fn kind(&self) -> Option<&'static str> {
        self.reasons.first().map(Reason::kind)
    }

    /// Whether nothing stands in its way: it asks for nothing, as a notebook does at night.
    pub fn is_idle(&self) -> bool {
        self.reasons == [Reason::NothingWanted]
    }
}

impl Reason {
    /// All the words that there are, in the order of the variants.
    pub const KINDS: [&'static str; 16] = [
        "no_workers",
        "workers_lost",
        "decommissioning",
        "lacks_spark",
        "asking_spark",
        "spark_unknown",
        "no_room",
        "memory_limit",
        "resource",
        "too_large",
        "max_cores",
        "nothing_wanted",
        "ahead",
        "drivers_hold",
        "max_drivers",
        "executors_fail",
    ];

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

#[cfg(test)]
mod tests;
