//! What each kind accepts and refuses.

use super::*;

fn refused<T: std::fmt::Debug>(kind: &Kind<T>, text: &str) -> String {
    (kind.parse)(text).unwrap_err().into_owned()
}

#[test]
fn memory_is_counted_as_spark_counts_it() {
    for (text, mib) in [("512m", 512), ("2g", 2048), ("1000M", 1000), ("2G", 2048), ("1t", 1 << 20)] {
        assert_eq!((MEMORY.parse)(text), Ok(mib), "{text}");
    }
    assert_eq!((MEMORY.parse)("1048576k"), Ok(1024));
    assert_eq!((MEMORY.parse)("1073741824"), Ok(1024), "a plain number counts bytes");
    assert_eq!((MEMORY.parse)("512mb"), Ok(512));
}

#[test]
fn memory_that_is_none_is_refused() {
    assert_eq!(refused(&MEMORY, "lots"), "not an amount of memory");
    assert_eq!(refused(&MEMORY, ""), "not an amount of memory");
    assert_eq!(refused(&MEMORY, "-1g"), "not an amount of memory");
    assert_eq!(refused(&MEMORY, "2x"), "not an amount of memory");
    assert!(refused(&MEMORY, "0.5g").starts_with("a fraction"));
    assert!(refused(&MEMORY, "512").contains("counts bytes"));
    assert_eq!(refused(&MEMORY, "0m"), "below 1 MiB");
    assert!(refused(&MEMORY, "99999999999999999p").contains("more memory"));
    assert!(refused(&MEMORY, "3000t").contains("more memory"));
}

#[test]
fn times_may_carry_a_unit() {
    for (text, ms) in
        [("60", 60_000), ("120s", 120_000), ("2min", 120_000), ("2m", 120_000), ("1h", 3_600_000)]
    {
        assert_eq!((SECONDS.parse)(text), Ok(ms), "{text}");
    }
    assert_eq!((SECONDS.parse)("1500ms"), Ok(1500));
    assert_eq!((SECONDS.parse)("1D"), Ok(86_400_000));
    assert_eq!(refused(&SECONDS, "abc"), "not a number of seconds");
    assert_eq!(refused(&SECONDS, "-5"), "not a number of seconds");
    assert_eq!(refused(&SECONDS, "0"), "not above 0");
    assert_eq!(refused(&SECONDS, "10us"), "not above 0");
    assert_eq!(refused(&SECONDS, "18446744073709551615d"), "too long a time");
}

#[test]
fn hosts_carry_no_port() {
    assert_eq!((HOST.parse)("worker-1.example").as_deref(), Ok("worker-1.example"));
    assert_eq!((HOST.parse)("[fe80::1]").as_deref(), Ok("[fe80::1]"));
    assert_eq!(refused(&HOST, "host:7077"), "a host with a port, where only the host belongs");
    assert_eq!(refused(&HOST, "fe80::1"), "an IPv6 address without its brackets");
    assert_eq!(refused(&HOST, "spark://host"), "not a host name or address");
}

#[test]
fn numbers_and_booleans_keep_to_their_ranges() {
    assert_eq!((PORT.parse)("0"), Ok(0));
    assert_eq!(refused(&PORT, "65536"), "not a port between 0 and 65535");
    assert_eq!(refused(&PORT, "-1"), "not a port between 0 and 65535");
    assert_eq!((BOOLEAN.parse)("TRUE"), Ok(true));
    assert_eq!(refused(&BOOLEAN, "yes"), "neither true nor false");
    assert_eq!((LIMIT.parse)("-1"), Ok(None));
    assert_eq!((LIMIT.parse)("10"), Ok(Some(10)));
    assert_eq!((POSITIVE.parse)("2147483647"), Ok(2_147_483_647));
    assert_eq!(refused(&POSITIVE, "0"), "below 1");
    assert_eq!(refused(&POSITIVE, "2147483648"), "more than 2147483647");
    assert_eq!((COUNT.parse)("0"), Ok(0));
    assert_eq!(refused(&COUNT, "-1"), "below 0");
    assert_eq!(refused(&COUNT, "many"), "not a whole number");
}

#[test]
fn lists_of_folders_are_split() {
    assert_eq!((COMMA_PATHS.parse)("/a,/b"), Ok(vec!["/a".into(), "/b".into()]));
    assert_eq!((COLON_PATHS.parse)("/a:/b:"), Ok(vec!["/a".into(), "/b".into()]));
    assert_eq!(refused(&COMMA_PATHS, ","), "an empty list of folders");
}
