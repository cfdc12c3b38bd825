//! Who is refused could run nowhere, not even alone; and where the Master refuses, nobody waits who could run nowhere.

use model::ApplicationId;

use super::book::Book;
use super::pages::Size;

/// Whether somebody could run on a Worker that is known, if nothing else ran there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hope {
    /// On one that is there, or is still listed as lost.
    Sure,
    /// Only on one that may be forgotten by now.
    Unsure,
    None,
    /// No Worker is known.
    NobodyKnows,
}

/// For how long a lost Worker is listed since it was last heard of.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Listed {
    pub(super) at_least_ms: u64,
}

impl Book {
    /// Lost Workers that the Master still lists, and those that it may have forgotten.
    pub(super) fn count_lost(&self, listed: Listed) -> (usize, usize) {
        let is_listed = |heard_ms: u64| heard_ms + listed.at_least_ms >= self.now.monotonic_ms;
        let sure = self.lost.values().filter(|one| is_listed(one.heard_ms)).count();
        (sure, self.lost.len())
    }

    fn hope(&self, size: &Size, listed: Listed) -> Hope {
        let is_listed = |heard_ms: u64| heard_ms + listed.at_least_ms >= self.now.monotonic_ms;
        let there = self.workers.values().map(|one| (&one.offer, true));
        let lost = self.lost.values().map(|one| (&one.offer, is_listed(one.heard_ms)));
        let mut all = there.chain(lost).peekable();
        if all.peek().is_none() {
            return Hope::NobodyKnows;
        }
        let fitting: Vec<bool> =
            all.filter(|(offer, _)| size.fits_idle(offer)).map(|(_, sure)| sure).collect();
        match fitting.iter().max() {
            Some(true) => Hope::Sure,
            Some(false) => Hope::Unsure,
            // Whoever was there is forgotten.
            None if self.workers.is_empty() && self.count_lost(listed).0 == 0 => Hope::Unsure,
            None => Hope::None,
        }
    }

    /// What is wrong when somebody who needs that much was refused, or was not.
    fn wrong_answer(&self, who: &str, size: &Size, refused: bool, listed: Listed) -> Option<String> {
        match (self.hope(size, listed), refused) {
            (Hope::Sure, true) => Some(format!("{who} was refused, and a Worker is large enough: {size:?}")),
            (Hope::NobodyKnows, true) => Some(format!("{who} was refused before any Worker came")),
            (Hope::None, false) => Some(format!("{who} was not refused, and fits nowhere: {size:?}")),
            _ => None,
        }
    }

    /// An application has just come; what is wrong with whether it was refused.
    pub(super) fn wrong_refusal(&self, id: &ApplicationId, refused: bool, listed: Listed) -> Option<String> {
        let page = self.applications.iter().rfind(|one| one.id == *id)?;
        let first = page.profiles.get(&0)?;
        if first.target == 0 {
            return refused.then(|| format!("{id} asks for nothing and was refused"));
        }
        if page.max_cores < first.size.least_cores() {
            return (!refused)
                .then(|| format!("{id} was not refused, and may have {} cores", page.max_cores));
        }
        self.wrong_answer(id.as_str(), &first.size, refused, listed)
    }

    /// The same of a driver by the name of its class.
    pub(super) fn wrong_refusal_of_driver(
        &self,
        name: &str,
        refused: bool,
        listed: Listed,
    ) -> Option<String> {
        let page = self.submissions.get(name)?;
        self.wrong_answer(name, &Size::of_driver(&page.description), refused, listed)
    }
}
