//! What one executor or driver takes from a Worker.

use model::{ApplicationDescription, DriverDescription, ResourceProfile, memory_mib};

use super::sparks::Wanted;
use crate::amount::megabytes_to_string;

/// An executor's memory when its profile names none (`ApplicationDescription.memoryPerExecutorMB`, 3.5).
const DEFAULT_EXECUTOR_MEMORY_MIB: u32 = 1024;

/// What a JVM takes beside its heap where nobody says how much: so many per cent of the heap, and at least so much
/// (`spark.executor.memoryOverheadFactor`, `spark.executor.minMemoryOverhead` and the like for drivers, 4.3).
const OVERHEAD_PERCENT: f64 = 10.0;
const LEAST_OVERHEAD_MIB: u32 = 384;

/// Cores, memory and custom resources of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    /// None for an executor that takes as many cores of a Worker as it can get.
    pub(crate) cores: Option<u32>,
    /// The heap, which is what Spark's Master counts.
    pub(crate) memory_mib: u32,
    /// All that it takes: heap, overhead, off-heap memory, Python's.
    pub(crate) total_mib: u32,
    /// By name: the units of each.
    pub(crate) resources: Vec<(String, u64)>,
    /// The Spark that it has to run with.
    pub(crate) spark: Wanted,
}

impl Needs {
    /// An executor of `profile`; what the profile leaves open the application's default profile says
    /// (`ApplicationInfo.createResourceDescForResourceProfile`, 3.5).
    pub(crate) fn of_executor(application: &ApplicationDescription, profile: &ResourceProfile) -> Self {
        let default = &application.default_profile;
        let memory_mib = profile.executor_memory_mib().or_else(|| default.executor_memory_mib());
        let memory_mib = memory_mib.unwrap_or(DEFAULT_EXECUTOR_MEMORY_MIB);
        let overhead_mib = profile
            .amount("memoryOverhead")
            .unwrap_or_else(|| overhead_mib(memory_mib, OVERHEAD_PERCENT, LEAST_OVERHEAD_MIB));
        let of = |name: &str| profile.amount(name).unwrap_or(0);
        let beside = [overhead_mib, of("offHeap"), of("pyspark.memory")];
        Self {
            // No core at all would place executors without end.
            cores: profile.executor_cores().or_else(|| default.executor_cores()).map(|cores| cores.max(1)),
            memory_mib,
            total_mib: beside.into_iter().fold(memory_mib, u32::saturating_add),
            spark: Wanted::Any,
            resources: profile
                .custom_executor_resources()
                .map(|(name, amount)| (name.to_owned(), amount))
                .collect(),
        }
    }

    /// A cluster-mode driver.
    pub(crate) fn of_driver(driver: &DriverDescription) -> Self {
        Self {
            cores: Some(driver.cores),
            memory_mib: driver.memory_mib,
            total_mib: driver.memory_mib.saturating_add(overhead_of_driver(driver)),
            spark: Wanted::Any,
            resources: driver
                .resources
                .iter()
                .map(|(name, amount)| (name.clone(), u64::from(*amount)))
                .collect(),
        }
    }

    /// What an executor takes beside its heap where nobody says how much.
    pub(crate) fn usual_overhead_mib(memory_mib: u32) -> u32 {
        overhead_mib(memory_mib, OVERHEAD_PERCENT, LEAST_OVERHEAD_MIB)
    }

    /// Whether it takes all that `less` takes: where there is no room for that, there is none for this.
    pub(crate) fn includes(&self, less: &Self) -> bool {
        let amount =
            |name: &str| self.resources.iter().find(|(one, _)| one == name).map_or(0, |(_, amount)| *amount);
        self.spark == less.spark
            && self.least_cores() >= less.least_cores()
            && self.memory_mib >= less.memory_mib
            && self.total_mib >= less.total_mib
            && less.resources.iter().all(|(name, least)| amount(name) >= *least)
    }

    /// The cores below which nothing starts.
    pub(crate) fn least_cores(&self) -> u32 {
        self.cores.unwrap_or(1)
    }

    /// `4 cores, 8.0 GiB and 1 gpu`
    pub(crate) fn text(&self) -> String {
        let mut parts = vec![match self.cores {
            None => "1 core or more".to_owned(),
            Some(1) => "1 core".to_owned(),
            Some(cores) => format!("{cores} cores"),
        }];
        parts.push(megabytes_to_string(self.memory_mib));
        parts.extend(self.resources.iter().map(|(name, amount)| format!("{amount} {name}")));
        let last = parts.pop().unwrap_or_default();
        format!("{} and {last}", parts.join(", "))
    }
}

fn overhead_mib(memory_mib: u32, percent: f64, least_mib: u32) -> u32 {
    ((f64::from(memory_mib) * percent / 100.0) as u32).max(least_mib)
}

/// What its submitter says of it among the options of its JVM, else Spark's defaults.
fn overhead_of_driver(driver: &DriverDescription) -> u32 {
    let value = |key: &str| {
        let options = driver.command.java_options.iter();
        options.filter_map(|option| option.strip_prefix("-D")?.split_once('=')).find(|(name, _)| *name == key)
    };
    let size = |key: &str| value(key).and_then(|(_, text)| size_in_mib(text));
    size("spark.driver.memoryOverhead").unwrap_or_else(|| {
        let factor =
            value("spark.driver.memoryOverheadFactor").and_then(|(_, text)| text.parse::<f64>().ok());
        let percent = factor.map_or(OVERHEAD_PERCENT, |factor| factor * 100.0);
        overhead_mib(
            driver.memory_mib,
            percent,
            size("spark.driver.minMemoryOverhead").unwrap_or(LEAST_OVERHEAD_MIB),
        )
    })
}

/// Of these keys a number alone counts MiB.
fn size_in_mib(text: &str) -> Option<u32> {
    text.trim().parse().ok().or_else(|| memory_mib(text))
}

#[cfg(test)]
mod tests;
