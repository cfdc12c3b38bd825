//! What cannot be done is said, and the connection stays open, as with the JVM.

use wire_deploy::{Family, Message};
use wire_transport::{Frame, StreamChunkId};

use crate::stand::{Stand, body, heartbeat, kill_executor, status_of};

#[tokio::test]
async fn requests_that_cannot_be_read_are_refused_by_name() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;

    let nowhere = peer.body(&status_of("driver-1"), "Nope", Family::Scala213);
    let asked = peer.ask(nowhere).await;
    assert_eq!(peer.failure(asked).await, "org.apache.spark.SparkException: Could not find Nope.");

    let no_stream = body(None, "Master", b"\xac\xed\x00\x05\x7f");
    let asked = peer.ask(no_stream).await;
    let reason = wire_deploy::decode_message(b"\xac\xed\x00\x05\x7f").unwrap_err().to_string();
    assert_eq!(peer.failure(asked).await, reason);

    let asked = peer.ask(b"\x07".as_slice().into()).await;
    let failure = peer.failure(asked).await;
    assert!(failure.contains("RPC envelope, byte 0"), "{failure}");

    for handshake in [b"\xea\0\0\0\0\0\0\0\0", b"\xfb\0\0\0\0\0\0\0\0"] {
        let asked = peer.ask(handshake.as_slice().into()).await;
        let failure = peer.failure(asked).await;
        assert!(failure.contains("spark.authenticate is on at this peer and off here"), "{failure}");
    }

    let for_a_worker = peer.body(&kill_executor(1), "Master", Family::Scala213);
    let asked = peer.ask(for_a_worker).await;
    let failure = peer.failure(asked).await;
    assert!(failure.contains("Unsupported message: it is for the endpoint Worker, not Master"), "{failure}");
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn one_way_messages_that_cannot_be_read_are_dropped() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    let check = Message::CheckExistence { name: "Master".into() };
    for body in [
        peer.body(&heartbeat("worker-1"), "Nope", Family::Scala213),
        peer.body(&kill_executor(1), "Master", Family::Scala213),
        peer.body(&check, "endpoint-verifier", Family::Scala213),
        body(None, "Master", b"\xac\xed\x00\x05\x7f"),
        b"".as_slice().into(),
    ] {
        peer.write_frame(&Frame::OneWayMessage { body }).await;
    }
    peer.send(&heartbeat("worker-1")).await;
    assert_eq!(stand.received().await.3, heartbeat("worker-1"));
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn streams_and_chunks_are_not_served_here() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    peer.write_frame(&Frame::StreamRequest { stream: "/jars/a.jar".into() }).await;
    let stream = "/jars/a.jar".to_owned();
    let error = "Stream '/jars/a.jar' was not found.".to_owned();
    assert_eq!(peer.frame().await, Frame::StreamFailure { stream, error });

    let chunk = StreamChunkId { stream: 1, chunk: 2 };
    peer.write_frame(&Frame::ChunkFetchRequest { id: chunk }).await;
    assert!(matches!(peer.frame().await, Frame::ChunkFetchFailure { id, .. } if id == chunk));

    let meta = b"meta".as_slice().into();
    peer.write_frame(&Frame::UploadStream { request: 5, meta, byte_count: 100_000 }).await;
    peer.write(&vec![0xff; 100_000]).await;
    assert!(peer.failure(5).await.contains("no blocks are kept here"));

    peer.write_frame(&Frame::MergedBlockMetaRequest {
        request: 6,
        application: "app-1".into(),
        shuffle: 0,
        shuffle_merge: 0,
        reduce: 0,
    })
    .await;
    assert!(peer.failure(6).await.contains("no blocks are kept here"));

    peer.write_frame(&Frame::StreamFailure { stream: "x".into(), error: "y".into() }).await;
    peer.write_frame(&Frame::ChunkFetchSuccess { id: chunk, body: b"z".as_slice().into() }).await;
    stand.quiet(&mut peer).await;
}
