//! The tables are whole: every row is understood, every superclass is there, no release has two forms of a class.

use super::*;
use crate::Family;

#[test]
fn every_row_is_understood() {
    for row in rows(CLASSES).chain(rows(JAVA)) {
        let (name, form) = parse_row(row).unwrap_or_else(|| panic!("{row}"));
        assert!(!form.releases.is_empty(), "{row}");
        let parent = form.parent;
        assert!(parent.is_none_or(|parent| super::form(parent, form.releases).is_some()), "{row}");
        let described = forms(name).iter().filter(|other| !other.releases.and(form.releases).is_empty());
        assert_eq!(described.count(), 1, "{name} is described twice");
    }
}

#[test]
fn a_serial_version_uid_tells_the_releases() {
    let check_existence = "org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence";
    assert_eq!(releases_matching(check_existence, 7789290765573734431), Family::Scala212.into());
    assert_eq!(releases_matching(check_existence, 5378738997755484868), Family::Scala213.into());
    assert_eq!(releases_matching(check_existence, 1), Releases::NONE);
    assert_eq!(releases_matching("scala.Some", 1234815782226070388), Releases::all());
    assert_eq!(releases_matching("java.net.URL", 1), Releases::NONE);
    let reference = "org.apache.spark.rpc.RpcEndpointRef";
    let of_40 = Releases::span("4.0.0", "4.0.5").unwrap();
    assert_eq!(releases_matching(reference, 3898290494905438830), of_40);
    let later = releases_matching(reference, -6062078299962416402);
    assert_eq!(later.and(of_40.or(Family::Scala212.into())), Releases::NONE);
    assert_eq!(later.versions().next(), Some("4.1.0"));
}

#[test]
fn the_newest_release_decides_which_form_is_written() {
    let profile = "org.apache.spark.resource.ResourceProfile";
    let suid = |releases| form(profile, releases).unwrap().suid;
    assert_eq!(suid(Family::Scala212.into()), 6817910790482746242);
    assert_eq!(suid(Releases::span("4.0.0", "4.3.0").unwrap()), -1872747411836192885);
    assert_eq!(suid(Releases::span("4.0.0", "4.2.1").unwrap()), -2517983430696660228);
    assert!(varies(profile, Family::Scala213.into()));
    assert!(!varies(profile, Family::Scala212.into()));
    let list = "scala.collection.immutable.List$SerializationProxy";
    assert!(form(list, Family::Scala213.into()).is_none());
    assert!(form(list, Releases::all()).is_some(), "the newest of those that have it");
}
