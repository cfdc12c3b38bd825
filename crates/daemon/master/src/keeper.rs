//! Who keeps what the Master remembers, and knows whether it leads: a task beside the event loop.
//!
//! ```text
//!   event loop ── Order::Append ──► log ── entries ──► store
//!       ▲                            │
//!       └── News: Elected, Durable, Lost ◄── lease ◄──► register
//! ```

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Change, Memory, RpcAddress};
use tokio::sync::{mpsc, oneshot};

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
