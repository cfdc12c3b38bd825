//! What the tests stand on: a network with its events, and a peer that speaks single frames.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use edge_net::{Limits, NetConfig, NetEvent, Network};
use model::message::{Reply, ToMaster, ToWorker};
use model::{DriverId, RpcAddress, WorkerId};
use model::{EndpointRef, ExecutorKey};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::time::timeout;
use wire_deploy::{Family, Message, decode_message, encode_message, encode_reply};
use wire_rpc::Envelope;
use wire_transport::{Decoder, Frame, Item};

/// Long enough for the slowest machine; a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// Waits for what must come.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// A network with one endpoint `Master`, listening.
pub(crate) struct Stand {
    pub(crate) network: Network,
    pub(crate) address: RpcAddress,
    pub(crate) events: mpsc::Receiver<NetEvent>,
}

impl Stand {
    pub(crate) async fn new() -> Self {
        Self::with(Limits::default(), 100).await
    }

    pub(crate) async fn with(limits: Limits, event_capacity: usize) -> Self {
        let (listener, address) = listen().await;
        let (sender, events) = mpsc::channel(event_capacity);
        let mut config = NetConfig::new(address.clone(), vec!["Master".into()], Family::Scala213);
        config.limits = limits;
        config.http_doors = vec!["The page is at http://door:1".to_owned()];
        let network = Network::new(config, sender);
        network.accept(listener);
        Self { network, address, events }
    }

    /// A peer that dials this network.
    pub(crate) async fn dial(&self) -> Peer {
        Peer::new(TcpStream::connect((self.address.host.as_str(), self.address.port)).await.unwrap())
    }

    pub(crate) async fn event(&mut self) -> NetEvent {
        soon("an event", self.events.recv()).await.expect("the network is gone")
    }

    /// The next event, which must be a message.
    pub(crate) async fn received(
        &mut self,
    ) -> (model::PeerId, Option<RpcAddress>, Option<model::Ask>, Message) {
        match self.event().await {
            NetEvent::Received { peer, sender, ask, message } => (peer, sender, ask, message),
            other => panic!("not a message: {other:?}"),
        }
    }

    /// No event is there, and none is on its way: everything before `peer`'s question was handled.
    pub(crate) async fn quiet(&mut self, peer: &mut Peer) {
        assert!(peer.exists("Master").await);
        if let Ok(event) = self.events.try_recv() {
            panic!("an event that should not be: {event:?}");
        }
    }
}

/// A socket that listens on a free port.
pub(crate) async fn listen() -> (TcpListener, RpcAddress) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, RpcAddress::new("127.0.0.1", port))
}

/// A peer that speaks single frames.
pub(crate) struct Peer {
    pub(crate) socket: TcpStream,
    pub(crate) address: RpcAddress,
    decoder: Decoder,
    buffer: BytesMut,
    next_request: i64,
}

impl Peer {
    pub(crate) fn new(socket: TcpStream) -> Self {
        Self {
            socket,
            address: RpcAddress::new("peer.example", 7078),
            decoder: Decoder::new(1 << 24),
            buffer: BytesMut::new(),
            next_request: 1,
        }
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        soon("a write", self.socket.write_all(bytes)).await.unwrap();
    }

    pub(crate) async fn write_frame(&mut self, frame: &Frame) {
        self.write(&encoded(frame)).await;
    }

    /// The next frame; none when the other side closed.
    pub(crate) async fn read_frame(&mut self) -> Option<Frame> {
        loop {
            if let Some(Item::Frame(frame)) = self.decoder.decode(&mut self.buffer).unwrap() {
                return Some(frame);
            }
            let read = soon("a frame", self.socket.read_buf(&mut self.buffer)).await;
            if read.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    pub(crate) async fn frame(&mut self) -> Frame {
        self.read_frame().await.expect("the connection was closed")
    }

    /// The next frame, which must be a message.
    pub(crate) async fn message(&mut self) -> Message {
        match self.frame().await {
            Frame::OneWayMessage { body } => opened(&body).1,
            other => panic!("not a message: {other:?}"),
        }
    }

    /// The next frame, which must be a question.
    pub(crate) async fn question(&mut self) -> (i64, Message) {
        match self.frame().await {
            Frame::RpcRequest { request, body } => (request, opened(&body).1),
            other => panic!("not a question: {other:?}"),
        }
    }

    pub(crate) fn body(&self, message: &Message, endpoint: &str, family: Family) -> Bytes {
        body(Some(self.address.clone()), endpoint, &encode_message(message, family))
    }

    pub(crate) async fn send(&mut self, message: &Message) {
        let body = self.body(message, "Master", Family::Scala213);
        self.write_frame(&Frame::OneWayMessage { body }).await;
    }

    /// Sends a question and returns its number.
    pub(crate) async fn ask(&mut self, body: Bytes) -> i64 {
        let request = self.next_request;
        self.next_request += 1;
        self.write_frame(&Frame::RpcRequest { request, body }).await;
        request
    }

    pub(crate) async fn ask_message(&mut self, message: &Message) -> i64 {
        let body = self.body(message, "Master", Family::Scala213);
        self.ask(body).await
    }

    pub(crate) async fn answer(&mut self, request: i64, reply: &Reply) {
        let body = encode_reply(reply, Family::Scala213).into();
        self.write_frame(&Frame::RpcResponse { request, body }).await;
    }

    /// Asks the endpoint verifier.
    pub(crate) async fn exists(&mut self, name: &str) -> bool {
        let message = Message::CheckExistence { name: name.into() };
        let body = self.body(&message, "endpoint-verifier", Family::Scala213);
        let asked = self.ask(body).await;
        match self.frame().await {
            Frame::RpcResponse { request, body } if request == asked => {
                wire_deploy::decode_reply(&body).unwrap() == Reply::Boolean(true)
            }
            other => panic!("not an answer to {asked}: {other:?}"),
        }
    }

    /// The text of the failure that is the next frame.
    pub(crate) async fn failure(&mut self, asked: i64) -> String {
        match self.frame().await {
            Frame::RpcFailure { request, error } if request == asked => error,
            other => panic!("not a failure of {asked}: {other:?}"),
        }
    }
}

pub(crate) fn encoded(frame: &Frame) -> BytesMut {
    let mut bytes = BytesMut::new();
    frame.encode(&mut bytes, 1 << 24).unwrap();
    bytes
}

pub(crate) fn body(sender: Option<RpcAddress>, endpoint: &str, payload: &[u8]) -> Bytes {
    let mut body = Vec::new();
    Envelope { sender, receiver: None, endpoint: endpoint.into(), payload }.encode(&mut body).unwrap();
    body.into()
}

/// An envelope's sender, receiver and endpoint, and the message in it.
pub(crate) fn opened(body: &[u8]) -> (Envelope<'_>, Message, Option<Family>) {
    let envelope = Envelope::decode(body).unwrap();
    let (message, origin) = decode_message(envelope.payload).unwrap();
    (envelope, message, origin.family())
}

/// A one-way message to a Master.
pub(crate) fn heartbeat(worker: &str) -> Message {
    let endpoint = EndpointRef::new("Worker", RpcAddress::new("peer.example", 7078));
    Message::ToMaster(ToMaster::Heartbeat { worker: WorkerId::new(worker), endpoint })
}

/// A question to a Master.
pub(crate) fn status_of(driver: &str) -> Message {
    Message::ToMaster(ToMaster::RequestDriverStatus { driver: DriverId::new(driver) })
}

/// A one-way message to a Worker.
pub(crate) fn kill_executor(executor: u32) -> Message {
    let executor = ExecutorKey { application: model::ApplicationId::new("app-1"), executor };
    Message::ToWorker(ToWorker::KillExecutor { master_url: "spark://m:7077".into(), executor })
}
