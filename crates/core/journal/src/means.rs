//! What every phase of a journal works with: its identity, its requests, its effects.

use std::collections::VecDeque;
use std::sync::Arc;

use model::{Change, Entry, EntryKind, Now, ObjectName};

use crate::desk::Desk;
use crate::{Config, Effect, End, Request, Writer};

/// Identity, requests and effects.
#[derive(Clone, Debug)]
pub(crate) struct Means {
    pub(crate) config: Config,
    writer: Arc<str>,
    next_nonce: u64,
    pub(crate) desk: Desk,
    pub(crate) effects: VecDeque<Effect>,
}

impl Means {
    pub(crate) fn new(writer: Writer, config: Config) -> Self {
        Self {
            desk: Desk::new(config.requests),
            config,
            writer: writer.id,
            next_nonce: writer.first_nonce,
            effects: VecDeque::new(),
        }
    }

    pub(crate) fn entry(
        &mut self,
        now: Now,
        name: ObjectName,
        kind: EntryKind,
        changes: Vec<Change>,
    ) -> Arc<Entry> {
        let nonce = self.next_nonce;
        self.next_nonce = self.next_nonce.wrapping_add(1);
        Arc::new(Entry { name, writer: self.writer.clone(), nonce, written_ms: now.wall_ms, kind, changes })
    }

    pub(crate) fn create(&mut self, entry: &Arc<Entry>) {
        self.desk.ask(Request::Create(entry.clone()));
    }

    pub(crate) fn read(&mut self, name: ObjectName) {
        self.desk.ask(Request::Read(name));
    }
}

/// Whether what was found is what was to be written.
pub(crate) fn is_same(found: &Entry, meant: &Entry) -> bool {
    found.writer == meant.writer && found.nonce == meant.nonce
}

/// Another's entry stands where ours should.
pub(crate) fn fenced_by(found: &Entry) -> End {
    let epoch = match found.kind {
        EntryKind::Seal { next } => next,
        _ => found.name.epoch,
    };
    End::Fenced { epoch, by: found.writer.to_string() }
}
