//! What a shuffle service tells of itself and of what it gives out.

use core_shuffle::{ApplicationView, Snapshot};

use super::exposition::{Exposition, Family};
use super::{Daemon, Format, families, of_the_process};

/// The metrics of a shuffle service that is a daemon of its own.
pub fn shuffle(snapshot: &Snapshot, daemon: &Daemon<'_>, format: Format) -> String {
    let mut exposition = Exposition::new(format);
    of_the_process(&mut exposition, "shuffle-service", daemon);
    of_a_service(&mut exposition, snapshot);
    exposition.finish()
}

/// What any shuffle service tells.
pub(super) fn of_a_service(exposition: &mut Exposition, snapshot: &Snapshot) {
    let totals = &snapshot.totals;
    let executors: usize = snapshot.applications.iter().map(|one| one.executors.len()).sum();
    for (family, value) in [
        (&families::SHUFFLE_EXECUTORS, executors as u64),
        (&families::SHUFFLE_CONNECTIONS, totals.connections),
        (&families::SHUFFLE_CONNECTIONS_EVER, totals.connections_ever),
        (&families::SHUFFLE_STREAMS, totals.streams),
        (&families::SHUFFLE_CHUNKS, totals.chunks_in_transfer),
        (&families::SHUFFLE_REFUSED, totals.refused_requests),
        (&families::SHUFFLE_BROKEN, totals.broken_connections),
        (&families::SHUFFLE_CACHED_FILES, totals.cached_files),
        (&families::SHUFFLE_CACHED_BYTES, totals.cached_bytes),
        (&families::SHUFFLE_CACHE_HITS, totals.cache_hits),
        (&families::SHUFFLE_CACHE_MISSES, totals.cache_misses),
        (&families::SHUFFLE_COLD_READS, totals.cold_reads),
        (&families::SHUFFLE_SENT_ALL, totals.counts.bytes),
        (&families::SHUFFLE_BLOCKS_ALL, totals.counts.blocks),
    ] {
        exposition.value(family, value);
    }
    let mut of_each = |family: &Family, value: fn(&ApplicationView) -> u64| {
        exposition.family(family, |samples| {
            snapshot.applications.iter().for_each(|one| samples.add(&[&one.id], value(one)));
        });
    };
    of_each(&families::SHUFFLE_SENT, |one| one.counts.bytes);
    of_each(&families::SHUFFLE_BLOCKS, |one| one.counts.blocks);
    of_each(&families::SHUFFLE_FAILURES, |one| one.counts.failures);
}
