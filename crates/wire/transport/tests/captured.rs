//! Frames that real Spark sent: each decodes to the kind that its file names, and is written back byte for byte.

#![allow(clippy::unwrap_used, clippy::panic)] // a test's way to fail

use std::path::Path;

use bytes::BytesMut;
use wire_transport::{Decoder, Frame, Item};

const MAX_FRAME_BYTES: usize = 1 << 20;

fn frames(mut bytes: BytesMut) -> Vec<Frame> {
    let mut decoder = Decoder::new(MAX_FRAME_BYTES);
    let mut frames = Vec::new();
    while let Some(item) = decoder.decode(&mut bytes).unwrap() {
        let Item::Frame(frame) = item else { panic!("a captured file has no trailing data") };
        frames.push(frame);
    }
    assert!(bytes.is_empty(), "{} bytes are left", bytes.len());
    frames
}

#[test]
fn captured_frames_are_written_back_byte_for_byte() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/captured");
    let mut kinds = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let captured = std::fs::read(&path).unwrap();
        let frames = frames(BytesMut::from(&captured[..]));
        let mut written = BytesMut::new();
        for frame in &frames {
            frame.encode(&mut written, MAX_FRAME_BYTES).unwrap();
        }
        assert_eq!(&written[..], &captured[..], "{}", path.display());
        let stem = path.file_stem().unwrap().to_str().unwrap();
        let kind = stem.split('-').nth(1).unwrap();
        assert!(!frames.is_empty() && frames.iter().all(|frame| frame.name() == kind), "{stem}: {frames:?}");
        kinds.push(kind.to_owned());
    }
    kinds.sort();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "ChunkFetchFailure",
            "ChunkFetchRequest",
            "ChunkFetchSuccess",
            "OneWayMessage",
            "RpcFailure",
            "RpcRequest",
            "RpcResponse",
            "StreamFailure",
            "StreamRequest",
        ]
    );
}
