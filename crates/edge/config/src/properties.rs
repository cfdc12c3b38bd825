//! Java's properties files: `key=value`, `key: value` or `key value`, comments, continued lines, escapes.
//!
//! The authority is `java.util.Properties.load`; Spark then trims the values (`Utils.getPropertiesFromFile`, 3.5).

use std::fs;
use std::io::Read;
use std::path::Path;

use crate::error::ConfigError;

/// One entry and the line on which it begins, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    pub(crate) key: String,
    pub(crate) value: String,
}

const LONGEST_FILE: u64 = 4 * 1024 * 1024;

/// Reads a properties file.
pub(crate) fn read(path: &Path) -> Result<Vec<Entry>, ConfigError> {
    let text = read_text(path, "give the path of a readable properties file")?;
    parse(&text).map_err(|(line, problem)| ConfigError::File {
        path: path.to_owned(),
        problem: format!("line {line}: {problem}"),
        advice: "write \\uXXXX with four hexadecimal digits, and \\\\ for a backslash".into(),
    })
}

/// The text of a file that an operator named, up to a few MiB.
pub(crate) fn read_text(path: &Path, advice: &str) -> Result<String, ConfigError> {
    let wrong =
        |problem: String| ConfigError::File { path: path.to_owned(), problem, advice: advice.to_owned() };
    let unreadable = |error: std::io::Error| wrong(format!("cannot be read ({error})"));
    let file = fs::File::open(path).map_err(unreadable)?;
    if file.metadata().map_err(unreadable)?.is_dir() {
        return Err(wrong("a folder, not a file".into()));
    }
    let mut text = String::new();
    file.take(LONGEST_FILE + 1).read_to_string(&mut text).map_err(unreadable)?;
    if text.len() as u64 > LONGEST_FILE {
        return Err(wrong(format!("longer than {} MiB", LONGEST_FILE / 1024 / 1024)));
    }
    Ok(text)
}

/// Reads the text of a properties file; a mistake comes with its line.
pub(crate) fn parse(text: &str) -> Result<Vec<Entry>, (usize, &'static str)> {
    let mut entries = Vec::new();
    let mut lines = natural_lines(text).into_iter().enumerate();
    while let Some((index, first)) = lines.next() {
        let first = first.trim_start_matches(is_blank);
        if first.is_empty() || first.starts_with(['#', '!']) {
            continue;
        }
        let mut logical = first.to_owned();
        while continues(&logical) {
            logical.pop();
            if logical.is_empty() {
                break;
            }
            match lines.next() {
                Some((_, next)) => logical.push_str(next.trim_start_matches(is_blank)),
                None => break,
            }
        }
        // Nothing yet: what follows begins a line of its own, which may be a comment.
        if logical.is_empty() {
            continue;
        }
        let (key, value) = split(&logical);
        let unescaped = |text| unescape(text).map_err(|problem| (index + 1, problem));
        let value = unescaped(value)?;
        entries.push(Entry { line: index + 1, key: unescaped(key)?, value: trim(&value).to_owned() });
    }
    Ok(entries)
}

/// Lines that end in `\n`, `\r` or `\r\n`.
fn natural_lines(text: &str) -> Vec<&str> {
    text.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')).collect()
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{c}')
}

/// Whether an odd number of backslashes ends the line.
fn continues(line: &str) -> bool {
    line.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1
}

/// The raw key and value: the key ends at the first bare `=`, `:` or blank.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    let end = line
        .char_indices()
        .find(|(_, c)| {
            let ends = !escaped && (matches!(c, '=' | ':') || is_blank(*c));
            escaped = *c == '\\' && !escaped;
            ends
        })
        .map_or(line.len(), |(at, _)| at);
    let rest = line[end..].trim_start_matches(is_blank);
    let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
    (&line[..end], value.trim_start_matches(is_blank))
}

fn unescape(text: &str) -> Result<String, &'static str> {
    if !text.contains('\\') {
        return Ok(text.to_owned());
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let next = if c == '\\' { chars.next().map(|escaped| (escaped, true)) } else { Some((c, false)) };
        let plain = match next {
            None => continue,
            Some(('u', true)) => {
                units.push(unicode_unit(&mut chars)?);
                continue;
            }
            Some(('t', true)) => '\t',
            Some(('n', true)) => '\n',
            Some(('r', true)) => '\r',
            Some(('f', true)) => '\u{c}',
            Some((other, _)) => other,
        };
        units.extend_from_slice(plain.encode_utf16(&mut [0; 2]));
    }
    Ok(String::from_utf16_lossy(&units))
}

fn unicode_unit(chars: &mut std::str::Chars<'_>) -> Result<u16, &'static str> {
    const MALFORMED: &str = "a malformed \\uXXXX escape";
    let mut unit = 0;
    for _ in 0..4 {
        let digit = chars.next().and_then(|c| c.to_digit(16)).ok_or(MALFORMED)?;
        unit = unit * 16 + digit;
    }
    u16::try_from(unit).map_err(|_| MALFORMED)
}

/// Spark keeps line ends at the edges of a value and drops other blanks (`Utils.trimExceptCRLF`, 3.5).
fn trim(value: &str) -> &str {
    value.trim_matches(|c: char| c <= ' ' && c != '\r' && c != '\n')
}

#[cfg(test)]
mod tests;
