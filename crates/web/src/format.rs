//! Sizes, durations and dates as Spark's pages show them.
//!
//! Java's `%.1f` rounds half up, Rust's does not: everything here is reckoned in integers.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

pub(crate) const MIB: u64 = 1 << 20;
const UNITS: [(u64, &str); 6] = [
    (1 << 60, "EiB"),
    (1 << 50, "PiB"),
    (1 << 40, "TiB"),
    (1 << 30, "GiB"),
    (1 << 20, "MiB"),
    (1 << 10, "KiB"),
];

/// `1024.0 MiB`, `2.0 GiB`, `0.0 B` (`Utils.bytesToString`, 3.5): a unit is used from twice its size on.
pub(crate) fn bytes(size: u64) -> String {
    let unit = UNITS.iter().find(|(unit, _)| size / 2 >= *unit);
    let (unit, name) = unit.copied().unwrap_or((1, "B"));
    let tenths = (u128::from(size) * 10 + u128::from(unit) / 2) / u128::from(unit);
    format!("{}.{} {name}", tenths / 10, tenths % 10)
}

/// The same of MiB (`Utils.megabytesToString`, 3.5).
pub(crate) fn mebibytes(size_mib: u64) -> String {
    bytes(size_mib.saturating_mul(MIB))
}

/// `87 ms`, `0.9 s`, `12 s`, `1.2 min`, `14 min`, `3.4 h` (`UIUtils.formatDuration`, 3.5).
pub(crate) fn duration(duration_ms: i64) -> String {
    const SECOND: i64 = 1000;
    const MINUTE: i64 = 60 * SECOND;
    const HOUR: i64 = 60 * MINUTE;
    let ms = duration_ms.max(0);
    let whole = |unit: i64| (ms.saturating_add(unit / 2)) / unit;
    let tenths = |unit: i64| {
        let tenths = ms.saturating_add(unit / 20) / (unit / 10);
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    match ms {
        0..100 => format!("{ms} ms"),
        100..SECOND => format!("{} s", tenths(SECOND)),
        SECOND..MINUTE => format!("{} s", whole(SECOND)),
        _ if ms < 10 * MINUTE => format!("{} min", tenths(MINUTE)),
        _ if ms < HOUR => format!("{} min", whole(MINUTE)),
        _ => format!("{} h", tenths(HOUR)),
    }
}

/// `2026/11/20 13:36:36` in local time (`UIUtils.formatDate`, 3.5).
pub(crate) fn date(time_ms: i64, utc_offset_s: i32) -> String {
    strftime("%Y/%m/%d %H:%M:%S", time_ms, utc_offset_s)
}

/// `Fri Nov 20 13:36:36 UTC 2026`, as `java.util.Date.toString` writes it; a zone that is known by its offset alone
/// is named like `GMT+01:00`, as Java names such a zone.
pub(crate) fn java_date(time_ms: i64, utc_offset_s: i32) -> String {
    let zone = match utc_offset_s {
        0 => "UTC".to_owned(),
        offset => {
            let minutes = offset.unsigned_abs() / 60;
            let sign = if offset < 0 { '-' } else { '+' };
            format!("GMT{sign}{:02}:{:02}", minutes / 60, minutes % 60)
        }
    };
    strftime(&format!("%a %b %d %H:%M:%S {zone} %Y"), time_ms, utc_offset_s)
}

fn strftime(pattern: &str, time_ms: i64, utc_offset_s: i32) -> String {
    let offset = Offset::from_seconds(utc_offset_s).unwrap_or(Offset::UTC);
    match Timestamp::from_millisecond(time_ms) {
        Ok(time) => time.to_zoned(TimeZone::fixed(offset)).strftime(pattern).to_string(),
        Err(_) => format!("{time_ms} ms"),
    }
}

/// A text as a value in a URL's query.
pub(crate) fn query_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests;
