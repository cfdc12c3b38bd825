//! One connection: each request is answered before the next one is read.

use std::net::TcpStream;
use std::sync::Arc;

use core_shuffle::{Refusal, Streams};
use edge_blocks::{Channel, ChannelError};
use tracing::{debug, warn};
use wire_shuffle::Message;
use wire_transport::{Frame, Item};

use crate::chunks::Owner;
use crate::failure::Failure;
use crate::shared::Shared;

/// What is known of one connection.
pub(crate) struct Connection {
    pub(crate) shared: Arc<Shared>,
    pub(crate) channel: Channel,
    pub(crate) streams: Streams<Owner>,
    pub(crate) peer: String,
}

/// Serves a client until it goes.
pub(crate) async fn serve(shared: Arc<Shared>, socket: TcpStream) {
    let _inside = shared.gauges.connections.enter();
    shared.gauges.connections_ever.count();
    let peer = socket.peer_addr().map_or_else(|error| error.to_string(), |address| address.to_string());
    let channel = match Channel::new(socket, shared.room.clone()) {
        Ok(channel) => channel,
        Err(error) => return debug!("Connection from {peer} was gone before it could be used: {error}"),
    };
    let streams = Streams::new(fastrand::i64(0..i64::MAX / 2));
    let mut connection = Connection { shared: shared.clone(), channel, streams, peer };
    let ended = connection.run().await;
    shared.gauges.streams.set_fewer(connection.streams.len() as u64);
    if let Err(error) = ended {
        shared.gauges.broken.count();
        let peer = &connection.peer;
        match error {
            // The client went away in the middle: it has its reasons.
            ChannelError::Socket(error) => debug!("Connection of {peer} ended: {error}"),
            error => warn!(target: "ExternalShuffleService", "Connection of {peer} is closed: {error}"),
        }
    }
}

impl Connection {
    async fn run(&mut self) -> Result<(), ChannelError> {
        while let Some(item) = self.channel.next().await? {
            match item {
                Item::Frame(frame) => self.on_frame(frame).await?,
                // Of an upload, which was refused already.
                Item::Data(_) => {}
            }
        }
        Ok(())
    }

    async fn on_frame(&mut self, frame: Frame) -> Result<(), ChannelError> {
        match frame {
            Frame::ChunkFetchRequest { id } => self.on_chunk_request(id).await,
            Frame::RpcRequest { request, body } => {
                let answered = match Message::decode(&body) {
                    Ok(message) => self.on_message(message).await,
                    Err(malformed) => Err(malformed.into()),
                };
                self.answer(request, answered).await
            }
            Frame::StreamRequest { stream } => self.on_stream_request(stream).await,
            // As `ExternalBlockHandler.receiveStream` answers where nothing is merged.
            Frame::UploadStream { request, meta, .. } => {
                let refused = match Message::decode(&meta) {
                    Ok(Message::PushBlockStream(_)) => Refusal::NoMerging.into(),
                    Ok(message) => Refusal::Unexpected(message.name()).into(),
                    Err(malformed) => malformed.into(),
                };
                self.answer(request, Err(refused)).await
            }
            Frame::MergedBlockMetaRequest { request, .. } => {
                self.answer(request, Err(Refusal::NoMerging.into())).await
            }
            unasked => {
                debug!("{} sent a {}, which nobody asked for", self.peer, unasked.name());
                Ok(())
            }
        }
    }

    async fn answer(&mut self, request: i64, answer: Result<Vec<u8>, Failure>) -> Result<(), ChannelError> {
        let frame = match answer {
            Ok(body) => Frame::RpcResponse { request, body: body.into() },
            Err(failure) => {
                self.shared.gauges.refused.count();
                let error = failure.text();
                debug!(target: "ExternalShuffleService", "A request of {} is refused: {error}", self.peer);
                Frame::RpcFailure { request, error }
            }
        };
        self.channel.answer(&frame).await
    }
}
