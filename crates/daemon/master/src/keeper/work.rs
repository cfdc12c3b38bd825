//! The keeper's own loop: orders, answers and moments in, news out.

use std::ops::ControlFlow;
use std::sync::Arc;

use core_election::{Outcome, Told};
use core_journal::{Answer, Effect, End};
use edge_store::{Store, StoreError};
use edge_telemetry::Clock;
use model::{Change, Memory, Now, Numbers, RpcAddress};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tracing::{info, warn};

use super::lease::Tenure;
use super::log::Log;
use super::{News, Order, Right, leftovers};

/// What a JVM's Master left is appended before anything else; the event loop's own numbers begin above.
const TAKEN_OVER: u64 = 0;

/// Everything that the keeper owns.
pub(super) struct Work {
    pub(super) clock: Clock,
    pub(super) store: Arc<dyn Store>,
    pub(super) log: Log,
    /// None for a Master that leads alone.
    pub(super) tenure: Option<Tenure>,
    pub(super) orders: mpsc::UnboundedReceiver<Order>,
    pub(super) news: mpsc::UnboundedSender<News>,
    pub(super) right: Right,
    pub(super) stage: Stage,
}

/// How far it is.
pub(super) enum Stage {
    /// Somebody else leads, or nobody.
    Standby,
    /// The log is being opened.
    Opening,
    /// The log is ours, and as good as new: perhaps a JVM's Master left something.
    Looking(Box<Memory>, JoinHandle<Result<Vec<Change>, String>>),
    /// That is being written down; so many changes are not durable yet.
    TakingOver(Box<Memory>, usize),
    /// The event loop knows that it leads.
    Leading,
}

/// Whom to tell when the lease is given back; none where the event loop is gone.
type Over = Option<oneshot::Sender<()>>;

impl Work {
    /// Works until it is told to release, or cannot go on: the last news say why.
    pub(super) async fn run(mut self) {
        if self.tenure.is_none() {
            self.open();
        }
        let over = loop {
            match self.step().await {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(over)) => break over,
                Err(news) => {
                    self.tell(news);
                    break self.released().await;
                }
            }
        };
        if let Some(tenure) = &mut self.tenure {
            tenure.give_back(&self.clock).await;
        }
        if let Some(over) = over {
            // The event loop may not wait any more.
            let _ = over.send(());
        }
    }

    async fn released(&mut self) -> Over {
        loop {
            match self.orders.recv().await? {
                Order::Release(over) => return Some(over),
                Order::Append { .. } => {}
            }
        }
    }

    async fn step(&mut self) -> Result<ControlFlow<Over>, News> {
        let now = self.clock.now();
        self.log.handle_timeout(now);
        self.watch_lease(now)?;
        self.listen()?;
        let due_ms = self
            .log
            .poll_timeout()
            .into_iter()
            .chain(self.tenure.as_ref().and_then(Tenure::poll_timeout))
            .min();
        tokio::select! {
            order = self.orders.recv() => match order {
                Some(Order::Append { number, changes }) => self.log.append(self.clock.now(), changes, number),
                Some(Order::Release(over)) => return Ok(ControlFlow::Break(Some(over))),
                None => return Ok(ControlFlow::Break(None)),
            },
            (id, answer) = self.log.answered() => self.on_answer(id, answer)?,
            (ticket, outcome) = looked(&mut self.tenure) => self.on_look(ticket, outcome)?,
            found = found(&mut self.stage) => self.on_leftovers(found?),
            () = self.clock.sleep_until(due_ms) => {}
        }
        Ok(ControlFlow::Continue(()))
    }

    fn on_answer(&mut self, id: u64, answer: Result<Answer, StoreError>) -> Result<(), News> {
        let answer = match answer {
            Ok(answer) => answer,
            // Whoever starts a Master is told at once what is wrong; one that leads waits until somebody has put it right.
            Err(error) if !error.is_transient() && !matches!(self.stage, Stage::Leading) => {
                return Err(News::Failed(error.to_string()));
            }
            Err(error) => Answer::Failed(error.to_string()),
        };
        self.log.answer(self.clock.now(), id, answer);
        Ok(())
    }

    fn on_look(&mut self, ticket: u64, outcome: Result<Outcome, StoreError>) -> Result<(), News> {
        let Some(tenure) = &mut self.tenure else { return Ok(()) };
        tenure.answer(self.clock.now().monotonic_ms, ticket, outcome).map_err(News::Failed)
    }

    /// What the election has to say.
    fn watch_lease(&mut self, now: Now) -> Result<(), News> {
        let Some(tenure) = &mut self.tenure else { return Ok(()) };
        tenure.handle_timeout(now.monotonic_ms);
        self.right.extend(tenure.leads_until().unwrap_or(0));
        while let Some(told) = self.tenure.as_mut().and_then(Tenure::poll_told) {
            match told {
                Told::Won { .. } => self.open(),
                Told::Lost { why } if matches!(self.stage, Stage::Leading) => {
                    return Err(News::Lost { why: why.to_string() });
                }
                Told::Lost { why } => {
                    info!(target: "Master", "Did not come to lead: {why}");
                    self.stand_by();
                }
                Told::Leads(lease) => {
                    let leader = lease.and_then(|lease| address_of(&lease.address));
                    self.tell(News::Leader(leader));
                }
                Told::Stopped => {}
            }
        }
        Ok(())
    }

    fn open(&mut self) {
        self.stage = Stage::Opening;
        self.log.open();
    }

    fn stand_by(&mut self) {
        self.stage = Stage::Standby;
        self.log.leave();
    }

    /// What the log has to say.
    fn listen(&mut self) -> Result<(), News> {
        while let Some(effect) = self.log.poll_effect() {
            match effect {
                Effect::Ask { .. } => {}
                Effect::Opened { epoch, memory } => {
                    info!(target: "Master", "Epoch {epoch} of {} is this Master's", self.store.place());
                    self.opened(memory);
                }
                Effect::Durable { token: TAKEN_OVER } => self.taken_over(),
                Effect::Durable { token } => self.tell(News::Durable(token)),
                Effect::Trouble { text } => {
                    warn!(target: "Master", "{text}. It is tried again; what is new has to wait, what runs goes on");
                }
                Effect::Recovered => {
                    info!(target: "Master", "{} works again", self.store.place());
                }
                Effect::Ended(end) => self.ended(&end)?,
            }
        }
        Ok(())
    }

    fn opened(&mut self, memory: Box<Memory>) {
        // A log with numbers in it was led by a Master of ours that has taken over what there was, or has given out ids.
        if memory.numbers == Numbers::default() {
            let store = self.store.clone();
            self.stage = Stage::Looking(memory, tokio::spawn(async move { leftovers::read(&*store).await }));
        } else {
            self.lead(memory);
        }
    }

    fn on_leftovers(&mut self, changes: Vec<Change>) {
        let Stage::Looking(mut memory, _) = std::mem::replace(&mut self.stage, Stage::Opening) else {
            return;
        };
        if changes.is_empty() {
            return self.lead(memory);
        }
        changes.iter().cloned().for_each(|change| memory.apply(change));
        info!(
            target: "Master",
            "Taking over from a JVM's Master: {} Workers, {} applications, {} drivers in {}",
            memory.workers.len(), memory.applications.len(), memory.drivers.len(), self.store.place()
        );
        self.stage = Stage::TakingOver(memory, changes.len());
        // One by one: all of them may be more than an entry can hold. The numbers come last, so that a crash begins again.
        for change in changes {
            self.log.append(self.clock.now(), vec![change], TAKEN_OVER);
        }
    }

    fn taken_over(&mut self) {
        match std::mem::replace(&mut self.stage, Stage::Opening) {
            Stage::TakingOver(memory, 1) => self.lead(memory),
            Stage::TakingOver(memory, left) => self.stage = Stage::TakingOver(memory, left - 1),
            other => self.stage = other,
        }
    }

    fn lead(&mut self, memory: Box<Memory>) {
        if self.tenure.is_none() {
            self.right.extend(u64::MAX);
        }
        self.stage = Stage::Leading;
        self.tell(News::Elected { memory });
    }

    fn ended(&mut self, end: &End) -> Result<(), News> {
        match (end, &self.stage) {
            (End::Fenced { .. }, Stage::Leading) => Err(News::Lost { why: end.to_string() }),
            // Somebody was faster; whoever holds the lease comes through in the end.
            (End::Fenced { .. }, _) if self.tenure.is_some() => {
                info!(target: "Master", "{end}");
                self.open();
                Ok(())
            }
            _ => Err(News::Failed(format!("{end} (in {})", self.store.place()))),
        }
    }

    fn tell(&self, news: News) {
        // The event loop may have ended: then there is nobody to tell.
        let _ = self.news.send(news);
    }
}

/// The next answer of the register; never for a Master that leads alone.
async fn looked(tenure: &mut Option<Tenure>) -> (u64, Result<Outcome, StoreError>) {
    match tenure {
        Some(tenure) => tenure.answered().await,
        None => std::future::pending().await,
    }
}

/// What a JVM's Master left, once that is known.
async fn found(stage: &mut Stage) -> Result<Vec<Change>, News> {
    match stage {
        Stage::Looking(_, read) => match read.await {
            Ok(found) => found.map_err(News::Failed),
            Err(error) => Err(News::Failed(format!("looking for a JVM's state broke off: {error}"))),
        },
        _ => std::future::pending().await,
    }
}

/// Of `spark://host:port`.
fn address_of(url: &str) -> Option<RpcAddress> {
    let url: model::MasterUrl = url.parse().ok()?;
    url.masters.into_iter().next()
}
