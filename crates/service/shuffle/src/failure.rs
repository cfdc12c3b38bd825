//! Why a client gets no answer or no chunk, as it reads it.

use core_shuffle::Refusal;
use edge_blocks::FileError;
use wire_shuffle::{BlockIdError, MalformedMessage};

/// A failure that a client is told.
#[derive(Debug)]
pub(crate) struct Failure {
    class: &'static str,
    text: String,
}

impl Failure {
    /// As a JVM begins its stack traces: Spark's clients show the first line (`RpcFailure`, `ChunkFetchFailure`).
    pub(crate) fn text(&self) -> String {
        format!("{}: {}", self.class, self.text)
    }

    pub(crate) fn other(text: impl Into<String>) -> Self {
        Self { class: "java.lang.RuntimeException", text: text.into() }
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let class = match refusal {
            Refusal::NoMerging | Refusal::Unexpected(_) => "java.lang.UnsupportedOperationException",
            Refusal::NoStream(_) | Refusal::OutOfOrder { .. } => "java.lang.IllegalStateException",
            Refusal::NotRegistered { .. } | Refusal::Full { .. } => "java.lang.RuntimeException",
            _ => "java.lang.IllegalArgumentException",
        };
        Self { class, text: refusal.to_string() }
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::other(error.to_string())
    }
}

impl From<MalformedMessage> for Failure {
    fn from(error: MalformedMessage) -> Self {
        Self { class: "java.lang.IllegalArgumentException", text: error.to_string() }
    }
}

impl From<BlockIdError> for Failure {
    fn from(error: BlockIdError) -> Self {
        Self { class: "java.lang.IllegalArgumentException", text: error.to_string() }
    }
}

impl From<tokio::task::JoinError> for Failure {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::other(format!("the work broke off: {error}"))
    }
}
