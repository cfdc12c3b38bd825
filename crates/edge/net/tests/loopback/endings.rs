//! How connections end: by the peer, by us, and with the network.

use std::time::Duration;

use edge_net::{Limits, NetEvent};
use tokio::net::TcpStream;

use crate::stand::{Stand, heartbeat, kill_executor, soon, status_of};

#[tokio::test]
async fn what_was_sent_before_a_hangup_arrives() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    peer.send(&heartbeat("worker-1")).await;
    let (id, ..) = stand.received().await;
    for executor in 0..100 {
        stand.network.send(id, &kill_executor(executor));
    }
    stand.network.ask(id, 9, &status_of("driver-1"));
    stand.network.hangup(id);
    stand.network.send(id, &kill_executor(1000));
    for executor in 0..100 {
        // What comes in now is of no interest any more.
        peer.send(&heartbeat("worker-1")).await;
        assert_eq!(peer.message().await, kill_executor(executor));
    }
    peer.question().await;
    assert!(peer.read_frame().await.is_none());
    let event = stand.event().await;
    assert!(matches!(&event, NetEvent::Answered { token: 9, reply: Err(_), .. }), "{event:?}");
    drop(peer);
    let mut other = stand.dial().await;
    stand.quiet(&mut other).await;
}

#[tokio::test]
async fn a_peer_that_does_not_hang_up_too_is_not_waited_for() {
    let limits = Limits { linger: Duration::from_millis(50), ..Limits::default() };
    let mut stand = Stand::with(limits, 100).await;
    let mut peer = stand.dial().await;
    peer.send(&heartbeat("worker-1")).await;
    let (id, ..) = stand.received().await;
    stand.network.hangup(id);
    assert!(peer.read_frame().await.is_none());
    // Our side is gone entirely once writing to it fails.
    let gone = async {
        use tokio::io::AsyncWriteExt;
        while peer.socket.write_all(b"still here").await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of the connection", gone).await;
}

#[tokio::test]
async fn everything_closes_with_the_last_handle() {
    let mut stand = Stand::new().await;
    let mut peer = stand.dial().await;
    peer.send(&heartbeat("worker-1")).await;
    let (id, ..) = stand.received().await;
    let clone = stand.network.clone();
    drop(stand.network);
    clone.send(id, &kill_executor(1));
    assert_eq!(peer.message().await, kill_executor(1));
    drop(clone);
    assert!(peer.read_frame().await.is_none());
    assert!(soon("the end of events", stand.events.recv()).await.is_none());
    let refused = async {
        while TcpStream::connect((stand.address.host.as_str(), stand.address.port)).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    soon("the end of the listener", refused).await;
}

#[tokio::test]
async fn an_owner_that_no_longer_listens_harms_nobody() {
    let stand = Stand::new().await;
    drop(stand.events);
    let mut peer =
        crate::stand::Peer::new(TcpStream::connect(("127.0.0.1", stand.address.port)).await.unwrap());
    peer.send(&heartbeat("worker-1")).await;
    assert!(peer.exists("Master").await);
    drop(stand.network);
    assert!(peer.read_frame().await.is_none());
}
