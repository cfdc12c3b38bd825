//! Keys that have no effect: those that nobody knows, and those of Spark's that this build does not obey.

use crate::effective::{Effective, Found};
use crate::error::{BadValue, ConfigError, Warning};
use crate::spelling;
use crate::table::Daemons;
use crate::unhonoured::{Answer, Unhonoured};

/// The warnings that a daemon's keys deserve.
///
/// # Errors
/// With the first key on which its operator relies for a safeguard that would be missing.
pub(crate) fn keys(effective: &Effective<'_>, daemon: Daemons) -> Result<Vec<Warning>, ConfigError> {
    let mut warnings: Vec<Warning> =
        effective.keys().filter_map(|(key, origin)| spelling::check(origin, key)).collect();
    for (key, _) in effective.keys() {
        let Some(row) = Unhonoured::named(key).filter(|row| row.daemons.include(daemon)) else { continue };
        let Some(found) = effective.key(key).filter(|found| !row.is_harmless(&found.value)) else { continue };
        match row.answer {
            Answer::Pass => {}
            Answer::Warn => {
                let Found { origin, name, .. } = found;
                warnings.push(Warning(format!("{origin}{name} has no effect: {}", row.why)));
            }
            Answer::Refuse => return Err(refused(row, found)),
        }
    }
    Ok(warnings)
}

fn refused(row: &Unhonoured, found: Found) -> ConfigError {
    let Found { origin, name, value } = found;
    let advice = match row.harmless {
        Some(harmless) if !harmless.is_empty() => format!("remove the key, or set it to {harmless}"),
        _ => "remove the key".into(),
    };
    BadValue { origin, name, value, problem: row.why.into(), advice }.into()
}
