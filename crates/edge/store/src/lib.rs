//! Where the state of a Master lasts: a directory, an object store, ZooKeeper; memory, for tests.
//!
//! ```text
//!   Store      create · read · list · delete      entries that are written once and never change
//!   Register   get · swap                         one value with compare-and-swap, such as a lease
//!
//!              entries                 register
//!   Directory  ROOT/log/A:B            ROOT/NAME.NUMBER
//!   S3         PREFIX/log/A/B          PREFIX/NAME
//!   ZooKeeper  DIR/hearth/log/A:B      DIR/hearth/NAME
//! ```
//!
//! What is put there are bytes: nothing here knows what they mean. One test suite holds all of them to the contract.

mod directory;
mod error;
mod limits;
mod memory;
mod name;
mod s3;
mod zookeeper;

use std::fmt::Debug;

use async_trait::async_trait;
use bytes::Bytes;

pub use directory::Directory;
pub use error::{Doing, StoreError, Task, chain};
pub use limits::{Limits, within};
pub use memory::{Fault, Memory};
pub use s3::{S3, S3Settings};
pub use zookeeper::{ZooKeeper, ZooKeeperSettings};

/// How a conditional create ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Created {
    /// The entry is there now, whole and durable, and nobody else wrote it.
    Created,
    /// There was an entry of this name; it is as it was.
    Exists,
}

/// Entries that are written once: bytes by name.
///
/// A name is one or more parts between slashes; a part is made of ASCII letters, digits, dashes, underscores and
/// dots, and does not begin with a dot. It is 200 bytes long at most. Another name is a permanent error.
///
/// Each verb ends within the time that [`Limits`] gives, at the latest with a transient error. After a transient error
/// of [`create`](Self::create) or [`delete`](Self::delete) nobody knows whether it took effect, nor whether it still
/// will: read the entry, or create it again and look whose it is.
#[async_trait]
pub trait Store: Debug + Send + Sync {
    /// Where this is, for people: `s3://bucket/prefix`, a path, a list of hosts.
    fn place(&self) -> &str;

    /// The longest entry, in bytes, where the store has a limit. A longer one is a permanent error.
    fn max_bytes(&self) -> Option<usize> {
        None
    }

    /// Writes an entry if there is none of this name.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn create(&self, name: &str, bytes: Bytes) -> Result<Created, StoreError>;

    /// The entry of this name. What any process created before is seen.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn read(&self, name: &str) -> Result<Option<Bytes>, StoreError>;

    /// The names of all entries, sorted by their bytes. What any process created before is among them.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn list(&self) -> Result<Vec<String>, StoreError>;

    /// Removes an entry, if there is one.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn delete(&self, name: &str) -> Result<(), StoreError>;

    /// What a JVM's Master left in the same place, by name: one object each for an application (`app_…`), a driver
    /// (`driver_…`) and a Worker (`worker_…`). Nothing where such a Master cannot write.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn leftovers(&self) -> Result<Vec<(String, Bytes)>, StoreError> {
        Ok(Vec::new())
    }
}

/// What a value of a register is compared by. It is opaque, and no two values of one register have the same, be they
/// equal or not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Version(String);

impl Version {
    /// As text that `from` takes back.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for Version {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// How a compare-and-swap ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Swap {
    /// The value is there now; its version.
    Swapped(Version),
    /// The register holds another version than the expected one, or none, or has one where none was expected.
    Conflict,
}

/// Named values that change by compare-and-swap. Names are those of a [`Store`] without a slash.
///
/// A value need not outlast a power failure of the machine; it is seen by all processes at once.
#[async_trait]
pub trait Register: Debug + Send + Sync {
    /// Where this is, for people.
    fn place(&self) -> &str;

    /// The value and its version; `None` when there never was one.
    ///
    /// # Errors
    /// See [`StoreError`].
    async fn get(&self, name: &str) -> Result<Option<(Bytes, Version)>, StoreError>;

    /// Puts a value in the place of the one with the expected version; `None` expects that there is none.
    ///
    /// # Errors
    /// See [`StoreError`]. After a transient one nobody knows whether it took effect, nor whether it still will.
    async fn swap(&self, name: &str, expected: Option<&Version>, bytes: Bytes) -> Result<Swap, StoreError>;
}
