//! Envelopes that real Spark sent: each names the endpoint that it is known to name, and is written back byte for byte.

#![allow(clippy::unwrap_used)] // a test's way to fail

use std::path::Path;

use wire_rpc::Envelope;

#[test]
fn captured_envelopes_are_what_the_index_says() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures");
    let index = std::fs::read_to_string(fixtures.join("index.tsv")).unwrap();
    let (mut seen, mut without_sender) = (0, 0);
    for line in index.lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        let (frame_kind, endpoint, file) = (columns[4], columns[5], columns[7]);
        // What stands in front of the body: length, type, request id, body length.
        let header_bytes = match frame_kind {
            "RpcRequest" => 21,
            "OneWayMessage" => 13,
            _ => continue,
        };
        // The shuffle service's messages have no envelope.
        if endpoint == "-" {
            continue;
        }
        let frame = std::fs::read(fixtures.join(file)).unwrap();
        let body = &frame[header_bytes..];
        let envelope = Envelope::decode(body).unwrap();
        let named = endpoint.split('[').next().unwrap();
        assert_eq!(envelope.endpoint, named, "{file}");
        assert!(envelope.payload.starts_with(&[0xac, 0xed, 0x00, 0x05]), "{file}");
        let mut written = Vec::new();
        envelope.encode(&mut written).unwrap();
        assert_eq!(written, body, "{file}");
        seen += 1;
        without_sender += usize::from(envelope.sender.is_none());
    }
    assert!(seen > 100 && without_sender > 0, "{seen} envelopes, {without_sender} without a sender");
}
