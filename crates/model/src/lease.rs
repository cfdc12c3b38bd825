//! The right to lead, for a while.

/// Who leads, and for how long after each renewal. No two that were written are equal: they differ in the term or in the
/// number of renewals.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lease {
    /// The process that holds it: a name that no other process ever has, not even the same Master started again. Empty: it
    /// was given back.
    pub holder: String,
    /// Where clients and Workers reach the holder: `spark://host:7077`.
    pub address: String,
    /// Where people do: the URL of its page; empty when it has none.
    pub page: String,
    /// How long it holds after a renewal, in milliseconds of whoever looks.
    pub length_ms: u64,
    /// How often it changed hands, from 1.
    pub term: u64,
    /// How often this holder tried to write it, in this term and before.
    pub renewals: u64,
}

impl Lease {
    /// Whether it was given back, and anybody may take it at once.
    pub fn is_free(&self) -> bool {
        self.holder.is_empty()
    }
}
