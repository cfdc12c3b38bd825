//! Finding out which Spark a peer is of: what real ones answered, and peers that answer nothing of use.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use bytes::BytesMut;
use edge_net::{Limits, NetEvent, Role};
use model::PeerId;
use model::message::Reply;
use wire_deploy::{Family, decode_reply};
use wire_rpc::Envelope;
use wire_transport::{Decoder, Frame, Item};

use crate::stand::{Peer, Stand, heartbeat};

const WHICH_SPARK: &str = "hearth-which-spark-are-you";

/// A peer of that family that the network's owner has heard of.
async fn acquainted(stand: &mut Stand, family: Family) -> (Peer, PeerId) {
    let mut peer = stand.dial().await;
    let body = peer.body(&heartbeat("worker-1"), "Master", family);
    peer.write_frame(&Frame::OneWayMessage { body }).await;
    let (id, ..) = stand.received().await;
    (peer, id)
}

/// What was found.
async fn found(stand: &mut Stand) -> (PeerId, u64, Option<String>) {
    match stand.event().await {
        NetEvent::ReleasesFound { peer, token, releases } => {
            (peer, token, releases.map(|releases| releases.to_string()))
        }
        other => panic!("nothing found: {other:?}"),
    }
}

/// The endpoint that the next frame is for, and its number where it is a question.
async fn asked(peer: &mut Peer) -> (String, Option<i64>) {
    let (body, request) = match peer.frame().await {
        Frame::RpcRequest { request, body } => (body, Some(request)),
        Frame::OneWayMessage { body } => (body, None),
        other => panic!("not a message: {other:?}"),
    };
    (Envelope::decode(&body).unwrap().endpoint, request)
}

/// The first question, which asks for an endpoint that nobody has.
async fn asked_for_nobody(peer: &mut Peer) -> i64 {
    let (endpoint, request) = asked(peer).await;
    assert_eq!(endpoint, WHICH_SPARK);
    request.unwrap()
}

/// The captured answers of a real peer, in order.
fn answers(version: &str, peer: &str) -> VecDeque<Frame> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../fixtures").join(version);
    let file = folder.join(format!("probe/which-spark-{peer}.resp.bin"));
    let mut bytes = BytesMut::from(&std::fs::read(file).unwrap()[..]);
    let mut decoder = Decoder::new(1 << 20);
    let frames = std::iter::from_fn(|| decoder.decode(&mut bytes).unwrap());
    frames.map(|item| if let Item::Frame(frame) = item { frame } else { panic!("{item:?}") }).collect()
}

/// Plays a real peer: answers with its frames, numbered anew, and says back what it said back.
async fn play(peer: &mut Peer, mut frames: VecDeque<Frame>, endpoints: &[&str]) {
    let mut open = VecDeque::new();
    for expected in endpoints {
        let (endpoint, number) = asked(peer).await;
        assert_eq!(endpoint, *expected);
        open.extend(number);
        while let Some(frame) = frames.pop_front() {
            match frame {
                Frame::RpcRequest { request, body } => {
                    peer.write_frame(&Frame::RpcRequest { request, body }).await;
                    let Frame::RpcResponse { request: answered, body } = peer.frame().await else { panic!() };
                    assert_eq!((answered, decode_reply(&body)), (request, Ok(Reply::Boolean(true))));
                }
                Frame::RpcFailure { error, .. } => {
                    let request = open.pop_front().unwrap();
                    peer.write_frame(&Frame::RpcFailure { request, error }).await;
                    // The next one belongs to the next question.
                    break;
                }
                Frame::RpcResponse { body, .. } => {
                    let request = open.pop_front().unwrap();
                    peer.write_frame(&Frame::RpcResponse { request, body }).await;
                }
                other => panic!("{other:?}"),
            }
        }
    }
    assert!(frames.is_empty() && open.is_empty());
}

#[tokio::test]
async fn real_peers_are_told_apart() {
    for (version, family, by_classes, by_exception) in [
        ("3.4.4", Family::Scala212, "3.4.4", "3.4.0 to 3.4.4"),
        ("3.5.7", Family::Scala212, "3.5.3 to 3.5.8", "3.5.0 to 3.5.8"),
        ("4.0.5", Family::Scala213, "4.0.5", "4.0.4 to 4.0.5"),
        ("4.3.0", Family::Scala213, "4.3.0", "4.2.0 to 4.3.0"),
    ] {
        for (name, role, endpoint, told) in [
            ("driver", Role::Driver, "AppClient", by_classes),
            ("worker", Role::Worker, "Worker", by_classes),
            ("client", Role::SubmitClient, "client", by_exception),
        ] {
            let mut stand = Stand::new().await;
            let (mut peer, id) = acquainted(&mut stand, family).await;
            stand.network.find_releases(id, 7, role);
            play(&mut peer, answers(version, name), &[WHICH_SPARK, endpoint]).await;
            assert_eq!(found(&mut stand).await, (id, 7, Some(told.to_owned())), "{version} {name}");
            assert_eq!(stand.network.releases(id).map(|told| told.to_string()), Some(told.to_owned()));
            stand.quiet(&mut peer).await;
        }
    }
}

#[tokio::test]
async fn what_is_known_already_is_not_asked_for() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand, Family::Scala213).await;
    stand.network.find_releases(id, 7, Role::Driver);
    play(&mut peer, answers("4.0.5", "driver"), &[WHICH_SPARK, "AppClient"]).await;
    found(&mut stand).await;
    stand.network.find_releases(id, 8, Role::Driver);
    assert_eq!(found(&mut stand).await, (id, 8, Some("4.0.5".into())));
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn a_trace_alone_tells_of_a_peer_without_a_role() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand, Family::Scala213).await;
    stand.network.find_releases(id, 7, Role::Other);
    let only_trace = answers("4.0.5", "driver").into_iter().take(1).collect();
    play(&mut peer, only_trace, &[WHICH_SPARK]).await;
    assert_eq!(found(&mut stand).await, (id, 7, Some("4.0.4 to 4.0.5".into())));
}

#[tokio::test]
async fn a_trace_that_contradicts_is_not_believed() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand, Family::Scala213).await;
    stand.network.find_releases(id, 7, Role::Driver);
    let mut frames = answers("4.0.5", "driver");
    // As with the netty of a later Spark.
    frames[0] = answers("4.3.0", "driver").pop_front().unwrap();
    play(&mut peer, frames, &[WHICH_SPARK, "AppClient"]).await;
    assert_eq!(found(&mut stand).await, (id, 7, Some("4.0.5".into())));
}

#[tokio::test]
async fn who_answers_otherwise_is_what_it_told_before() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand, Family::Scala212).await;
    let told = Some("3.4.0 to 3.5.9".to_owned());
    stand.network.find_releases(id, 1, Role::Driver);
    let request = asked_for_nobody(&mut peer).await;
    peer.answer(request, &Reply::Boolean(true)).await;
    assert_eq!(found(&mut stand).await, (id, 1, told.clone()));
    // One that is no JVM: it is asked nothing else.
    stand.network.find_releases(id, 2, Role::Worker);
    let request = asked_for_nobody(&mut peer).await;
    let error = "Could not find it".to_owned();
    peer.write_frame(&Frame::RpcFailure { request, error }).await;
    assert_eq!(found(&mut stand).await, (id, 2, told.clone()));
    // One that knows nothing of applications.
    stand.network.find_releases(id, 3, Role::Driver);
    let trace = answers("3.5.7", "driver").pop_front().unwrap();
    play(&mut peer, [trace].into(), &[WHICH_SPARK]).await;
    let (endpoint, request) = asked(&mut peer).await;
    assert_eq!(endpoint, "AppClient");
    let error = "org.apache.spark.SparkException: Could not find AppClient.".to_owned();
    peer.write_frame(&Frame::RpcFailure { request: request.unwrap(), error }).await;
    assert_eq!(found(&mut stand).await, (id, 3, Some("3.4.0 to 3.5.8".into())));
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn nobody_waits_for_long() {
    let limits = Limits { inquiry_timeout: Duration::from_millis(50), ..Limits::default() };
    let mut stand = Stand::with(limits, 100).await;
    let (mut peer, id) = acquainted(&mut stand, Family::Scala212).await;
    stand.network.find_releases(id, 1, Role::Driver);
    let late = asked_for_nobody(&mut peer).await;
    assert_eq!(found(&mut stand).await, (id, 1, Some("3.4.0 to 3.5.9".into())));
    peer.answer(late, &Reply::Boolean(true)).await;
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn a_trace_counts_whatever_becomes_of_the_other_question() {
    let limits = Limits { inquiry_timeout: Duration::from_secs(1), ..Limits::default() };
    let mut stand = Stand::with(limits, 100).await;
    let (mut peer, id) = acquainted(&mut stand, Family::Scala212).await;
    stand.network.find_releases(id, 2, Role::Worker);
    let trace = answers("3.5.7", "worker").pop_front().unwrap();
    play(&mut peer, [trace].into(), &[WHICH_SPARK]).await;
    assert_eq!(asked(&mut peer).await, ("Worker".to_owned(), None));
    assert_eq!(found(&mut stand).await, (id, 2, Some("3.4.0 to 3.5.8".into())));
    // A Worker says its classes until it has an answer.
    let Some(Frame::RpcRequest { request, body }) = answers("3.5.7", "worker").pop_back() else { panic!() };
    peer.write_frame(&Frame::RpcRequest { request, body }).await;
    assert!(
        matches!(peer.frame().await, Frame::RpcResponse { request: answered, .. } if answered == request)
    );
    assert_eq!(stand.network.releases(id).unwrap().to_string(), "3.5.3 to 3.5.8");
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn a_connection_that_ends_is_found_out_about_before_it_is_reported_gone() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand, Family::Scala212).await;
    stand.network.find_releases(id, 1, Role::Driver);
    asked_for_nobody(&mut peer).await;
    drop(peer);
    assert_eq!(found(&mut stand).await, (id, 1, Some("3.4.0 to 3.5.9".into())));
    assert!(matches!(stand.event().await, NetEvent::Disconnected { peer } if peer == id));
    stand.network.find_releases(id, 2, Role::Driver);
    assert_eq!(found(&mut stand).await, (id, 2, None));
    assert!(stand.network.releases(id).is_none());

    let (mut peer, id) = acquainted(&mut stand, Family::Scala213).await;
    stand.network.find_releases(id, 3, Role::Other);
    asked_for_nobody(&mut peer).await;
    stand.network.hangup(id);
    assert_eq!(found(&mut stand).await, (id, 3, Some("4.0.0 to 4.3.0".into())));
    let mut other = stand.dial().await;
    stand.quiet(&mut other).await;
}

#[tokio::test]
async fn a_peer_of_no_known_release_is_asked_nothing() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    let body = peer.body(&heartbeat("worker-1"), "Master", Family::Scala212).to_vec();
    let name = b"DeployMessages$Heartbeat";
    let suid = body.windows(name.len()).position(|bytes| bytes == name).unwrap() + name.len();
    let mut body = body;
    body[suid] ^= 0x55;
    peer.write_frame(&Frame::OneWayMessage { body: body.into() }).await;
    let (id, ..) = stand.received().await;
    assert!(stand.network.releases(id).is_none());
    stand.network.find_releases(id, 1, Role::Worker);
    assert_eq!(found(&mut stand).await, (id, 1, None));
    stand.quiet(&mut peer).await;
}
