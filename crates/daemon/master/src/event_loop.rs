//! The Master's one thread of decision: events in, the core's effects out, in order.

use std::collections::HashMap;
use std::ops::ControlFlow;

use core_master::{Effect, Event, Master as Core, Response, Snapshot, Speaker, ToPeer};
use edge_net::{NetEvent, Network, Role};
use edge_telemetry::Clock;
use model::message::Reply;
use model::{Change, Dialect, Note, PeerId, SparkVersion};
use tokio::sync::{mpsc, oneshot};
use tokio::task::{JoinError, JoinSet};
use tracing::{error, info, warn};
use web::metrics::Traffic;
use wire_deploy::{Message, Releases};

use crate::keeper::{Keeper, News, Order};
use crate::outbox::Outbox;
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
    pub(crate) outbox: Outbox<Effect>,
    /// None where nothing is remembered: then this Master leads from the start.
    pub(crate) keeper: Option<Keeper>,
    /// It leads by the keeper's word, and may speak only while that holds.
    pub(crate) leads: bool,
    /// Why it ends by itself, once it does.
    pub(crate) outcome: Option<Outcome>,
    /// Pages that are being asked for their version, by the number that the core knows the question by.
    pub(crate) versions: JoinSet<(u64, Option<SparkVersion>)>,
}

/// Why a Master ends by itself.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// Another one may lead: as Spark's, it ends well, for whoever looks after it starts it again.
    Deposed,
    /// It cannot go on.
    Failed(String),
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
    ///
    /// # Errors
    /// With why it could not go on.
    pub(crate) async fn run(mut self) -> Result<(), String> {
        self.decide().await;
        let Self { network, mut net_events, keeper, outcome, .. } = self;
        drop(network);
        // Its tasks hold the sender: when the last one has closed its socket, there is nothing more to receive.
        while net_events.recv().await.is_some() {}
        if let Some(keeper) = keeper {
            keeper.release().await;
        }
        match outcome {
            Some(Outcome::Failed(why)) => Err(why),
            Some(Outcome::Deposed) | None => Ok(()),
        }
    }

    async fn decide(&mut self) {
        self.carry_out();
        while self.outcome.is_none() {
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
                news = news_of(&mut self.keeper) => self.on_news(news),
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
            NetEvent::Contacted { token, outcome } => self.handle(Event::Contacted { token, outcome }),
            // It dials nobody otherwise and asks nothing.
            NetEvent::Received { ask: None, .. }
            | NetEvent::Dialled { .. }
            | NetEvent::DialFailed { .. }
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

    /// What the keeper has to say.
    fn on_news(&mut self, news: News) {
        match news {
            News::Elected { memory } => {
                self.leads = true;
                self.handle(Event::Elected { memory: *memory });
            }
            News::Durable(number) => {
                self.outbox.durable(number);
                self.carry_out();
            }
            News::Lost { why } => self.handle(Event::Deposed { why }),
            News::Leader(leader) => self.handle(Event::LeaderKnown { leader }),
            News::Failed(why) => self.outcome = Some(Outcome::Failed(why)),
        }
    }

    fn carry_out(&mut self) {
        while let Some(effect) = self.core.poll_effect() {
            match effect {
                Effect::Persist { changes, peer } => self.persist(changes, peer),
                Effect::StepDown { why } => return self.step_down(&why),
                effect => self.outbox.push(effect),
            }
        }
        if self.leads && !self.may_speak() {
            return self.step_down("its lease ran out before it could renew it");
        }
        while let Some(effect) = self.outbox.pop() {
            self.do_one(effect);
        }
    }

    fn may_speak(&self) -> bool {
        self.keeper.as_ref().is_none_or(|keeper| keeper.right.holds(self.clock.now().monotonic_ms))
    }

    /// Nothing more is said to anyone (`Master.RevokedLeadership`, 3.5).
    fn step_down(&mut self, why: &str) {
        error!(target: "Master", "Leadership has been revoked -- master shutting down: {why}");
        self.outbox.clear();
        self.outcome.get_or_insert(Outcome::Deposed);
    }

    fn persist(&mut self, mut changes: Vec<Change>, peer: Option<PeerId>) {
        let Some(keeper) = &self.keeper else { return };
        if let Some(releases) = peer.and_then(|peer| self.network.releases(peer)) {
            changes.iter_mut().for_each(|change| learn_dialect(change, &Dialect(releases.to_string())));
        }
        let number = self.outbox.change();
        // A keeper that has ended has said why, and the loop ends too.
        let _ = keeper.orders.send(Order::Append { number, changes });
    }

    fn do_one(&mut self, effect: Effect) {
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
            Effect::Contact { address, dialect, who, token } => {
                self.network.contact(address, token, endpoint_of(who), Releases::listed(&dialect.0));
            }
            // Done where they came out of the core.
            Effect::Persist { .. } | Effect::StepDown { .. } => {}
            Effect::Log(Note { warning: false, text }) => info!(target: "Master", "{text}"),
            Effect::Log(Note { warning: true, text }) => warn!(target: "Master", "{text}"),
        }
    }
}

/// What the keeper says next; never where there is none.
async fn news_of(keeper: &mut Option<Keeper>) -> News {
    match keeper {
        Some(keeper) => keeper.news.recv().await.unwrap_or_else(|| {
            News::Failed("the task that keeps what the Master remembers broke off".to_owned())
        }),
        None => std::future::pending().await,
    }
}

/// How to write to whom a record is about.
fn learn_dialect(change: &mut Change, dialect: &Dialect) {
    match change {
        Change::Worker(record) => record.dialect = dialect.clone(),
        Change::Application(record) => record.dialect = dialect.clone(),
        Change::WorkerGone(_)
        | Change::Totals { .. }
        | Change::ApplicationGone(_)
        | Change::Driver(_)
        | Change::DriverGone(_)
        | Change::Numbers(_) => {}
    }
}

fn endpoint_of(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Worker => "Worker",
        Speaker::Driver | Speaker::Submitter => "AppClient",
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

#[cfg(test)]
mod tests;
