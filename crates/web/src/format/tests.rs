//! Sizes, durations and dates beside what Spark writes.

use super::*;

#[test]
fn sizes_are_written_as_spark_writes_them() {
    for (mib, text) in [
        (0, "0.0 B"),
        (1, "1024.0 KiB"),
        (2, "2.0 MiB"),
        (512, "512.0 MiB"),
        (1024, "1024.0 MiB"),
        (2047, "2047.0 MiB"),
        (2048, "2.0 GiB"),
        (3 * 1024 + 51, "3.0 GiB"),
        (3 * 1024 + 52, "3.1 GiB"),
        (1024 * 1024, "1024.0 GiB"),
        (3 * 1024 * 1024, "3.0 TiB"),
        (u64::MAX, "16.0 EiB"),
    ] {
        assert_eq!(mebibytes(mib), text, "{mib} MiB");
    }
    assert_eq!(bytes(2047), "2047.0 B");
    assert_eq!(bytes(2048), "2.0 KiB");
}

#[test]
fn durations_are_written_as_spark_writes_them() {
    for (ms, text) in [
        (-5, "0 ms"),
        (0, "0 ms"),
        (99, "99 ms"),
        (100, "0.1 s"),
        (949, "0.9 s"),
        (950, "1.0 s"),
        (1000, "1 s"),
        (12_500, "13 s"),
        (59_499, "59 s"),
        (60_000, "1.0 min"),
        (72_000, "1.2 min"),
        (75_000, "1.3 min"),
        (600_000, "10 min"),
        (3_599_999, "60 min"),
        (3_600_000, "1.0 h"),
        (86_400_000, "24.0 h"),
        (i64::MAX, "2562047788015.2 h"),
    ] {
        assert_eq!(duration(ms), text, "{ms} ms");
    }
}

#[test]
fn dates_are_local() {
    let noon = 1_795_181_796_791;
    assert_eq!(date(noon, 0), "2026/11/20 13:36:36");
    assert_eq!(date(noon, 5 * 3600 + 1800), "2026/11/20 19:06:36");
    assert_eq!(java_date(noon, 0), "Fri Nov 20 13:36:36 UTC 2026");
    assert_eq!(java_date(noon, -3 * 3600 - 1800), "Fri Nov 20 10:06:36 GMT-03:30 2026");
}

#[test]
fn a_moment_beyond_the_calendar_is_still_shown() {
    assert_eq!(date(i64::MAX, 0), format!("{} ms", i64::MAX));
}

#[test]
fn a_query_value_cannot_leave_its_place() {
    assert_eq!(query_value("app-2026_1.~"), "app-2026_1.~");
    assert_eq!(query_value("a&b=c d\"<é"), "a%26b%3Dc%20d%22%3C%C3%A9");
}
