//! Sets of releases.

use super::*;

fn named(version: &str) -> Releases {
    Releases::named(version).unwrap()
}

#[test]
fn a_set_has_room_for_all_releases() {
    let rows: Vec<_> = RELEASES.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(ALL.len(), rows.len(), "more than {MAX_RELEASES} releases, or a row that is none");
    assert_eq!(Releases::all().versions().count(), rows.len());
    assert!(Releases::named("3.3.4").is_none() && Releases::named("").is_none());
}

#[test]
fn a_set_is_said_by_its_spans() {
    assert_eq!(Releases::NONE.to_string(), "none");
    assert_eq!(named("3.4.0").to_string(), "3.4.0");
    assert_eq!(Releases::from(Family::Scala212).to_string(), "3.4.0 to 3.5.9");
    let some = Releases::span("3.4.0", "3.4.2").unwrap().or(named("3.5.0")).or(named("4.3.0"));
    assert_eq!(some.to_string(), "3.4.0 to 3.4.2, 3.5.0, 4.3.0");
    assert!(some.versions().eq(["3.4.0", "3.4.1", "3.4.2", "3.5.0", "4.3.0"]));
}

#[test]
fn the_family_is_told_by_those_of_one_scala() {
    assert_eq!(named("3.5.9").family(), Some(Family::Scala212));
    assert_eq!(named("4.0.0").family(), Some(Family::Scala213));
    assert_eq!(named("3.5.9").or(named("4.0.0")).family(), None);
    assert_eq!(Releases::NONE.family(), None);
    assert_eq!(Releases::from(Family::Scala212).newest(), named("3.5.9"));
    let both = Releases::from(Family::Scala212).or(Family::Scala213.into());
    assert_eq!(both, Releases::all());
}

proptest::proptest! {
    #[test]
    fn spans_say_each_release_once(bits in 0..1u128 << 29) {
        let set = Releases(bits).and(Releases::all());
        proptest::prop_assert_eq!(Releases::listed(&set.to_string()), set);
    }
}
