//! Odd requests to real Masters, and what the Masters answered.

use std::path::PathBuf;

use model::message::Reply;
use wire_deploy::{DecodeError, decode_message, decode_mirror, decode_reply, releases_matching};
use wire_transport::Frame;

use crate::frames::{Said, fixtures, frames_of, said};

fn probe(version: &str, name: &str) -> PathBuf {
    fixtures().join(version).join("probe").join(name)
}

/// What we make of the Java streams in the frames of a request that Spark itself cannot take.
fn errors(name: &str) -> Vec<DecodeError> {
    let frames = ["3.5.7", "4.3.0"].into_iter().flat_map(|version| frames_of(&probe(version, name)));
    let streams = frames.filter_map(said).filter_map(|said| match said {
        Said::Message { stream, .. } => decode_message(&stream).err(),
        Said::Reply { .. } => None,
    });
    streams.collect()
}

#[test]
fn every_answer_of_a_master_decodes() {
    let mut answers = 0;
    for version in ["3.5.7", "4.3.0"] {
        for file in std::fs::read_dir(probe(version, "")).unwrap() {
            let file = file.unwrap().path();
            if !file.to_str().unwrap().ends_with(".resp.bin") {
                continue;
            }
            for frame in frames_of(&file) {
                match said(frame) {
                    Some(Said::Reply { stream }) => {
                        decode_reply(&stream).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                        answers += 1;
                    }
                    // What it was given to say back is no message.
                    Some(Said::Message { stream, .. }) if decode_mirror(&stream).is_some() => {}
                    Some(Said::Message { stream, .. }) => {
                        decode_message(&stream).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
                    }
                    None => {}
                }
            }
        }
    }
    assert!(answers >= 16, "{answers}");
}

#[test]
fn a_rejected_message_names_the_exception_and_its_reason() {
    for version in ["3.5.7", "4.3.0"] {
        let frames = frames_of(&probe(version, "ask-unsupported-message.resp.bin"));
        let [Frame::RpcResponse { body, .. }] = &frames[..] else { panic!("{frames:?}") };
        let Reply::Failure { message } = decode_reply(body).unwrap() else { panic!() };
        assert!(
            message.starts_with("org.apache.spark.SparkException: Unsupported message RpcMessage("),
            "{message}"
        );
    }
}

#[test]
fn a_truncated_stream_says_where_it_ends() {
    let errors = errors("ask-truncated-java.req.bin");
    assert_eq!(errors.len(), 2);
    for error in errors {
        let text = error.to_string();
        assert!(text.starts_with("malformed Java stream: at byte "), "{text}");
        assert!(text.contains("found the end after"), "{text}");
    }
}

/// A Master of Spark refuses it; here it is understood, and said to be of no known release.
#[test]
fn an_unknown_version_of_a_known_class_decodes_and_is_named() {
    let frames = ["3.5.7", "4.3.0"]
        .into_iter()
        .flat_map(|version| frames_of(&probe(version, "ask-wrong-suid.req.bin")));
    let mut named = 0;
    for said in frames.filter_map(said) {
        let Said::Message { stream, .. } = said else { panic!("not a request") };
        let (_, origin) = decode_message(&stream).unwrap();
        let unknown = origin.unknown.unwrap();
        assert_eq!(unknown.class, "org.apache.spark.deploy.DeployMessages$RequestDriverStatus");
        assert!(releases_matching(&unknown.class, unknown.suid).is_empty(), "{unknown}");
        named += 1;
    }
    assert_eq!(named, 2);
}
