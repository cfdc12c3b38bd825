//! What can be wrong with a frame.

/// Bytes that are no frame. What follows them cannot be understood either: the connection is of no more use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("byte {offset} of the connection: expected {expected}, found {found}")]
pub struct MalformedFrame {
    /// Where it went wrong, counted from the first byte of this direction of the connection.
    pub offset: u64,
    /// What should stand there.
    pub expected: String,
    /// What stands there.
    pub found: String,
}

/// A frame that is too long to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame of {frame_bytes} bytes is longer than the limit of {max_frame_bytes}")]
pub struct FrameTooLong {
    /// Its length, header included.
    pub frame_bytes: usize,
    /// The limit.
    pub max_frame_bytes: usize,
}
