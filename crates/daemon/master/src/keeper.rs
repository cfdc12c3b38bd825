//! Who keeps what the Master remembers, and knows whether it leads: a task beside the event loop.
//!
//! ```text
//!   event loop ── Order::Append ──► log ── entries ──► store
//!       ▲                            │
//!       └── News: Elected, Durable, Lost ◄── lease ◄──► register
//! ```

mod lease;
mod leftovers;
mod log;
pub(crate) mod place;
mod work;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use core_election::Config;
use edge_config::RecoverySettings;
use edge_telemetry::Clock;
use model::{Change, Memory, RpcAddress};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;

use lease::Tenure;
use log::Log;
use work::{Stage, Work};

/// What the event loop wants of the keeper.
#[derive(Debug)]
pub(crate) enum Order {
    /// Write this down; `News::Durable` with this number follows.
    Append {
        /// Counts up.
        number: u64,
        /// All in one entry or nothing.
        changes: Vec<Change>,
    },
    /// Give the lease back and end.
    Release(oneshot::Sender<()>),
}

/// What the keeper has to say.
#[derive(Debug)]
pub(crate) enum News {
    /// This Master leads, and nobody else can write.
    Elected {
        /// What the Masters before it left.
        memory: Box<Memory>,
    },
    /// Everything up to this number is durable.
    Durable(u64),
    /// This Master leads no longer, or may not.
    Lost {
        /// Why, for people.
        why: String,
    },
    /// Who leads in its place; none where nobody does.
    Leader(Option<RpcAddress>),
    /// Nothing can be kept: the Master cannot go on.
    Failed(String),
}

/// The event loop's end.
#[derive(Debug)]
pub(crate) struct Keeper {
    pub(crate) orders: mpsc::UnboundedSender<Order>,
    pub(crate) news: mpsc::UnboundedReceiver<News>,
    pub(crate) right: Right,
}

/// Until when this Master may speak as the leader, on its own monotonic clock: looked at before each word, for the whole
/// process may have been frozen since the keeper was last heard of.
#[derive(Clone, Debug)]
pub(crate) struct Right(Arc<AtomicU64>);

impl Right {
    /// None yet.
    pub(crate) fn none() -> Self {
        Self(Arc::new(AtomicU64::new(0)))
    }

    /// Until that moment, in milliseconds.
    pub(crate) fn extend(&self, until_ms: u64) {
        self.0.store(until_ms, Ordering::Release);
    }

    /// Whether it still holds.
    pub(crate) fn holds(&self, now_ms: u64) -> bool {
        now_ms < self.0.load(Ordering::Acquire)
    }
}

impl Keeper {
    /// Begins to keep; the first news come when this Master leads, or somebody else does.
    ///
    /// # Errors
    /// With a sentence, where the settings cannot work.
    pub(crate) async fn start(
        settings: &RecoverySettings,
        address: &RpcAddress,
        page: &str,
        clock: &Clock,
    ) -> Result<Self, String> {
        let places = place::open(settings).await.map_err(|error| error.to_string())?;
        let writer = format!("{address}-{:016x}", fastrand::u64(..));
        let tenure = match places.election {
            None => None,
            Some((carrier, timing)) => {
                timing.check().map_err(|error| error.to_string())?;
                let (id, address, page) = (writer.clone(), address.spark_url(), page.to_owned());
                let config = Config { id, address, page, timing, seed: fastrand::u64(..) };
                Some(Tenure::new(carrier, config, clock))
            }
        };
        let (orders, order_queue) = mpsc::unbounded_channel();
        let (news, news_queue) = mpsc::unbounded_channel();
        let right = Right::none();
        let work = Work {
            clock: clock.clone(),
            log: Log::new(places.store.clone(), &writer),
            store: places.store,
            tenure,
            orders: order_queue,
            news,
            right: right.clone(),
            stage: Stage::Standby,
        };
        tokio::spawn(work.run());
        Ok(Self { orders, news: news_queue, right })
    }

    /// Gives the lease back, so that another Master leads at once.
    pub(crate) async fn release(self) {
        let (over, released) = oneshot::channel();
        if self.orders.send(Order::Release(over)).is_ok() {
            // A keeper that broke off gives nothing back: the lease runs out.
            let _ = released.await;
        }
    }
}

/// What the next of these tasks comes to; never while there is none.
async fn next_of<T: 'static>(tasks: &mut JoinSet<T>) -> T {
    match tasks.join_next().await {
        Some(Ok(done)) => done,
        // Nobody ends such a task, so it panicked; whoever waits for its answer would wait for ever.
        Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
        None => std::future::pending().await,
    }
}
