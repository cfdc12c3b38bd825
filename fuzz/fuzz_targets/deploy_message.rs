//! Any bytes as a deploy message and as an answer: understood or refused; what is understood can be said again, in both
//! families, and means the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_deploy::{Family, decode_message, decode_mirror, decode_reply, encode_message, encode_reply, origin_of_reply};

fuzz_target!(|bytes: &[u8]| {
    let stream = fuzz::java_stream(bytes);
    if let Some(origin) = decode_mirror(stream) {
        assert_eq!(origin_of_reply(stream).as_ref(), Ok(&origin));
    }
    for family in [Family::Scala212, Family::Scala213] {
        if let Ok((message, _)) = decode_message(stream) {
            let (again, _) = decode_message(&encode_message(&message, family)).expect("our own message");
            assert_eq!(again, message);
        }
        if let Ok(reply) = decode_reply(stream) {
            assert_eq!(decode_reply(&encode_reply(&reply, family)).expect("our own answer"), reply);
        }
    }
});
