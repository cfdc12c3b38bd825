//! What a Master of ours and a Worker of ours tell each other beyond what Spark's messages say.

use crate::SparkVersion;

/// What a process is to run with, as the Master has planned it. A Master that is not ours says nothing of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// The Spark to launch it from; none to leave it to the Worker.
    pub spark: Option<SparkVersion>,
    /// All memory that it was admitted with, beside the heap what it takes otherwise; none where nobody counted it.
    pub memory_limit_mib: Option<u32>,
}
