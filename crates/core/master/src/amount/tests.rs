//! Against what Spark 3.5's own functions give.

use super::*;

#[test]
fn memory_reads_as_in_sparks_log() {
    for (memory_mib, text) in [
        (0, "0.0 B"),
        (1, "1024.0 KiB"),
        (2, "2.0 MiB"),
        (1024, "1024.0 MiB"),
        (2047, "2047.0 MiB"),
        (2048, "2.0 GiB"),
        (14_951, "14.6 GiB"),
        (2_611, "2.5 GiB"),
        (2_662, "2.6 GiB"),
        (2 << 20, "2.0 TiB"),
        (u32::MAX, "4.0 PiB"),
    ] {
        assert_eq!(megabytes_to_string(memory_mib), text);
    }
}

#[test]
fn ids_carry_local_time() {
    let noon = Now { monotonic_ms: 0, wall_ms: 1_795_175_902_999, utc_offset_s: 0 };
    assert_eq!(id_time(noon), "20261120115822");
    assert_eq!(id_time(Now { utc_offset_s: 5 * 3600 + 1800, ..noon }), "20261120172822");
    assert_eq!(id_time(Now { utc_offset_s: -12 * 3600, ..noon }), "20261119235822");
}

#[test]
fn a_clock_out_of_range_still_gives_an_id() {
    let broken = Now { monotonic_ms: 0, wall_ms: i64::MAX, utc_offset_s: i32::MAX };
    assert_eq!(id_time(broken), "19700101000000");
}
