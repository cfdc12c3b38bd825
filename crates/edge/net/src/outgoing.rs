//! What waits to be written to one peer: bounded in bytes, filled without waiting, drained by the connection's task.

use std::io;
use std::sync::Mutex;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Notify;
use wire_transport::{Frame, FrameTooLong};

use crate::hub::lock;

/// Why [`Outgoing::write_to`] returned.
#[derive(Debug)]
pub(crate) enum Written {
    /// [`Outgoing::finish`] was called and everything is out.
    All,
    /// The peer does not read: more waited than is allowed.
    Overflow,
    /// The socket failed.
    Failed(io::Error),
}

#[derive(Debug, Default)]
struct Queue {
    pending: BytesMut,
    in_flight_bytes: usize,
    state: State,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    #[default]
    Open,
    Finishing,
    Overflown,
}

/// The outgoing queue of one connection.
#[derive(Debug)]
pub(crate) struct Outgoing {
    max_bytes: usize,
    max_frame_bytes: usize,
    queue: Mutex<Queue>,
    wake: Notify,
}

impl Outgoing {
    pub(crate) fn new(max_bytes: usize, max_frame_bytes: usize) -> Self {
        Self { max_bytes, max_frame_bytes, queue: Mutex::default(), wake: Notify::new() }
    }

    /// Queues a frame; silently dropped when nothing more will be written.
    pub(crate) fn push(&self, frame: &Frame) -> Result<(), FrameTooLong> {
        self.append(|pending| frame.encode(pending, self.max_frame_bytes))
    }

    /// Queues bytes that are no frame.
    pub(crate) fn push_bytes(&self, bytes: &[u8]) {
        let _ = self.append(|pending| {
            pending.extend_from_slice(bytes);
            Ok(())
        });
    }

    fn append(
        &self,
        write: impl FnOnce(&mut BytesMut) -> Result<(), FrameTooLong>,
    ) -> Result<(), FrameTooLong> {
        let mut queue = lock(&self.queue);
        if queue.state != State::Open {
            return Ok(());
        }
        write(&mut queue.pending)?;
        if queue.pending.len() + queue.in_flight_bytes > self.max_bytes {
            queue.state = State::Overflown;
            queue.pending = BytesMut::new();
        }
        drop(queue);
        self.wake.notify_one();
        Ok(())
    }

    /// Nothing is taken any more; what was taken is still written.
    pub(crate) fn finish(&self) {
        let mut queue = lock(&self.queue);
        if queue.state == State::Open {
            queue.state = State::Finishing;
        }
        drop(queue);
        self.wake.notify_one();
    }

    /// Writes what comes until there is a reason to stop.
    pub(crate) async fn write_to(&self, socket: &mut (impl AsyncWrite + Unpin)) -> Written {
        loop {
            let (mut chunk, state) = {
                let mut queue = lock(&self.queue);
                queue.in_flight_bytes = queue.pending.len();
                (std::mem::take(&mut queue.pending), queue.state)
            };
            match (chunk.is_empty(), state) {
                (_, State::Overflown) => return Written::Overflow,
                (true, State::Finishing) => return Written::All,
                (true, State::Open) => self.wake.notified().await,
                (false, _) => {
                    if let Err(stopped) = self.write_chunk(&mut chunk, socket).await {
                        return stopped;
                    }
                }
            }
        }
    }

    async fn write_chunk(
        &self,
        chunk: &mut BytesMut,
        socket: &mut (impl AsyncWrite + Unpin),
    ) -> Result<(), Written> {
        while !chunk.is_empty() {
            tokio::select! {
                written = socket.write(chunk) => match written {
                    Ok(0) => return Err(Written::Failed(io::ErrorKind::WriteZero.into())),
                    Ok(bytes) => {
                        chunk.advance(bytes);
                        lock(&self.queue).in_flight_bytes = chunk.len();
                    }
                    Err(error) => return Err(Written::Failed(error)),
                },
                () = self.wake.notified() => {
                    if lock(&self.queue).state == State::Overflown {
                        return Err(Written::Overflow);
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
