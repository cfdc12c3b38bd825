//! What a frame means: an answer to one of our asks, a question to the endpoint verifier, a message for the owner, or
//! something that is refused.

use std::sync::Arc;

use model::message::{Reply, ToDriver, ToWorker};
use model::{Ask, RpcAddress};
use tracing::{debug, warn};
use wire_deploy::{Message, decode_message, decode_mirror};
use wire_rpc::Envelope;
use wire_transport::Frame;

use crate::NetEvent;
use crate::asks::Answer;
use crate::connection::Connection;
use crate::hub::Hub;
use crate::inquiry::WHICH_SPARK;
use crate::outbound::{ENDPOINT_VERIFIER, endpoint_of};

/// First bytes of the handshakes that come before anything else under `spark.authenticate`.
const SASL_MARK: u8 = 0xea;
const AUTH_ENGINE_MARK: u8 = 0xfb;

impl Hub {
    /// Does what a frame wants.
    pub(crate) async fn handle(self: &Arc<Self>, connection: &Arc<Connection>, frame: Frame) {
        match frame {
            Frame::RpcRequest { request, body } => self.handle_request(connection, request, &body).await,
            Frame::OneWayMessage { body } => self.handle_one_way(connection, &body).await,
            Frame::RpcResponse { request, body } => {
                self.handle_answer(connection, request, Answer::Response(body)).await;
            }
            Frame::RpcFailure { request, error } => {
                self.handle_answer(connection, request, Answer::Failure(error)).await;
            }
            Frame::StreamRequest { stream } => {
                let error = format!("Stream '{stream}' was not found.");
                refuse_with(connection, &Frame::StreamFailure { stream, error });
            }
            Frame::ChunkFetchRequest { id } => {
                let error = "java.lang.UnsupportedOperationException: no chunks are served here".into();
                refuse_with(connection, &Frame::ChunkFetchFailure { id, error });
            }
            Frame::UploadStream { request, .. } | Frame::MergedBlockMetaRequest { request, .. } => {
                let error = "java.lang.UnsupportedOperationException: no blocks are kept here".into();
                self.refuse(connection, request, error);
            }
            Frame::ChunkFetchSuccess { .. }
            | Frame::ChunkFetchFailure { .. }
            | Frame::StreamResponse { .. }
            | Frame::StreamFailure { .. }
            | Frame::MergedBlockMetaSuccess { .. } => {
                debug!("Ignoring a {} from {connection}: nobody asked for it", frame.name());
            }
        }
    }

    async fn handle_request(&self, connection: &Connection, request: i64, body: &[u8]) {
        match self.understand(connection, body) {
            Ok((_, Some(Message::CheckExistence { name }))) => {
                self.answer(connection, request, &Reply::Boolean(self.has_endpoint(&name)));
            }
            Ok((_, None)) => {
                connection.said_back().notify_one();
                self.answer(connection, request, &Reply::Boolean(true));
            }
            Ok((sender, Some(message))) => {
                let ask = Some(Ask { peer: connection.peer(), request });
                self.deliver(connection, sender, ask, message).await;
            }
            Err(reason) => {
                // One of ours wants to know whether we are a Spark.
                if reason != could_not_find(WHICH_SPARK) {
                    complain(connection, "Refusing a request", &reason);
                }
                self.refuse(connection, request, reason);
            }
        }
    }

    async fn handle_one_way(&self, connection: &Connection, body: &[u8]) {
        if let Some((sender, message)) = connection.recall(body) {
            return self.deliver(connection, sender, None, message).await;
        }
        match self.understand(connection, body) {
            Ok((_, Some(Message::CheckExistence { .. }) | None)) => {
                complain(connection, "Ignoring a message", "it is a question without a request id");
            }
            Ok((sender, Some(message))) => {
                connection.remember(body, sender.as_ref(), &message);
                self.deliver(connection, sender, None, message).await;
            }
            Err(reason) => complain(connection, "Ignoring a message", &reason),
        }
    }

    async fn handle_answer(&self, connection: &Connection, request: i64, answer: Answer) {
        match connection.asks().take(request) {
            Some(asker) => {
                if let Some(event) = asker.answered(connection, answer) {
                    self.emit(event).await;
                }
            }
            None => debug!("Ignoring the answer to {request} from {connection}: it is not outstanding"),
        }
    }

    async fn deliver(
        &self,
        connection: &Connection,
        sender: Option<RpcAddress>,
        ask: Option<Ask>,
        message: Message,
    ) {
        connection.announce();
        self.emit(NetEvent::Received { peer: connection.peer(), sender, ask, message }).await;
    }

    /// Reads the body of a request or one-way message; no message is in what the peer was given to say back. The error is
    /// what a JVM would say of it.
    fn understand(
        &self,
        connection: &Connection,
        body: &[u8],
    ) -> Result<(Option<RpcAddress>, Option<Message>), String> {
        let envelope = Envelope::decode(body).map_err(|error| match body.first() {
            Some(&(SASL_MARK | AUTH_ENGINE_MARK)) => {
                "java.lang.IllegalStateException: spark.authenticate is on at this peer and off here"
                    .to_owned()
            }
            _ => format!("java.io.StreamCorruptedException: {error}"),
        })?;
        if let Some(sender) = &envelope.sender {
            connection.learn_sender(sender);
        }
        let endpoint = envelope.endpoint.as_str();
        if !self.has_endpoint(endpoint) {
            return Err(could_not_find(endpoint));
        }
        let (message, origin) = match decode_message(envelope.payload) {
            Ok(understood) => understood,
            Err(error) => {
                let origin = decode_mirror(envelope.payload).ok_or_else(|| error.to_string())?;
                connection.learn_origin(&origin);
                return Ok((envelope.sender, None));
            }
        };
        connection.learn_origin(&origin);
        match addressed(message, endpoint) {
            Ok(message) => Ok((envelope.sender, Some(message))),
            Err(other) => Err(format!(
                "org.apache.spark.SparkException: Unsupported message: it is for the endpoint {other}, not {endpoint}"
            )),
        }
    }

    fn has_endpoint(&self, name: &str) -> bool {
        name == ENDPOINT_VERIFIER || self.config().endpoints.iter().any(|endpoint| endpoint == name)
    }
}

fn could_not_find(endpoint: &str) -> String {
    format!("org.apache.spark.SparkException: Could not find {endpoint}.")
}

/// The message, if it is one for that endpoint; else the name of the one it is for. `MasterChanged` is one class for
/// Workers and drivers, which only the endpoint tells apart.
fn addressed(message: Message, endpoint: &str) -> Result<Message, &'static str> {
    let message = match (message, endpoint) {
        (Message::ToDriver(ToDriver::MasterChanged { master, master_web_ui_url }), "Worker") => {
            Message::ToWorker(ToWorker::MasterChanged { master, master_web_ui_url })
        }
        (Message::ToWorker(ToWorker::MasterChanged { master, master_web_ui_url }), "AppClient") => {
            Message::ToDriver(ToDriver::MasterChanged { master, master_web_ui_url })
        }
        (message, _) => message,
    };
    let meant = endpoint_of(&message);
    if meant == endpoint { Ok(message) } else { Err(meant) }
}

fn refuse_with(connection: &Connection, frame: &Frame) {
    complain(connection, "Refusing a request", "it asks for a stream or chunk, and none are served here");
    if let Err(error) = connection.outgoing().push(frame) {
        debug!("A failure cannot be sent to {connection}: {error}");
    }
}

/// One line in the log per connection, the rest only for those who look closely.
fn complain(connection: &Connection, what: &str, reason: &str) {
    if connection.first_complaint() {
        warn!("{what} from {connection}: {reason}");
    } else {
        debug!("{what} from {connection}: {reason}");
    }
}
