//! What a journal asks of a store, what the store answers, and what the journal has to say.

use std::sync::Arc;

use model::{Entry, Memory, ObjectName};

use crate::End;

/// One of the four verbs of a store.
///
/// The store must create whole objects or none, and of several that create one name only one may succeed while the
/// object is there. A list must hold every object that was there from its beginning to its end; a read and a list must see
/// at least what the same journal's earlier answers spoke of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Write the object [`Entry::name`], unless it is there: answered with `Created`, `Exists` or `Failed`.
    Create(Arc<Entry>),
    /// Answered with `Entry`, `Absent`, `Damaged` or `Failed`.
    Read(ObjectName),
    /// Answered with `Names` or `Failed`.
    List,
    /// Answered with `Deleted`, also where nothing was, or `Failed`.
    Delete(ObjectName),
}

/// What became of a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The object was not there and is now.
    Created,
    /// The object was there already, whoever wrote it.
    Exists,
    /// What stands in the object.
    Entry(Arc<Entry>),
    /// There is no such object.
    Absent,
    /// There is one that cannot be understood, and why.
    Damaged(String),
    /// All names of the log, in any order.
    Names(Vec<ObjectName>),
    /// The object is not there any more.
    Deleted,
    /// Nobody knows whether it was done: the journal asks again later. Why, for people.
    Failed(String),
}

/// What a journal wants done or has to say, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Ask the store; exactly one [`Answer`] is due to that number.
    Ask {
        /// The number that the answer comes with.
        id: u64,
        /// What is asked.
        request: Request,
    },
    /// The log is ours. Comes once, before any `Durable`.
    Opened {
        /// The epoch that is ours.
        epoch: u64,
        /// What is remembered.
        memory: Box<Memory>,
    },
    /// What was appended with this token, and everything before it, lasts. Tokens come in the order of their appends.
    Durable {
        /// The token of the append.
        token: u64,
    },
    /// The store fails; everything waits and is tried again. Comes once until `Recovered`.
    Trouble {
        /// Why, for people.
        text: String,
    },
    /// The store works again.
    Recovered,
    /// It is over: nothing follows.
    Ended(End),
}
