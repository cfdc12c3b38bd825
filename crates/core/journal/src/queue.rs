//! What was appended and is not written yet.

use std::collections::VecDeque;

use model::Change;

/// What was appended together, and stays together: a crash leaves all of it or nothing.
#[derive(Clone, Debug)]
struct Append {
    changes: Vec<Change>,
    bytes: usize,
    token: u64,
}

/// What was appended, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue(VecDeque<Append>);

/// What goes in one entry.
#[derive(Clone, Debug, Default)]
pub(crate) struct Batch {
    pub(crate) changes: Vec<Change>,
    pub(crate) bytes: usize,
    /// The appends that are complete with it.
    pub(crate) tokens: Vec<u64>,
}

impl Queue {
    pub(crate) fn push(&mut self, changes: Vec<Change>, token: u64, weigh: fn(&Change) -> usize) {
        let bytes = changes.iter().map(weigh).sum();
        self.0.push_back(Append { changes, bytes, token });
    }

    /// As much as goes in one entry: at least one append if there is any.
    pub(crate) fn next_batch(&mut self, most_bytes: usize) -> Batch {
        let mut batch = Batch::default();
        while let Some(next) = self.0.front() {
            if !batch.changes.is_empty() && batch.bytes + next.bytes > most_bytes {
                break;
            }
            let Some(append) = self.0.pop_front() else { break };
            batch.bytes += append.bytes;
            batch.changes.extend(append.changes);
            batch.tokens.push(append.token);
        }
        batch
    }
}

/// Cuts changes into pieces that each go in one object.
pub(crate) fn cut(
    changes: impl Iterator<Item = Change>,
    most_bytes: usize,
    weigh: fn(&Change) -> usize,
) -> (Vec<Vec<Change>>, usize) {
    let (mut pieces, mut bytes, mut total) = (Vec::<Vec<Change>>::new(), 0, 0);
    for change in changes {
        let weight = weigh(&change);
        total += weight;
        match pieces.last_mut() {
            Some(piece) if bytes + weight <= most_bytes => {
                bytes += weight;
                piece.push(change);
            }
            _ => {
                bytes = weight;
                pieces.push(vec![change]);
            }
        }
    }
    (pieces, total)
}
