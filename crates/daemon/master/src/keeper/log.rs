//! The recovery log over the store: the core asks, the store answers.

use std::sync::Arc;

use core_journal::{Answer, Config, Effect, Journal, Request, Writer};
use edge_store::{Created, Store, StoreError};
use model::{Change, Now};
use tokio::task::JoinSet;

use super::next_of;

/// A log that is open, or being opened, or not ours.
pub(super) struct Log {
    store: Arc<dyn Store>,
    writer: Arc<str>,
    journal: Option<Journal>,
    asked: JoinSet<(u64, Result<Answer, StoreError>)>,
}

impl Log {
    pub(super) fn new(store: Arc<dyn Store>, writer: &str) -> Self {
        Self { store, writer: writer.into(), journal: None, asked: JoinSet::new() }
    }

    /// Takes it over, whoever has it.
    pub(super) fn open(&mut self) {
        let writer = Writer { id: self.writer.clone(), first_nonce: fastrand::u64(..) };
        self.asked = JoinSet::new();
        self.journal = Some(Journal::open(writer, Config::new(wire_journal::change_bytes)));
    }

    /// It is somebody else's.
    pub(super) fn leave(&mut self) {
        self.journal = None;
        self.asked = JoinSet::new();
    }

    pub(super) fn append(&mut self, now: Now, changes: Vec<Change>, token: u64) {
        if let Some(journal) = &mut self.journal {
            journal.append(now, changes, token);
        }
    }

    /// The next answer of the store; never while nothing is asked. A permanent error says itself what to do.
    pub(super) async fn answered(&mut self) -> (u64, Result<Answer, StoreError>) {
        next_of(&mut self.asked).await
    }

    pub(super) fn answer(&mut self, now: Now, id: u64, answer: Answer) {
        if let Some(journal) = &mut self.journal {
            journal.answer(now, id, answer);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<u64> {
        self.journal.as_ref().and_then(Journal::poll_timeout)
    }

    pub(super) fn handle_timeout(&mut self, now: Now) {
        if let Some(journal) = &mut self.journal {
            journal.handle_timeout(now);
        }
    }

    /// What it has to say; requests go to the store.
    pub(super) fn poll_effect(&mut self) -> Option<Effect> {
        loop {
            match self.journal.as_mut()?.poll_effect()? {
                Effect::Ask { id, request } => {
                    let store = self.store.clone();
                    self.asked.spawn(async move { (id, ask(&*store, request).await) });
                }
                effect => return Some(effect),
            }
        }
    }
}

async fn ask(store: &dyn Store, request: Request) -> Result<Answer, StoreError> {
    Ok(match request {
        Request::Create(entry) => {
            let bytes = wire_journal::encode(&entry);
            match store.create(&entry.name.to_string(), bytes.into()).await? {
                Created::Created => Answer::Created,
                Created::Exists => Answer::Exists,
            }
        }
        Request::Read(name) => match store.read(&name.to_string()).await? {
            Some(bytes) => match wire_journal::decode(name, &bytes) {
                Ok(entry) => Answer::Entry(Arc::new(entry)),
                Err(error) => Answer::Damaged(error.to_string()),
            },
            None => Answer::Absent,
        },
        Request::List => {
            let names = store.list().await?;
            Answer::Names(names.iter().filter_map(|name| wire_journal::parse_name(name)).collect())
        }
        Request::Delete(name) => {
            store.delete(&name.to_string()).await?;
            Answer::Deleted
        }
    })
}
