//! A server that answers what a test tells it to, byte for byte.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What comes instead of an answer, or is one.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// These bytes, and then the connection ends.
    Bytes(String),
    /// Nothing, ever.
    Hang,
}

/// An answer with a status and an error's code.
pub(crate) fn error(status: u16, code: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>because</Message></Error>");
    with(status, &[], &body)
}

pub(crate) fn with(status: u16, headers: &[&str], body: &str) -> Reply {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    let length = body.len();
    Reply::Bytes(format!(
        "HTTP/1.1 {status} Said\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    ))
}

/// The server: it gives each request the next reply, and keeps the requests.
#[derive(Debug)]
pub(crate) struct Stub {
    pub(crate) address: String,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Stub {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let stub = Self { address, replies: Arc::default(), requests: Arc::default() };
        let (replies, requests) = (stub.replies.clone(), stub.requests.clone());
        tokio::spawn(async move {
            loop {
                let (connection, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(connection, replies.clone(), requests.clone()));
            }
        });
        stub
    }

    /// The replies to the next requests.
    pub(crate) fn reply(&self, replies: impl IntoIterator<Item = Reply>) {
        let mut known = self.replies.lock().unwrap();
        known.clear();
        known.extend(replies);
    }

    /// The requests since the last call.
    pub(crate) fn requests(&self) -> Vec<String> {
        std::mem::take(&mut *self.requests.lock().unwrap())
    }
}

async fn serve(
    mut connection: TcpStream,
    replies: Arc<Mutex<VecDeque<Reply>>>,
    requests: Arc<Mutex<Vec<String>>>,
) -> Option<()> {
    let mut request = Vec::new();
    let (head, length) = loop {
        if connection.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
        let text = String::from_utf8_lossy(&request).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            break (head.to_owned(), head.len() + 4 + length.map_or(0, |length| length.parse().unwrap()));
        }
    };
    while request.len() < length {
        if connection.read_buf(&mut request).await.ok()? == 0 {
            return None;
        }
    }
    requests.lock().unwrap().push(head);
    let reply = replies.lock().unwrap().pop_front().expect("a request too many");
    match reply {
        Reply::Bytes(bytes) => {
            connection.write_all(bytes.as_bytes()).await.ok()?;
            connection.shutdown().await.ok()
        }
        Reply::Hang => std::future::pending().await,
    }
}
