//! What the kernel counts in a group: processes that it killed for memory, and the most memory that was taken.

use std::fs;
use std::path::Path;

use super::seat::Version;

/// How many processes of this group the kernel has killed for memory, whichever limit was reached.
pub(super) fn kills(folder: &Path, version: Version) -> u64 {
    field(folder, version, "oom_kill")
}

/// A charge of memory may be as large as this, and fail so far below the limit.
const LARGEST_CHARGE: u64 = 2 << 20;

/// Whether the group has reached its own limit, so that what was killed in it was not killed for the sake of others.
pub(super) fn reached_its_limit(folder: &Path, version: Version, limit: u64) -> bool {
    match version {
        // Its `failcnt` does not count with every kernel where swap is limited too.
        Version::One => peak(folder, version).is_some_and(|peak| peak.saturating_add(LARGEST_CHARGE) > limit),
        Version::Two => field(folder, version, "oom") > 0,
    }
}

/// The most memory that was taken, in bytes, swap included where it counts; none where this kernel does not say.
pub(super) fn peak(folder: &Path, version: Version) -> Option<u64> {
    let files: &[&str] = match version {
        Version::One => &["memory.max_usage_in_bytes", "memory.memsw.max_usage_in_bytes"],
        Version::Two => &["memory.peak"],
    };
    files.iter().filter_map(|file| number(&folder.join(file))).max()
}

/// A line `NAME NUMBER` of the group's own events. Those of groups below it do not count where the kernel tells them
/// apart.
fn field(folder: &Path, version: Version, name: &str) -> u64 {
    let files: &[&str] = match version {
        Version::One => &["memory.oom_control"],
        Version::Two => &["memory.events.local", "memory.events"],
    };
    let text = files.iter().find_map(|file| fs::read_to_string(folder.join(file)).ok()).unwrap_or_default();
    let mut pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.find(|(key, _)| *key == name).and_then(|(_, number)| number.trim().parse().ok()).unwrap_or(0)
}

fn number(file: &Path) -> Option<u64> {
    fs::read_to_string(file).ok()?.trim().parse().ok()
}

/// Whether the kernel lets what is over its limit stand still instead of killing it (version 1).
pub(super) fn is_kill_disabled(folder: &Path) -> bool {
    field(folder, Version::One, "oom_kill_disable") > 0
}
