//! The outgoing queue against a pipe: order, its bound, and its end.

use bytes::Bytes;
use tokio::io::{AsyncReadExt, duplex};

use super::*;

fn frame(text: &'static str) -> Frame {
    Frame::OneWayMessage { body: Bytes::from_static(text.as_bytes()) }
}

fn encoded(frames: &[Frame]) -> Vec<u8> {
    let mut out = BytesMut::new();
    for frame in frames {
        frame.encode(&mut out, usize::MAX).unwrap();
    }
    out.to_vec()
}

#[tokio::test]
async fn what_was_pushed_before_the_end_comes_out_in_order() {
    let outgoing = Outgoing::new(1000, 1000);
    let (mut near, mut far) = duplex(7);
    let frames = [frame("first"), frame("second"), frame("third")];
    for frame in &frames {
        outgoing.push(frame).unwrap();
    }
    outgoing.finish();
    outgoing.push(&frame("too late")).unwrap();
    let mut read = Vec::new();
    let (written, _) = tokio::join!(
        async {
            let written = outgoing.write_to(&mut near).await;
            drop(near);
            written
        },
        far.read_to_end(&mut read)
    );
    assert!(matches!(written, Written::All), "{written:?}");
    assert_eq!(read, encoded(&frames));
}

#[tokio::test]
async fn a_reader_that_stops_is_given_up_at_the_bound() {
    let outgoing = Outgoing::new(100, 1000);
    let (mut near, _far) = duplex(7);
    let message = frame("twenty bytes of body");
    let push = async {
        for _ in 0..3 {
            outgoing.push(&message).unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(lock(&outgoing.queue).state, State::Open);
        outgoing.push(&message).unwrap();
    };
    let (written, ()) = tokio::join!(outgoing.write_to(&mut near), push);
    assert!(matches!(written, Written::Overflow), "{written:?}");
    assert!(lock(&outgoing.queue).pending.is_empty());
}

#[tokio::test]
async fn what_was_read_makes_room() {
    let outgoing = Outgoing::new(100, 1000);
    let (mut near, mut far) = duplex(7);
    let message = frame("twenty bytes of body");
    let exchange = async {
        let mut one = vec![0; message.encoded_bytes()];
        for _ in 0..20 {
            outgoing.push(&message).unwrap();
            far.read_exact(&mut one).await.unwrap();
            assert_eq!(one, encoded(std::slice::from_ref(&message)));
        }
        outgoing.finish();
    };
    let (written, ()) = tokio::join!(outgoing.write_to(&mut near), exchange);
    assert!(matches!(written, Written::All), "{written:?}");
}

#[tokio::test]
async fn a_frame_too_long_is_refused_and_harms_nothing() {
    let outgoing = Outgoing::new(1000, 20);
    assert!(outgoing.push(&frame("twenty bytes of body")).is_err());
    outgoing.push(&frame("short")).unwrap();
    outgoing.finish();
    let (mut near, mut far) = duplex(100);
    assert!(matches!(outgoing.write_to(&mut near).await, Written::All));
    drop(near);
    let mut read = Vec::new();
    far.read_to_end(&mut read).await.unwrap();
    assert_eq!(read, encoded(&[frame("short")]));
}
