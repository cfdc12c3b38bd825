//! Version 2 gives a limit only to groups below one that holds no processes itself: those that are in it have to move.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::groups::GroupError;
use super::seat::Seat;

/// The group that they move to. Workers that share a container share it.
const DAEMONS: &str = "hearth-daemons";

/// How often those that have started meanwhile are moved too.
const ROUNDS: u32 = 50;

/// The group of this process, or the one that it left for [`DAEMONS`], with the memory controller for groups below it.
pub(super) fn delegated(seat: &Seat) -> Result<PathBuf, GroupError> {
    let has_moved = seat.folder.file_name().is_some_and(|name| name == DAEMONS) && seat.folder != seat.mount;
    let base = match seat.folder.parent() {
        Some(parent) if has_moved => parent.to_owned(),
        _ => seat.folder.clone(),
    };
    if !lists(&base.join("cgroup.controllers"), "memory") {
        return Err(GroupError::NotDelegated { folder: base });
    }
    let control = base.join("cgroup.subtree_control");
    if lists(&control, "memory") {
        return Ok(base);
    }
    // Before anything is moved. At the root of all groups there may be processes and groups at once.
    let is_root = !base.join("cgroup.type").exists();
    if !is_root {
        move_all(&base)?;
    }
    match enable_memory(&base) {
        Ok(()) => Ok(base),
        Err(reason) => {
            if !is_root {
                move_back(&base);
            }
            Err(GroupError::refused("give groups below it the memory controller with", &control, reason))
        }
    }
}

/// Lets groups below this one have limits of memory.
pub(super) fn enable_memory(folder: &Path) -> io::Result<()> {
    fs::write(folder.join("cgroup.subtree_control"), "+memory")
}

fn move_all(base: &Path) -> Result<(), GroupError> {
    let control = base.join("cgroup.subtree_control");
    let may_write = fs::OpenOptions::new().write(true).open(&control);
    may_write.map_err(|reason| GroupError::refused("write to", &control, reason))?;
    let daemons = base.join(DAEMONS);
    match fs::create_dir(&daemons) {
        Err(reason) if reason.kind() != io::ErrorKind::AlreadyExists => {
            return Err(GroupError::refused("make the control group", &daemons, reason));
        }
        _ => {}
    }
    for _ in 0..ROUNDS {
        let members = members(base);
        if members.is_empty() {
            return Ok(());
        }
        for pid in &members {
            // One that has ended meanwhile is no longer in the way; one that stays shows in the next round.
            let _ = fs::write(daemons.join("cgroup.procs"), pid);
        }
        thread::sleep(Duration::from_millis(2));
    }
    let pids = members(base).join(", ");
    move_back(base);
    Err(GroupError::Occupied { folder: base.to_owned(), pids })
}

/// Makes all as it was before [`delegated`], when nobody needs it any more. What cannot be undone harms nobody.
pub(super) fn give_back(base: &Path) {
    if base.join(DAEMONS).is_dir() && fs::write(base.join("cgroup.subtree_control"), "-memory").is_ok() {
        move_back(base);
    }
}

/// As it was.
fn move_back(base: &Path) {
    let daemons = base.join(DAEMONS);
    for pid in members(&daemons) {
        let _ = fs::write(base.join("cgroup.procs"), pid);
    }
    let _ = fs::remove_dir(daemons);
}

/// The processes of a group. Those outside of our container are all called 0, and nobody here can move them.
fn members(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn lists(file: &Path, name: &str) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.split_whitespace().any(|one| one == name))
}
