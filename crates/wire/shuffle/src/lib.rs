//! What executors and drivers say to a shuffle service, and the index files that say where a block lies.
//!
//! A block-transfer message stands in the body of an RPC request or its answer, without the envelope that other
//! endpoints have: `u8 type | fields`, texts and lists with an `i32` count before them, all big-endian
//! (`BlockTransferMessage`, the same bytes in Spark 3.4 to 4.3).
//!
//! ```text
//!   bytes ──► Message::decode ──► Message ──► Message::encode ──► the same bytes
//!   name of a block ──► BlockId
//!   bytes of SHUFFLE.index ──► index::entry ──► offset and length in SHUFFLE.data
//! ```
//!
//! A count is believed only as far as the bytes behind it can hold so many, so that no message makes the reader
//! allocate more than a few times its own length.

mod block_id;
mod cursor;
mod error;
pub mod index;
mod message;

pub use block_id::{BlockId, BlockIdError};
pub use error::MalformedMessage;
pub use message::{
    CorruptionCause, DiagnoseCorruption, ExecutorShuffleInfo, FetchShuffleBlockChunks, FetchShuffleBlocks,
    FinalizeShuffleMerge, Lists, Message, PushBlockStream, RemoveShuffleMerge,
};
