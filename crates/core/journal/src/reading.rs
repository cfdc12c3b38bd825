//! What a log comes to, for whoever only looks at it.

use std::sync::Arc;

use model::{Entry, Memory};

use crate::opening::end_of;
use crate::survey::{Step, Survey};
use crate::{Answer, End};

/// What is remembered in a log of which these are all entries.
///
/// # Errors
/// As of a journal that is opened: never [`End::Fenced`]. A leader that works may delete entries while others read them;
/// then one is missing here that a second look does not miss.
pub fn memory_of(entries: impl IntoIterator<Item = Entry>) -> Result<Memory, End> {
    let entries: Vec<_> = entries.into_iter().map(Arc::new).collect();
    let mut survey = Survey::default();
    survey.list(entries.iter().map(|entry| entry.name).collect());
    for entry in entries {
        survey.learn(entry.name, Answer::Entry(entry));
    }
    loop {
        match survey.plan(survey.last_epoch().unwrap_or(0), false) {
            Step::Read(names) => names.into_iter().for_each(|name| survey.learn(name, Answer::Absent)),
            Step::Ready(memory) => return Ok(memory),
            Step::Flawed(flaw) => return Err(end_of(flaw)),
            // Only who takes a log over seals it.
            Step::Seal(name) => return Err(End::Missing { object: name }),
        }
    }
}
