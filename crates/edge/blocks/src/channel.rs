//! One connection of a client: frames in, answers out.
//!
//! ```text
//!   next()  ──► a frame                        what was answered goes out before anything is waited for
//!   queue() ──► a small answer, kept until something goes out
//!   send()  ──► a header and a stretch of a file, by sendfile
//! ```
//!
//! Requests are answered one after the other, as far as the client reads: what a client has sent and nobody has read
//! stays in its socket. Answers to requests that came together leave together (`TCP_CORK`).

use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use rustix::net::SendFlags;
use rustix::net::sockopt::set_tcp_cork;
use tokio::io::{AsyncReadExt, Interest};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wire_transport::{Decoder, Frame, FrameTooLong, Item, LENGTH_BYTES, MalformedFrame, StreamChunkId};

use crate::files::Region;
use crate::warm;

/// The longest frame that is read: a request for a million blocks.
const MAX_FRAME_BYTES: usize = 16 << 20;

/// How much is read at once.
const READ_BYTES: usize = 8 << 10;

/// How much of a file is given to the kernel at once: others have their turn in between.
const PIECE_BYTES: u64 = 1 << 20;

/// Answers are written when so many bytes have come together.
const QUEUE_BYTES: usize = 32 << 10;

/// How long room is waited for.
const ROOM_PATIENCE: Duration = Duration::from_secs(30);

/// After how long without a sign a peer is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(120);

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub enum ChannelError {
    /// The socket failed.
    #[error("{0}")]
    Socket(#[from] io::Error),
    /// The client sent what is no frame.
    #[error("{0}")]
    Malformed(#[from] MalformedFrame),
    /// An answer is too long.
    #[error("{0}")]
    TooLong(#[from] FrameTooLong),
    /// A frame of this length has no room, since other clients' take it all; it was waited for.
    #[error("a frame of {0} bytes found no room: other clients' requests take it all")]
    Crowded(usize),
    /// A file became shorter while it was sent: the client was promised more.
    #[error("a file became shorter while it was sent: {missing} bytes are missing")]
    CutShort {
        /// How much.
        missing: u64,
    },
}

/// Room for what clients have said and what is kept of it, in KiB.
pub type Room = Arc<Semaphore>;

/// One connection.
#[derive(Debug)]
pub struct Channel {
    socket: TcpStream,
    room: Room,
    taken: Option<OwnedSemaphorePermit>,
    decoder: Decoder,
    inbox: BytesMut,
    outbox: BytesMut,
    is_corked: bool,
}

impl Channel {
    /// Takes a connection over.
    ///
    /// # Errors
    /// When the socket cannot be used.
    pub fn new(socket: std::net::TcpStream, room: Room) -> io::Result<Self> {
        socket.set_nonblocking(true)?;
        socket.set_nodelay(true)?;
        let keepalive = socket2::TcpKeepalive::new().with_time(KEEPALIVE);
        socket2::SockRef::from(&socket).set_tcp_keepalive(&keepalive)?;
        Ok(Self {
            socket: TcpStream::from_std(socket)?,
            room,
            taken: None,
            decoder: Decoder::new(MAX_FRAME_BYTES),
            inbox: BytesMut::new(),
            outbox: BytesMut::new(),
            is_corked: false,
        })
    }

    /// The next frame or piece of data; none when the client has gone.
    ///
    /// # Errors
    /// When the socket fails, or what comes is no frame.
    pub async fn next(&mut self) -> Result<Option<Item>, ChannelError> {
        loop {
            if let Some(item) = self.decoder.decode(&mut self.inbox)? {
                self.taken = None;
                return Ok(Some(item));
            }
            self.flush().await?;
            self.take_room().await?;
            if self.inbox.is_empty() {
                // While nothing comes, nothing is kept for it.
                (self.inbox, self.outbox) = (BytesMut::new(), BytesMut::new());
            }
            self.socket.readable().await?;
            self.inbox.reserve(READ_BYTES);
            if self.socket.read_buf(&mut self.inbox).await? == 0 {
                return Ok(None);
            }
        }
    }

    /// A long frame is read only when there is room for it.
    async fn take_room(&mut self) -> Result<(), ChannelError> {
        if self.taken.is_some() || self.decoder.trailing_bytes() > 0 {
            return Ok(());
        }
        let Some(mut length) = self.inbox.get(..LENGTH_BYTES) else { return Ok(()) };
        // The decoder has checked it against the longest.
        let frame_bytes = usize::try_from(length.get_u64()).unwrap_or(MAX_FRAME_BYTES);
        if frame_bytes > READ_BYTES {
            self.taken =
                Some(room_for(&self.room, frame_bytes).await.ok_or(ChannelError::Crowded(frame_bytes))?);
        }
        Ok(())
    }

    /// Has the beginning of a stretch ready to be sent, so that a disk that fails can still be told; whether a disk was
    /// waited for.
    ///
    /// # Errors
    /// When the socket fails; or, as the inner one, when the disk does.
    pub async fn ready(&mut self, region: &Region) -> Result<io::Result<bool>, ChannelError> {
        let length = region.length.min(PIECE_BYTES);
        if warm::is_warm(&region.file, region.offset, length) {
            return Ok(Ok(false));
        }
        // What is ready goes out while the disk is waited for.
        self.flush().await?;
        Ok(warm::warm(&region.file, region.offset, length).await.map(|()| true))
    }

    /// Answers with a frame.
    ///
    /// # Errors
    /// When it is too long, or the socket fails.
    pub async fn answer(&mut self, frame: &Frame) -> Result<(), ChannelError> {
        frame.encode(&mut self.outbox, i32::MAX as usize)?;
        if self.outbox.len() >= QUEUE_BYTES { self.flush().await } else { Ok(()) }
    }

    /// Answers with a chunk, whose stretch is [`Channel::ready`].
    ///
    /// # Errors
    /// When the socket or the disk fails. A chunk that is too long for a frame is refused before anything is sent.
    pub async fn send_chunk(&mut self, id: StreamChunkId, region: &Region) -> Result<(), ChannelError> {
        Frame::encode_chunk_header(id, region.length, &mut self.outbox)?;
        self.send_region(region).await
    }

    /// Answers with a stream, whose stretch is [`Channel::ready`].
    ///
    /// # Errors
    /// When the socket or the disk fails.
    pub async fn send_stream(&mut self, stream: String, region: &Region) -> Result<(), ChannelError> {
        let frame = Frame::StreamResponse { stream, byte_count: region.length };
        frame.encode(&mut self.outbox, i32::MAX as usize)?;
        self.send_region(region).await
    }

    async fn send_region(&mut self, region: &Region) -> Result<(), ChannelError> {
        let (mut offset, end) = (region.offset, region.offset + region.length);
        if !self.inbox.is_empty() {
            self.cork()?;
        }
        while offset < end {
            let length = (end - offset).min(PIECE_BYTES);
            if offset > region.offset && !warm::is_warm(&region.file, offset, length) {
                self.flush().await?;
                warm::warm(&region.file, offset, length).await?;
            }
            self.write_queued(SendFlags::MORE).await?;
            let piece_end = offset + length;
            while offset < piece_end {
                let sent = self.sendfile(region, offset, piece_end - offset).await?;
                if sent == 0 {
                    return Err(ChannelError::CutShort { missing: end - offset });
                }
                offset += sent;
            }
        }
        Ok(())
    }

    async fn sendfile(&self, region: &Region, offset: u64, length: u64) -> io::Result<u64> {
        let socket = &self.socket;
        let sent = socket.async_io(Interest::WRITABLE, || {
            let mut at = offset;
            Ok(rustix::fs::sendfile(socket, region.file.file(), Some(&mut at), length as usize)?)
        });
        sent.await.map(|sent| sent as u64)
    }

    /// Sends all that was answered.
    ///
    /// # Errors
    /// When the socket fails.
    pub async fn flush(&mut self) -> Result<(), ChannelError> {
        self.write_queued(SendFlags::empty()).await?;
        if std::mem::take(&mut self.is_corked) {
            set_tcp_cork(&self.socket, false).map_err(io::Error::from)?;
        }
        Ok(())
    }

    fn cork(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_corked, true) {
            set_tcp_cork(&self.socket, true)?;
        }
        Ok(())
    }

    async fn write_queued(&mut self, flags: SendFlags) -> io::Result<()> {
        while !self.outbox.is_empty() {
            let (socket, bytes) = (&self.socket, &self.outbox[..]);
            let sent = socket
                .async_io(Interest::WRITABLE, || {
                    Ok(rustix::net::send(socket, bytes, flags | SendFlags::NOSIGNAL)?)
                })
                .await?;
            self.outbox.advance(sent);
        }
        Ok(())
    }
}

/// Room for so many bytes; none when it was waited for in vain.
pub async fn room_for(room: &Room, bytes: usize) -> Option<OwnedSemaphorePermit> {
    let kib = u32::try_from(bytes.div_ceil(1024)).unwrap_or(u32::MAX);
    if let Ok(permit) = room.clone().try_acquire_many_owned(kib) {
        return Some(permit);
    }
    tokio::time::timeout(ROOM_PATIENCE, room.clone().acquire_many_owned(kib)).await.ok()?.ok()
}

#[cfg(test)]
mod tests;
