//! The limit of the whole container, and the deaths that it caused among processes without a group of their own.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::seat::{Seat, Version};
use super::{MemoryKill, counters, limits, mebibytes};

/// The limit that a container sets to all of its processes together.
#[derive(Debug)]
pub struct SharedLimit {
    limit_mib: u32,
    version: Version,
    /// The group of this process: whatever it starts is in it too.
    folder: PathBuf,
    /// The group whose limit it is.
    limited: PathBuf,
    /// How many deaths have been told of: one kill explains one death.
    told: Mutex<u64>,
}

impl SharedLimit {
    /// That of this process's groups, where `root` is `/`; none where there is no limit.
    pub fn find(root: &Path) -> Option<Self> {
        let seats = Seat::find(root, "memory");
        let limits = seats.into_iter().filter_map(|seat| Some((limits::least_memory(&seat)?, seat)));
        let ((bytes, limited), seat) = limits.min_by_key(|((bytes, _), _)| *bytes)?;
        let told = counters::kills(&seat.folder, seat.version);
        Some(Self {
            limit_mib: mebibytes(bytes),
            version: seat.version,
            folder: seat.folder,
            limited,
            told: Mutex::new(told),
        })
    }

    /// How many processes were killed so far.
    pub(crate) fn kills(&self) -> u64 {
        counters::kills(&self.folder, self.version)
    }

    /// The kill that ended a process which began when there had been so many, if there is one that nobody has claimed.
    pub(crate) fn claim(&self, at_start: u64) -> Option<MemoryKill> {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let claimed = (*told).max(at_start);
        if self.kills() <= claimed {
            return None;
        }
        *told = claimed + 1;
        Some(self.memory_kill())
    }

    /// A kill for this limit.
    pub(crate) fn memory_kill(&self) -> MemoryKill {
        let peak_mib = counters::peak(&self.limited, self.version).map(mebibytes);
        MemoryKill { limit_mib: self.limit_mib, peak_mib, is_shared: true }
    }
}

#[cfg(test)]
mod tests;
