//! Who owns an epoch: appends, snapshots, and deletes what a snapshot replaces.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Entry, EntryKind, Memory, Now, ObjectName};

use crate::means::{Means, fenced_by, is_same};
use crate::queue::{Batch, Queue, cut};
use crate::{Answer, Effect, End, Request};

/// The entry that is being written; there is one at a time, so that nobody can be between two.
#[derive(Clone, Debug)]
struct Writing {
    entry: Arc<Entry>,
    bytes: usize,
    tokens: Vec<u64>,
}

/// A snapshot whose parts are being written.
#[derive(Clone, Debug)]
struct Snapshot {
    position: u64,
    parts: u32,
    bytes: usize,
    /// How much of the log it replaces.
    log_bytes: usize,
    /// The parts that are not there yet.
    left: BTreeMap<ObjectName, Arc<Entry>>,
}

/// The owner of an epoch.
#[derive(Clone, Debug)]
pub(crate) struct Leader {
    epoch: u64,
    opened: bool,
    /// What the entries before `next` make.
    memory: Memory,
    next: u64,
    writing: Option<Writing>,
    snapshot: Option<Snapshot>,
    /// Position, parts and bytes of the last complete snapshot.
    last: (u64, u32, usize),
    /// How much was written since then.
    log_bytes: usize,
    /// What the last complete snapshot replaces and is perhaps still there.
    replaced: BTreeSet<ObjectName>,
    /// Whether it is being asked if the next epoch is claimed.
    checking: bool,
}

impl Leader {
    /// Begins an epoch with a snapshot; `replaced` is what that replaces.
    pub(crate) fn new(
        means: &mut Means,
        now: Now,
        epoch: u64,
        memory: Memory,
        replaced: BTreeSet<ObjectName>,
    ) -> Self {
        let mut leader = Self {
            epoch,
            opened: false,
            memory,
            next: 1,
            writing: None,
            snapshot: None,
            last: (1, 0, 0),
            log_bytes: 0,
            replaced,
            checking: false,
        };
        leader.begin_snapshot(means, now);
        leader
    }

    pub(crate) fn answered(
        &mut self,
        means: &mut Means,
        now: Now,
        request: &Request,
        answer: Answer,
    ) -> Result<(), End> {
        match (request, answer) {
            (Request::Create(entry), Answer::Created) => self.written(means, now, entry.name),
            (Request::Create(entry), _) => means.read(entry.name),
            (Request::Read(name), answer) if *name == ObjectName::entry(self.epoch + 1, 0) => {
                self.checked(means, answer)?;
            }
            (Request::Read(name), answer) => self.read_back(means, now, *name, answer)?,
            (Request::Delete(name), Answer::Deleted) => {
                self.replaced.remove(name);
            }
            (Request::Delete(_) | Request::List, _) => {}
        }
        Ok(())
    }

    /// Begins what can begin. A snapshot's mark goes before what waits, so that the log stays short.
    pub(crate) fn go_on(&mut self, means: &mut Means, now: Now, queue: &mut Queue) {
        if self.writing.is_some() {
            return;
        }
        if let Some(done) = self.snapshot.as_ref().filter(|snapshot| snapshot.left.is_empty()) {
            let kind = EntryKind::Complete { snapshot: done.position, parts: done.parts };
            self.write(means, now, kind, Batch::default());
        } else if self.opened {
            let mut batch = queue.next_batch(means.config.entry_bytes);
            if batch.changes.is_empty() {
                let tokens = batch.tokens.drain(..);
                means.effects.extend(tokens.map(|token| Effect::Durable { token }));
            } else {
                self.write(means, now, EntryKind::Batch, batch);
            }
        }
    }

    fn write(&mut self, means: &mut Means, now: Now, kind: EntryKind, batch: Batch) {
        let name = ObjectName::entry(self.epoch, self.next);
        let entry = means.entry(now, name, kind, batch.changes);
        means.create(&entry);
        self.writing = Some(Writing { entry, bytes: batch.bytes, tokens: batch.tokens });
    }

    /// The object stood there already: perhaps an earlier try did write it.
    fn read_back(
        &mut self,
        means: &mut Means,
        now: Now,
        name: ObjectName,
        answer: Answer,
    ) -> Result<(), End> {
        let part = self.snapshot.as_ref().and_then(|snapshot| snapshot.left.get(&name));
        let entry = part.or_else(|| self.writing.as_ref().map(|writing| &writing.entry));
        let Some(meant) = entry.filter(|entry| entry.name == name).cloned() else { return Ok(()) };
        match answer {
            Answer::Entry(found) if is_same(&found, &meant) => self.written(means, now, name),
            Answer::Entry(found) => return Err(fenced_by(&found)),
            Answer::Damaged(text) => return Err(End::Damaged { object: name, text }),
            _ => means.desk.ask_later(now, Request::Create(meant)),
        }
        Ok(())
    }

    fn written(&mut self, means: &mut Means, now: Now, name: ObjectName) {
        if name.part.is_some() {
            if let Some(snapshot) = &mut self.snapshot {
                snapshot.left.remove(&name);
            }
            return;
        }
        let Some(writing) = self.writing.take() else { return };
        self.next += 1;
        self.log_bytes += writing.bytes;
        writing.entry.changes.iter().for_each(|change| self.memory.apply(change.clone()));
        if let EntryKind::Complete { .. } = writing.entry.kind {
            self.completed(means);
        }
        means.effects.extend(writing.tokens.into_iter().map(|token| Effect::Durable { token }));
        if self.is_long(means) {
            self.begin_snapshot(means, now);
        }
    }

    /// Long is what costs a reader more than a snapshot does, or very many requests.
    fn is_long(&self, means: &Means) -> bool {
        let entries = self.next - self.last.0;
        let quiet = self.opened && self.snapshot.is_none() && !self.checking;
        quiet
            && ((entries > means.config.snapshot_entries && self.log_bytes > self.last.2)
                || entries > means.config.snapshot_entries.saturating_mul(2))
    }

    fn begin_snapshot(&mut self, means: &mut Means, now: Now) {
        let (pieces, bytes) = cut(self.memory.changes(), means.config.entry_bytes, means.config.weigh);
        let parts = u32::try_from(pieces.len()).unwrap_or(u32::MAX);
        let mut left = BTreeMap::new();
        for (part, changes) in (0..parts).zip(pieces) {
            let name = ObjectName::part(self.epoch, self.next, part);
            let entry = means.entry(now, name, EntryKind::Part { of: parts }, changes);
            means.create(&entry);
            left.insert(name, entry);
        }
        let (position, log_bytes) = (self.next, self.log_bytes);
        self.snapshot = Some(Snapshot { position, parts, bytes, log_bytes, left });
    }

    /// Readers begin at the new snapshot from now on. What it replaces may go, but only as long as nobody claims the
    /// next epoch: see the argument in the crate's page.
    fn completed(&mut self, means: &mut Means) {
        let Some(done) = self.snapshot.take() else { return };
        let (position, parts, _) = self.last;
        if self.opened {
            let (epoch, from) = (self.epoch, position);
            self.replaced.extend((from..done.position).map(|at| ObjectName::entry(epoch, at)));
            self.replaced.extend((0..parts).map(|part| ObjectName::part(epoch, from, part)));
        } else {
            self.opened = true;
            means
                .effects
                .push_back(Effect::Opened { epoch: self.epoch, memory: Box::new(self.memory.clone()) });
        }
        self.last = (done.position, done.parts, done.bytes);
        self.log_bytes -= done.log_bytes;
        self.checking = true;
        means.read(ObjectName::entry(self.epoch + 1, 0));
    }

    fn checked(&mut self, means: &mut Means, answer: Answer) -> Result<(), End> {
        match answer {
            Answer::Absent => {
                self.checking = false;
                self.replaced.iter().for_each(|name| means.desk.ask(Request::Delete(*name)));
                Ok(())
            }
            Answer::Entry(found) => Err(fenced_by(&found)),
            _ => Err(End::Fenced { epoch: self.epoch + 1, by: "another process".to_owned() }),
        }
    }
}
