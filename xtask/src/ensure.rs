//! What a task asserts: a failure with a sentence, where a test would panic.

use conformance::{Failure, Result};

/// Well where it is so.
pub(crate) fn ensure(is_so: bool, otherwise: &str) -> Result<()> {
    if is_so { Ok(()) } else { Err(Failure::unexpected(format!("it is not as it should be: {otherwise}"))) }
}

/// Well where the text has the words; whose text it is is said otherwise.
pub(crate) fn contains(text: &str, wanted: &str, whose: &str) -> Result<()> {
    ensure(text.contains(wanted), &format!("{whose} has no '{wanted}': {text}"))
}
