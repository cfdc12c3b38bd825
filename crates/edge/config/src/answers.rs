//! Spark's own answers, recorded, against ours.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::kind::{MEMORY, SECONDS};
use crate::{options, properties};

fn recorded(part: &str) -> Vec<(String, Value)> {
    let all: Value = serde_json::from_str(include_str!("../testdata/spark-3.5.7.json")).unwrap();
    let pairs = all[part].as_array().unwrap();
    assert!(pairs.len() > 100, "only {} texts of {part}", pairs.len());
    pairs.iter().map(|pair| (pair[0].as_str().unwrap().to_owned(), pair[1].clone())).collect()
}

/// An empty key never counts; Java also makes one of a last line that is only a backslash.
#[test]
fn properties_files_are_read_as_java_reads_them() {
    for (text, answer) in recorded("properties") {
        let ours = properties::parse(&text).ok().map(|entries| {
            let named = entries.into_iter().filter(|entry| !entry.key.is_empty());
            named.map(|entry| (entry.key, entry.value)).collect::<BTreeMap<_, _>>()
        });
        let java: Option<BTreeMap<String, String>> = answer.as_object().map(|object| {
            let named = object.iter().filter(|(key, _)| !key.is_empty());
            named.map(|(key, value)| (key.clone(), value.as_str().unwrap().to_owned())).collect()
        });
        assert_eq!(ours, java, "{text:?}");
    }
}

#[test]
fn options_are_split_as_the_launcher_splits_them() {
    for (text, answer) in recorded("options") {
        let spark = answer
            .as_array()
            .map(|words| words.iter().map(|word| word.as_str().unwrap().to_owned()).collect::<Vec<_>>());
        assert_eq!(options::words(&text).ok(), spark, "{text:?}");
    }
}

/// Spark lets amounts run over its 32-bit counter; a Worker refuses what is not above 0.
#[test]
fn memory_is_counted_as_spark_counts_it() {
    for (text, answer) in recorded("memory") {
        let spark = answer.as_i64().filter(|mib| *mib > 0);
        match (MEMORY.parse)(&text) {
            Err(problem) if problem.starts_with("more memory") => {}
            ours => assert_eq!(ours.ok().map(i64::from), spark, "{text:?}"),
        }
    }
}

/// Spark also reads 0 and negative times, with which no daemon could work.
#[test]
fn times_are_read_as_spark_reads_them() {
    for (text, answer) in recorded("seconds") {
        let spark = answer.as_u64().filter(|ms| *ms > 0);
        assert_eq!((SECONDS.parse)(&text).ok(), spark, "{text:?}");
    }
}

mod keys;
