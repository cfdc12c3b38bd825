//! A store in memory with faults that a test orders.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::error::Task;
use crate::limits::{Limits, within};
use crate::name::{check_entry, check_register};
use crate::{Created, Doing, Register, Store, StoreError, Swap, Version};

/// What befalls one verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing: the verb works.
    None,
    /// It takes this long, and then works.
    Delay(Duration),
    /// It takes effect, but the answer takes this long.
    DelayedAnswer(Duration),
    /// It fails with a transient error and takes no effect.
    FailBefore,
    /// It fails with a transient error and took effect.
    FailAfter,
    /// It fails as where an object store answers 409 again and again: a transient error, without effect.
    Conflict409,
    /// It fails with a permanent error.
    Forbidden,
}

#[derive(Debug, Default)]
struct Content {
    entries: BTreeMap<String, Bytes>,
    registers: BTreeMap<String, (u64, Bytes)>,
    faults: VecDeque<Fault>,
    always: Option<Fault>,
    verbs: u64,
}

/// A store in memory. Clones share what they hold, and the faults.
#[derive(Clone, Debug)]
pub struct Memory {
    content: Arc<Mutex<Content>>,
    limits: Limits,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new(Limits::default())
    }
}

impl Memory {
    /// An empty one.
    pub fn new(limits: Limits) -> Self {
        Self { content: Arc::default(), limits }
    }

    /// Orders faults: the next verbs meet them, one each, in this order.
    pub fn meet(&self, faults: impl IntoIterator<Item = Fault>) {
        self.content().faults.extend(faults);
    }

    /// Orders a fault for all verbs that no other fault is ordered for, until `None` ends it.
    pub fn always(&self, fault: Option<Fault>) {
        self.content().always = fault;
    }

    /// How many verbs there were.
    pub fn verbs(&self) -> u64 {
        self.content().verbs
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn fault(&self) -> Fault {
        let mut content = self.content();
        content.verbs += 1;
        content.faults.pop_front().or(content.always).unwrap_or(Fault::None)
    }

    async fn run<T>(
        &self,
        limit: Duration,
        task: Task<'_>,
        deed: impl FnOnce(&mut Content) -> T + Send,
    ) -> Result<T, StoreError>
    where
        T: Send,
    {
        let fault = self.fault();
        within(limit, task, async move {
            match fault {
                Fault::None => Ok(deed(&mut self.content())),
                Fault::Delay(time) => {
                    tokio::time::sleep(time).await;
                    Ok(deed(&mut self.content()))
                }
                Fault::DelayedAnswer(time) => {
                    let result = deed(&mut self.content());
                    tokio::time::sleep(time).await;
                    Ok(result)
                }
                Fault::FailBefore => Err(task.transient("a fault was ordered, before it took effect")),
                Fault::FailAfter => {
                    deed(&mut self.content());
                    Err(task.transient("a fault was ordered, after it took effect"))
                }
                Fault::Conflict409 => Err(task.transient("409 ConditionalRequestConflict was ordered")),
                Fault::Forbidden => Err(task.permanent("forbidden, as ordered", "Order no such fault.")),
            }
        })
        .await
    }
}

const PLACE: &str = "memory";

#[async_trait]
impl Store for Memory {
    fn place(&self) -> &str {
        PLACE
    }

    async fn create(&self, name: &str, bytes: Bytes) -> Result<Created, StoreError> {
        let task = Task::new(Doing::Create, name, PLACE);
        check_entry(task)?;
        self.run(self.limits.entries, task, |content| {
            if content.entries.contains_key(name) {
                return Created::Exists;
            }
            content.entries.insert(name.to_owned(), bytes);
            Created::Created
        })
        .await
    }

    async fn read(&self, name: &str) -> Result<Option<Bytes>, StoreError> {
        let task = Task::new(Doing::Read, name, PLACE);
        check_entry(task)?;
        self.run(self.limits.entries, task, |content| content.entries.get(name).cloned()).await
    }

    async fn list(&self) -> Result<Vec<String>, StoreError> {
        let task = Task::new(Doing::List, "the entries", PLACE);
        self.run(self.limits.entries, task, |content| content.entries.keys().cloned().collect()).await
    }

    async fn delete(&self, name: &str) -> Result<(), StoreError> {
        let task = Task::new(Doing::Delete, name, PLACE);
        check_entry(task)?;
        self.run(self.limits.entries, task, |content| drop(content.entries.remove(name))).await
    }
}

#[async_trait]
impl Register for Memory {
    fn place(&self) -> &str {
        PLACE
    }

    async fn get(&self, name: &str) -> Result<Option<(Bytes, Version)>, StoreError> {
        let task = Task::new(Doing::Get, name, PLACE);
        check_register(task)?;
        self.run(self.limits.register, task, |content| {
            let (version, bytes) = content.registers.get(name)?;
            Some((bytes.clone(), Version::from(version.to_string())))
        })
        .await
    }

    async fn swap(&self, name: &str, expected: Option<&Version>, bytes: Bytes) -> Result<Swap, StoreError> {
        let task = Task::new(Doing::Swap, name, PLACE);
        check_register(task)?;
        self.run(self.limits.register, task, |content| {
            let held = content.registers.get(name).map(|(version, _)| *version);
            if held.map(|version| version.to_string()).as_deref() != expected.map(Version::as_str) {
                return Swap::Conflict;
            }
            let next = held.unwrap_or(0) + 1;
            content.registers.insert(name.to_owned(), (next, bytes));
            Swap::Swapped(Version::from(next.to_string()))
        })
        .await
    }
}
