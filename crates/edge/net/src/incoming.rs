//! Bytes from the socket to frames.

use std::io;
use std::sync::Arc;

use bytes::BytesMut;
use tokio::io::AsyncReadExt;
use tokio::net::tcp::ReadHalf;
use wire_transport::{Decoder, Item};

use crate::connection::{Connection, End};
use crate::hub::Hub;
use crate::stranger::{self, Stranger};

const MIN_READ_BYTES: usize = 4 << 10;
const MAX_READ_BYTES: usize = 64 << 10;

impl Hub {
    /// Reads until there is a reason to stop.
    pub(crate) async fn read(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        socket: &mut ReadHalf<'_>,
    ) -> End {
        let mut decoder = Decoder::new(self.config().limits.max_frame_bytes);
        let mut buffer = BytesMut::new();
        loop {
            match fill(&mut buffer, socket).await {
                Ok(0) => return End::Closed,
                Ok(_) => {}
                Err(error) => return End::Failed(error),
            }
            if decoder.offset() == 0
                && let Some(stranger) = stranger::look(&buffer)
            {
                self.turn_away(connection, stranger);
            }
            loop {
                if connection.is_parting() {
                    buffer = BytesMut::new();
                    break;
                }
                match decoder.decode(&mut buffer) {
                    Ok(Some(Item::Frame(frame))) => self.handle(connection, frame).await,
                    // The data of an upload that was refused.
                    Ok(Some(Item::Data(_))) => {}
                    Ok(None) => break,
                    Err(error) => return End::Malformed(error),
                }
                // One peer that floods leaves time for the others.
                tokio::task::consume_budget().await;
            }
            if buffer.is_empty() {
                // A silent peer holds no memory.
                buffer = BytesMut::new();
            }
        }
    }

    fn turn_away(&self, connection: &Connection, stranger: Stranger) {
        let config = self.config();
        let advertised = &config.advertised;
        tracing::warn!("{connection} speaks {stranger} to the RPC port of {advertised}: turned away");
        if let Some(answer) = stranger.answer(advertised, &config.http_doors) {
            connection.outgoing().push_bytes(answer.as_bytes());
        }
        connection.part();
    }
}

/// Waits without a buffer until something is there; a frame's memory grows only with the bytes that came.
async fn fill(buffer: &mut BytesMut, socket: &mut ReadHalf<'_>) -> io::Result<usize> {
    socket.readable().await?;
    buffer.reserve(buffer.len().clamp(MIN_READ_BYTES, MAX_READ_BYTES));
    socket.read_buf(buffer).await
}
