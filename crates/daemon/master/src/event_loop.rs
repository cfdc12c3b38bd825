//! The Master's one thread of decision: events in, the core's effects out, in order.

use std::collections::HashMap;
use std::ops::ControlFlow;

use core_master::{Effect, Event, Master as Core, Response, Snapshot, Speaker, ToPeer};
use edge_net::{NetEvent, Network, Role};
use edge_telemetry::Clock;
use model::message::Reply;
use model::{Note, SparkVersion};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tracing::{info, warn};
use web::metrics::Traffic;
use wire_deploy::{Message, Releases};

use crate::version;

/// What pages and the owner of the daemon want of the loop.
#[derive(Debug)]
pub(crate) enum Request {
    /// A copy of the state, for a page.
    Snapshot(oneshot::Sender<Snapshot>),
    /// The same, with what was sent and received since the start.
    Metrics(oneshot::Sender<(Snapshot, Traffic)>),
    /// Where a Worker or an application says its page is; none for one that is not here.
    WebUi { id: String, reply: oneshot::Sender<Option<String>> },
    /// Something that was asked for on a page.
    Event(Box<Event>),
    /// Something that is asked for, with where to say what became of it.
    Ask(core_master::Request, oneshot::Sender<Response>),
    /// End the loop.
    Stop,
}

/// Everything that the loop owns.
pub(crate) struct EventLoop {
    pub(crate) core: Core,
    pub(crate) clock: Clock,
    pub(crate) network: Network,
    pub(crate) net_events: mpsc::Receiver<NetEvent>,
    pub(crate) requests: mpsc::Receiver<Request>,
    pub(crate) asks: Asks,
    pub(crate) traffic: Traffic,
    /// Pages that are being asked for their version, by the number that the core knows the question by.
    pub(crate) versions: JoinSet<(u64, Option<SparkVersion>)>,
}

/// Those who asked and have not heard yet, by the number that the core knows their request by.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    open: HashMap<u64, oneshot::Sender<Response>>,
    next_request: u64,
}

impl Asks {
    fn open(&mut self, reply: oneshot::Sender<Response>) -> u64 {
        self.next_request += 1;
        self.open.insert(self.next_request, reply);
        self.next_request
    }

    fn answer(&mut self, request: u64, response: Response) {
        if let Some(reply) = self.open.remove(&request) {
            // Whoever asked may have gone: then nobody misses the answer.
            let _ = reply.send(response);
        }
    }
}

impl EventLoop {
    /// Runs until it is told to stop or nobody is left who could tell, then closes its connections.
    pub(crate) async fn run(mut self) {
        self.decide().await;
        let Self { network, mut net_events, .. } = self;
        drop(network);
        // Its tasks hold the sender: when the last one has closed its socket, there is nothing more to receive.
        while net_events.recv().await.is_some() {}
    }

    async fn decide(&mut self) {
        self.carry_out();
        loop {
            tokio::select! {
                event = self.net_events.recv() => match event {
                    Some(event) => self.on_net_event(event),
                    None => return,
                },
                request = self.requests.recv() => match request {
                    Some(request) => {
                        if self.on_request(request).is_break() {
                            return;
                        }
                    }
                    None => return,
                },
                Some(read) = self.versions.join_next() => self.on_version(read),
                () = self.clock.sleep_until(self.core.poll_timeout()) => {
                    self.core.handle_timeout(self.clock.now());
                    self.carry_out();
                }
            }
        }
    }

    /// Whoever asked may have gone: then nobody misses the answer.
    fn on_request(&mut self, request: Request) -> ControlFlow<()> {
        match request {
            Request::Snapshot(reply) => {
                let _ = reply.send(self.core.snapshot(self.clock.now()));
            }
            Request::Metrics(reply) => {
                let _ = reply.send((self.core.snapshot(self.clock.now()), self.traffic.clone()));
            }
            Request::WebUi { id, reply } => {
                let _ = reply.send(self.core.web_ui_of(&id).map(ToOwned::to_owned));
            }
            Request::Event(event) => self.handle(*event),
            Request::Ask(what, reply) => {
                let request = self.asks.open(reply);
                self.handle(Event::Request { request, what });
            }
            Request::Stop => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    }

    fn on_net_event(&mut self, event: NetEvent) {
        match event {
            NetEvent::Received { peer, sender, ask, message: Message::ToMaster(message) } => {
                self.traffic.received(message.name());
                self.handle(Event::Received { peer, sender, ask, message });
            }
            NetEvent::Received { ask: Some(ask), .. } => {
                let message =
                    "This endpoint is a Master; the message is not one that a Master takes".to_owned();
                self.network.answer(ask, &Reply::Failure { message });
            }
            NetEvent::ReleasesFound { token, releases, .. } => {
                let versions = releases.map(Releases::versions).into_iter().flatten();
                self.handle(Event::SparkFound {
                    token,
                    candidates: versions.filter_map(SparkVersion::parse).collect(),
                });
            }
            NetEvent::Disconnected { peer } => self.handle(Event::Disconnected { peer }),
            // This Master dials nobody and asks nothing.
            NetEvent::Received { ask: None, .. }
            | NetEvent::Dialled { .. }
            | NetEvent::DialFailed { .. }
            | NetEvent::Contacted { .. }
            | NetEvent::Answered { .. } => {}
        }
    }

    /// A page was asked for its version.
    fn on_version(&mut self, read: Result<(u64, Option<SparkVersion>), JoinError>) {
        match read {
            Ok((token, version)) => {
                self.handle(Event::SparkFound { token, candidates: version.into_iter().collect() });
            }
            // Only a panic breaks such a task off. Whoever waits for it waits on, and the page says for what.
            Err(error) => warn!(target: "Master", "Asking a page for its version broke off: {error}"),
        }
    }

    fn handle(&mut self, event: Event) {
        self.core.handle(self.clock.now(), event);
        self.carry_out();
    }

    fn carry_out(&mut self) {
        while let Some(effect) = self.core.poll_effect() {
            match effect {
                Effect::Send { peer, message } => {
                    self.traffic.sent(message.name(), 1);
                    self.network.send(peer, &message_of(message));
                }
                Effect::SendAll { peers, message } => {
                    self.traffic.sent(message.name(), peers.len());
                    self.network.send_all(&peers, &message_of(message));
                }
                Effect::Answer { ask, reply } => self.network.answer(ask, &reply),
                Effect::Respond { request, response } => self.asks.answer(request, response),
                Effect::FindSpark { peer, speaker, token } => {
                    self.network.find_releases(peer, token, role_of(speaker));
                }
                Effect::ReadVersion { url, token } => {
                    self.versions.spawn(async move { (token, version::read(&url).await) });
                }
                // This Master has no store: it leads from the start.
                Effect::Persist { .. } | Effect::Contact { .. } | Effect::StepDown { .. } => {}
                Effect::Log(Note { warning: false, text }) => info!(target: "Master", "{text}"),
                Effect::Log(Note { warning: true, text }) => warn!(target: "Master", "{text}"),
            }
        }
    }
}

fn role_of(speaker: Speaker) -> Role {
    match speaker {
        Speaker::Worker => Role::Worker,
        Speaker::Driver => Role::Driver,
        Speaker::Submitter => Role::SubmitClient,
    }
}

fn message_of(message: ToPeer) -> Message {
    match message {
        ToPeer::Worker(message) => Message::ToWorker(message),
        ToPeer::Driver(message) => Message::ToDriver(message),
    }
}
