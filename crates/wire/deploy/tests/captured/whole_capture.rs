//! Every frame of a whole capture: `HEARTH_CAPTURE=FOLDER cargo test -p wire-deploy --test captured whole`. The folder is
//! laid out as `fixtures/` is (`VERSION/SCENARIO/FROM-to-TO/*.bin`), which is what is taken without the variable.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use wire_deploy::{decode_message, decode_reply};

use crate::frames::{Said, fixtures, frames_of, said};

const JAVA_STREAM: [u8; 4] = [0xac, 0xed, 0x00, 0x05];

/// Scenarios whose bytes are encrypted, and requests that are wrong on purpose (`probes` looks at those).
fn is_left_out(scenario: &str) -> bool {
    scenario.starts_with("crypto") || scenario == "saslenc" || scenario == "probe"
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

fn captured_files(capture: &Path) -> Vec<PathBuf> {
    let scenarios = folders(capture).into_iter().flat_map(|version| folders(&version));
    let kept = scenarios.filter(|scenario| !is_left_out(&scenario.file_name().unwrap().to_string_lossy()));
    let directions = kept.flat_map(|scenario| folders(&scenario));
    let files = directions.flat_map(|direction| fs::read_dir(direction).unwrap());
    files
        .map(|file| file.unwrap().path())
        .filter(|file| file.extension().is_some_and(|end| end == "bin"))
        .collect()
}

#[test]
fn every_java_stream_of_a_whole_capture_decodes() {
    let capture = env::var_os("HEARTH_CAPTURE").map_or_else(fixtures, PathBuf::from);
    let (mut messages, mut replies) = (0, 0);
    for file in captured_files(&capture) {
        for said in frames_of(&file).into_iter().filter_map(said) {
            let (Said::Message { stream, .. } | Said::Reply { stream }) = &said;
            if !stream.starts_with(&JAVA_STREAM) {
                continue;
            }
            let failed = match &said {
                Said::Message { stream, .. } => decode_message(stream).err(),
                Said::Reply { stream } => decode_reply(stream).err(),
            };
            assert!(failed.is_none(), "{}: {}", file.display(), failed.unwrap());
            *if matches!(said, Said::Message { .. }) { &mut messages } else { &mut replies } += 1;
        }
    }
    println!("{messages} messages and {replies} answers decoded");
    assert!(messages >= 150 && replies >= 10, "only {messages} messages and {replies} answers were found");
}
