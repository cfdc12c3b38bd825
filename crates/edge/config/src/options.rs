//! The `-D` options in `SPARK_MASTER_OPTS` and its like, split as a shell would.
//!
//! The authority is `CommandBuilderUtils.parseOptionString` (3.5): quotes and backslashes, no expansion.

use crate::error::{ConfigError, HIDDEN, shown};

/// The system properties that such a text sets, in its order. Options that speak to a JVM alone are passed over.
pub(crate) fn system_properties(holder: &str, text: &str) -> Result<Vec<(String, String)>, ConfigError> {
    let words = words(text).map_err(|problem| ConfigError::Options { holder: holder.to_owned(), problem })?;
    Ok(words
        .iter()
        .filter_map(|word| word.strip_prefix("-D"))
        .map(|option| option.split_once('=').unwrap_or((option, "")))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect())
}

/// The text for people to read: the values of properties that look like secrets are hidden.
pub(crate) fn without_secrets(text: &str) -> String {
    let Ok(words) = words(text) else { return HIDDEN.to_owned() };
    let shown = words.iter().map(|word| match word.split_once('=') {
        Some((name, value)) => format!("{name}={}", shown(name, value)),
        None => word.clone(),
    });
    shown.collect::<Vec<_>>().join(" ")
}

pub(crate) fn words(text: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            ('\\', None | Some('"')) => match chars.next() {
                Some(escaped) => word.get_or_insert_default().push(escaped),
                None => return Err("the text ends in a single backslash; write \\\\ for a backslash"),
            },
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(
            "a quote is opened and never closed; close it, or write \\\" or \\' for the character itself",
        );
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests;
