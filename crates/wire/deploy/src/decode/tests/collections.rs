//! Sequences and maps in forms that are rare on the wire.

use wire_java::Value;

use super::forge::{Forge, data};
use crate::Message;
use crate::decode::decoder::Decoder;
use crate::decode_message;
use model::message::ToMaster;

fn executors(forge: Forge, sequence: Value) -> Vec<String> {
    match decode_message(&forge.kill_executors(sequence)) {
        Ok((Message::ToMaster(ToMaster::KillExecutors { executors, .. }), origin)) => {
            assert_eq!(origin.family(), Some(crate::Family::Scala212));
            executors
        }
        other => panic!("{other:?}"),
    }
}

/// The entries of a map of strings.
fn entries(forge: Forge, map: Value) -> Vec<(String, String)> {
    let stream = forge.stream(map);
    let graph = wire_java::read(&stream, &wire_java::Limits::default()).unwrap();
    let decoder = Decoder::new(&graph, stream.len());
    let entries = decoder.map(Value::Node(graph.root().unwrap()), "a map").unwrap();
    let text = |value| decoder.string(value, "an entry").unwrap();
    entries.into_iter().map(|(key, value)| (text(key), text(value))).collect()
}

#[test]
fn sequences_of_2_12_that_are_longer_than_what_they_hold() {
    for (class, size) in
        [("scala.collection.mutable.ArrayBuffer", "size0"), ("scala.collection.mutable.ArraySeq", "length")]
    {
        let mut forge = Forge::default();
        let mut elements = forge.strings(&["0", "1"]);
        elements.resize(16, Value::Null);
        let array = forge.array(&elements);
        let sequence = forge.object(class, &[(size, Value::Int(2)), ("array", array)]);
        assert_eq!(executors(forge, sequence), ["0", "1"]);
    }
}

#[test]
fn java_lists_behind_a_scala_face_and_alone() {
    let texts = ["0", "1", "2"];
    for wrapped in [false, true] {
        for class in ["java.util.ArrayList", "java.util.LinkedList", "java.util.CollSer"] {
            let mut forge = Forge::default();
            let elements = forge.strings(&texts);
            let fields = [("size", Value::Int(3))];
            let fields = if class == "java.util.ArrayList" { &fields[..] } else { &[] };
            let mut list = forge.object_with_data(class, fields, data(&[3], &elements));
            if wrapped {
                let class = "scala.collection.convert.JavaCollectionWrappers$JListWrapper";
                list = forge.object(class, &[("underlying", list)]);
            }
            assert_eq!(executors(forge, list), texts, "{class}");
        }
    }
    let mut forge = Forge::default();
    let elements = forge.strings(&texts);
    let array = forge.array(&elements);
    let list = forge.object("java.util.Arrays$ArrayList", &[("a", array)]);
    let list = forge.object("java.util.Collections$UnmodifiableRandomAccessList", &[("list", list)]);
    assert_eq!(executors(forge, list), texts);
    let mut forge = Forge::default();
    let list = forge.object("java.util.Collections$EmptyList", &[]);
    assert!(executors(forge, list).is_empty());
}

#[test]
fn maps_of_2_12_and_of_java() {
    let expected = [("a".to_owned(), "1".to_owned()), ("b".to_owned(), "2".to_owned())];
    for (class, header) in [
        ("scala.collection.mutable.HashMap", &[750, 2, 27][..]),
        ("scala.collection.immutable.HashMap$SerializationProxy", &[2]),
        ("java.util.HashMap", &[16, 2]),
        ("java.util.Hashtable", &[11, 2]),
        ("java.util.TreeMap", &[2]),
        ("java.util.CollSer", &[4]),
    ] {
        let mut forge = Forge::default();
        let elements = forge.strings(&["a", "1", "b", "2"]);
        let mut contents = data(header, &elements);
        if class.starts_with("scala.collection.mutable") {
            let whether_there_is_a_size_map =
                wire_java::Content::Block { bytes: vec![0].into(), long: false };
            contents.insert(1, whether_there_is_a_size_map);
        }
        let map = forge.object_with_data(class, &[], contents);
        let wrapper = "scala.collection.convert.Wrappers$JMapWrapper";
        let map = forge.object(wrapper, &[("underlying", map)]);
        assert_eq!(entries(forge, map), expected, "{class}");
    }
    let mut forge = Forge::default();
    let mut elements = forge.strings(&["a", "1", "b", "2"]);
    elements.extend([Value::Null, Value::Null]);
    let map = forge.object_with_data("java.util.concurrent.ConcurrentHashMap", &[], data(&[], &elements));
    assert_eq!(entries(forge, map), expected);
}

#[test]
fn a_map_with_a_default_is_what_lies_under_it() {
    let mut forge = Forge::default();
    let entry = forge.strings(&["a", "1"]);
    let small =
        forge.object("scala.collection.immutable.Map$Map1", &[("key1", entry[0]), ("value1", entry[1])]);
    let function = forge.object("java.lang.invoke.SerializedLambda", &[]);
    let fields = [("defaultValue", function), ("underlying", small)];
    let map = forge.object("scala.collection.immutable.Map$WithDefault", &fields);
    assert_eq!(entries(forge, map), [("a".to_owned(), "1".to_owned())]);
}

/// A vector of 2.12 with two levels whose focus is on a block that its parent does not know yet.
#[test]
fn a_vector_of_2_12_is_read_from_the_blocks_around_its_focus() {
    let mut forge = Forge::default();
    let texts: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    let all: Vec<Value> = texts.iter().map(|text| forge.string(text)).collect();
    let mut first = all[..32].to_vec();
    let stale_second = forge.array(&[Value::Null; 32]);
    let mut second = all[32..].to_vec();
    second.resize(32, Value::Null);
    let (first_block, second_block) = (forge.array(&first), forge.array(&second));
    first.clear();
    let root = forge.array(&[first_block, stale_second]);
    let fields = [
        ("depth", Value::Int(2)),
        ("dirty", Value::Boolean(true)),
        ("startIndex", Value::Int(2)),
        ("endIndex", Value::Int(40)),
        ("focus", Value::Int(39)),
        ("display0", second_block),
        ("display1", root),
        ("display2", Value::Null),
    ];
    let vector = forge.object("scala.collection.immutable.Vector", &fields);
    assert_eq!(executors(forge, vector), texts[2..]);
}
