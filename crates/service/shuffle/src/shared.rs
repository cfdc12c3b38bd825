//! What all connections share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use core_shuffle::{Executor, Files, Refusal, Registry};
use edge_blocks::{FileCache, Location, Room, Store, true_path};
use tokio::sync::Semaphore;

use crate::Settings;
use crate::gauges::Gauges;

/// Room for long requests and for the streams that clients have open.
const ROOM_KIB: usize = 64 << 10;

/// What all connections share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) port: u16,
    pub(crate) files: FileCache,
    pub(crate) gauges: Gauges,
    pub(crate) room: Room,
    /// Where registered executors are kept, in words.
    pub(crate) store_state: String,
    registry: RwLock<Registry>,
    store: Mutex<Option<Store>>,
}

impl Shared {
    pub(crate) fn new(settings: Settings, port: u16, store: Option<Store>, store_state: String) -> Self {
        Self {
            files: FileCache::new(settings.index_cache_bytes),
            gauges: Gauges::default(),
            room: Arc::new(Semaphore::new(ROOM_KIB)),
            registry: RwLock::default(),
            store: Mutex::new(store),
            settings,
            port,
            store_state,
        }
    }

    pub(crate) fn read(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn write(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Only where waiting for a disk is allowed.
    pub(crate) fn store(&self) -> MutexGuard<'_, Option<Store>> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing more is kept. Where somebody waits for the disk just now, it ends with the last connection.
    pub(crate) fn release_store(&self) {
        if let Ok(mut store) = self.store.try_lock() {
            *store = None;
        }
    }

    /// Waits for disks.
    pub(crate) fn check(
        &self,
        application: &str,
        executor: &str,
        files: &Files,
    ) -> Result<core_shuffle::Checked, Refusal> {
        Registry::check(application, executor, files, &self.settings.roots, true_path)
    }
}

/// Where a file of an executor lies.
pub(crate) fn location(executor: &Executor, name: &str) -> Option<Location> {
    let place = executor.place(name)?;
    Some(Location { local_dir: place.local_dir.to_owned(), sub_dir: place.sub_dir, name: name.to_owned() })
}
