//! Fetching a stream that a peer offers by its name, e.g. a jar of a submitter's file server
//! (`NettyRpcEnv.openChannel`, 3.5).
//!
//! The connection is one of its own: a file of many gigabytes would keep the messages of a shared one waiting.

use std::io;
use std::time::Duration;

use bytes::BytesMut;
use model::RpcAddress;
use tokio::io::{AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use wire_transport::{Decoder, Frame, FrameTooLong, Item, MalformedFrame};

use crate::dial::connect;

/// How much is read at once.
const PIECE_BYTES: usize = 64 << 10;

/// The longest frame: these hold a name and perhaps a stack trace, never the file.
const MAX_FRAME_BYTES: usize = 1 << 20;

/// Why a stream could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The peer cannot be reached.
    #[error("{0}")]
    Unreachable(String),
    /// The peer has no such stream, or does not give it.
    #[error("{address} does not give '{stream}': {reason}")]
    Refused {
        /// The peer.
        address: RpcAddress,
        /// The stream.
        stream: String,
        /// What it said.
        reason: String,
    },
    /// The peer is silent.
    #[error("{address} was silent for {} s in the middle of '{stream}'", patience.as_secs_f32())]
    Silent {
        /// The peer.
        address: RpcAddress,
        /// The stream.
        stream: String,
        /// How long it was waited for.
        patience: Duration,
    },
    /// The connection broke.
    #[error("the connection to {address} broke in the middle of '{stream}': {source}")]
    Broken {
        /// The peer.
        address: RpcAddress,
        /// The stream.
        stream: String,
        /// What the machine said.
        source: io::Error,
    },
    /// The peer does not speak Spark's protocol.
    #[error("{address} is no Spark file server: {reason}")]
    Misbehaved {
        /// The peer.
        address: RpcAddress,
        /// What it did.
        reason: String,
    },
    /// The name does not fit into a frame.
    #[error("the stream's name is too long: {0}")]
    NameTooLong(#[from] FrameTooLong),
    /// What came cannot be kept.
    #[error("cannot write what came: {0}")]
    NotWritten(io::Error),
}

/// Fetches the stream `stream` of `address` into `to`; returns its length. Dropped, it hangs up.
///
/// # Errors
/// See [`StreamError`]. What was written until then is not the whole.
pub async fn fetch_stream(
    address: &RpcAddress,
    stream: &str,
    to: &mut (impl AsyncWrite + Unpin),
    patience: Duration,
) -> Result<u64, StreamError> {
    let socket = connect(address, patience).await.map_err(StreamError::Unreachable)?;
    let decoder = Decoder::new(MAX_FRAME_BYTES);
    let mut fetch = Fetch { address, stream, socket, decoder, buffer: BytesMut::new(), patience };
    fetch.ask().await?;
    let byte_count = fetch.answer().await?;
    let mut missing = byte_count;
    while missing > 0 {
        let Item::Data(data) = fetch.item().await? else {
            return Err(fetch.misbehaved("it sent a frame within a stream"));
        };
        to.write_all(&data).await.map_err(StreamError::NotWritten)?;
        missing -= data.len() as u64;
    }
    to.flush().await.map_err(StreamError::NotWritten)?;
    Ok(byte_count)
}

struct Fetch<'a> {
    address: &'a RpcAddress,
    stream: &'a str,
    socket: TcpStream,
    decoder: Decoder,
    buffer: BytesMut,
    patience: Duration,
}

impl Fetch<'_> {
    async fn ask(&mut self) -> Result<(), StreamError> {
        let mut request = BytesMut::new();
        let frame = Frame::StreamRequest { stream: self.stream.to_owned() };
        frame.encode(&mut request, MAX_FRAME_BYTES)?;
        let sent = timeout(self.patience, self.socket.write_all(&request)).await;
        sent.map_err(|_| self.silent())?.map_err(|source| self.broken(source))
    }

    /// The length of the stream, which follows.
    async fn answer(&mut self) -> Result<u64, StreamError> {
        match self.item().await? {
            Item::Frame(Frame::StreamResponse { stream, byte_count }) if stream == self.stream => {
                Ok(byte_count)
            }
            Item::Frame(Frame::StreamFailure { error, .. }) => Err(StreamError::Refused {
                address: self.address.clone(),
                stream: self.stream.to_owned(),
                // The rest is the trace of a Java stack.
                reason: error.lines().next().unwrap_or("it gives no reason").to_owned(),
            }),
            Item::Frame(frame) => Err(self.misbehaved(&format!("it answered with another {}", frame.name()))),
            Item::Data(_) => Err(self.misbehaved("it sent data before it answered")),
        }
    }

    async fn item(&mut self) -> Result<Item, StreamError> {
        loop {
            let item = self.decoder.decode(&mut self.buffer);
            let item = item.map_err(|malformed: MalformedFrame| self.misbehaved(&malformed.to_string()))?;
            if let Some(item) = item {
                return Ok(item);
            }
            self.buffer.reserve(PIECE_BYTES);
            let read = timeout(self.patience, self.socket.read_buf(&mut self.buffer)).await;
            let count = read.map_err(|_| self.silent())?.map_err(|source| self.broken(source))?;
            if count == 0 {
                return Err(self.broken(io::ErrorKind::UnexpectedEof.into()));
            }
        }
    }

    fn silent(&self) -> StreamError {
        let (address, stream) = (self.address.clone(), self.stream.to_owned());
        StreamError::Silent { address, stream, patience: self.patience }
    }

    fn broken(&self, source: io::Error) -> StreamError {
        StreamError::Broken { address: self.address.clone(), stream: self.stream.to_owned(), source }
    }

    fn misbehaved(&self, reason: &str) -> StreamError {
        StreamError::Misbehaved { address: self.address.clone(), reason: reason.to_owned() }
    }
}
