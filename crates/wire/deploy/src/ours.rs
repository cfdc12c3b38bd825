//! Fields of ours in Spark's messages, by which a Master of ours and a Worker of ours tell each other more.
//!
//! Java passes over a field that the reader's class does not have (`ObjectStreamClass.matchFields`, JDK 17), so that
//! Spark's own daemons read such a message as any other. Where there is nothing to say the field is not there.

/// In `RegisterWorker`: the Sparks that the Worker can launch, `3.4.4,3.5.7`.
pub(crate) const SPARKS: &str = "hearthSparks";

/// In `RegisterWorker`: when the Worker's process began, in milliseconds since 1970.
pub(crate) const STARTED_MS: &str = "hearthStartedMs";

/// In `LaunchExecutor` and `LaunchDriver`: the Spark to launch it from.
pub(crate) const SPARK: &str = "hearthSpark";

/// In all three: the memory within which it must stay, in MiB.
pub(crate) const MEMORY_LIMIT_MIB: &str = "hearthMemoryLimitMib";

/// Stands between releases.
pub(crate) const SEPARATOR: char = ',';
