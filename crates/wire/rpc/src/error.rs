//! What can be wrong with an envelope.

/// Bytes that are no envelope, or an envelope that cannot be written. Offsets count from the envelope's first byte.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// The bytes end within the envelope.
    #[error("RPC envelope, byte {offset}: expected {what} of {bytes} bytes, found {found}")]
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
    /// The byte in front of an address is neither 0 nor 1.
    #[error("RPC envelope, byte {offset}: expected 00 or 01 in front of {what}, found {found:02x}")]
    AddressMark {
        /// Where.
        offset: usize,
        /// Whose address.
        what: &'static str,
        /// The byte.
        found: u8,
    },
    /// A port that TCP does not know.
    #[error("RPC envelope, byte {offset}: expected a port from 0 to 65535, found {found}")]
    Port {
        /// Where.
        offset: usize,
        /// The number.
        found: i32,
    },
    /// A name beyond the limit.
    #[error("RPC envelope, byte {offset}: {what} of {bytes} bytes is longer than the limit of {max}")]
    TooLong {
        /// Where.
        offset: usize,
        /// Which name.
        what: &'static str,
        /// Its length.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// A name that is no modified UTF-8.
    #[error("RPC envelope, byte {offset}: {what} is no modified UTF-8")]
    Text {
        /// Where.
        offset: usize,
        /// Which name.
        what: &'static str,
    },
}
