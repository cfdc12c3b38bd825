//! What is said back, and what it tells. That real Sparks say it back is in `tests/readback` and `tests/captured`.

use std::collections::BTreeMap;

use model::message::ToMaster;
use model::{ApplicationId, ExecutorKey, ExecutorState};

use super::*;
use crate::schema::known_suids;
use crate::{Family, Message, Releases, encode_message, encode_mirror};

#[test]
fn the_classes_tell_releases_apart() {
    // By the serialVersionUIDs of all classes.
    let mut told: BTreeMap<Vec<i64>, Vec<&str>> = BTreeMap::new();
    for version in Releases::all().versions() {
        let release = Releases::named(version).unwrap();
        let suid = |class: &&str| {
            let mut forms = known_suids(class).filter(|(_, releases)| !releases.and(release).is_empty());
            forms.next().unwrap_or_else(|| panic!("Spark {version} has no {class}")).0
        };
        told.entry(CLASSES.iter().map(suid).collect()).or_default().push(version);
    }
    let mut told: Vec<String> = told.into_values().map(|versions| versions.join(" ")).collect();
    told.sort();
    assert_eq!(
        told,
        [
            "3.4.0 3.4.1 3.4.2",
            "3.4.3",
            "3.4.4",
            "3.5.0",
            "3.5.1",
            "3.5.2",
            "3.5.3 3.5.4 3.5.5 3.5.6 3.5.7 3.5.8 3.5.9",
            "4.0.0 4.0.1 4.0.2 4.0.3 4.0.4",
            "4.0.5",
            "4.1.0 4.1.1 4.1.2 4.1.3",
            "4.1.4",
            "4.2.0",
            "4.2.1",
            "4.3.0",
        ]
    );
}

#[test]
fn a_mirror_is_known_by_its_mark() {
    for family in [Family::Scala212, Family::Scala213] {
        for mirror in [Mirror::Driver, Mirror::Worker] {
            let origin = decode_mirror(&encode_mirror(mirror, family)).unwrap();
            // As we write it, it tells nothing of the classes in it.
            assert_eq!((origin.releases, origin.unknown), (family.into(), None), "{mirror:?}");
        }
        let kill = |application: &str| {
            let application = ApplicationId::new(application);
            encode_message(
                &Message::ToMaster(ToMaster::KillExecutors { application, executors: vec![] }),
                family,
            )
        };
        assert!(decode_mirror(&kill("app-1")).is_none());
        assert!(decode_mirror(&kill(MARK)).is_some());
        let executor = ExecutorKey { application: ApplicationId::new("app-1"), executor: 0 };
        let (state, message, exit_status) = (ExecutorState::Running, None, None);
        let changed = ToMaster::ExecutorStateChanged { executor, state, message, exit_status };
        assert!(decode_mirror(&encode_message(&Message::ToMaster(changed), family)).is_none());
    }
    for stream in [&b""[..], b"\xac\xed\0\x05", b"\xac\xed\0\x05t\0\x01x"] {
        assert!(decode_mirror(stream).is_none());
    }
}
