//! Custom resources such as GPUs, and the resource profiles that ask for them.

use std::collections::BTreeMap;

/// Addresses of one custom resource, e.g. `gpu` with `["0", "1"]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceInformation {
    /// The resource's name.
    pub name: String,
    /// What names each unit of it.
    pub addresses: Vec<String>,
}

/// How much of one resource an executor needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExecutorResourceRequest {
    /// Units; MiB for the memory kinds.
    pub amount: u64,
    /// A script that finds the addresses, empty when none.
    pub discovery_script: String,
    /// The vendor, empty when none.
    pub vendor: String,
}

/// How much of one resource a task needs; below 1 for a share of one address.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskResourceRequest {
    /// Units.
    pub amount: f64,
}

// The wire carries a finite amount (the decoder refuses NaN), so equality is total.
impl Eq for TaskResourceRequest {}

/// What each executor and each task of a stage needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResourceProfile {
    /// 0 is the application's default profile.
    pub id: u32,
    /// By resource name: `cores`, `memory`, `offHeap`, `memoryOverhead`, `pyspark.memory`, or a custom one.
    pub executor_resources: BTreeMap<String, ExecutorResourceRequest>,
    /// By resource name: `cpus` or a custom one.
    pub task_resources: BTreeMap<String, TaskResourceRequest>,
}

impl ResourceProfile {
    const BUILT_IN: [&str; 5] = ["cores", "memory", "memoryOverhead", "pyspark.memory", "offHeap"];

    /// Cores of one executor; none means "all that the Worker offers" (`ResourceProfile.getExecutorCores`, 3.4).
    pub fn executor_cores(&self) -> Option<u32> {
        self.amount("cores")
    }

    /// Heap of one executor; none means the default of 1 GiB (`ResourceProfile.getExecutorMemory`, 3.4).
    pub fn executor_memory_mib(&self) -> Option<u32> {
        self.amount("memory")
    }

    /// The custom resources of one executor: name and amount.
    pub fn custom_executor_resources(&self) -> impl Iterator<Item = (&str, u64)> {
        self.executor_resources
            .iter()
            .filter(|(name, _)| !Self::BUILT_IN.contains(&name.as_str()))
            .map(|(name, request)| (name.as_str(), request.amount))
    }

    /// The amount of one executor's resource of that name, MiB for kinds of memory; none where the profile is silent.
    pub fn amount(&self, name: &str) -> Option<u32> {
        self.executor_resources.get(name).map(|request| u32::try_from(request.amount).unwrap_or(u32::MAX))
    }
}
