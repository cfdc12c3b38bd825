//! What messages tell of their writers, and what is made of those that no known release writes.

use model::message::{ToMaster, ToWorker};
use model::{ApplicationDescription, EndpointRef, ResourceProfile, RpcAddress};
use wire_java::{ClassFlags, Graph, Text};

use super::*;
use crate::{Message, decode_message, encode_message};

const CHECK_EXISTENCE: &str = "org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence";
const REFERENCE: &str = "org.apache.spark.rpc.RpcEndpointRef";
const CHECK_EXISTENCE_212: (&str, i64) = (CHECK_EXISTENCE, 7789290765573734431);
const CHECK_EXISTENCE_213: (&str, i64) = (CHECK_EXISTENCE, 5378738997755484868);
const REFERENCE_40: (&str, i64) = (REFERENCE, 3898290494905438830);
const REFERENCE_41: (&str, i64) = (REFERENCE, -6062078299962416402);
const PROFILE_42: (&str, i64) = ("org.apache.spark.resource.ResourceProfile", -2517983430696660228);

/// What a stream with these classes tells.
fn origin(classes: &[(&str, i64)]) -> Origin {
    let mut graph = Graph::default();
    for (name, suid) in classes {
        graph.add_class(Text::new(*name), *suid, ClassFlags::SERIALIZABLE, Vec::new(), None);
    }
    Origin::of(&graph)
}

fn told(messages: &[&[(&str, i64)]]) -> Told {
    let mut told = Told::default();
    messages.iter().for_each(|classes| told.hear(&origin(classes)));
    told
}

fn span(first: &str, last: &str) -> Releases {
    Releases::span(first, last).unwrap()
}

#[test]
fn each_class_tells_more() {
    let releases = |classes: &[(&str, i64)]| origin(classes).releases;
    assert_eq!(releases(&[]), Releases::all());
    assert_eq!(releases(&[CHECK_EXISTENCE_212]), Family::Scala212.into());
    assert_eq!(releases(&[CHECK_EXISTENCE_213]), Family::Scala213.into());
    assert_eq!(releases(&[CHECK_EXISTENCE_213, REFERENCE_40]), span("4.0.0", "4.0.5"));
    assert_eq!(releases(&[REFERENCE_41, PROFILE_42]), span("4.1.0", "4.2.1"));
    // The first class has the last word, and what is not of Spark has none.
    assert_eq!(releases(&[CHECK_EXISTENCE_212, REFERENCE_41]), Family::Scala212.into());
    assert_eq!(origin(&[CHECK_EXISTENCE_212, ("com.example.Thing", 1), ("scala.Some", 1)]).unknown, None);
}

#[test]
fn a_peer_becomes_known_by_its_messages() {
    let releases = |messages: &[&[(&str, i64)]]| told(messages).releases();
    assert_eq!(releases(&[]), None);
    assert_eq!(releases(&[&[]]), None);
    assert_eq!(releases(&[&[CHECK_EXISTENCE_213]]), Some(Family::Scala213.into()));
    let known = releases(&[&[CHECK_EXISTENCE_213], &[PROFILE_42], &[REFERENCE_41]]);
    assert_eq!(known, Some(span("4.1.0", "4.2.1")));
    // What contradicts the earlier is not believed.
    assert_eq!(releases(&[&[CHECK_EXISTENCE_212], &[REFERENCE_41]]), Some(Family::Scala212.into()));
}

#[test]
fn a_peer_of_no_known_release_is_written_to_as_the_nearest_family() {
    let newer = told(&[&[(CHECK_EXISTENCE, 1)]]);
    assert_eq!(newer.family(), Some(Family::Scala213), "a later release is likelier than an earlier one");
    // What else it says may tell more; one release alone is never believed of it.
    let newer = told(&[&[(CHECK_EXISTENCE, 1)], &[PROFILE_42]]);
    assert_eq!(newer.releases(), Some(Family::Scala213.into()));
    let older = told(&[&[(CHECK_EXISTENCE, 1)], &[CHECK_EXISTENCE_212]]);
    assert_eq!(older.releases(), Some(Family::Scala212.into()));
}

/// Spark 3.5 built for Scala 2.13 has messages of Spark 4's serialVersionUIDs and an `RpcEndpointRef` of its own.
#[test]
fn a_build_for_another_scala_is_of_the_family_of_its_scala() {
    let peer = told(&[&[CHECK_EXISTENCE_213], &[CHECK_EXISTENCE_213, (REFERENCE, 35213)]]);
    assert_eq!(peer.releases(), Some(Family::Scala213.into()));
    let unknown = origin(&[CHECK_EXISTENCE_213, (REFERENCE, 35213)]).unknown.unwrap();
    assert_eq!(unknown.to_string(), "org.apache.spark.rpc.RpcEndpointRef with serialVersionUID 35213");
}

fn reference() -> EndpointRef {
    EndpointRef::new("AppClient", RpcAddress::new("127.0.0.1", 4000))
}

fn register_application() -> Message {
    let description = ApplicationDescription {
        name: "an application".into(),
        user: "alice".into(),
        max_cores: None,
        command: model::Command::default(),
        app_ui_url: String::new(),
        event_log_dir: None,
        event_log_codec: None,
        initial_executor_limit: None,
        default_profile: ResourceProfile::default(),
    };
    let (description, driver) = (Box::new(description), reference());
    Message::ToMaster(ToMaster::RegisterApplication { description, driver })
}

/// A profile is the one leaf that differs within a family: it is written as itself where all readers have the same.
#[test]
fn what_is_written_for_fewer_releases_tells_them() {
    for readers in [span("4.0.0", "4.0.5"), span("4.1.0", "4.2.1"), span("3.4.0", "3.5.9")] {
        let stream = encode_message(&register_application(), readers);
        let (message, origin) = decode_message(&stream).unwrap();
        assert_eq!(message, register_application());
        assert_eq!(origin, Origin { releases: readers, unknown: None });
    }
    let (_, origin) = decode_message(&encode_message(&register_application(), Family::Scala213)).unwrap();
    assert_eq!(origin.releases, Family::Scala213.into());
}

/// Our own endpoint references carry a serialVersionUID that nobody looks at: it is no evidence.
#[test]
fn a_class_that_is_not_called_serializable_tells_nothing() {
    let message =
        Message::ToWorker(ToWorker::MasterChanged { master: reference(), master_web_ui_url: String::new() });
    let readers = Releases::named("4.0.3").unwrap();
    let (_, origin) = decode_message(&encode_message(&message, readers)).unwrap();
    assert_eq!(origin.releases, Family::Scala213.into());
}
