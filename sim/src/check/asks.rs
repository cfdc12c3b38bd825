//! Every question has exactly one answer.

use std::collections::BTreeSet;

use model::Ask;

#[derive(Debug, Default)]
pub(super) struct Asks {
    open: BTreeSet<Ask>,
}

impl Asks {
    pub(super) fn asked(&mut self, ask: Ask) {
        self.open.insert(ask);
    }

    pub(super) fn answered(&mut self, ask: Ask) -> Result<(), String> {
        if self.open.remove(&ask) {
            Ok(())
        } else {
            Err(format!("{ask:?} was answered twice, or never asked"))
        }
    }

    pub(super) fn none_is_open(&self) -> Result<(), String> {
        self.open.first().map_or(Ok(()), |ask| Err(format!("{ask:?} was not answered")))
    }
}
