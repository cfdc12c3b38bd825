//! What one executor or driver takes from a Worker.

use model::{ApplicationDescription, DriverDescription, ResourceProfile};

/// An executor's memory when its profile names none (`ApplicationDescription.memoryPerExecutorMB`, 3.5).
const DEFAULT_EXECUTOR_MEMORY_MIB: u32 = 1024;

/// Cores, memory and custom resources of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Needs {
    /// None for an executor that takes as many cores of a Worker as it can get.
    pub(crate) cores: Option<u32>,
    pub(crate) memory_mib: u32,
    /// By name: the units of each.
    pub(crate) resources: Vec<(String, u64)>,
}

impl Needs {
    /// An executor of `profile`; what the profile leaves open the application's default profile says
    /// (`ApplicationInfo.createResourceDescForResourceProfile`, 3.5).
    pub(crate) fn of_executor(application: &ApplicationDescription, profile: &ResourceProfile) -> Self {
        let default = &application.default_profile;
        let memory_mib = profile.executor_memory_mib().or_else(|| default.executor_memory_mib());
        Self {
            // No core at all would place executors without end.
            cores: profile.executor_cores().or_else(|| default.executor_cores()).map(|cores| cores.max(1)),
            memory_mib: memory_mib.unwrap_or(DEFAULT_EXECUTOR_MEMORY_MIB),
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
            resources: driver
                .resources
                .iter()
                .map(|(name, amount)| (name.clone(), u64::from(*amount)))
                .collect(),
        }
    }

    /// Whether it takes all that `less` takes: where there is no room for that, there is none for this.
    pub(crate) fn includes(&self, less: &Self) -> bool {
        let amount =
            |name: &str| self.resources.iter().find(|(one, _)| one == name).map_or(0, |(_, amount)| *amount);
        self.least_cores() >= less.least_cores()
            && self.memory_mib >= less.memory_mib
            && less.resources.iter().all(|(name, least)| amount(name) >= *least)
    }

    /// The cores below which nothing starts.
    pub(crate) fn least_cores(&self) -> u32 {
        self.cores.unwrap_or(1)
    }
}
