//! Why bytes are no Java stream that we take.

/// A stream that cannot be read. Offsets count from the stream's first byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes break the protocol.
    #[error("malformed Java stream: at byte {offset} expected {expected}, found {found}")]
    Malformed {
        /// Where.
        offset: usize,
        /// What the protocol wants there.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The stream asks for more than its [`Limits`](crate::Limits) allow.
    #[error("Java stream refused: at byte {offset} it has more than {limit} {what}")]
    TooLarge {
        /// Where.
        offset: usize,
        /// Of what there is too much.
        what: &'static str,
        /// How much is allowed.
        limit: usize,
    },
    /// The writer failed in the middle of an object and said so (`java.io.WriteAbortedException`).
    #[error("Java stream ends at byte {offset} because its writer failed with {exception}")]
    Aborted {
        /// Where.
        offset: usize,
        /// Class of the exception.
        exception: String,
    },
}
