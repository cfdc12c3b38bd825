//! From nothing to an epoch of one's own.
//!
//! ```text
//!   Looking ──all is readable──► Claiming ──created──► Sealing ──older epochs are sealed, memory is known──► Leader
//!      │ the same flaw again         │ another's          │ list shows a later epoch      │ flaw
//!      ▼                             ▼                    ▼                               ▼
//!   Damaged, Missing               Fenced               Fenced         Checking: is there a later epoch?
//! ```

use std::collections::BTreeSet;
use std::sync::Arc;

use model::{Entry, EntryKind, Memory, Now, ObjectName};

use crate::means::{Means, fenced_by, is_same};
use crate::survey::{Flaw, Step, Survey};
use crate::{Answer, End, Request};

/// After so many lists, each another, an opening does not wait for a better moment.
const MOST_LOOKS: u32 = 5;

/// What comes after an opening.
#[derive(Debug)]
pub(crate) enum Turn {
    /// The epoch is ours, all older ones are sealed, and this is remembered; these objects are not needed any more
    /// once that is written down.
    Lead { epoch: u64, memory: Memory, replaced: BTreeSet<ObjectName> },
    /// It is over.
    End(End),
}

#[derive(Clone, Debug)]
enum Stage {
    /// Only reads, so that a log that cannot be read is not taken from a leader that knows what is in it.
    Looking {
        looks: u32,
        same: bool,
        flaw: Option<Flaw>,
    },
    Claiming {
        claim: Arc<Entry>,
    },
    Sealing,
    Checking {
        flaw: Flaw,
    },
}

/// An opening under way.
#[derive(Clone, Debug)]
pub(crate) struct Opening {
    stage: Stage,
    survey: Survey,
    /// Our epoch, once we claim one.
    epoch: u64,
    /// What is being read or created.
    asked: BTreeSet<ObjectName>,
}

impl Opening {
    pub(crate) fn new(means: &mut Means) -> Self {
        means.desk.ask(Request::List);
        let stage = Stage::Looking { looks: 0, same: false, flaw: None };
        Self { stage, survey: Survey::default(), epoch: 0, asked: BTreeSet::new() }
    }

    pub(crate) fn answered(
        &mut self,
        means: &mut Means,
        now: Now,
        request: &Request,
        answer: Answer,
    ) -> Option<Turn> {
        match (request, answer) {
            (Request::List, Answer::Names(names)) => {
                let unchanged = self.survey.list(names);
                if let Stage::Looking { looks, same, .. } = &mut self.stage {
                    *looks += 1;
                    *same = unchanged;
                }
                let last = self.survey.last_epoch().unwrap_or(0);
                if matches!(self.stage, Stage::Sealing) && last > self.epoch {
                    return Some(superseded(last));
                }
                self.step(means, now)
            }
            (Request::Create(entry), answer) => self.created(means, now, entry, &answer),
            (Request::Read(name), answer) => self.read(means, now, *name, answer),
            _ => None,
        }
    }

    fn created(&mut self, means: &mut Means, now: Now, entry: &Arc<Entry>, answer: &Answer) -> Option<Turn> {
        let created = *answer == Answer::Created;
        if matches!(self.stage, Stage::Claiming { .. }) {
            if created {
                self.claimed(means);
            } else {
                means.read(entry.name);
            }
            return None;
        }
        self.asked.remove(&entry.name);
        self.survey.add(entry.name);
        if created {
            self.survey.learn(entry.name, Answer::Entry(entry.clone()));
        }
        self.step(means, now)
    }

    /// The second list is what counts: it was asked for when the claim stood.
    fn claimed(&mut self, means: &mut Means) {
        self.stage = Stage::Sealing;
        means.desk.ask(Request::List);
    }

    fn read(&mut self, means: &mut Means, now: Now, name: ObjectName, answer: Answer) -> Option<Turn> {
        match &self.stage {
            Stage::Claiming { claim } => {
                match answer {
                    Answer::Entry(found) if is_same(&found, claim) => self.claimed(means),
                    Answer::Entry(found) => return Some(Turn::End(fenced_by(&found))),
                    Answer::Absent => means.desk.ask_later(now, Request::Create(claim.clone())),
                    _ => return Some(superseded(self.epoch)),
                }
                None
            }
            Stage::Checking { flaw } => Some(match answer {
                Answer::Absent => Turn::End(end_of(flaw.clone())),
                Answer::Entry(found) => Turn::End(fenced_by(&found)),
                _ => superseded(self.epoch + 1),
            }),
            Stage::Looking { .. } | Stage::Sealing => {
                self.asked.remove(&name);
                self.survey.learn(name, answer);
                self.step(means, now)
            }
        }
    }

    /// Does what can be done with what is known by now. Nothing but reading begins while answers are due.
    fn step(&mut self, means: &mut Means, now: Now) -> Option<Turn> {
        let sealing = matches!(self.stage, Stage::Sealing);
        let last = if sealing { self.epoch - 1 } else { self.survey.last_epoch().unwrap_or(0) };
        match self.survey.plan(last, sealing) {
            Step::Read(names) => {
                for name in names {
                    if self.asked.insert(name) {
                        means.read(name);
                    }
                }
                None
            }
            _ if !self.asked.is_empty() => None,
            Step::Seal(name) => {
                let seal = means.entry(now, name, EntryKind::Seal { next: self.epoch }, Vec::new());
                self.asked.insert(name);
                means.create(&seal);
                None
            }
            Step::Ready(memory) if sealing => {
                Some(Turn::Lead { epoch: self.epoch, memory, replaced: self.survey.replaced_by(self.epoch) })
            }
            Step::Ready(_) => {
                self.claim(means, now, last + 1);
                None
            }
            Step::Flawed(flaw) => self.flawed(means, now, last + 1, flaw),
        }
    }

    fn claim(&mut self, means: &mut Means, now: Now, epoch: u64) {
        self.epoch = epoch;
        let claim = means.entry(now, ObjectName::entry(epoch, 0), EntryKind::Claim, Vec::new());
        means.create(&claim);
        self.stage = Stage::Claiming { claim };
    }

    /// A leader that works may have deleted, since the list or while it was made, what it does not need any more: then
    /// the next list is another. With a claim that cannot be, unless somebody else leads the next epoch; so who always
    /// comes at a bad moment claims.
    fn flawed(&mut self, means: &mut Means, now: Now, next: u64, flaw: Flaw) -> Option<Turn> {
        match &mut self.stage {
            Stage::Looking { same: true, flaw: Some(before), .. } if *before == flaw => {
                return Some(Turn::End(end_of(flaw)));
            }
            Stage::Looking { looks, .. } if *looks >= MOST_LOOKS => self.claim(means, now, next),
            Stage::Looking { flaw: before, .. } => {
                *before = Some(flaw);
                means.desk.ask_later(now, Request::List);
            }
            _ => {
                self.stage = Stage::Checking { flaw };
                means.read(ObjectName::entry(self.epoch + 1, 0));
            }
        }
        None
    }
}

pub(crate) fn end_of(flaw: Flaw) -> End {
    match flaw {
        Flaw::Missing(object) => End::Missing { object },
        Flaw::Damaged(object, text) => End::Damaged { object, text },
    }
}

fn superseded(epoch: u64) -> Turn {
    Turn::End(End::Fenced { epoch, by: "another process".to_owned() })
}
