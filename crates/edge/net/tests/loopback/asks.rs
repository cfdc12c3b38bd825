//! Questions in both directions on one connection.

use std::time::Duration;

use edge_net::{Limits, NetEvent};
use model::PeerId;
use model::message::Reply;
use wire_deploy::decode_reply;
use wire_transport::Frame;

use crate::stand::{Peer, Stand, heartbeat, kill_executor, status_of};

/// A peer that the network's owner has heard of.
async fn acquainted(stand: &mut Stand) -> (Peer, PeerId) {
    let mut peer = stand.dial().await;
    peer.send(&heartbeat("worker-1")).await;
    let (id, ..) = stand.received().await;
    (peer, id)
}

async fn answered(stand: &mut Stand) -> (PeerId, u64, Result<Reply, String>) {
    match stand.event().await {
        NetEvent::Answered { peer, token, reply } => (peer, token, reply),
        other => panic!("not an answer: {other:?}"),
    }
}

#[tokio::test]
async fn pipelined_questions_may_be_answered_in_any_order() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    let first = peer.ask_message(&status_of("driver-1")).await;
    let second = peer.ask_message(&status_of("driver-2")).await;
    let (_, _, ask_first, message) = stand.received().await;
    assert_eq!(message, status_of("driver-1"));
    let (_, _, ask_second, _) = stand.received().await;
    stand.network.answer(ask_second.unwrap(), &Reply::Boolean(false));
    stand.network.answer(ask_first.unwrap(), &Reply::Failure { message: "no such driver".into() });
    let Frame::RpcResponse { request, body } = peer.frame().await else { panic!() };
    assert_eq!((request, decode_reply(&body).unwrap()), (second, Reply::Boolean(false)));
    let Frame::RpcResponse { request, body } = peer.frame().await else { panic!() };
    assert_eq!(request, first);
    let Reply::Failure { message } = decode_reply(&body).unwrap() else { panic!() };
    assert!(message.contains("no such driver"), "{message}");
}

#[tokio::test]
async fn our_questions_go_out_on_a_connection_that_was_accepted() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand).await;
    stand.network.ask(id, 1, &status_of("driver-1"));
    stand.network.ask(id, 2, &status_of("driver-2"));
    stand.network.ask(id, 3, &status_of("driver-3"));
    let (first, question) = peer.question().await;
    assert_eq!(question, status_of("driver-1"));
    let (second, _) = peer.question().await;
    let (third, _) = peer.question().await;
    assert!(first > 0 && second > 0 && third > 0);

    peer.answer(first.wrapping_add(1), &Reply::Boolean(false)).await; // nobody asked this
    peer.answer(third, &Reply::Boolean(true)).await;
    assert_eq!(answered(&mut stand).await, (id, 3, Ok(Reply::Boolean(true))));
    let error = "java.io.IOException: no\n\tat Somewhere.java".into();
    peer.write_frame(&Frame::RpcFailure { request: first, error }).await;
    assert_eq!(answered(&mut stand).await, (id, 1, Err("java.io.IOException: no".into())));
    peer.write_frame(&Frame::RpcResponse { request: second, body: b"no stream".as_slice().into() }).await;
    let (_, token, reply) = answered(&mut stand).await;
    assert!(token == 2 && reply.is_err(), "{reply:?}");

    peer.answer(third, &Reply::Boolean(true)).await; // a second answer counts for nothing
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn a_question_without_an_answer_fails_in_time() {
    let limits = Limits { ask_timeout: Duration::from_millis(50), ..Limits::default() };
    let mut stand = Stand::with(limits, 100).await;
    let (mut peer, id) = acquainted(&mut stand).await;
    stand.network.ask(id, 7, &status_of("driver-1"));
    let (request, _) = peer.question().await;
    let (_, token, reply) = answered(&mut stand).await;
    assert_eq!(token, 7);
    let reason = reply.unwrap_err();
    assert!(
        reason.contains("peer.example:7078") && reason.contains("did not answer within 0.05 s"),
        "{reason}"
    );
    peer.answer(request, &Reply::Boolean(true)).await; // too late
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn open_questions_fail_before_the_connection_is_reported_gone() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand).await;
    stand.network.ask(id, 1, &status_of("driver-1"));
    stand.network.ask(id, 2, &status_of("driver-2"));
    peer.question().await;
    drop(peer);
    let mut tokens = Vec::new();
    for _ in 0..2 {
        let (_, token, reply) = answered(&mut stand).await;
        assert!(reply.unwrap_err().contains("ended"));
        tokens.push(token);
    }
    tokens.sort_unstable();
    assert_eq!(tokens, [1, 2]);
    assert!(matches!(stand.event().await, NetEvent::Disconnected { peer } if peer == id));

    stand.network.ask(id, 3, &status_of("driver-3"));
    let (_, token, reply) = answered(&mut stand).await;
    assert_eq!((token, reply), (3, Err("the connection is closed".into())));
    let mut other = stand.dial().await;
    stand.quiet(&mut other).await;
}

#[tokio::test]
async fn messages_keep_their_order() {
    let mut stand = Stand::new().await;
    let (mut peer, id) = acquainted(&mut stand).await;
    for executor in 0..500 {
        stand.network.send(id, &kill_executor(executor));
    }
    for executor in 0..500 {
        assert_eq!(peer.message().await, kill_executor(executor));
    }
}
