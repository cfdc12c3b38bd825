//! What was appended and is not written yet.

use std::collections::VecDeque;

use model::Change;

#[derive(Clone, Debug)]
enum Item {
    Change(Change, usize),
    /// All changes of an append stand before its token.
    Token(u64),
}

/// What was appended, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue(VecDeque<Item>);

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
        self.0.extend(changes.into_iter().map(|change| {
            let bytes = weigh(&change);
            Item::Change(change, bytes)
        }));
        self.0.push_back(Item::Token(token));
    }

    /// As much as goes in one entry: at least one change if there is any.
    pub(crate) fn next_batch(&mut self, most_bytes: usize) -> Batch {
        let mut batch = Batch::default();
        while let Some(item) = self.0.pop_front() {
            match item {
                Item::Token(token) => batch.tokens.push(token),
                Item::Change(change, bytes)
                    if batch.changes.is_empty() || batch.bytes + bytes <= most_bytes =>
                {
                    batch.bytes += bytes;
                    batch.changes.push(change);
                }
                item @ Item::Change(..) => {
                    self.0.push_front(item);
                    break;
                }
            }
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
