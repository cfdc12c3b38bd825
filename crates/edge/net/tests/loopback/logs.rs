//! The log names a peer that misbehaves, and does so once.

use std::fmt::{Debug, Write};
use std::sync::{Arc, Mutex};

use edge_net::{Limits, NetEvent, Role};
use tracing::field::{Field, Visit};
use tracing::subscriber::{DefaultGuard, set_default};
use tracing::{Event, Level, Metadata, Subscriber, span};
use wire_deploy::{Family, Releases, encode_message};
use wire_transport::Frame;

use crate::stand::{Peer, Stand, body, heartbeat, kill_executor, opened, soon};

/// Collects warnings.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            write!(self.0, "{value:?}").unwrap();
        }
    }
}

impl Subscriber for Log {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN && metadata.target().starts_with("edge_net")
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut message = Message(String::new());
        event.record(&mut message);
        self.0.lock().unwrap().push(message.0);
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

impl Log {
    /// The log of this thread, on which the whole test runs.
    fn listen() -> (Self, DefaultGuard) {
        let log = Self::default();
        (log.clone(), set_default(log))
    }

    fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// The only line so far, which must contain all of this.
    fn only_line_has(&self, parts: &[&str]) {
        let lines = self.lines();
        assert_eq!(lines.len(), 1, "{lines:?}");
        for part in parts {
            assert!(lines[0].contains(part), "'{part}' is not in: {}", lines[0]);
        }
    }
}

fn socket(peer: &Peer) -> String {
    peer.socket.local_addr().unwrap().to_string()
}

#[tokio::test]
async fn undecodable_messages_are_named_once_per_connection() {
    let (log, _guard) = Log::listen();
    let stand = Stand::new().await;
    let mut peer = stand.dial().await;
    let rubbish = body(Some(peer.address.clone()), "Master", b"\xac\xed\x00\x05\x7f");
    for _ in 0..3 {
        let asked = peer.ask(rubbish.clone()).await;
        peer.failure(asked).await;
        peer.write_frame(&Frame::OneWayMessage { body: rubbish.clone() }).await;
    }
    assert!(peer.exists("Master").await);
    log.only_line_has(&["Refusing a request from peer.example:7078", &socket(&peer)]);

    let mut other = stand.dial().await;
    let nowhere = other.body(&heartbeat("worker-1"), "Nope", Family::Scala212);
    other.write_frame(&Frame::OneWayMessage { body: nowhere }).await;
    assert!(other.exists("Master").await);
    log.only_line_has(&["Ignoring a message", &socket(&other), "Could not find Nope."]);
}

/// A message as a release would write it whose class of that serialVersionUID has another one.
fn of_another_release(message: &[u8], suid: i64) -> Vec<u8> {
    let at = message.windows(8).position(|bytes| bytes == suid.to_be_bytes()).unwrap();
    [&message[..at], &1i64.to_be_bytes(), &message[at + 8..]].concat()
}

#[tokio::test]
async fn a_peer_of_an_unknown_release_is_served_as_the_nearest_and_named_once() {
    const HEARTBEAT_212: i64 = 5048299117639018539;
    let (log, _guard) = Log::listen();
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    let stream = encode_message(&heartbeat("worker-1"), Family::Scala212);
    let stream = of_another_release(&stream, HEARTBEAT_212);
    for _ in 0..2 {
        let body = body(Some(peer.address.clone()), "Master", &stream);
        peer.write_frame(&Frame::OneWayMessage { body }).await;
        let (id, _, _, message) = stand.received().await;
        assert_eq!(message, heartbeat("worker-1"));
        stand.network.send(id, &kill_executor(1));
        let Frame::OneWayMessage { body } = peer.frame().await else { panic!("not a message") };
        let (_, message, family) = opened(&body);
        assert_eq!(
            (message, family),
            (kill_executor(1), Some(Family::Scala212)),
            "its other classes are 2.12's"
        );
    }
    let nearest = Releases::from(Family::Scala212).newest().to_string();
    log.only_line_has(&[
        "peer.example:7078",
        &socket(&peer),
        "a release of Spark that is not known here",
        "org.apache.spark.deploy.DeployMessages$Heartbeat with serialVersionUID 1",
        &format!("served as Spark {nearest}"),
    ]);
}

#[tokio::test]
async fn a_peer_that_is_cut_off_is_named_with_the_reason() {
    let (log, _guard) = Log::listen();
    let limits = Limits { max_outgoing_bytes: 1 << 20, ..Limits::default() };
    let mut stand = Stand::with(limits, 100).await;

    let mut rubbish = stand.dial().await;
    rubbish.write(&[0; 9]).await;
    assert!(rubbish.read_frame().await.is_none());
    log.only_line_has(&[&socket(&rubbish), "no Spark frame", "byte 0", "found 0"]);

    let mut browser = stand.dial().await;
    browser.write(b"GET / HTTP/1.1\r\n\r\n").await;
    soon("an answer", browser.socket.readable()).await.unwrap();
    log.only_line_has(&[&socket(&browser), "speaks HTTP to the RPC port", &stand.address.to_string()]);

    let mut deaf = stand.dial().await;
    deaf.send(&heartbeat("deaf")).await;
    let (id, ..) = stand.received().await;
    while stand.events.try_recv().is_err() {
        stand.network.send(id, &kill_executor(1));
        tokio::task::yield_now().await;
    }
    log.only_line_has(&["peer.example:7078", &socket(&deaf), "does not read: more than 1 MiB"]);
}

#[tokio::test]
async fn nobody_of_ours_minds_being_asked_for_its_spark() {
    let (log, _guard) = Log::listen();
    let (mut stand, other) = (Stand::new().await, Stand::new().await);
    stand.network.dial(other.address.clone(), "Master");
    let NetEvent::Dialled { peer, .. } = stand.event().await else { panic!("not dialled") };
    stand.network.find_releases(peer, 7, Role::Worker);
    let NetEvent::ReleasesFound { token: 7, releases, .. } = stand.event().await else { panic!("not found") };
    assert_eq!(releases, Some(Family::Scala213.into()), "what the answer to the dial told");
    assert!(log.lines().is_empty());
}
