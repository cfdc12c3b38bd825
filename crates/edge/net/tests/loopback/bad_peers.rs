//! Peers that send rubbish, half of something, or too much: the others do not notice.

use std::time::Duration;

use edge_net::{Limits, NetEvent};
use tokio::io::AsyncReadExt;
use wire_deploy::{Family, Message};
use wire_transport::Frame;

use crate::stand::{Stand, encoded, heartbeat, kill_executor, soon, status_of};

#[tokio::test]
async fn a_frame_may_come_byte_by_byte_while_others_work() {
    let mut stand = Stand::new().await;
    let (mut slow, mut other) = (stand.dial().await, stand.dial().await);
    let body = slow.body(&heartbeat("slow"), "Master", Family::Scala212);
    for byte in encoded(&Frame::OneWayMessage { body }) {
        slow.write(&[byte]).await;
        assert!(other.exists("Master").await);
    }
    assert_eq!(stand.received().await.3, heartbeat("slow"));
}

#[tokio::test]
async fn random_bytes_end_their_own_connection_only() {
    let mut stand = Stand::new().await;
    let mut other = stand.dial().await;
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..50 {
        let mut bad = stand.dial().await;
        let mut bytes = vec![0; random.usize(9..3000)];
        random.fill(&mut bytes);
        bytes[0] |= 0x80; // never a length that we would wait for
        bad.write(&bytes).await;
        assert!(bad.read_frame().await.is_none());
        assert!(other.exists("Master").await);
    }
    stand.quiet(&mut other).await;
}

#[tokio::test]
async fn an_unknown_frame_type_or_length_closes_the_connection() {
    let mut stand = Stand::new().await;
    let limit = Limits::default().max_frame_bytes as u64;
    for (length, kind) in [(9, 99), (0, 3), (8, 3), (limit + 1, 3), (u64::MAX, 3)] {
        let mut bad = stand.dial().await;
        bad.send(&heartbeat("worker-1")).await;
        let (id, ..) = stand.received().await;
        let mut frame = u64::to_be_bytes(length).to_vec();
        frame.push(kind);
        bad.write(&frame).await;
        assert!(bad.read_frame().await.is_none(), "length {length}, type {kind}");
        assert!(matches!(stand.event().await, NetEvent::Disconnected { peer } if peer == id));
    }
}

#[tokio::test]
async fn a_peer_that_never_reads_is_given_up() {
    let limits = Limits { max_outgoing_bytes: 1 << 20, ..Limits::default() };
    let mut stand = Stand::with(limits, 100).await;
    let (mut deaf, mut other) = (stand.dial().await, stand.dial().await);
    deaf.send(&heartbeat("deaf")).await;
    let (deaf_id, ..) = stand.received().await;
    other.send(&heartbeat("other")).await;
    let (other_id, ..) = stand.received().await;
    let mut sent = 0;
    let gone = loop {
        stand.network.send(deaf_id, &kill_executor(sent));
        sent += 1;
        if sent % 100 == 0 {
            stand.network.send(other_id, &kill_executor(sent));
            assert_eq!(other.message().await, kill_executor(sent));
            if let Ok(event) = stand.events.try_recv() {
                break event;
            }
        }
    };
    assert!(matches!(gone, NetEvent::Disconnected { peer } if peer == deaf_id), "{gone:?}");
    stand.quiet(&mut other).await;
}

#[tokio::test]
async fn answers_count_against_a_peer_that_only_asks() {
    let limits = Limits { max_outgoing_bytes: 100_000, ..Limits::default() };
    let stand = Stand::with(limits, 100).await;
    let mut greedy = stand.dial().await;
    let question = Message::CheckExistence { name: "Master".into() };
    let body = greedy.body(&question, "endpoint-verifier", Family::Scala213);
    let frame = encoded(&Frame::RpcRequest { request: 1, body }).repeat(100);
    let closed = async {
        use tokio::io::AsyncWriteExt;
        while greedy.socket.write_all(&frame).await.is_ok() {}
    };
    soon("the end of a peer that does not read", closed).await;
}

#[tokio::test]
async fn a_full_event_channel_stalls_reading_only() {
    let mut stand = Stand::with(Limits::default(), 1).await;
    let (mut busy, mut other) = (stand.dial().await, stand.dial().await);
    other.send(&heartbeat("other")).await;
    let (other_id, ..) = stand.received().await;
    for number in 0..10 {
        busy.send(&heartbeat(&format!("busy-{number}"))).await;
    }
    // The first fills the channel, the second waits for a place in it.
    soon("a full channel", async {
        while stand.events.capacity() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    stand.network.send(other_id, &kill_executor(1));
    assert_eq!(other.message().await, kill_executor(1));
    assert!(other.exists("Master").await);
    for number in 0..10 {
        assert_eq!(stand.received().await.3, heartbeat(&format!("busy-{number}")));
    }
}

#[tokio::test]
async fn a_browser_is_told_where_it_is() {
    let mut stand = Stand::new().await;
    for request in
        ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "POST /x HTTP/1.1\r\n\r\nbody", "HEAD / HTTP/1.0\r\n\r\n"]
    {
        let mut browser = stand.dial().await;
        browser.write(request.as_bytes()).await;
        let mut answer = String::new();
        soon("an answer", browser.socket.read_to_string(&mut answer)).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
        assert!(answer.contains(&format!("spark://{}", stand.address)), "{answer}");
        assert!(answer.ends_with("The page is at http://door:1\n"), "{answer}");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}\r\n", body.len())), "{answer}");
    }
    let mut tls = stand.dial().await;
    tls.write(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]).await;
    assert!(tls.read_frame().await.is_none());
    let mut peer = stand.dial().await;
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn a_flood_leaves_time_for_others() {
    let limits = Limits { ask_timeout: Duration::from_secs(5), ..Limits::default() };
    let mut stand = Stand::with(limits, 10).await;
    let (flood, mut other) = (stand.dial().await, stand.dial().await);
    let body = flood.body(&heartbeat("flood"), "Nowhere", Family::Scala213);
    let frames = encoded(&Frame::OneWayMessage { body }).repeat(5_000);
    let (read, mut write) = flood.socket.into_split();
    let flooding = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        while write.write_all(&frames).await.is_ok() {}
    });
    let asked = other.ask_message(&status_of("driver-1")).await;
    let (_, _, ask, _) = stand.received().await;
    stand.network.answer(ask.unwrap(), &model::message::Reply::Boolean(true));
    assert!(matches!(other.frame().await, Frame::RpcResponse { request, .. } if request == asked));
    flooding.abort();
    drop(read);
}
