//! What lasts of a Master, for people.

use std::fmt::Write as _;

use edge_config::RecoveryPlace;
use edge_store::{Limits, Store};
use model::{Entry, EntryKind, Memory};
use wire_journal::{describe_entry, describe_memory};

use crate::StartError;
use crate::keeper::place;

/// What is remembered in a place, or with `all` every entry of its log. Environments are named without their values.
///
/// # Errors
/// When the place cannot be read, or an entry of its log; what can be read stands before that.
pub async fn inspect(place: &RecoveryPlace, all: bool) -> Result<String, StartError> {
    if let RecoveryPlace::Directory(root) = place
        && !root.is_dir()
    {
        return Err(StartError(format!("there is no directory {}: name another one", root.display())));
    }
    let (store, _) = place::open_place(place, Limits::default()).map_err(|error| told(&error))?;
    let mut entries = Vec::new();
    let mut damaged = String::new();
    for name in store.list().await.map_err(|error| told(&error))? {
        let Some(object) = wire_journal::parse_name(&name) else { continue };
        let Some(bytes) = store.read(&name).await.map_err(|error| told(&error))? else { continue };
        match wire_journal::decode(object, &bytes) {
            Ok(entry) => entries.push(entry),
            Err(error) => writeln!(damaged, "{error}").unwrap_or_default(),
        }
    }
    if !damaged.is_empty() {
        return Err(StartError(format!("{} is damaged:\n{}", store.place(), damaged.trim_end())));
    }
    if all {
        return Ok(entries.iter().map(describe_entry).collect());
    }
    Ok(summary(&*store, &entries))
}

fn told(error: &edge_store::StoreError) -> StartError {
    StartError(error.to_string())
}

fn summary(store: &dyn Store, entries: &[Entry]) -> String {
    let memory = memory_of(entries);
    let mut text = match entries.iter().rev().find(|entry| entry.kind == EntryKind::Claim) {
        Some(claim) => format!(
            "{}: epoch {} of {}, {} entries\n",
            store.place(),
            claim.name.epoch,
            claim.writer,
            entries.len()
        ),
        None => format!("{}: no log of Hearth's\n", store.place()),
    };
    text.push_str(&describe_memory(&memory));
    text
}

/// What the last epoch remembers that is complete: its last snapshot, and what came behind it.
fn memory_of(entries: &[Entry]) -> Memory {
    let mut memory = Memory::default();
    let complete = entries.iter().rev().find_map(|entry| match entry.kind {
        EntryKind::Complete { snapshot, .. } => Some((entry.name.epoch, snapshot)),
        _ => None,
    });
    let Some((epoch, snapshot)) = complete else { return memory };
    let is_part = |entry: &&Entry| entry.name.part.is_some() && entry.name.position == snapshot;
    let is_later = |entry: &&Entry| entry.kind == EntryKind::Batch && entry.name.position >= snapshot;
    let of_epoch = || entries.iter().filter(|entry| entry.name.epoch == epoch);
    for entry in of_epoch().filter(is_part).chain(of_epoch().filter(is_later)) {
        entry.changes.iter().cloned().for_each(|change| memory.apply(change));
    }
    memory
}
