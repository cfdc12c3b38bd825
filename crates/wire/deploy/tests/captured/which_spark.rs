//! What real drivers, Workers and submit clients answered when they were asked which Spark they are.

use wire_deploy::{Mirror, Releases};
use wire_deploy::{decode_mirror, decode_reply, encode_mirror, is_trace, origin_of_reply, releases_of_trace};
use wire_transport::Frame;

use crate::frames::{Said, fixtures, frames_of, said};

const VERSIONS: [&str; 4] = ["3.4.4", "3.5.7", "4.0.5", "4.3.0"];

fn answers(version: &str, peer: &str) -> Vec<Frame> {
    frames_of(&fixtures().join(version).join(format!("probe/which-spark-{peer}.resp.bin")))
}

fn trace_of(frames: &[Frame]) -> &str {
    let Some(Frame::RpcFailure { error, .. }) = frames.first() else { panic!("{frames:?}") };
    assert!(is_trace(error), "{error}");
    error
}

#[test]
fn the_trace_of_a_question_that_nobody_takes_tells_the_releases() {
    for (version, peer, told) in [
        ("3.4.4", "driver", "3.4.0 to 3.5.8"),
        ("3.4.4", "driver-epoll", "3.4.0 to 3.5.8"),
        ("3.5.7", "driver", "3.4.0 to 3.5.8"),
        ("3.5.7", "driver-epoll", "3.5.0 to 3.5.8"),
        ("4.0.5", "driver", "4.0.4 to 4.0.5"),
        ("4.0.5", "driver-epoll", "4.0.4 to 4.0.5"),
        ("4.3.0", "driver", "4.2.0 to 4.3.0"),
        ("4.3.0", "driver-nio", "4.2.0 to 4.3.0"),
    ] {
        assert_eq!(
            releases_of_trace(trace_of(&answers(version, peer))).to_string(),
            told,
            "{version} {peer}"
        );
    }
    for version in VERSIONS {
        for peer in ["worker", "client"] {
            let told = releases_of_trace(trace_of(&answers(version, peer)));
            assert_eq!(told, releases_of_trace(trace_of(&answers(version, "driver"))), "{version} {peer}");
        }
    }
    // Of a Master, which was asked earlier and by another name.
    for (version, told) in [("3.5.7", "3.4.0 to 3.5.8"), ("4.3.0", "4.2.0 to 4.3.0")] {
        let frames = frames_of(&fixtures().join(version).join("probe/ask-unknown-endpoint.resp.bin"));
        assert_eq!(releases_of_trace(trace_of(&frames)).to_string(), told, "{version}");
    }
}

#[test]
fn classes_come_back_with_the_numbers_of_the_release() {
    for (version, told) in
        [("3.4.4", "3.4.4"), ("3.5.7", "3.5.3 to 3.5.9"), ("4.0.5", "4.0.5"), ("4.3.0", "4.3.0")]
    {
        for peer in ["driver", "worker"] {
            let mut said = answers(version, peer).into_iter().filter_map(said);
            let Some(Said::Message { stream, endpoint }) = said.next() else { panic!("{version} {peer}") };
            let origin = decode_mirror(&stream).unwrap();
            assert_eq!((&*endpoint, origin.releases.to_string().as_str()), ("Master", told), "{peer}");
            assert_eq!(origin.unknown, None);
        }
    }
}

#[test]
fn what_was_asked_is_what_we_ask() {
    for version in VERSIONS {
        let family = Releases::named(version).unwrap().family().unwrap();
        for (peer, mirror) in [("driver", Mirror::Driver), ("worker", Mirror::Worker)] {
            let asked = fixtures().join(version).join(format!("probe/which-spark-{peer}.req.bin"));
            let Some(Said::Message { stream, .. }) = frames_of(&asked).into_iter().filter_map(said).nth(1)
            else {
                panic!("{version} {peer}")
            };
            assert_eq!(encode_mirror(mirror, family), stream, "{version} {peer}");
        }
    }
}

#[test]
fn an_exception_tells_the_line_of_releases() {
    for (version, told) in [
        ("3.4.4", "3.4.0 to 3.4.4"),
        ("3.5.7", "3.5.0 to 3.5.9"),
        ("4.0.5", "4.0.0 to 4.0.5"),
        ("4.3.0", "4.2.0 to 4.3.0"),
    ] {
        let Some(Frame::RpcResponse { body, .. }) = answers(version, "client").pop() else { panic!() };
        assert_eq!(origin_of_reply(&body).unwrap().releases.to_string(), told, "{version}");
        assert!(format!("{:?}", decode_reply(&body).unwrap()).contains("won't reply anything"));
    }
}
