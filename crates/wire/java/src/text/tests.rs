//! Modified UTF-8 both ways, and what Java would refuse.

use super::*;
use proptest::prelude::*;

#[test]
fn nul_and_supplementary_characters_have_java_s_form() {
    assert_eq!(Text::new("\0").as_bytes(), [0xc0, 0x80]);
    assert_eq!(Text::new("é€").as_bytes(), "é€".as_bytes());
    assert_eq!(Text::new("𝄞").as_bytes(), [0xed, 0xa0, 0xb4, 0xed, 0xb4, 0x9e]);
    assert!(Text::new("a\0𝄞") == "a\0𝄞");
}

#[test]
fn a_lone_surrogate_is_kept_and_shown_as_a_replacement() {
    let text = Text::from_modified_utf8(&[b'a', 0xed, 0xa0, 0xb4]).unwrap();
    assert_eq!(text.to_str(), "a\u{fffd}");
    assert_eq!(text.as_bytes(), [b'a', 0xed, 0xa0, 0xb4]);
}

#[test]
fn malformed_bytes_are_placed() {
    for (bytes, at) in [
        (&[0x80][..], 0),
        (&[b'a', 0xf0, 0x9d, 0x84, 0x9e], 1),
        (&[b'a', b'b', 0xc3], 2),
        (&[0xc3, b'a'], 0),
        (&[0xe2, 0x82], 0),
        (&[0xe2, 0x82, 0xff], 0),
    ] {
        assert_eq!(Text::from_modified_utf8(bytes), Err(at), "{bytes:x?}");
    }
}

proptest! {
    #[test]
    fn any_string_comes_back(text: String) {
        let encoded = Text::new(text.as_str());
        prop_assert_eq!(encoded.to_str(), text.as_str());
        prop_assert_eq!(Text::from_modified_utf8(encoded.as_bytes()).unwrap(), encoded.clone());
    }

    #[test]
    fn any_bytes_are_taken_as_they_are_or_refused(bytes: Vec<u8>) {
        if let Ok(text) = Text::from_modified_utf8(&bytes) {
            prop_assert_eq!(text.as_bytes(), &bytes[..]);
            let _ = text.to_str();
        }
    }
}
