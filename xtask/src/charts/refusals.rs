//! Settings that cannot work: both Helms refuse each, in the same sentence.

use std::fs;

use conformance::{Failure, Result};
use serde_json::Value;

use super::folder;
use super::helm::{Answer, Helms};
use super::report::Report;

/// What is set, and what must be said.
#[derive(Debug)]
pub(super) struct Refusal {
    /// As for `--set`.
    pub(super) settings: String,
    /// Words of the sentence.
    says: String,
}

/// All of them.
pub(super) fn read() -> Result<Vec<Refusal>> {
    let path = folder().join("ci/refused.json");
    let text = fs::read_to_string(&path).map_err(Failure::io(format!("read {}", path.display())))?;
    let all: Value = serde_json::from_str(&text)
        .map_err(|error| Failure::unexpected(format!("{} is no JSON: {error}", path.display())))?;
    let all = all.as_array().cloned().unwrap_or_default();
    let refusals: Option<Vec<Refusal>> = all.iter().map(refusal).collect();
    refusals.ok_or_else(|| Failure::unexpected(format!("{}: each has 'set' and 'says'", path.display())))
}

fn refusal(value: &Value) -> Option<Refusal> {
    Some(Refusal { settings: value["set"].as_str()?.to_owned(), says: value["says"].as_str()?.to_owned() })
}

/// Whether each is refused.
pub(super) fn check(helms: &Helms, refusals: &[Refusal], answer: &Answer, report: &mut Report) {
    for refusal in refusals {
        let Refusal { settings, says } = refusal;
        let judge = |said: Option<&str>| match said {
            Some(said) if said.contains(says) => Ok(()),
            Some(said) => Err(format!("it was refused with other words: {said}")),
            None => Err("it was taken".to_owned()),
        };
        let three = helms.refusal(settings).map_err(|failure| failure.to_string());
        let three = three.and_then(|said| judge(said.as_deref()));
        report.check(&format!("{settings} is refused by Helm 3.10"), three);
        report.check(&format!("{settings} is refused by Helm 4"), judge(answer.refusal(settings)));
    }
}
