//! Block-transfer messages that real Spark sent: each is the kind that the index says, and is written back byte for
//! byte.

#![allow(clippy::unwrap_used)] // a test's way to fail

use std::collections::BTreeSet;
use std::path::Path;

use wire_shuffle::Message;

/// What stands in front of the body of an RPC: length, type, request id, body length.
const HEADER_BYTES: usize = 21;

#[test]
fn captured_messages_are_what_the_index_says() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures");
    let index = std::fs::read_to_string(fixtures.join("index.tsv")).unwrap();
    let mut seen = BTreeSet::new();
    for line in index.lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        let (class, file) = (columns[6], columns[7]);
        let Some(name) = class.strip_prefix("block-transfer ") else { continue };
        let frame = std::fs::read(fixtures.join(file)).unwrap();
        let body = &frame[HEADER_BYTES..];
        let message = Message::decode(body).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(message.name(), name, "{file}");
        assert_eq!(message.encode(), body, "{file}");
        seen.insert(message.name());
    }
    let expected = [
        "BlocksRemoved",
        "FetchShuffleBlocks",
        "GetLocalDirsForExecutors",
        "LocalDirsForExecutors",
        "RegisterExecutor",
        "RemoveBlocks",
        "StreamHandle",
    ];
    assert_eq!(Vec::from_iter(seen), expected);
}
