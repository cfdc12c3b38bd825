//! What a shuffle service decides: which executors are registered, where their blocks lie, what a stream's next chunk
//! is, and who is refused.
//!
//! ```text
//!   register(application, executor, where its files are) ──► Registry ──► executor(application, executor)
//!                                                              │               └──► place(name of a file)
//!   open(blocks that are asked for) ──► Streams ──► take(stream, chunk) ──► Wanted
//!                                                              └──► snapshot ──► pages and metrics
//! ```
//!
//! No file is touched here and no byte of a message is known; a place is a directory and a name in it, which the edge
//! opens so that nothing outside of the directory can be reached.

mod disk;
mod rate;
mod refusal;
mod registry;
mod snapshot;
mod streams;
mod tally;

pub use disk::{Place, checksum_file, data_file, index_file, is_served, left_behind, plain_name, rdd_file};
pub use rate::Rate;
pub use refusal::Refusal;
pub use registry::{Checked, Executor, Files, Registry};
pub use snapshot::{ApplicationView, ExecutorView, Snapshot, Totals};
pub use streams::{Blocks, Streams, Wanted};
pub use tally::{Counts, Tally};
