//! What can be wrong with a block-transfer message.

/// Bytes that are no block-transfer message. Offsets count from the message's type byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedMessage {
    /// No message has this type, or none that anybody sends to a shuffle service.
    #[error("Unknown message type: {0}")]
    Type(u8),
    /// The bytes end within a field.
    #[error("block-transfer message, byte {offset}: expected {what} of {bytes} bytes, found {found}")]
    Short {
        /// Where.
        offset: usize,
        /// What should stand there.
        what: &'static str,
        /// How long it is.
        bytes: usize,
        /// How many bytes are left.
        found: usize,
    },
    /// A count that is negative, or for which there are too few bytes.
    #[error(
        "block-transfer message, byte {offset}: {found} cannot be the number of {what}: {left} bytes follow"
    )]
    Count {
        /// Where.
        offset: usize,
        /// What is counted.
        what: &'static str,
        /// The count.
        found: i32,
        /// How many bytes follow.
        left: usize,
    },
    /// Bytes behind the last field.
    #[error("block-transfer message, byte {offset}: expected its end, found {left} more bytes")]
    Rest {
        /// Where.
        offset: usize,
        /// How many.
        left: usize,
    },
}
