//! A lease in a register of bytes: a small JSON document, which people can read too.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use edge_store::{Doing, Register, StoreError, Swap, Task, Version};
use model::Lease;
use serde::{Deserialize, Serialize};

use crate::LeaseCarrier;

/// The register's name.
const NAME: &str = "lease";

/// A lease in the register `lease` of a store.
#[derive(Clone, Debug)]
pub struct InRegister {
    register: Arc<dyn Register>,
}

impl InRegister {
    /// In this store.
    pub fn new(register: Arc<dyn Register>) -> Self {
        Self { register }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    holder: String,
    address: String,
    #[serde(default)]
    page: String,
    length_ms: u64,
    term: u64,
    renewals: u64,
}

fn encode(lease: &Lease) -> serde_json::Result<Bytes> {
    let Lease { holder, address, page, length_ms, term, renewals } = lease.clone();
    serde_json::to_vec(&Document { holder, address, page, length_ms, term, renewals }).map(Bytes::from)
}

fn decode(bytes: &[u8]) -> serde_json::Result<Lease> {
    let Document { holder, address, page, length_ms, term, renewals } = serde_json::from_slice(bytes)?;
    Ok(Lease { holder, address, page, length_ms, term, renewals })
}

#[async_trait]
impl LeaseCarrier for InRegister {
    fn place(&self) -> &str {
        self.register.place()
    }

    async fn get(&self) -> Result<Option<(Lease, Version)>, StoreError> {
        let Some((bytes, version)) = self.register.get(NAME).await? else { return Ok(None) };
        let lease = decode(&bytes).map_err(|error| {
            let why = format!("this is no lease of Hearth's: {error}");
            Task::new(Doing::Get, NAME, self.place()).permanent(why, "Stop all Masters and remove it.")
        })?;
        Ok(Some((lease, version)))
    }

    async fn swap(&self, expected: Option<&Version>, lease: &Lease) -> Result<Swap, StoreError> {
        let bytes = encode(lease).map_err(|error| {
            Task::new(Doing::Swap, NAME, self.place()).permanent(error, "This is a fault of Hearth's.")
        })?;
        self.register.swap(NAME, expected, bytes).await
    }
}
