//! What a task asserts: a failure with a sentence, where a test would panic.

use std::process::Command;

use conformance::{Failure, Result};

/// What was shown so far.
#[derive(Debug, Default)]
pub(crate) struct Passed(u32);

impl Passed {
    /// One more.
    pub(crate) fn ok(&mut self, what: &str) {
        self.0 += 1;
        println!("ok: {what}");
    }

    /// How many there were, in the words of a test runner; the first that fails ends a task with an error.
    pub(crate) fn end(&self) {
        println!("{} passed, 0 failed", self.0);
    }
}

/// Well where it is so.
pub(crate) fn ensure(is_so: bool, otherwise: &str) -> Result<()> {
    if is_so { Ok(()) } else { Err(Failure::unexpected(format!("it is not as it should be: {otherwise}"))) }
}

/// Well where the text has the words; whose text it is is said otherwise.
pub(crate) fn contains(text: &str, wanted: &str, whose: &str) -> Result<()> {
    ensure(text.contains(wanted), &format!("{whose} has no '{wanted}': {text}"))
}

/// What a command says, which must end well.
pub(crate) fn succeeded(mut command: Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(Failure::io(format!("run {program}")))?;
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if output.status.success() {
        return Ok(said);
    }
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).collect();
    let why = String::from_utf8_lossy(&output.stderr);
    Err(Failure::unexpected(format!(
        "{program} {} ended with {}: {}\n{said}",
        words.join(" "),
        output.status,
        why.trim()
    )))
}
