//! Envelopes as Spark writes them, round trips, and bytes that are none.

use proptest::prelude::{Strategy, any, proptest};

use super::*;

/// Spark 3.5.7's first message, up to the Java stream.
const CHECK_EXISTENCE: &[u8] =
    b"\x01\x00\x0a127.3.57.2\x00\x00\x1b\xa6\x01\x00\x0a127.3.57.1\x00\x00\x1b\xa5\x00\x11endpoint-verifier\xac\xed\x00\x05";

fn encoded(envelope: &Envelope<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    envelope.encode(&mut out).unwrap();
    out
}

fn error_of(body: &[u8]) -> String {
    Envelope::decode(body).unwrap_err().to_string()
}

#[test]
fn what_spark_sends_is_read_and_written_back() {
    let envelope = Envelope::decode(CHECK_EXISTENCE).unwrap();
    let expected = Envelope {
        sender: Some(RpcAddress::new("127.3.57.2", 7078)),
        receiver: Some(RpcAddress::new("127.3.57.1", 7077)),
        endpoint: "endpoint-verifier".into(),
        payload: &[0xac, 0xed, 0x00, 0x05],
    };
    assert_eq!(envelope, expected);
    assert_eq!(encoded(&envelope), CHECK_EXISTENCE);
}

#[test]
fn an_executor_has_no_address() {
    let envelope = Envelope::decode(b"\x00\x00\x00\x06Worker").unwrap();
    let expected = Envelope { sender: None, receiver: None, endpoint: "Worker".into(), payload: &[] };
    assert_eq!(envelope, expected);
    assert_eq!(encoded(&envelope), b"\x00\x00\x00\x06Worker");
}

#[test]
fn an_envelope_cut_short_is_refused_and_says_where() {
    let header = CHECK_EXISTENCE.len() - 4;
    for end in 0..header {
        let error = Envelope::decode(&CHECK_EXISTENCE[..end]).unwrap_err();
        assert!(matches!(error, EnvelopeError::Short { offset, .. } if offset <= end), "{end}: {error}");
    }
    assert_eq!(
        error_of(&CHECK_EXISTENCE[..5]),
        "RPC envelope, byte 3: expected the sender's host of 10 bytes, found 2"
    );
}

#[test]
fn what_is_no_envelope_is_named() {
    let long = format!("\0\0\u{4}\u{1}{}", "x".repeat(1025));
    for (body, error) in [
        (
            &b"\xea\0\0"[..],
            "RPC envelope, byte 0: expected 00 or 01 in front of the sender's address, found ea",
        ),
        (
            b"\x01\0\x01h\0\x01\0\0\0\0\0",
            "RPC envelope, byte 4: expected a port from 0 to 65535, found 65536",
        ),
        (
            b"\x01\0\x01h\xff\xff\xff\xff\0\0\0",
            "RPC envelope, byte 4: expected a port from 0 to 65535, found -1",
        ),
        (b"\0\0\0\x03ab\xff", "RPC envelope, byte 6: the endpoint's name is no modified UTF-8"),
        (
            long.as_bytes(),
            "RPC envelope, byte 2: the endpoint's name of 1025 bytes is longer than the limit of 1024",
        ),
    ] {
        assert_eq!(error_of(body), error);
    }
}

#[test]
fn a_name_too_long_is_not_written() {
    let host = RpcAddress::new("h".repeat(1025), 1);
    let envelope = Envelope { sender: None, receiver: Some(host), endpoint: "Master".into(), payload: b"x" };
    let mut out = b"before".to_vec();
    let error = envelope.encode(&mut out).unwrap_err();
    assert_eq!(
        error.to_string(),
        "RPC envelope, byte 2: the receiver's host of 1025 bytes is longer than the limit of 1024"
    );
    assert_eq!(out, b"before");
}

fn any_address() -> impl Strategy<Value = Option<RpcAddress>> {
    proptest::option::of((".{0,64}", any::<u16>()).prop_map(|(host, port)| RpcAddress::new(host, port)))
}

proptest! {
    #[test]
    fn envelopes_survive(
        sender in any_address(),
        receiver in any_address(),
        endpoint in ".{0,64}",
        payload in any::<Vec<u8>>(),
    ) {
        let envelope = Envelope { sender, receiver, endpoint, payload: &payload };
        assert_eq!(Envelope::decode(&encoded(&envelope)), Ok(envelope));
    }

    #[test]
    fn random_bytes_never_panic(body in any::<Vec<u8>>()) {
        if let Ok(envelope) = Envelope::decode(&body) {
            assert_eq!(Envelope::decode(&encoded(&envelope)), Ok(envelope));
        }
    }
}
