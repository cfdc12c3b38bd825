//! What is known to differ from Spark, each with its reason: `differences.json`, the one file of them.
//!
//! A difference that is no longer one has to go: whoever compares says which entries he met.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::{Failure, Result};

/// The whole file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Differences {
    answers: Vec<AnswerDifference>,
    additions: Vec<Addition>,
    /// Keys, variables, flags, routes, messages and behaviours of Spark's daemons that ours lack or treat otherwise.
    pub surface: Vec<SurfaceDifference>,
}

/// A place in an answer over HTTP where ours is not as Spark's.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerDifference {
    /// Which comparison it belongs to, such as `json`.
    of: String,
    /// The document or request.
    pub document: String,
    /// The place within it.
    pub path: String,
    /// Why.
    pub reason: String,
}

/// Fields that answers of ours have and Spark's do not, wherever they stand. Which of them a document has depends on the
/// machine too, such as on a container's limits, so that none has to be met.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    /// Which comparison it belongs to, such as `json`.
    of: String,
    /// Their names.
    pub fields: Vec<String>,
    /// Why.
    pub reason: String,
}

impl Addition {
    /// Whether a path such as `workers[].sparkversions[]` lies at or below one of the fields.
    pub fn covers(&self, path: &str) -> bool {
        path.split('.').any(|part| self.fields.iter().any(|field| part.trim_end_matches("[]") == field))
    }
}

/// Items of the surface that share a reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurfaceDifference {
    /// What they are about, in two or three words.
    pub about: String,
    /// Their names, as `surface.json` has them.
    pub items: Vec<String>,
    /// Why.
    pub reason: String,
}

impl Differences {
    /// Reads the file.
    pub fn known() -> Result<Self> {
        serde_json::from_str(include_str!("../differences.json"))
            .map_err(|error| Failure::unexpected(format!("differences.json: {error}")))
    }

    /// The differences of one comparison of answers.
    pub fn of_answers(&self, comparison: &str) -> Vec<&AnswerDifference> {
        self.answers.iter().filter(|difference| difference.of == comparison).collect()
    }

    /// The additions to the answers of one comparison.
    pub fn additions_to(&self, comparison: &str) -> Vec<&Addition> {
        self.additions.iter().filter(|addition| addition.of == comparison).collect()
    }
}

/// Holds what a comparison found, `(document, path)` with a description, against what is known: nothing may be new,
/// and nothing known may have been settled.
pub fn check_answers(comparison: &str, found: &[((String, String), String)]) -> Result<()> {
    let differences = Differences::known()?;
    let known: BTreeSet<(&str, &str)> = differences
        .of_answers(comparison)
        .iter()
        .map(|known| (known.document.as_str(), known.path.as_str()))
        .collect();
    let met: BTreeSet<(&str, &str)> =
        found.iter().map(|((document, path), _)| (document.as_str(), path.as_str())).collect();
    let mut complaints: Vec<String> = found
        .iter()
        .filter(|((document, path), _)| !known.contains(&(document.as_str(), path.as_str())))
        .map(|((document, path), told)| format!("new: {document}: {path}: {told}"))
        .collect();
    complaints.extend(
        known.difference(&met).map(|(document, path)| {
            format!("settled, so strike it from differences.json: {document}: {path}")
        }),
    );
    if complaints.is_empty() {
        Ok(())
    } else {
        Err(Failure::unexpected(format!("\n{}\n", complaints.join("\n"))))
    }
}

#[cfg(test)]
mod tests {
    use super::Differences;

    #[test]
    fn every_difference_has_its_reason() {
        let differences = Differences::known().unwrap();
        let answers = differences.answers.iter().map(|one| &one.reason);
        let answers = answers.chain(differences.additions.iter().map(|one| &one.reason));
        for reason in answers.chain(differences.surface.iter().map(|one| &one.reason)) {
            assert!(reason.len() > 20, "'{reason}' is no reason");
        }
    }

    #[test]
    fn an_addition_covers_all_that_is_in_it_and_nothing_of_a_like_name() {
        let differences = Differences::known().unwrap();
        let covers = |path: &str| differences.additions_to("json").iter().any(|one| one.covers(path));
        for path in
            ["workers[].sparkversions", "workers[].sparkversions[]", "activeapps[].waiting.reasons[].kind"]
        {
            assert!(covers(path), "{path}");
        }
        for path in ["workers[].memory", "waitingDrivers", "activeapps[].state", ""] {
            assert!(!covers(path), "{path}");
        }
    }
}
