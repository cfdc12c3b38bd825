//! Modified UTF-8 against what Java's `writeUTF` is documented to write.

use proptest::prelude::{any, proptest};

use super::*;

fn encoded(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    encode(text, &mut out);
    out
}

#[test]
fn each_width_stands_as_java_writes_it() {
    assert_eq!(encoded("Master"), b"Master");
    assert_eq!(encoded("\0"), [0xc0, 0x80]);
    assert_eq!(encoded("é"), [0xc3, 0xa9]);
    assert_eq!(encoded("€"), [0xe2, 0x82, 0xac]);
    assert_eq!(encoded("😀"), [0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80]);
}

#[test]
fn what_is_none_is_found_where_it_stands() {
    for (bytes, at) in [
        (&b"ab\xff"[..], 2),
        (b"a\xc3", 1),
        (b"a\xc3a", 1),
        (b"a\xe2\x82", 1),
        (b"\x80", 0),
        (b"\xf0\x9f\x98\x80", 0),
        (b"a\xed\xa0\xbdb", 1),
        (b"ab\xed\xb8\x80", 2),
    ] {
        assert_eq!(decode(bytes), Err(at), "{bytes:02x?}");
    }
    assert_eq!(decode(b"a\0"), Ok("a\0".into()));
}

proptest! {
    #[test]
    fn text_survives(text in any::<String>()) {
        assert_eq!(decode(&encoded(&text)), Ok(text));
    }

    #[test]
    fn random_bytes_never_panic(bytes in any::<Vec<u8>>()) {
        if let Ok(text) = decode(&bytes) {
            assert_eq!(decode(&encoded(&text)), Ok(text));
        }
    }
}
