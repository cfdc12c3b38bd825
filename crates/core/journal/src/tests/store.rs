//! A store as the journal's page asks for it: whole objects, one creator, and lists that miss what comes or goes meanwhile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use fastrand::Rng;
use model::{Entry, ObjectName};

use crate::{Answer, Request};

/// The objects.
#[derive(Clone, Default)]
pub(super) struct Store {
    pub(super) objects: BTreeMap<ObjectName, Arc<Entry>>,
    pub(super) damaged: BTreeSet<ObjectName>,
}

impl Store {
    pub(super) fn names(&self) -> Vec<ObjectName> {
        self.objects.keys().copied().collect()
    }

    pub(super) fn apply(&mut self, request: &Request) -> Answer {
        match request {
            Request::Create(entry) if self.objects.contains_key(&entry.name) => Answer::Exists,
            Request::Create(entry) => {
                self.objects.insert(entry.name, entry.clone());
                Answer::Created
            }
            Request::Read(name) if self.damaged.contains(name) => Answer::Damaged("line 1: torn".into()),
            Request::Read(name) => {
                self.objects.get(name).map_or(Answer::Absent, |entry| Answer::Entry(entry.clone()))
            }
            Request::List => Answer::Names(self.names()),
            Request::Delete(name) => {
                self.objects.remove(name);
                Answer::Deleted
            }
        }
    }

    /// A list that began when those names were there and ends now.
    pub(super) fn list_since(&self, before: &[ObjectName], rng: &mut Rng) -> Vec<ObjectName> {
        let mut names: BTreeSet<ObjectName> = before.iter().copied().collect();
        names.extend(self.objects.keys());
        names.retain(|name| {
            (self.objects.contains_key(name) && before.binary_search(name).is_ok()) || rng.bool()
        });
        names.into_iter().collect()
    }
}
