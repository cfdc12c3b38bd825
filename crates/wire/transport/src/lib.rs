//! Spark's network frames: `u64 length (its own 8 bytes included) | u8 type | header | body`.
//!
//! [`Decoder`] turns the bytes of one direction of a connection into [`Item`]s, [`Frame::encode`] goes the other way.
//! Two frames announce data that follows them outside of their own length ([`Frame::trailing_bytes`]); the decoder
//! hands that data out in pieces as it comes, so a file of any size passes through without being held.
//!
//! ```text
//!            a frame with trailing bytes
//!   Framing ────────────────────────────▶ Trailing(n)
//!      ▲                                      │
//!      └──────────────────────────────────────┘
//!                  n bytes passed
//! ```

mod cursor;
mod decoder;
mod error;
mod frame;

pub use decoder::{Decoder, Item};
pub use error::{FrameTooLong, MalformedFrame};
pub use frame::{Frame, StreamChunkId};

/// Bytes in front of every frame: the length field.
pub const LENGTH_BYTES: usize = 8;

/// The shortest frame there is: a length and a type.
pub const MIN_FRAME_BYTES: usize = LENGTH_BYTES + 1;
