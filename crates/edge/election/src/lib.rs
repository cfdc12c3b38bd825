//! What carries the lease by which Masters agree who leads.
//!
//! ```text
//!   LeaseCarrier   get · swap, with a lease in the place of bytes
//!     InRegister         a register of edge-store: a file, an object of S3, a node of ZooKeeper
//!     KubernetesLease    a Lease of Kubernetes, as people look at it there
//! ```
//!
//! This is no part of `edge-store`: that one moves bytes and knows no lease, and Kubernetes keeps a lease in fields of its
//! own and nothing else. Who decides what to write is `core-election`; a daemon stands between the two.

mod kubernetes;
mod register;

use std::fmt::Debug;

use async_trait::async_trait;
use edge_store::{StoreError, Swap, Version};
use model::Lease;

pub use kubernetes::{KubernetesLease, KubernetesSettings};
pub use register::InRegister;

/// One lease with compare-and-swap.
#[async_trait]
pub trait LeaseCarrier: Debug + Send + Sync {
    /// Where it is, for people.
    fn place(&self) -> &str;

    /// The lease and its version; `None` when there never was one.
    ///
    /// # Errors
    /// See [`StoreError`]; a permanent one too when what is there is no lease.
    async fn get(&self) -> Result<Option<(Lease, Version)>, StoreError>;

    /// Puts a lease in the place of the one with the expected version; `None` expects that there is none.
    ///
    /// # Errors
    /// See [`StoreError`]. After a transient one nobody knows whether it took effect, nor whether it still will.
    async fn swap(&self, expected: Option<&Version>, lease: &Lease) -> Result<Swap, StoreError>;
}
