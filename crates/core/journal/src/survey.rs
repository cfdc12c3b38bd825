//! What of a log is known, and what has to be known next: no order of answers matters here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use model::{Entry, EntryKind, Memory, ObjectName};

use crate::Answer;

/// How many objects are read ahead of the answers.
const WINDOW: usize = 32;

/// Why a log cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    Missing(ObjectName),
    Damaged(ObjectName, String),
}

/// What is to be done next.
#[derive(Debug)]
pub(crate) enum Step {
    /// These are to be read, or are being read.
    Read(Vec<ObjectName>),
    /// A seal is to be written here.
    Seal(ObjectName),
    /// All is known.
    Ready(Memory),
    /// It cannot be read as it is known now.
    Flawed(Flaw),
}

#[derive(Clone, Debug)]
enum Found {
    Entry(Arc<Entry>),
    Absent,
    Damaged(String),
}

/// Where an epoch's memory begins.
#[derive(Clone, Copy, Debug)]
struct Start {
    marker: u64,
    snapshot: u64,
    parts: u32,
}

/// Names that were listed and entries that were read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Survey {
    positions: BTreeMap<u64, BTreeSet<u64>>,
    parts: BTreeSet<ObjectName>,
    found: BTreeMap<ObjectName, Found>,
}

impl Survey {
    /// Takes a list in the place of the last one. What was read stays, for an entry never changes.
    pub(crate) fn list(&mut self, names: &[ObjectName]) {
        self.found.retain(|_, found| matches!(found, Found::Entry(_)));
        self.positions.clear();
        self.parts.clear();
        for name in names {
            let positions = self.positions.entry(name.epoch).or_default();
            if name.part.is_some() {
                self.parts.insert(*name);
            } else {
                positions.insert(name.position);
            }
        }
    }

    pub(crate) fn last_epoch(&self) -> Option<u64> {
        self.positions.keys().next_back().copied()
    }

    /// An object turned out to be there that was not listed.
    pub(crate) fn add(&mut self, name: ObjectName) {
        self.positions.entry(name.epoch).or_default().insert(name.position);
        self.found.remove(&name);
    }

    pub(crate) fn learn(&mut self, name: ObjectName, answer: Answer) {
        let found = match answer {
            Answer::Entry(entry) => {
                if name.part.is_none() {
                    self.add(name);
                }
                Found::Entry(entry)
            }
            Answer::Damaged(text) => Found::Damaged(text),
            _ => Found::Absent,
        };
        self.found.insert(name, found);
    }

    /// All objects of epochs before this one, but their claims and seals: no later Master needs them once it is complete.
    pub(crate) fn replaced_by(&self, epoch: u64) -> BTreeSet<ObjectName> {
        let mut names: BTreeSet<ObjectName> =
            self.parts.iter().filter(|name| name.epoch < epoch).copied().collect();
        for (&older, positions) in self.positions.range(..epoch) {
            let Some(&seal) = positions.last() else { continue };
            names.extend(
                positions.iter().filter(|&&at| at != 0 && at != seal).map(|&at| ObjectName::entry(older, at)),
            );
        }
        names
    }

    /// What has to be done to know the memory of all epochs up to `last`; with `seal`, none of them may go on.
    pub(crate) fn plan(&self, last: u64, seal: bool) -> Step {
        let mut epoch = last;
        while epoch > 0 {
            if let Some(step) = self.plan_epoch(epoch, seal) {
                return step;
            }
            epoch -= 1;
        }
        Step::Ready(Memory::default())
    }

    /// None for an epoch that ended, or has come to nothing yet, before its first snapshot.
    fn plan_epoch(&self, epoch: u64, seal: bool) -> Option<Step> {
        let missing_claim = Step::Flawed(Flaw::Missing(ObjectName::entry(epoch, 0)));
        let Some(positions) = self.positions.get(&epoch) else { return Some(missing_claim) };
        let Some(&top) = positions.last() else { return Some(missing_claim) };
        let (unknown, start) = self.descend(epoch, positions);
        if !unknown.is_empty() {
            return Some(Step::Read(unknown));
        }
        if seal {
            match self.entry(ObjectName::entry(epoch, top)) {
                Ok(entry) if matches!(entry.kind, EntryKind::Seal { .. }) => {}
                Ok(_) => return Some(Step::Seal(ObjectName::entry(epoch, top + 1))),
                Err(flaw) => return Some(Step::Flawed(flaw)),
            }
        }
        match start {
            Some(start) => Some(self.plan_whole(epoch, start, top)),
            None => self.plan_empty(epoch, top),
        }
    }

    /// From the last entry down to the last that says that a snapshot is complete.
    fn descend(&self, epoch: u64, positions: &BTreeSet<u64>) -> (Vec<ObjectName>, Option<Start>) {
        let mut unknown = Vec::new();
        for &marker in positions.iter().rev() {
            let name = ObjectName::entry(epoch, marker);
            match self.found.get(&name) {
                Some(Found::Entry(entry)) => {
                    if let EntryKind::Complete { snapshot, parts } = entry.kind {
                        return (unknown, Some(Start { marker, snapshot, parts }));
                    }
                }
                Some(_) => {}
                None => unknown.push(name),
            }
            if unknown.len() == WINDOW {
                break;
            }
        }
        (unknown, None)
    }

    /// What came while the list was made may be missing in it, so what must be there is read, listed or not.
    fn plan_whole(&self, epoch: u64, start: Start, top: u64) -> Step {
        if start.snapshot > start.marker {
            let text = format!("it speaks of a snapshot at {}, behind itself", start.snapshot);
            return Step::Flawed(Flaw::Damaged(ObjectName::entry(epoch, start.marker), text));
        }
        let mut unknown = Vec::new();
        for name in names(epoch, start, top) {
            if !self.found.contains_key(&name) {
                unknown.push(name);
                if unknown.len() == WINDOW {
                    break;
                }
            } else if let Err(flaw) = self.fits(name, start) {
                return Step::Flawed(flaw);
            }
        }
        if unknown.is_empty() { Step::Ready(self.memory(epoch, start, top)) } else { Step::Read(unknown) }
    }

    fn fits(&self, name: ObjectName, start: Start) -> Result<(), Flaw> {
        let kind = self.entry(name)?.kind;
        let fits = match name.part {
            Some(_) => kind == EntryKind::Part { of: start.parts },
            None => !matches!(kind, EntryKind::Claim | EntryKind::Part { .. }),
        };
        if fits { Ok(()) } else { Err(Flaw::Damaged(name, format!("there is a {kind:?} in it"))) }
    }

    /// An epoch without a snapshot holds its claim and perhaps a seal; else something was taken out of it.
    fn plan_empty(&self, epoch: u64, top: u64) -> Option<Step> {
        for position in 0..=top {
            let name = ObjectName::entry(epoch, position);
            if !self.found.contains_key(&name) {
                return Some(Step::Read(vec![name]));
            }
            let kind = match self.entry(name) {
                Ok(entry) => entry.kind,
                Err(flaw) => return Some(Step::Flawed(flaw)),
            };
            if !matches!((position, kind), (0, EntryKind::Claim) | (1, EntryKind::Seal { .. })) {
                return Some(Step::Flawed(Flaw::Missing(ObjectName::entry(epoch, 1))));
            }
        }
        None
    }

    fn entry(&self, name: ObjectName) -> Result<&Entry, Flaw> {
        match self.found.get(&name) {
            Some(Found::Entry(entry)) => Ok(entry),
            Some(Found::Damaged(text)) => Err(Flaw::Damaged(name, text.clone())),
            Some(Found::Absent) | None => Err(Flaw::Missing(name)),
        }
    }

    fn memory(&self, epoch: u64, start: Start, top: u64) -> Memory {
        let mut memory = Memory::default();
        for name in names(epoch, start, top) {
            if let Ok(entry) = self.entry(name) {
                entry.changes.iter().for_each(|change| memory.apply(change.clone()));
            }
        }
        memory
    }
}

/// All that makes the memory, in order.
fn names(epoch: u64, start: Start, top: u64) -> impl Iterator<Item = ObjectName> {
    let parts = (0..start.parts).map(move |part| ObjectName::part(epoch, start.snapshot, part));
    parts.chain((start.snapshot..=top).map(move |position| ObjectName::entry(epoch, position)))
}
