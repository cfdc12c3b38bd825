//! Amounts and moments as Spark writes them in logs and ids.

use jiff::Timestamp;
use jiff::tz::Offset;
use model::Now;

/// Memory as `Utils.megabytesToString` (3.5) writes it: the largest unit of which there are at least two, one
/// decimal, half rounded up.
pub(crate) fn megabytes_to_string(memory_mib: u32) -> String {
    const UNITS: [(u64, &str); 5] =
        [(1 << 50, "PiB"), (1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let bytes = u64::from(memory_mib) << 20;
    let (unit, name) = UNITS.into_iter().find(|(unit, _)| bytes >= 2 * unit).unwrap_or((1, "B"));
    let tenths = (u128::from(bytes) * 20 + u128::from(unit)) / (2 * u128::from(unit));
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// The local time of an id: `yyyyMMddHHmmss` (`Master.newApplicationId`, 3.5).
pub(crate) fn id_time(now: Now) -> String {
    let offset = Offset::from_seconds(now.utc_offset_s).unwrap_or(Offset::UTC);
    let moment = Timestamp::from_millisecond(now.wall_ms).unwrap_or(Timestamp::UNIX_EPOCH);
    offset.to_datetime(moment).strftime("%Y%m%d%H%M%S").to_string()
}

#[cfg(test)]
mod tests;
