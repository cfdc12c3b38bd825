//! The tables are whole: every row is understood, every superclass is there.

use super::*;

#[test]
fn every_row_is_understood() {
    for (table, schema) in [(SCALA_212, schema(Family::Scala212)), (SCALA_213, schema(Family::Scala213))] {
        let rows: Vec<_> = table.lines().filter(|line| !line.starts_with('#')).collect();
        for row in &rows {
            assert!(parse_row(row).is_some(), "{row}");
        }
        assert_eq!(schema.len(), rows.len(), "a class stands there twice");
        for class in schema.values() {
            assert!(class.parent.is_none_or(|parent| schema.contains_key(parent)), "{class:?}");
        }
    }
}

#[test]
fn a_serial_version_uid_tells_the_family() {
    let check_existence = "org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence";
    assert_eq!(known(check_existence, 7789290765573734431), Known::Only(Family::Scala212));
    assert_eq!(known(check_existence, 5378738997755484868), Known::Only(Family::Scala213));
    assert_eq!(known(check_existence, 1), Known::OtherVersion);
    assert_eq!(known("scala.Some", 1234815782226070388), Known::Both);
    assert_eq!(known("java.net.URL", 1), Known::Nothing);
    let reference = known_suids("org.apache.spark.rpc.RpcEndpointRef");
    assert_eq!(reference.len(), 3, "{reference:?}");
}
