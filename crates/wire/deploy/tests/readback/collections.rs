//! Scala's collections, as the real thing serialises them, decode to their elements.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use model::message::ToMaster;
use wire_deploy::{Message, decode_message};

use crate::spark::Spark;

#[test]
fn collections_of_real_scala_decode() {
    for spark in Spark::selected() {
        let folder = tempfile::tempdir().unwrap();
        spark.run("scala_forms.py", folder.path());
        let mut kinds: BTreeMap<String, u32> = BTreeMap::new();
        for file in fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
            let (kind, size) = name.rsplit_once('-').unwrap();
            assert_holds(&file, size.parse().unwrap());
            *kinds.entry(kind.into()).or_default() += 1;
        }
        let sizes = |kind: &str| kinds.get(kind).copied().unwrap_or_default();
        assert_eq!(
            (sizes("sequence-vector"), sizes("sequence-grown-vector"), sizes("map-map")),
            (10, 1, 8),
            "{kinds:?}"
        );
    }
}

/// The numbers up to `size` as texts, in order in a sequence, in any order as the keys of a map.
fn assert_holds(file: &Path, size: usize) {
    let stream = fs::read(file).unwrap();
    let (message, _) = decode_message(&stream).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    match message {
        Message::ToMaster(ToMaster::KillExecutors { executors, .. }) => {
            let expected = (0..size).map(|number| number.to_string());
            assert!(executors.into_iter().eq(expected), "{}", file.display());
        }
        Message::ToMaster(ToMaster::RequestSubmitDriver { description }) => {
            let mut environment = description.command.environment;
            environment.sort_by_key(|(name, _)| name.parse::<usize>().unwrap());
            let expected = (0..size).map(|number| (number.to_string(), format!("value {number}")));
            assert!(environment.into_iter().eq(expected), "{}", file.display());
        }
        other => panic!("{}: {other:?}", file.display()),
    }
}
