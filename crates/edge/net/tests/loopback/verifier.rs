//! `endpoint-verifier` is answered by the network itself.

use wire_deploy::{Family, Message, decode_reply};
use wire_transport::Frame;

use crate::stand::{Stand, body, heartbeat};
use model::message::Reply;

#[tokio::test]
async fn endpoints_that_exist_are_told_from_those_that_do_not() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    assert!(peer.exists("Master").await);
    assert!(peer.exists("endpoint-verifier").await);
    assert!(!peer.exists("Worker").await);
    stand.quiet(&mut peer).await;
}

#[tokio::test]
async fn an_executor_without_an_address_is_answered_in_both_families() {
    let stand = Stand::new().await;
    for family in [Family::Scala212, Family::Scala213] {
        let mut executor = stand.dial().await;
        let question = Message::CheckExistence { name: "Master".into() };
        let payload = wire_deploy::encode_message(&question, family);
        let asked = executor.ask(body(None, "endpoint-verifier", &payload)).await;
        let Frame::RpcResponse { request, body } = executor.frame().await else { panic!() };
        assert_eq!((request, decode_reply(&body).unwrap()), (asked, Reply::Boolean(true)));
    }
}

#[tokio::test]
async fn a_peer_that_only_asked_the_verifier_leaves_without_an_event() {
    let mut stand = Stand::new().await;
    let mut executor = stand.dial().await;
    assert!(executor.exists("Master").await);
    drop(executor);
    let mut worker = stand.dial().await;
    worker.send(&heartbeat("worker-1")).await;
    let (_, sender, ask, message) = stand.received().await;
    assert_eq!((sender, ask, message), (Some(worker.address.clone()), None, heartbeat("worker-1")));
    stand.quiet(&mut worker).await;
}
