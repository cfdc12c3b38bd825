//! What lasts of a Master, for people.

use std::fmt::Write as _;

use core_journal::memory_of;
use edge_config::RecoveryPlace;
use edge_store::Limits;
use model::{Entry, EntryKind};
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
    let mut text = heading(store.place(), &entries);
    let memory = memory_of(entries).map_err(|end| StartError(format!("{end} (in {})", store.place())))?;
    text.push_str(&describe_memory(&memory));
    Ok(text)
}

fn told(error: &edge_store::StoreError) -> StartError {
    StartError(error.to_string())
}

fn heading(place: &str, entries: &[Entry]) -> String {
    match entries.iter().rev().find(|entry| entry.kind == EntryKind::Claim) {
        Some(claim) => {
            format!("{place}: epoch {} of {}, {} entries\n", claim.name.epoch, claim.writer, entries.len())
        }
        None => format!("{place}: no log of Hearth's\n"),
    }
}
