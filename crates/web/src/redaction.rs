//! What pages show in the place of what may be a secret.

use regex::Regex;

/// What stands there (`Utils.REDACTION_REPLACEMENT_TEXT`, 3.5).
pub(crate) const REDACTED: &str = "*********(redacted)";

/// Decides by `spark.redaction.regex` what is shown without its value.
#[derive(Clone, Copy, Debug)]
pub struct Redaction<'a>(pub &'a Regex);

impl Redaction<'_> {
    /// The value, or what stands in its place where the name or the value itself speaks of secrets (`Utils.redact`, 3.5).
    pub(crate) fn shown<'v>(&self, name: &str, value: &'v str) -> &'v str {
        if self.0.is_match(name) || self.0.is_match(value) { REDACTED } else { value }
    }
}
