//! What simulated peers say to a Master, and what they understand of its answers: whole frames.

use bytes::BytesMut;
use conformance::{Failure, Result};
use model::RpcAddress;
use model::message::{Reply, ToDriver, ToMaster, ToWorker};
use wire_deploy::{Family, Message, decode_message, encode_message, encode_reply};
use wire_rpc::Envelope;
use wire_transport::{Decoder, Frame, Item};

/// Longest frame that a Master may send.
const MAX_FRAME_BYTES: usize = 1 << 20;

/// What a Master says to a simulated peer, as far as it is listened to.
#[derive(Debug)]
pub(crate) enum Heard {
    /// To a Worker.
    Worker(ToWorker),
    /// To a driver.
    Driver(ToDriver),
    /// Whether an endpoint exists; an answer is due to that number.
    Verifies(i64),
}

/// A message to the Master that wants no answer.
pub(crate) fn one_way(from: &RpcAddress, message: ToMaster) -> Result<Vec<u8>> {
    let body = body(from, message)?.into();
    encode(&Frame::OneWayMessage { body })
}

/// A question to the Master.
pub(crate) fn ask(from: &RpcAddress, request: i64, message: ToMaster) -> Result<Vec<u8>> {
    let body = body(from, message)?.into();
    encode(&Frame::RpcRequest { request, body })
}

/// The answer to [`Heard::Verifies`]: it exists.
pub(crate) fn exists(request: i64) -> Result<Vec<u8>> {
    let body = encode_reply(&Reply::Boolean(true), Family::Scala212).into();
    encode(&Frame::RpcResponse { request, body })
}

fn body(from: &RpcAddress, message: ToMaster) -> Result<Vec<u8>> {
    let payload = encode_message(&Message::ToMaster(message), Family::Scala212);
    let envelope =
        Envelope { sender: Some(from.clone()), receiver: None, endpoint: "Master".into(), payload: &payload };
    let mut body = Vec::new();
    envelope.encode(&mut body).map_err(|error| Failure::unexpected(format!("an envelope: {error}")))?;
    Ok(body)
}

fn encode(frame: &Frame) -> Result<Vec<u8>> {
    let mut bytes = BytesMut::new();
    let encoded = frame.encode(&mut bytes, MAX_FRAME_BYTES);
    encoded.map_err(|error| Failure::unexpected(format!("a frame: {error}")))?;
    Ok(bytes.to_vec())
}

/// What one peer has received and not yet understood.
#[derive(Debug)]
pub(crate) struct Ear {
    decoder: Decoder,
    pub(crate) buffer: BytesMut,
}

impl Ear {
    pub(crate) fn new() -> Self {
        Self { decoder: Decoder::new(MAX_FRAME_BYTES), buffer: BytesMut::new() }
    }

    /// The next message in the buffer; none when there is no whole one. Answers to asks are passed over.
    pub(crate) fn next(&mut self) -> Result<Option<Heard>> {
        loop {
            let item = self.decoder.decode(&mut self.buffer);
            match item.map_err(|error| Failure::unexpected(format!("a frame of the Master: {error}")))? {
                None => return Ok(None),
                Some(Item::Frame(Frame::OneWayMessage { body })) => {
                    if let Some(heard) = understand(&body)? {
                        return Ok(Some(heard));
                    }
                }
                Some(Item::Frame(Frame::RpcRequest { request, .. })) => {
                    return Ok(Some(Heard::Verifies(request)));
                }
                Some(Item::Frame(Frame::RpcFailure { error, .. })) => {
                    return Err(Failure::unexpected(format!("the Master refused: {error}")));
                }
                Some(_) => {}
            }
        }
    }
}

fn understand(body: &[u8]) -> Result<Option<Heard>> {
    let strange = |error: String| Failure::unexpected(format!("a message of the Master: {error}"));
    let envelope = Envelope::decode(body).map_err(|error| strange(error.to_string()))?;
    let (message, _) = decode_message(envelope.payload).map_err(|error| strange(error.to_string()))?;
    Ok(match message {
        Message::ToWorker(message) => Some(Heard::Worker(message)),
        Message::ToDriver(message) => Some(Heard::Driver(message)),
        Message::ToMaster(_) | Message::CheckExistence { .. } => None,
    })
}
