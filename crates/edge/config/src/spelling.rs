//! Unknown keys, and the known one that was probably meant.

use crate::error::{Origin, Warning};
use crate::table;
use crate::unhonoured::{UNHONOURED, Unhonoured};

/// The prefixes under which only the daemons' own keys stand, so that an unknown one is a mistake.
const PREFIXES: [&str; 6] = [
    "spark.deploy.",
    "spark.master.",
    "spark.worker.",
    "spark.dead.",
    "spark.executor.logs.rolling.",
    "spark.hearth.",
];

/// A warning when the key is one that no Spark daemon knows.
pub(crate) fn check(origin: &Origin, key: &str) -> Option<Warning> {
    if !is_of_daemons(key) || is_known(key) {
        return None;
    }
    let hint = nearest(key).map(|known| format!("; did you mean {known}?")).unwrap_or_default();
    Some(Warning(format!("{origin}{key} is not a key that Spark's daemons know, and has no effect{hint}")))
}

/// Whether a key would be one of the daemons' own.
pub(crate) fn is_of_daemons(key: &str) -> bool {
    PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}

fn is_known(key: &str) -> bool {
    table::named(key).is_some() || Unhonoured::named(key).is_some()
}

fn known() -> impl Iterator<Item = &'static str> {
    let honoured = table::settings().flat_map(|about| [about.key, about.older]);
    honoured
        .filter(|key| key.starts_with("spark."))
        .chain(UNHONOURED.iter().map(|one| one.key).filter(|key| !key.ends_with('*')))
}

/// The known key that was probably meant.
pub(crate) fn nearest(key: &str) -> Option<&'static str> {
    known()
        .map(|known| (strsim::damerau_levenshtein(&key.to_lowercase(), &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= 5)
        .min()
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests;
