//! Frames that real Spark sent: each decodes to the kind that it is known to be, and is written back byte for byte.

#![allow(clippy::unwrap_used, clippy::panic)] // a test's way to fail

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use bytes::BytesMut;
use wire_transport::{Decoder, Frame, Item, MalformedFrame};

const MAX_FRAME_BYTES: usize = 1 << 20;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures")
}

/// All frames of a file, which must come out again as they went in.
fn frames(path: &Path) -> Result<Vec<Frame>, MalformedFrame> {
    let captured = std::fs::read(path).unwrap();
    let mut rest = BytesMut::from(&captured[..]);
    let mut decoder = Decoder::new(MAX_FRAME_BYTES);
    let (mut frames, mut written) = (Vec::new(), BytesMut::new());
    while let Some(item) = decoder.decode(&mut rest)? {
        let Item::Frame(frame) = item else { panic!("data in {}", path.display()) };
        frame.encode(&mut written, MAX_FRAME_BYTES).unwrap();
        frames.push(frame);
    }
    assert_eq!(&written[..], &captured[..], "{}", path.display());
    Ok(frames)
}

#[test]
fn captured_frames_are_what_the_index_says() {
    let index = std::fs::read_to_string(fixtures().join("index.tsv")).unwrap();
    let mut kinds = BTreeSet::new();
    for line in index.lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        let (kind, file) = (columns[4], columns[7]);
        let frames = frames(&fixtures().join(file)).unwrap();
        assert!(frames.len() == 1 && frames[0].name() == kind, "{file}: {frames:?}");
        kinds.insert(kind);
    }
    let expected = ["ChunkFetchRequest", "ChunkFetchSuccess", "OneWayMessage", "RpcRequest", "RpcResponse"];
    assert_eq!(kinds, BTreeSet::from(expected));
}

#[test]
fn odd_requests_and_their_answers_are_frames_unless_they_are_meant_not_to_be() {
    let mut kinds = BTreeSet::new();
    for version in ["3.5.7", "4.3.0"] {
        for entry in std::fs::read_dir(fixtures().join(version).join("probe")).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            match (frames(&path), name) {
                (Err(error), "bad-frame-type-99.req.bin") => assert_eq!(error.found, "99"),
                (Err(error), "bad-frame-length-zero.req.bin") => {
                    assert!(error.expected.contains("length"), "{error}");
                }
                (Err(error), _) => panic!("{name}: {error}"),
                (Ok(frames), _) => {
                    assert!(!name.starts_with("bad-frame") || frames.is_empty(), "{name}: {frames:?}");
                    kinds.extend(frames.iter().map(Frame::name));
                }
            }
        }
    }
    for kind in ["RpcFailure", "StreamRequest", "StreamFailure", "ChunkFetchFailure"] {
        assert!(kinds.contains(kind), "{kind} is not among {kinds:?}");
    }
}
