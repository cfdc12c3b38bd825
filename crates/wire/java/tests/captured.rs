//! What is not understood is kept: every captured stream comes back byte for byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use wire_java::{Limits, read, write};

const HEADER: [u8; 4] = [0xac, 0xed, 0x00, 0x05];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The Java streams of all captured frames and recovery files, cut out where their header stands.
fn streams() -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures"), &mut found);
    // The frames of probes are several to a file, and some of them broken on purpose.
    found.retain(|path| path.components().all(|part| part.as_os_str() != "probe"));
    // Shuffle data holds objects of a serializer of its own, and no whole stream.
    found.retain(|path| !path.to_string_lossy().contains("ChunkFetch"));
    let cut = |path: PathBuf| {
        let bytes = fs::read(&path).unwrap();
        let start = bytes.windows(HEADER.len()).position(|window| window == HEADER)?;
        Some((path, bytes[start..].to_vec()))
    };
    found.into_iter().filter_map(cut).collect()
}

#[test]
fn captured_streams_come_back_byte_for_byte() {
    let streams = streams();
    assert!(streams.len() > 250, "{}", streams.len());
    for (path, stream) in streams {
        let graph =
            read(&stream, &Limits::default()).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(graph.root().is_some(), "{}", path.display());
        assert!(write(&graph) == stream, "{}", path.display());
    }
}

#[test]
fn captured_streams_with_any_one_byte_changed_are_refused_or_come_back() {
    for (path, stream) in streams().into_iter().step_by(41) {
        for at in 4..stream.len() {
            let mut changed = stream.clone();
            changed[at] = changed[at].wrapping_add(1 + (at % 255) as u8);
            if let Ok(graph) = read(&changed, &Limits::default()) {
                assert!(write(&graph) == changed, "{} with byte {at} changed", path.display());
            }
        }
    }
}

#[test]
fn captured_streams_cut_short_are_refused() {
    for (path, stream) in streams() {
        for length in (5..stream.len()).step_by(17) {
            assert!(
                read(&stream[..length], &Limits::default()).is_err(),
                "{} cut to {length}",
                path.display()
            );
        }
    }
}
