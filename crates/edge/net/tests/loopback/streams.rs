//! Files of a peer's file server, against a server that is written by hand.

use std::time::Duration;

use bytes::BytesMut;
use edge_net::{StreamError, fetch_stream};
use model::RpcAddress;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use wire_transport::{Decoder, Frame, Item};

use crate::stand::soon;

const NAME: &str = "/jars/app.jar";
const PATIENCE: Duration = Duration::from_secs(20);

/// Answers the one request that comes with these bytes, and hangs up unless it is to stay.
async fn serve(answer: Vec<u8>, stays: bool) -> (RpcAddress, JoinHandle<Frame>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = RpcAddress::new("127.0.0.1", listener.local_addr().unwrap().port());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let (mut decoder, mut buffer) = (Decoder::new(1 << 20), BytesMut::new());
        let request = loop {
            if let Some(Item::Frame(frame)) = decoder.decode(&mut buffer).unwrap() {
                break frame;
            }
            assert_ne!(socket.read_buf(&mut buffer).await.unwrap(), 0, "the client hung up");
        };
        socket.write_all(&answer).await.unwrap();
        if stays {
            // Until the client has had enough.
            while socket.read_buf(&mut buffer).await.is_ok_and(|count| count > 0) {}
        }
        request
    });
    (address, server)
}

fn bytes(frame: &Frame, behind: &[u8]) -> Vec<u8> {
    let mut out = BytesMut::new();
    frame.encode(&mut out, 1 << 20).unwrap();
    out.extend_from_slice(behind);
    out.to_vec()
}

fn response(byte_count: u64) -> Frame {
    Frame::StreamResponse { stream: NAME.into(), byte_count }
}

async fn fetched(answer: Vec<u8>, stays: bool, patience: Duration) -> Result<Vec<u8>, StreamError> {
    let (address, server) = serve(answer, stays).await;
    let mut file = Vec::new();
    let outcome = soon("the file", fetch_stream(&address, NAME, &mut file, patience)).await;
    let request = soon("the server", server).await.unwrap();
    assert_eq!(request, Frame::StreamRequest { stream: NAME.into() });
    outcome.map(|byte_count| {
        assert_eq!(byte_count, file.len() as u64);
        file
    })
}

#[tokio::test]
async fn a_file_comes_whole_and_an_empty_one_too() {
    let file: Vec<u8> = (0..3_000_000_u32).map(|number| number as u8).collect();
    let answer = bytes(&response(file.len() as u64), &file);
    assert!(fetched(answer, true, PATIENCE).await.unwrap() == file);
    assert!(fetched(bytes(&response(0), &[]), true, PATIENCE).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_refusal_is_told_without_its_stack_trace() {
    let error = "java.lang.IllegalArgumentException: no jar\n\tat org.apache.Nowhere".to_owned();
    let answer = bytes(&Frame::StreamFailure { stream: NAME.into(), error }, &[]);
    let reason = fetched(answer, true, PATIENCE).await.unwrap_err().to_string();
    assert!(
        reason.ends_with("does not give '/jars/app.jar': java.lang.IllegalArgumentException: no jar"),
        "{reason}"
    );
}

#[tokio::test]
async fn what_is_cut_or_stalls_or_is_no_stream_is_an_error() {
    let cut = fetched(bytes(&response(100), b"half"), false, PATIENCE).await;
    assert!(matches!(cut, Err(StreamError::Broken { .. })), "{cut:?}");
    let stalls = fetched(bytes(&response(100), b"half"), true, Duration::from_millis(50)).await;
    assert!(matches!(stalls, Err(StreamError::Silent { .. })), "{stalls:?}");
    let http = fetched(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), true, PATIENCE).await;
    assert!(matches!(http, Err(StreamError::Misbehaved { .. })), "{http:?}");
    let other = bytes(&Frame::StreamResponse { stream: "/jars/other.jar".into(), byte_count: 1 }, b"x");
    let other = fetched(other, true, PATIENCE).await;
    assert!(matches!(other, Err(StreamError::Misbehaved { .. })), "{other:?}");
}

#[tokio::test]
async fn nobody_there_is_an_error_that_names_the_address() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let address = RpcAddress::new("127.0.0.1", gone.port());
    let reason = fetch_stream(&address, NAME, &mut Vec::new(), PATIENCE).await.unwrap_err().to_string();
    assert!(reason.contains(&address.to_string()), "{reason}");
}
