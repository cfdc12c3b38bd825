//! Every type code, every limit, and bytes that lie.

use super::*;
use crate::{DataCursor, write};

/// A stream out of parts: numbers are bytes, strings are their own bytes.
macro_rules! stream {
    ($($part:expr),* $(,)?) => {{
        let mut bytes = code::HEADER.to_vec();
        $(bytes.extend_from_slice($part.as_ref());)*
        bytes
    }};
}

/// `class A { int n; Object o; }` as a descriptor without annotation or superclass.
fn class_a() -> Vec<u8> {
    let mut bytes = vec![code::CLASS_DESCRIPTOR, 0, 1, b'A', 0, 0, 0, 0, 0, 0, 0, 7, 2, 0, 2];
    bytes.extend(b"I\0\x01n");
    bytes.extend(b"L\0\x01o\x74\0\x01L\x78\x70");
    bytes
}

fn accepted(bytes: &[u8]) -> Graph<'_> {
    let graph = read(bytes, &Limits::default()).unwrap();
    assert_eq!(write(&graph), bytes);
    graph
}

fn refused(bytes: &[u8]) -> String {
    read(bytes, &Limits::default()).unwrap_err().to_string()
}

#[test]
fn an_object_with_a_cycle() {
    let bytes = stream!([code::OBJECT], class_a(), [0, 0, 0, 9], b"\x71\0\x7e\0\x02");
    let graph = accepted(&bytes);
    let object = graph.object(graph.root().unwrap()).unwrap();
    assert_eq!(object.class().suid, 7);
    assert_eq!(object.field("n"), Some(Value::Int(9)));
    assert_eq!(object.field("o"), Some(Value::Node(object.id())));
    assert_eq!(object.field("p"), None);
}

#[test]
fn data_of_write_object_reads_through_block_boundaries() {
    let mut class = class_a();
    class[12] = 3; // SC_WRITE_METHOD
    let data = b"\x77\x02\0\0\x7a\0\0\0\x03\0\x05\xff\x77\0\x74\0\x01x\x77\0\x78";
    let bytes = stream!([code::OBJECT], class, [0, 0, 0, 9, code::NULL], data);
    let graph = accepted(&bytes);
    let object = graph.object(graph.root().unwrap()).unwrap();
    let mut data = object.data();
    assert_eq!(data.i32(), Some(5));
    assert_eq!(data.object(), None);
    assert_eq!(data.u8(), Some(0xff));
    assert_eq!(data.u8(), None);
    assert_eq!(graph.text(data.object().unwrap().unwrap()).unwrap(), &Text::new("x"));
    assert!(data.is_at_end());
    assert_eq!(object.annotation("A").unwrap().len(), 5);
    assert_eq!(object.annotation("B"), None);
}

#[test]
fn externalizable_objects_enums_proxies_classes_and_arrays() {
    let externalizable = b"\x73\x72\0\x01E\0\0\0\0\0\0\0\x01\x0c\0\0\x78\x70\x77\x01\x2a\x78";
    let constant = b"\x7e\x72\0\x01C\0\0\0\0\0\0\0\0\x12\0\0\x78\x70\x74\0\x03RED";
    let proxy = b"\x73\x7d\0\0\0\x01\0\x01P\x78\x72\0\x01Q\0\0\0\0\0\0\0\x05\x02\0\0\x78\x70";
    let class = b"\x76\x72\0\x01K\0\0\0\0\0\0\0\x06\x02\0\0\x78\x70";
    let longs = b"\x75\x72\0\x02[J\0\0\0\0\0\0\0\x07\x02\0\0\x78\x70\0\0\0\x01\0\0\0\0\0\0\0\x08";
    let texts = b"\x75\x72\0\x03[LX\0\0\0\0\0\0\0\x07\x02\0\0\x78\x70\0\0\0\x02\x70\x74\0\0";
    let bytes = stream!(externalizable, constant, proxy, class, longs, texts, [code::NULL], b"\x77\x01z");
    let graph = accepted(&bytes);
    let [Content::Node(first), Content::Node(constant), Content::Node(proxy), .., last] = graph.contents()
    else {
        panic!("{graph:?}")
    };
    assert_eq!(graph.object(*first).unwrap().data().u8(), Some(0x2a));
    let Node::Enum(constant) = graph.node(*constant) else { panic!() };
    assert_eq!(graph.text(constant.constant).unwrap(), &Text::new("RED"));
    let proxy = graph.object(*proxy).unwrap();
    assert_eq!(proxy.class().interfaces, Some(vec![Text::new("P")]));
    assert_eq!(proxy.classes().map(|class| class.name.to_string()).collect::<Vec<_>>(), ["$Proxy", "Q"]);
    assert_eq!(DataCursor::new(std::slice::from_ref(last)).u8(), Some(b'z'));
    assert_eq!(graph.root(), None);
}

#[test]
fn handles_begin_anew_after_a_reset_and_around_an_exception() {
    let exception = stream!([code::OBJECT], class_a(), [0, 0, 0, 1, code::NULL])[4..].to_vec();
    let again = b"\x71\0\x7e\0\0";
    let bytes =
        stream!(b"\x74\0\x01a", again, b"\x79\x74\0\x01b", again, b"\x7b", exception, b"\x74\0\x01c", again);
    assert_eq!(accepted(&bytes).contents().len(), 8);
    assert!(refused(&stream!(b"\x74\0\x01a\x79", again)).contains("0x007e0000"));
}

#[test]
fn an_exception_within_an_object_ends_the_stream() {
    let exception = stream!([code::OBJECT], class_a(), [0, 0, 0, 1, code::NULL])[4..].to_vec();
    let bytes = stream!([code::OBJECT], class_a(), [0, 0, 0, 9, code::EXCEPTION], exception);
    assert!(refused(&bytes).ends_with("because its writer failed with A"), "{}", refused(&bytes));
}

#[test]
fn short_texts_in_long_form_come_back_in_long_form() {
    accepted(&stream!(b"\x7c\0\0\0\0\0\0\0\x01x"));
    accepted(&stream!(b"\x7a\0\0\0\x01x"));
    let long = "x".repeat(65_536);
    accepted(&stream!(b"\x7c\0\0\0\0\0\x01\0\0", long));
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let a = class_a();
    for (bytes, message) in [
        (b"\xac\xed\0\x06".to_vec(), "at byte 0 expected the header AC ED 00 05, found [AC, ED, 00, 06]"),
        (b"\xac\xed".to_vec(), "at byte 0 expected the header AC ED 00 05, found the end after 2 bytes"),
        (stream!([0x78]), "at byte 4 expected an object, block of data or reset, found byte 0x78"),
        (stream!([code::OBJECT, code::NULL]), "at byte 5 expected a class descriptor, found byte 0x70"),
        (stream!(b"\x77\x05abc"), "at byte 6 expected a block of data, found the end after 3 bytes"),
        (
            stream!(b"\x7a\x80\0\0\0"),
            "at byte 5 expected the length of a long block, found -2147483648 with 0",
        ),
        (stream!(b"\x74\0\x02\xc3("), "at byte 7 expected a string in modified UTF-8, found byte 0xc3"),
        (stream!(b"\x7c\0\0\0\0\0\0\0\x09x"), "at byte 13 expected a string, found the end after 1 bytes"),
        (stream!(b"\x71\0\x7e\0\0"), "expected the handle of something that came before, found 0x007e0000"),
        (stream!(b"\x71\0\0\0\0"), "expected the handle of something that came before, found 0x00000000"),
        (
            stream!(b"\x74\0\x01a\x73\x71\0\x7e\0\0"),
            "a class descriptor, found a reference to something else",
        ),
        (stream!([code::ARRAY], a, [0, 0, 0, 0]), "expected the class of an array, found the class A"),
        (stream!([code::OBJECT], a, [0, 0, 0, 9, 0x77, 0]), "expected an object or null, found byte 0x77"),
        (stream!([code::OBJECT], a, [0, 0, 0, 9, 0x70, 0x01]), "block of data or reset, found byte 0x01"),
        (
            stream!(b"\x72\0\x01Z\0\0\0\0\0\0\0\x01\x06\0\0\x78\x70"),
            "serializable or externalizable, not both",
        ),
        (stream!(b"\x73\x72\0\x01E\0\0\0\0\0\0\0\x01\x04\0\0\x78\x70"), "found data of protocol version 1"),
        (stream!(b"\x72\0\x01S\0\0\0\0\0\0\0\x01\x02\0\0\x78\x71\0\x7e\0\0"), "one that is not complete yet"),
        (
            stream!(b"\x72\0\x01S\0\0\0\0\0\0\0\x01\x02\0\x01q"),
            "expected the type of a field, found byte 0x71",
        ),
        (stream!(b"\x7e\x72\0\x01C\0\0\0\0\0\0\0\0\x12\0\0\x78\x70\x70"), "the name of an enum constant"),
    ] {
        assert!(refused(&bytes).contains(message), "{message}\n{}", refused(&bytes));
    }
}

#[test]
fn a_boolean_is_0_or_1() {
    let class = b"\x73\x72\0\x01B\0\0\0\0\0\0\0\x01\x02\0\x01Z\0\x01z\x78\x70";
    accepted(&stream!(class, [1]));
    assert!(refused(&stream!(class, [2])).contains("a boolean, 0 or 1, found byte 0x02"));
}

/// `Object[]` within `Object[]`, as deep as asked.
fn nested_arrays(depth: usize) -> Vec<u8> {
    let mut bytes = stream!(b"\x75\x72\0\x02[L\0\0\0\0\0\0\0\0\x02\0\0\x78\x70\0\0\0\x01");
    for _ in 1..depth {
        bytes.extend(b"\x75\x71\0\x7e\0\0\0\0\0\x01");
    }
    bytes.push(code::NULL);
    bytes
}

/// Objects within the annotations of class descriptors within each other: the most stack for one level.
fn nested_annotations(depth: usize) -> Vec<u8> {
    let mut bytes = stream!([]);
    for _ in 0..depth {
        bytes.extend(b"\x73\x72\0\x01N\0\0\0\0\0\0\0\0\x02\0\0");
    }
    for _ in 0..depth {
        bytes.extend(b"\x78\x70");
    }
    bytes
}

#[test]
fn the_deepest_stream_fits_a_small_stack() {
    let limits = Limits::default();
    let on_small_stack = move || {
        for deepest in [nested_arrays(limits.depth), nested_annotations(limits.depth / 2)] {
            assert_eq!(write(&read(&deepest, &limits).unwrap()), deepest);
        }
        for too_deep in [nested_arrays(100_000), nested_annotations(100_000)] {
            let error = read(&too_deep, &limits).unwrap_err().to_string();
            assert!(error.contains("more than 128 levels of"), "{error}");
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(on_small_stack).unwrap().join().unwrap();
}

#[test]
fn superclasses_have_a_limit_even_when_they_are_described_one_by_one() {
    let mut bytes = stream!(b"\x72\0\x01S\0\0\0\0\0\0\0\x01\x02\0\0\x78\x70");
    for handle in 0u32..200 {
        bytes.extend(b"\x72\0\x01S\0\0\0\0\0\0\0\x01\x02\0\0\x78\x71");
        bytes.extend((code::BASE_HANDLE + handle).to_be_bytes());
    }
    assert!(refused(&bytes).contains("more than 128 superclasses above a class"), "{}", refused(&bytes));
}

#[test]
fn limits_are_kept() {
    let many = stream!(b"\x74\0\0".repeat(10));
    let read_with = |limits: Limits| read(&many, &limits).unwrap_err().to_string();
    assert!(read_with(Limits { handles: 9, ..Limits::default() }).contains("9 objects, strings and classes"));
    assert!(read_with(Limits { stream_bytes: 33, ..Limits::default() }).contains("33 bytes"));
    assert!(read_with(Limits { graph_bytes: 400, ..Limits::default() }).contains("400 bytes of memory"));
}

#[test]
fn arrays_that_claim_all_the_rest_within_each_other_are_refused_before_memory_is_taken() {
    let mut bytes = stream!(b"\x75\x72\0\x02[L\0\0\0\0\0\0\0\0\x02\0\0\x78\x70\0\x0f\0\0");
    for _ in 1..100 {
        bytes.extend(b"\x75\x71\0\x7e\0\0\0\x0f\0\0");
    }
    bytes.resize(1 << 20, code::NULL);
    let limits = Limits { graph_bytes: 16 << 20, ..Limits::default() };
    assert!(matches!(read(&bytes, &limits), Err(ReadError::TooLarge { .. })));
}
