//! The tables say what a JVM with a real Spark says of the same classes.

use std::collections::BTreeSet;
use std::fs;

use wire_deploy::releases_matching;

use crate::spark::Spark;

const CLASSES: &str = include_str!("../../src/schema/classes.tsv");
const JAVA: &str = include_str!("../../src/schema/java.tsv");

/// Name, serialVersionUID, superclass and fields of each class in that release, tab-separated.
fn described(version: &str) -> BTreeSet<String> {
    let rows = CLASSES.lines().chain(JAVA.lines()).filter(|line| !line.starts_with('#'));
    let described = rows.filter_map(|row| {
        let [name, _, suid, _, parent, fields] = row.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{row}")
        };
        let releases = releases_matching(name, suid.parse().unwrap());
        let is_of_version = releases.versions().any(|release| release == version);
        is_of_version.then(|| [name, suid, parent, fields].join("\t"))
    });
    described.collect()
}

#[test]
fn a_jvm_says_of_its_classes_what_the_tables_say() {
    for spark in Spark::selected() {
        let rows = CLASSES.lines().chain(JAVA.lines()).filter(|line| !line.starts_with('#'));
        let names: BTreeSet<&str> = rows.filter_map(|row| row.split('\t').next()).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("names.txt"), names.join("\n")).unwrap();
        spark.run("tables.py", folder.path());
        let said = fs::read_to_string(folder.path().join("described.tsv")).unwrap();
        let said: BTreeSet<String> = said.lines().map(str::to_owned).collect();
        let described = described(&spark.version);
        assert!(described.len() > 80, "Spark {} is not in the tables: {described:?}", spark.version);
        let differing: Vec<_> = said.symmetric_difference(&described).collect();
        assert!(differing.is_empty(), "Spark {}: {differing:#?}", spark.version);
    }
}
