//! Entries of the recovery log as lines of JSON, both ways.
//!
//! ```text
//!   {"hearth":1,"epoch":3,"position":17,"writer":"m1:7077-9f...","nonce":4711,"written_ms":1763640000000,"kind":"batch"}
//!   {"worker":{...}}                                     one change a line
//!   {"driver_gone":{"id":"driver-20261120121822-0000"}}
//!   {"lines":3,"crc32c":"0b1c2d3e"}                      the lines before it, and their checksum
//! ```
//!
//! The format has a number, the header's `hearth`. Within a number fields may be added, which older readers pass over;
//! whatever a reader must not pass over needs a new number, and a reader refuses a number that is above its own.
//!
//! **What is written here is as secret as the environment of a driver**: the environments of commands stand in it as they
//! are, for a driver that is launched again needs them. A store of the log has to be guarded like that. What
//! [`describe_entry`] and [`describe_memory`] say leaves these values out.

mod change;
mod decode;
mod describe;
mod encode;
mod error;
mod header;
mod name;

pub use decode::decode;
pub use describe::{describe_entry, describe_memory};
pub use encode::{change_bytes, encode};
pub use error::{Damage, MalformedObject};
pub use name::parse_name;

/// The number of the format that is written, and the highest that is read.
pub const FORMAT: u64 = 1;

/// The most bytes of an object that is read.
pub const LARGEST_OBJECT_BYTES: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests;
