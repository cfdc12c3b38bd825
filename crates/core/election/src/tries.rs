//! Our own writes whose outcome is not known yet: when each began.

use std::collections::VecDeque;

use model::Lease;

/// More than can be tried before a right runs out.
const MOST: usize = 32;

/// Writes since the last one that is known to have worked, oldest first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tries {
    begun: VecDeque<(u64, u64, u64)>,
}

impl Tries {
    /// A write began.
    pub(crate) fn begin(&mut self, lease: &Lease, now_ms: u64) {
        self.begun.push_back((lease.term, lease.renewals, now_ms));
        if self.begun.len() > MOST {
            self.begun.pop_front();
        }
    }

    /// When the write of this lease, which we find in the register, began.
    pub(crate) fn begun(&self, lease: &Lease) -> Option<u64> {
        let found =
            self.begun.iter().find(|(term, renewals, _)| (*term, *renewals) == (lease.term, lease.renewals));
        found.map(|(_, _, begun)| *begun)
    }
}
