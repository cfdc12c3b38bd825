//! What the core wants done, held back until what it rests on is durable.
//!
//! ```text
//!   effects, in order ──► push ──► [ held behind the last change before each ] ──► pop ──► sockets
//!                           └─ changes go to the log at once, so that many are written together
//!   durable(n) ─────────────────────────────────────────────────────────────┘
//! ```

use std::collections::VecDeque;

/// Effects in their order, each behind the changes that were made before it.
#[derive(Debug)]
pub(crate) struct Outbox<T> {
    held: VecDeque<(u64, T)>,
    /// The number of the last change.
    changes: u64,
    /// All changes up to this one are durable.
    durable: u64,
}

impl<T> Default for Outbox<T> {
    fn default() -> Self {
        Self { held: VecDeque::new(), changes: 0, durable: 0 }
    }
}

impl<T> Outbox<T> {
    /// A change was made; returns its number. Whatever is pushed from now on waits for it.
    pub(crate) fn change(&mut self) -> u64 {
        self.changes += 1;
        self.changes
    }

    /// One thing to do.
    pub(crate) fn push(&mut self, effect: T) {
        self.held.push_back((self.changes, effect));
    }

    /// The change of that number is durable, and all before it.
    pub(crate) fn durable(&mut self, change: u64) {
        self.durable = self.durable.max(change);
    }

    /// The next thing that may be done.
    pub(crate) fn pop(&mut self) -> Option<T> {
        let (needs, _) = self.held.front()?;
        if *needs > self.durable {
            return None;
        }
        self.held.pop_front().map(|(_, effect)| effect)
    }

    /// Nothing of it will be done any more.
    pub(crate) fn clear(&mut self) {
        self.held.clear();
    }
}

#[cfg(test)]
mod tests;
