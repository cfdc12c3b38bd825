//! Paths as Jetty reads them before a servlet sees them, and what a path asks for.

use super::rules::{Action, Rules};

/// A path without encodings, parameters and dots.
#[derive(Debug)]
pub(super) struct Path(String);

/// A path that is refused.
#[derive(Debug)]
pub(super) struct BadPath;

impl Path {
    pub(super) fn read(path: &str, rules: &Rules) -> Result<Self, BadPath> {
        let mut read: Vec<String> = Vec::new();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        for (index, raw) in segments.iter().enumerate() {
            let raw = raw.split(';').next().unwrap_or_default();
            let segment = decoded(raw, rules)?;
            let is_last = index + 1 == segments.len();
            let is_ambiguous =
                (raw.is_empty() && !is_last) || (raw != segment && matches!(&*segment, "." | ".."));
            if is_ambiguous && rules.refuses_ambiguous_paths {
                return Err(BadPath);
            }
            match &*segment {
                "." => {}
                ".." => {
                    read.pop().ok_or(BadPath)?;
                }
                _ => {
                    read.push(segment);
                    continue;
                }
            }
            if is_last {
                read.push(String::new());
            }
        }
        Ok(Self(format!("/{}", read.join("/"))))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The action that this path names, with what follows its name.
    pub(super) fn action<'a>(&self, rules: &'a Rules) -> Option<(&'a Action, &str)> {
        let below = self.0.strip_prefix("/v1/submissions/")?;
        rules.actions.iter().find_map(|action| {
            let rest = below.strip_prefix(action.name)?;
            (rest.is_empty() || rest.starts_with('/')).then_some((action, rest))
        })
    }
}

/// The first segment of what follows an action's name (`RestServlet.parseSubmissionId`).
pub(super) fn submission_id(rest: &str) -> Option<&str> {
    rest.strip_prefix('/')?.split('/').next().filter(|id| !id.is_empty())
}

/// A segment without percent-encoding; what is no UTF-8 is Latin-1 where it is not refused.
fn decoded(segment: &str, rules: &Rules) -> Result<String, BadPath> {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first != b'%' {
            bytes.push(*first);
            rest = after;
            continue;
        }
        let (digits, after) = after.split_at_checked(2).ok_or(BadPath)?;
        let digits = std::str::from_utf8(digits).map_err(|_| BadPath)?;
        let byte = u8::from_str_radix(digits, 16).map_err(|_| BadPath)?;
        if byte == 0 || (byte == b'/' && rules.refuses_encoded_slashes) {
            return Err(BadPath);
        }
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).or_else(|error| {
        if rules.refuses_encoded_slashes {
            return Err(BadPath);
        }
        Ok(error.into_bytes().into_iter().map(char::from).collect())
    })
}
