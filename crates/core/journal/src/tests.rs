//! One journal alone with a store that does as it is told, and many with one that does not.

mod alone;
mod sim;
mod store;

use model::{Change, DriverDescription, DriverId, DriverRecord, Now};

use crate::{Config, Journal, Writer};

/// A change that can be told from all others.
fn change(id: &str, number: u32) -> Change {
    let description = DriverDescription { memory_mib: number, ..DriverDescription::default() };
    Change::Driver(Box::new(DriverRecord {
        id: DriverId::new(id),
        description,
        submitted_ms: 0,
        worker: None,
    }))
}

fn at(monotonic_ms: u64) -> Now {
    Now { monotonic_ms, wall_ms: 0, utc_offset_s: 0 }
}

fn journal(id: &str, entry_bytes: usize, snapshot_entries: u64) -> Journal {
    let config = Config { entry_bytes, snapshot_entries, ..Config::new(|_| 100) };
    Journal::open(Writer { id: id.into(), first_nonce: 0 }, config)
}
