//! What the releases of Spark know of their keys, recorded with `testdata/ConfigEntries.java`, against the table.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::kind::{BYTES, MILLISECONDS};
use crate::table::{self, About};
use crate::unhonoured::Unhonoured;
use crate::version::SparkVersion;

#[derive(Deserialize)]
struct Key {
    default: String,
    refused: BTreeSet<String>,
    read: BTreeMap<String, String>,
}

fn releases() -> [(&'static str, BTreeMap<String, Key>); 4] {
    let read = |text: &str| serde_json::from_str::<BTreeMap<String, Key>>(text).unwrap();
    [
        ("3.4.4", read(include_str!("../../testdata/spark-3.4.4-keys.json"))),
        ("3.5.7", read(include_str!("../../testdata/spark-3.5.7-keys.json"))),
        ("4.0.5", read(include_str!("../../testdata/spark-4.0.5-keys.json"))),
        ("4.3.0", read(include_str!("../../testdata/spark-4.3.0-keys.json"))),
    ]
}

/// Keys that Spark has for others than its daemons.
const OF_OTHERS: [&str; 3] = [
    "spark.standalone.executorRemoveDelayOnDisconnection",
    "spark.standalone.submit.filterEnvironment",
    "spark.standalone.submit.waitAppCompletion",
];

#[test]
fn every_key_of_sparks_daemons_is_obeyed_or_spoken_of() {
    for (release, keys) in releases() {
        assert!(keys.len() > 35, "{release}");
        let missing: Vec<_> = keys
            .keys()
            .filter(|key| table::named(key).is_none() && Unhonoured::named(key).is_none())
            .filter(|key| !OF_OTHERS.contains(&key.as_str()))
            .collect();
        assert!(missing.is_empty(), "Spark {release}: {missing:?}");
    }
}

#[test]
fn defaults_are_those_of_each_release() {
    let mut compared = 0;
    for (release, keys) in releases() {
        let version = SparkVersion { text: release.to_owned(), installed: true };
        for (key, spark) in &keys {
            let Some(about) = table::named(key) else { continue };
            let ours = about.default_of(&version);
            let unset = ours.is_empty() || ours.starts_with('(') && !ours.starts_with("(?i)");
            match spark.default.as_str() {
                "<undefined>" | "" => {
                    assert!(unset || about.flag == "--webui-port", "{release} {key}: {ours}");
                }
                default => assert_eq!(ours, default, "{release} {key}"),
            }
            compared += 1;
        }
    }
    assert!(compared > 120, "only {compared} defaults");
}

/// Where we differ on purpose: what a JVM takes and fails on later, or takes although nothing could come of it; and
/// units for times that Spark takes as bare numbers alone.
fn may_differ(about: &About, text: &str) -> bool {
    let too_large = ["2147483648", "9223372036854775807"].contains(&text);
    match about.kind {
        "seconds" => text == "-1" || text == "0" || too_large || ["10s", "2min", "1h", "1m"].contains(&text),
        "milliseconds" => text == "-1" || too_large,
        "count" | "limit" => text == "-1" || text == "0" || too_large,
        "port" => ["-1", "65536", "2147483647"].contains(&text),
        "host" => text.is_empty() || text.contains(' '),
        // Spark disables the feature in silence or with a warning; before 4.1 an unknown mode is DENY.
        "signal" | "LOCAL, ALLOW or DENY" | "NONE, FILESYSTEM or ZOOKEEPER" => true,
        _ => false,
    }
}

#[test]
fn what_spark_refuses_we_refuse() {
    let mut compared = 0;
    for (release, keys) in releases() {
        let texts: BTreeSet<&String> = keys.values().flat_map(|spark| &spark.refused).collect();
        assert!(texts.len() > 25, "{texts:?}");
        for (key, spark) in &keys {
            let Some(about) = table::named(key) else { continue };
            for text in texts.iter().filter(|text| !may_differ(about, text)) {
                let refused = (about.check)(text.trim()).is_err();
                assert_eq!(refused, spark.refused.contains(*text), "Spark {release}: {key} = '{text}'");
                compared += 1;
            }
        }
    }
    assert!(compared > 2000, "only {compared} texts");
}

#[test]
fn amounts_are_what_spark_reads() {
    let (_, keys) = &releases()[3];
    let read = |key: &str| keys[key].read.iter().map(|(text, value)| (text.clone(), value.clone()));
    let times: Vec<_> = read("spark.worker.driverTerminateTimeout").collect();
    for (text, value) in &times {
        assert_eq!((MILLISECONDS.parse)(text).unwrap().to_string(), *value, "{text}");
    }
    let bytes: Vec<_> = read("spark.master.rest.maxRequestBodySize").collect();
    for (text, value) in &bytes {
        assert_eq!((BYTES.parse)(text).unwrap().to_string(), *value, "{text}");
    }
    assert!(times.len() >= 4 && bytes.len() >= 3, "{times:?} {bytes:?}");
}
