//! Names that every store can hold, and that lead nowhere else.

use crate::StoreError;
use crate::error::Task;

const LONGEST: usize = 200;

/// Refuses what is no name of an entry.
pub(crate) fn check_entry(task: Task<'_>) -> Result<(), StoreError> {
    let name = task.object;
    if name.len() <= LONGEST && name.split('/').all(is_part) { Ok(()) } else { Err(refused(task)) }
}

/// Refuses what is no name of a register: such a name has one part, and is not that of the entries' folder.
pub(crate) fn check_register(task: Task<'_>) -> Result<(), StoreError> {
    let name = task.object;
    if name.len() <= LONGEST && is_part(name) && name != ENTRIES { Ok(()) } else { Err(refused(task)) }
}

/// The folder that the entries are in, beside the registers.
pub(crate) const ENTRIES: &str = "log";

fn is_part(part: &str) -> bool {
    let plain = |one: u8| one.is_ascii_alphanumeric() || matches!(one, b'-' | b'_' | b'.');
    !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain)
}

fn refused(task: Task<'_>) -> StoreError {
    task.permanent(
        "this is not a name that every store can hold",
        "Use parts of letters, digits, dashes, underscores and dots, 200 bytes in all.",
    )
}

/// A name as one part: a colon, which no name has, stands for the slash.
pub(crate) fn flat(name: &str) -> String {
    name.replace('/', ":")
}

/// The name that was made flat.
pub(crate) fn unflat(flat: &str) -> String {
    flat.replace(':', "/")
}
