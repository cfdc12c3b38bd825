//! Messages to frames.

use std::sync::Arc;
use std::time::Duration;

use model::message::Reply;
use tracing::error;
use wire_deploy::{Message, Releases, encode_message, encode_reply};
use wire_rpc::Envelope;
use wire_transport::Frame;

use crate::asks::Asker;
use crate::connection::Connection;
use crate::hub::Hub;

/// The endpoint that answers [`Message::CheckExistence`] in every RPC environment.
pub(crate) const ENDPOINT_VERIFIER: &str = "endpoint-verifier";

/// Whom a message is for.
pub(crate) fn endpoint_of(message: &Message) -> &'static str {
    match message {
        Message::CheckExistence { .. } => ENDPOINT_VERIFIER,
        Message::ToMaster(_) => "Master",
        Message::ToWorker(_) => "Worker",
        Message::ToDriver(_) => "AppClient",
    }
}

impl Hub {
    pub(crate) fn send(&self, connection: &Connection, message: &Message) {
        let payload = encode_message(message, self.readers(connection));
        self.send_payload(connection, endpoint_of(message), &payload);
    }

    /// Sends a message that was written before, for what the peer can be.
    pub(crate) fn send_payload(&self, connection: &Connection, endpoint: &str, payload: &[u8]) {
        let sent = self
            .body(connection, endpoint, payload)
            .and_then(|body| push(connection, &Frame::OneWayMessage { body: body.into() }));
        if let Err(reason) = sent {
            error!("A message to {connection} is lost: {reason}");
        }
    }

    pub(crate) fn answer(&self, connection: &Connection, request: i64, reply: &Reply) {
        let body = encode_reply(reply, self.readers(connection)).into();
        if let Err(reason) = push(connection, &Frame::RpcResponse { request, body }) {
            error!("An answer to {connection} cannot be sent: {reason}");
            self.refuse(connection, request, format!("java.lang.IllegalStateException: {reason}"));
        }
    }

    /// Answers with a failure of the RPC system itself.
    pub(crate) fn refuse(&self, connection: &Connection, request: i64, error: String) {
        if let Err(reason) = push(connection, &Frame::RpcFailure { request, error }) {
            error!("A failure cannot be sent to {connection}: {reason}");
        }
    }

    pub(crate) fn ask(self: &Arc<Self>, connection: &Arc<Connection>, asker: Asker, message: &Message) {
        self.ask_in(connection, asker, message, self.readers(connection));
    }

    /// Asks in a form for these releases.
    pub(crate) fn ask_in(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        asker: Asker,
        message: &Message,
        readers: Releases,
    ) {
        let (payload, patience) = (encode_message(message, readers), self.config().limits.ask_timeout);
        self.ask_payload(connection, asker, endpoint_of(message), &payload, patience);
    }

    /// Asks what was written before.
    pub(crate) fn ask_payload(
        self: &Arc<Self>,
        connection: &Arc<Connection>,
        asker: Asker,
        endpoint: &str,
        payload: &[u8],
        patience: Duration,
    ) {
        let request = match connection.asks().open(asker) {
            Ok(request) => request,
            Err(asker) => return self.fail_later(connection, asker, "the connection is closed".into()),
        };
        let timer = self.spawn(Arc::clone(self).expire(Arc::clone(connection), request, patience));
        connection.asks().set_timer(request, timer);
        let sent = self
            .body(connection, endpoint, payload)
            .and_then(|body| push(connection, &Frame::RpcRequest { request, body: body.into() }));
        if let Err(reason) = sent
            && let Some(asker) = connection.asks().take(request)
        {
            self.fail_later(connection, asker, reason);
        }
    }

    async fn expire(self: Arc<Self>, connection: Arc<Connection>, request: i64, patience: Duration) {
        tokio::time::sleep(patience).await;
        // The place in the channel comes first: a `Disconnected` cannot overtake.
        let Ok(place) = self.events().reserve().await else { return };
        let Some(asker) = connection.asks().take(request) else { return };
        let reason = format!("{connection} did not answer within {} s", patience.as_secs_f32());
        if let Some(event) = asker.outcome(&connection, Err(reason)) {
            place.send(event);
        }
    }

    fn body(&self, connection: &Connection, endpoint: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        let envelope = Envelope {
            sender: Some(self.config().advertised.clone()),
            receiver: Some(connection.address()),
            endpoint: endpoint.to_owned(),
            payload,
        };
        let mut body = Vec::with_capacity(payload.len() + 128);
        envelope.encode(&mut body).map_err(|error| error.to_string())?;
        Ok(body)
    }
}

fn push(connection: &Connection, frame: &Frame) -> Result<(), String> {
    connection.outgoing().push(frame).map_err(|error| error.to_string())
}
