//! Shuffle files and the sockets that they go to.
//!
//! ```text
//!   folder   a file of an executor, opened so that nothing outside of its directories can be reached; removal
//!   files    the open files of map tasks with their indexes: a cache bounded in bytes
//!   channel  one connection: frames in, answers out, file data by sendfile
//!   warm     what is not in the page cache is read on a thread that may wait, before it is sent
//!   checksum of what lies on the disk
//!   store    the registered executors, kept over a restart
//!   lanes    the threads on which connections live
//! ```
//!
//! Block data is never copied into this process: the kernel takes it from its page cache to the socket. What a
//! connection costs is its socket, a task and, while frames of it are being read, a few KiB.

mod channel;
mod checksum;
mod files;
mod folder;
mod lanes;
mod store;
mod warm;

pub use channel::{Channel, ChannelError, Room, room_for};
pub use checksum::{Algorithm, diagnose};
pub use files::{CacheUse, FileCache, FileError, MapFiles, MapKey, Region, open_file, open_map_files};
pub use folder::{Location, open, remove_file, remove_tree, remove_unserved, true_path};
pub use lanes::Lanes;
pub use store::{Opened, Registered, Store, StoreError, forgotten_by_a_jvm};
