//! Why something is not given.

/// Why a request is refused: sentences that begin as Spark's do, so that who looks for them finds them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nobody registered this executor (`ExternalShuffleBlockResolver`, 3.5).
    #[error(
        "Executor is not registered (appId={application}, execId={executor}): its application has ended, or this service \
         lost what it knew"
    )]
    NotRegistered {
        /// The application.
        application: String,
        /// The executor.
        executor: String,
    },
    /// An id that no Master gives.
    #[error(
        "'{0}' is no id of an application or an executor: it is empty, too long, or holds what no id does"
    )]
    Id(String),
    /// An executor keeps its files in no directories, or in none that can be.
    #[error("localDirs entry '{dir}' of executor {executor} is refused: {why}")]
    LocalDir {
        /// The executor.
        executor: String,
        /// The directory.
        dir: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A count that makes no sense.
    #[error("{what} cannot be {found}")]
    Count {
        /// What is counted.
        what: &'static str,
        /// How many.
        found: i64,
    },
    /// A name that is none of a file within a directory (`ExternalShuffleBlockResolver.validateBlockId`, 4.3).
    #[error("blockId '{0}' is no name of a block: it is empty, leads elsewhere, or holds a separator")]
    BlockName(String),
    /// More is registered than may be.
    #[error("no more {what} can be registered: {limit} are")]
    Full {
        /// What.
        what: &'static str,
        /// How many may be.
        limit: usize,
    },
    /// No such stream is open on this connection (`OneForOneStreamManager.getChunk`, 4.3).
    #[error("Requested chunk not available since streamId {0} is closed, or is none of this connection")]
    NoStream(i64),
    /// Chunks are taken in their order (`OneForOneStreamManager.getChunk`, 3.5).
    #[error("Received out-of-order chunk index {found} (expected {expected})")]
    OutOfOrder {
        /// What was asked for.
        found: i32,
        /// What is next.
        expected: i32,
    },
    /// The text names no chunk of a stream.
    #[error("'{0}' names no chunk: write a stream and a chunk, e.g. 12_0")]
    StreamName(String),
    /// Spark's standalone service merges nothing either (`NoOpMergedShuffleFileManager`, 3.4 to 4.3).
    #[error("Cannot handle shuffle block merge")]
    NoMerging,
    /// A message that nobody sends to a shuffle service.
    #[error("Unexpected message: {0}")]
    Unexpected(&'static str),
}
