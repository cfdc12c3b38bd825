//! The journal itself, and the verbs that a daemon calls.

use std::sync::Arc;

use model::{Change, Now};

use crate::desk::Outcome;
use crate::leader::Leader;
use crate::means::Means;
use crate::opening::{Opening, Turn};
use crate::queue::Queue;
use crate::{Answer, Effect, Request};

/// Who writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Random for each journal, at least 64 bits of it: two journals with one id would take each other's entries for
    /// their own. People see it in `hearth inspect`, so host and port may stand in front.
    pub id: Arc<str>,
    /// The number of its first entry, random too.
    pub first_nonce: u64,
}

/// How a journal works.
#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// How many bytes a change takes in an entry.
    pub weigh: fn(&Change) -> usize,
    /// The most bytes of changes in one object, unless one append, or one change of a snapshot, is larger.
    pub entry_bytes: usize,
    /// After how many entries a snapshot is worth it, if they are larger than the last one; after twice as many there
    /// is one in any case.
    pub snapshot_entries: u64,
    /// The most requests at a time.
    pub requests: usize,
}

impl Config {
    /// Objects of at most 512 KiB, a snapshot after 64 to 128 entries, 32 requests at a time.
    pub fn new(weigh: fn(&Change) -> usize) -> Self {
        Self { weigh, entry_bytes: 512 * 1024, snapshot_entries: 64, requests: 32 }
    }
}

#[derive(Clone, Debug)]
enum Phase {
    Opening(Box<Opening>),
    Leading(Box<Leader>),
    Over,
}

/// A log that is being opened, or is ours, or is not any more. Dropping it at any moment loses nothing that is durable.
#[derive(Clone, Debug)]
pub struct Journal {
    means: Means,
    phase: Phase,
    queue: Queue,
    trouble: bool,
}

impl Journal {
    /// Takes the log over, whoever has it: call it when a lease says that it is time. Ends in [`Effect::Opened`] or
    /// [`Effect::Ended`].
    pub fn open(writer: Writer, config: Config) -> Self {
        let mut means = Means::new(writer, config);
        let opening = Opening::new(&mut means);
        Self { means, phase: Phase::Opening(Box::new(opening)), queue: Queue::default(), trouble: false }
    }

    /// Writes changes down behind all earlier ones; [`Effect::Durable`] with that token follows, or `Ended`. What comes
    /// while an entry is being written goes together in the next. Changes of one append stand in one entry: a crash leaves
    /// all of them or none.
    pub fn append(&mut self, now: Now, changes: Vec<Change>, token: u64) {
        if matches!(self.phase, Phase::Over) {
            return;
        }
        self.queue.push(changes, token, self.means.config.weigh);
        self.go_on(now);
    }

    /// Takes in what became of a request. Answers may come in any order; one to an unknown number is passed over.
    pub fn answer(&mut self, now: Now, id: u64, answer: Answer) {
        let (request, answer) = match self.means.desk.answered(now, id, answer) {
            Outcome::Done(request, answer) => (request, answer),
            Outcome::Again(text) => return self.on_trouble(text),
            Outcome::Unknown => return,
        };
        if self.trouble && !self.means.desk.is_in_trouble() {
            self.trouble = false;
            self.means.effects.push_back(Effect::Recovered);
        }
        let answer = checked_name(&request, answer);
        match &mut self.phase {
            Phase::Opening(opening) => match opening.answered(&mut self.means, now, &request, answer) {
                None => {}
                Some(Turn::End(end)) => self.end(end),
                Some(Turn::Lead { epoch, memory, replaced }) => {
                    let leader = Leader::new(&mut self.means, now, epoch, memory, replaced);
                    self.phase = Phase::Leading(Box::new(leader));
                }
            },
            Phase::Leading(leader) => {
                if let Err(end) = leader.answered(&mut self.means, now, &request, answer) {
                    self.end(end);
                }
            }
            Phase::Over => {}
        }
        self.go_on(now);
    }

    /// Asks again what failed, when the moment of [`Self::poll_timeout`] has come.
    pub fn handle_timeout(&mut self, now: Now) {
        self.means.desk.wake(now);
    }

    /// When to call [`Self::handle_timeout`], on the monotonic clock.
    pub fn poll_timeout(&self) -> Option<u64> {
        self.means.desk.due_ms()
    }

    /// What to do or to know next, until there is none.
    pub fn poll_effect(&mut self) -> Option<Effect> {
        let effect = self.means.effects.pop_front();
        effect.or_else(|| self.means.desk.next().map(|(id, request)| Effect::Ask { id, request }))
    }

    fn go_on(&mut self, now: Now) {
        if let Phase::Leading(leader) = &mut self.phase {
            leader.go_on(&mut self.means, now, &mut self.queue);
        }
    }

    fn on_trouble(&mut self, text: String) {
        if !self.trouble {
            self.trouble = true;
            self.means.effects.push_back(Effect::Trouble { text });
        }
    }

    fn end(&mut self, end: crate::End) {
        self.phase = Phase::Over;
        self.queue = Queue::default();
        self.means.desk.clear();
        self.means.effects.push_back(Effect::Ended(end));
    }
}

/// An object that holds what was written for another place is damaged.
fn checked_name(request: &Request, answer: Answer) -> Answer {
    match (request, answer) {
        (Request::Read(name), Answer::Entry(entry)) if entry.name != *name => {
            Answer::Damaged(format!("what stands in it was written for {}", entry.name))
        }
        (_, answer) => answer,
    }
}
