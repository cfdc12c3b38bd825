//! Dialling: who is reached, in which family, and on which connection.

use std::time::Duration;

use edge_net::{Limits, NetConfig, NetEvent, Network};
use model::message::Reply;
use model::{PeerId, RpcAddress};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use wire_deploy::{Family, Message, Releases};
use wire_transport::Frame;

use crate::stand::{Peer, Stand, heartbeat, kill_executor, listen, opened, soon, status_of};

/// The other side of a dial.
async fn accept(listener: &TcpListener) -> Peer {
    Peer::new(soon("a connection", listener.accept()).await.unwrap().0)
}

async fn dialled(stand: &mut Stand) -> (RpcAddress, PeerId) {
    match stand.event().await {
        NetEvent::Dialled { address, peer } => (address, peer),
        other => panic!("not dialled: {other:?}"),
    }
}

async fn dial_failed(stand: &mut Stand) -> (RpcAddress, String) {
    match stand.event().await {
        NetEvent::DialFailed { address, reason } => (address, reason),
        other => panic!("not failed: {other:?}"),
    }
}

/// Dials a listener whose Master says yes.
async fn connected(stand: &mut Stand, listener: &TcpListener, address: &RpcAddress) -> (Peer, PeerId) {
    stand.network.dial(address.clone(), "Master");
    let mut peer = accept(listener).await;
    let (request, _) = peer.question().await;
    peer.answer(request, &Reply::Boolean(true)).await;
    let (dialled, id) = dialled(stand).await;
    assert_eq!(dialled, *address);
    (peer, id)
}

#[tokio::test]
async fn two_networks_find_each_other() {
    let (mut master, mut worker) = (Stand::new().await, Stand::new().await);
    worker.network.dial(master.address.clone(), "Master");
    let (address, to_master) = dialled(&mut worker).await;
    assert_eq!(address, master.address);
    worker.network.send(to_master, &heartbeat("worker-1"));
    let (to_worker, sender, ..) = master.received().await;
    assert_eq!(sender, Some(worker.address.clone()));
    // The same connection carries questions the other way.
    master.network.ask(to_worker, 5, &status_of("driver-1"));
    let (_, _, ask, message) = worker.received().await;
    assert_eq!(message, status_of("driver-1"));
    worker.network.answer(ask.unwrap(), &Reply::Boolean(true));
    let answered = master.event().await;
    assert!(
        matches!(answered, NetEvent::Answered { token: 5, reply: Ok(Reply::Boolean(true)), .. }),
        "{answered:?}"
    );
    drop(worker.network);
    assert!(matches!(master.event().await, NetEvent::Disconnected { peer } if peer == to_worker));
}

#[tokio::test]
async fn nobody_there() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    drop(listener);
    stand.network.dial(address.clone(), "Master");
    let (failed, reason) = dial_failed(&mut stand).await;
    assert_eq!(failed, address);
    assert!(reason.contains(&format!("cannot connect to {address}")), "{reason}");
}

#[tokio::test]
async fn a_peer_without_the_endpoint_is_left_again() {
    let (mut stand, other) = (Stand::new().await, Stand::new().await);
    stand.network.dial(other.address.clone(), "Worker");
    let (address, reason) = dial_failed(&mut stand).await;
    assert_eq!(address, other.address);
    assert!(reason.contains("there is no endpoint Worker"), "{reason}");

    let (listener, address) = listen().await;
    stand.network.dial(address, "Worker");
    let mut peer = accept(&listener).await;
    let (request, _) = peer.question().await;
    peer.answer(request, &Reply::Boolean(false)).await;
    dial_failed(&mut stand).await;
    assert!(peer.read_frame().await.is_none(), "a connection of no use is closed");
}

#[tokio::test]
async fn a_peer_that_closes_or_is_silent_fails_the_dial() {
    let limits = Limits { ask_timeout: Duration::from_millis(50), ..Limits::default() };
    let mut stand = Stand::with(limits, 100).await;
    let (listener, address) = listen().await;
    stand.network.dial(address.clone(), "Master");
    drop(accept(&listener).await);
    let (_, reason) = dial_failed(&mut stand).await;
    assert!(reason.contains("ended"), "{reason}");

    stand.network.dial(address, "Master");
    let mut silent = accept(&listener).await;
    silent.question().await;
    let (_, reason) = dial_failed(&mut stand).await;
    assert!(reason.contains("did not answer within"), "{reason}");
    assert!(silent.read_frame().await.is_none());
}

#[tokio::test]
async fn the_envelope_says_who_speaks_to_whom() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    stand.network.dial(address.clone(), "Master");
    let mut peer = accept(&listener).await;
    let Frame::RpcRequest { body, .. } = peer.frame().await else { panic!() };
    let (envelope, message, family) = opened(&body);
    assert_eq!(envelope.sender, Some(stand.address.clone()));
    assert_eq!(envelope.receiver, Some(address));
    assert_eq!(envelope.endpoint, "endpoint-verifier");
    assert_eq!(message, Message::CheckExistence { name: "Master".into() });
    assert_eq!(family, Some(Family::Scala213));

    // An accepted peer is addressed by what it said of itself, and by the name of its endpoint.
    let mut worker = stand.dial().await;
    worker.send(&heartbeat("worker-1")).await;
    let (id, ..) = stand.received().await;
    stand.network.send(id, &kill_executor(1));
    let Frame::OneWayMessage { body } = worker.frame().await else { panic!() };
    let (envelope, ..) = opened(&body);
    assert_eq!(envelope.receiver, Some(worker.address.clone()));
    assert_eq!(envelope.endpoint, "Worker");
}

#[tokio::test]
async fn a_peer_of_the_other_family_is_understood_at_the_second_try() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    stand.network.dial(address, "Master");
    let mut peer = accept(&listener).await;
    let Frame::RpcRequest { request, body } = peer.frame().await else { panic!() };
    assert_eq!(opened(&body).2, Some(Family::Scala213));
    let error =
        "java.io.InvalidClassException: org.apache.spark.rpc.netty.RpcEndpointVerifier$CheckExistence; \
                 local class incompatible\n\tat java.base/java.io.ObjectStreamClass.initNonProxy"
            .into();
    peer.write_frame(&Frame::RpcFailure { request, error }).await;
    let Frame::RpcRequest { request, body } = peer.frame().await else { panic!() };
    assert_eq!(opened(&body).2, Some(Family::Scala212));
    peer.answer(request, &Reply::Boolean(true)).await;
    let (_, id) = dialled(&mut stand).await;

    // It is remembered.
    stand.network.ask(id, 1, &status_of("driver-1"));
    let Frame::RpcRequest { body, .. } = peer.frame().await else { panic!() };
    let (_, message, _) = opened(&body);
    assert_eq!(message, status_of("driver-1"));
    let payload = wire_deploy::encode_message(&message, Family::Scala212);
    assert!(body.ends_with(&payload), "not written in the peer's family");
}

#[tokio::test]
async fn a_peer_that_refuses_both_families_fails_the_dial_with_its_own_words() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    stand.network.dial(address, "Master");
    let mut peer = accept(&listener).await;
    for _ in 0..2 {
        let (request, _) = peer.question().await;
        let error = "java.io.InvalidClassException: no, thank you\n\tat Stack".into();
        peer.write_frame(&Frame::RpcFailure { request, error }).await;
    }
    assert_eq!(dial_failed(&mut stand).await.1, "java.io.InvalidClassException: no, thank you");
}

#[tokio::test]
async fn a_standing_connection_is_used_again() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    let (mut peer, first) = connected(&mut stand, &listener, &address).await;
    stand.network.dial(address.clone(), "Master");
    let (request, _) = peer.question().await;
    peer.answer(request, &Reply::Boolean(true)).await;
    assert_eq!(dialled(&mut stand).await, (address.clone(), first));

    // An endpoint that is missing does not cost the connection its other use.
    stand.network.dial(address.clone(), "Worker");
    let (request, _) = peer.question().await;
    peer.answer(request, &Reply::Boolean(false)).await;
    dial_failed(&mut stand).await;
    stand.network.send(first, &heartbeat("worker-1"));
    assert_eq!(peer.message().await, heartbeat("worker-1"));

    drop(peer);
    assert!(matches!(stand.event().await, NetEvent::Disconnected { peer } if peer == first));
    let (_peer, second) = connected(&mut stand, &listener, &address).await;
    assert_ne!(first, second);
}

#[tokio::test]
async fn dials_at_the_same_time_share_a_connection() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    stand.network.dial(address.clone(), "Master");
    stand.network.dial(address.clone(), "Worker");
    let mut peer = accept(&listener).await;
    for _ in 0..2 {
        let (request, message) = peer.question().await;
        let Message::CheckExistence { name } = message else { panic!() };
        peer.answer(request, &Reply::Boolean(name == "Master")).await;
    }
    let (mut reached, mut missed) = (0, 0);
    for _ in 0..2 {
        match stand.event().await {
            NetEvent::Dialled { .. } => reached += 1,
            NetEvent::DialFailed { .. } => missed += 1,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!((reached, missed), (1, 1));
}

#[tokio::test]
async fn an_ipv6_address_stands_in_brackets() {
    let Ok(listener) = TcpListener::bind("[::1]:0").await else { return };
    let address = RpcAddress::new("[::1]", listener.local_addr().unwrap().port());
    let (sender, mut events) = mpsc::channel(10);
    let server = Network::new(
        NetConfig::new(address.clone(), vec!["Master".into()], Family::Scala212),
        mpsc::channel(10).0,
    );
    server.accept(listener);
    let client = Network::new(NetConfig::new(address.clone(), Vec::new(), Family::Scala213), sender);
    client.dial(address.clone(), "Master");
    let event = soon("a dial", events.recv()).await.unwrap();
    assert!(matches!(&event, NetEvent::Dialled { address: dialled, .. } if *dialled == address), "{event:?}");
}

async fn contacted(stand: &mut Stand) -> (u64, Result<PeerId, String>) {
    match stand.event().await {
        NetEvent::Contacted { token, outcome } => (token, outcome),
        other => panic!("not contacted: {other:?}"),
    }
}

#[tokio::test]
async fn a_peer_of_a_known_release_is_told_at_once() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    let releases = Releases::named("3.5.7").unwrap();
    stand.network.contact(address.clone(), 7, "Worker", releases);
    let mut peer = accept(&listener).await;
    let (token, outcome) = contacted(&mut stand).await;
    assert_eq!(token, 7);
    let id = outcome.unwrap();
    assert_eq!(stand.network.releases(id), Some(releases));
    stand.network.send(id, &kill_executor(3));
    let Some(Frame::OneWayMessage { body }) = peer.read_frame().await else { panic!("no message") };
    let envelope = wire_rpc::Envelope::decode(&body).unwrap();
    let (message, origin) = wire_deploy::decode_message(envelope.payload).unwrap();
    assert_eq!((message, origin.family()), (kill_executor(3), Some(Family::Scala212)));
    drop(peer);
    assert!(matches!(stand.event().await, NetEvent::Disconnected { peer } if peer == id));
}

#[tokio::test]
async fn a_peer_of_whom_nothing_is_known_is_asked() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    stand.network.contact(address.clone(), 8, "Worker", Releases::NONE);
    let mut peer = accept(&listener).await;
    let (request, _) = peer.question().await;
    peer.answer(request, &Reply::Boolean(true)).await;
    let (token, outcome) = contacted(&mut stand).await;
    assert_eq!(token, 8);
    assert!(stand.network.releases(outcome.unwrap()).is_some());
}

#[tokio::test]
async fn who_is_not_there_any_more_cannot_be_contacted() {
    let mut stand = Stand::new().await;
    let (listener, address) = listen().await;
    drop(listener);
    stand.network.contact(address.clone(), 9, "Worker", Releases::all());
    let (token, outcome) = contacted(&mut stand).await;
    assert_eq!(token, 9);
    let reason = outcome.unwrap_err();
    assert!(reason.contains(&format!("cannot connect to {address}")), "{reason}");
}
