//! Which Workers the Master offers to an application, and in which order.

use std::str::FromStr;

/// `spark.deploy.workerSelectionPolicy`: which Worker is offered first (`WorkerSelectionPolicy`, 4.0).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum WorkerSelectionPolicy {
    /// The fewest free cores first.
    CoresFreeAsc,
    /// The most free cores first: what Spark did before it had policies.
    #[default]
    CoresFreeDesc,
    /// The least free memory first.
    MemoryFreeAsc,
    /// The most free memory first.
    MemoryFreeDesc,
    /// The smallest id first.
    WorkerId,
}

/// A policy that Spark does not have.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a Worker selection policy: write one of {list}", list = WorkerSelectionPolicy::names())]
pub struct BadWorkerSelectionPolicy(String);

impl WorkerSelectionPolicy {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::CoresFreeAsc, Self::CoresFreeDesc, Self::MemoryFreeAsc, Self::MemoryFreeDesc, Self::WorkerId];

    /// Spark's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::CoresFreeAsc => "CORES_FREE_ASC",
            Self::CoresFreeDesc => "CORES_FREE_DESC",
            Self::MemoryFreeAsc => "MEMORY_FREE_ASC",
            Self::MemoryFreeDesc => "MEMORY_FREE_DESC",
            Self::WorkerId => "WORKER_ID",
        }
    }

    fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }
}

impl FromStr for WorkerSelectionPolicy {
    type Err = BadWorkerSelectionPolicy;

    /// Spark takes the names in any case.
    fn from_str(text: &str) -> Result<Self, BadWorkerSelectionPolicy> {
        let found = Self::ALL.into_iter().find(|policy| policy.name().eq_ignore_ascii_case(text));
        found.ok_or_else(|| BadWorkerSelectionPolicy(text.to_owned()))
    }
}

/// `spark.hearth.sparkMatching`: which of a Worker's Sparks may run the processes of an application.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SparkMatching {
    /// The very release that the application is of.
    Exact,
    /// A release of the same line, such as 3.5; the very release where the Worker has it, else the newest.
    #[default]
    Line,
    /// Whatever the Worker launches: nobody looks, as with Spark's own Master.
    Any,
}

/// A way to match that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a way to match Sparks: write EXACT, LINE or ANY")]
pub struct BadSparkMatching(String);

impl FromStr for SparkMatching {
    type Err = BadSparkMatching;

    fn from_str(text: &str) -> Result<Self, BadSparkMatching> {
        match text.to_ascii_uppercase().as_str() {
            "EXACT" => Ok(Self::Exact),
            "LINE" => Ok(Self::Line),
            "ANY" => Ok(Self::Any),
            _ => Err(BadSparkMatching(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests;
