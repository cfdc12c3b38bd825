//! Patterns from which ids are made, e.g. `app-%s-%04d`: what of Java's `String.format` has a use there.
//!
//! ```text
//!   %[index$|<][flags][width][.precision]conversion      conversion: s S d o x X, or %% for a percent sign
//! ```

mod specifier;

use std::fmt;
use std::str::FromStr;

use specifier::Specifier;

/// A pattern for ids (`spark.deploy.appIdPattern`, `spark.deploy.driverIdPattern`, `spark.worker.idPattern`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdPattern {
    text: String,
    pieces: Vec<Piece>,
}

/// What an id is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdArgument<'a> {
    /// A host, or a moment as `yyyyMMddHHmmss`: for `%s`.
    Text(&'a str),
    /// A port, or a running number: for `%d`, `%o`, `%x` and `%s`.
    Number(u64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Specifier(Specifier),
}

/// A pattern that Java would not take, or that makes ids with white space in them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("'{pattern}' is not a pattern for ids: {reason}")]
pub struct BadIdPattern {
    pattern: String,
    reason: String,
}

impl BadIdPattern {
    /// What is wrong with it, without the pattern itself.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl IdPattern {
    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// An id. What no argument is there for stays empty; [`Self::check`] says beforehand whether that can happen.
    pub fn format(&self, arguments: &[IdArgument<'_>]) -> String {
        let mut id = String::with_capacity(self.text.len() + 32);
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => id.push_str(text),
                Piece::Specifier(specifier) => {
                    if let Some(argument) = arguments.get(specifier.argument) {
                        specifier.write(*argument, &mut id);
                    }
                }
            }
        }
        id
    }

    /// Whether the pattern can be filled with arguments like these, and makes ids without white space.
    ///
    /// # Errors
    /// With the first thing that is wrong.
    pub fn check(&self, sample: &[IdArgument<'_>]) -> Result<(), BadIdPattern> {
        for piece in &self.pieces {
            let Piece::Specifier(specifier) = piece else { continue };
            let number = specifier.argument + 1;
            match sample.get(specifier.argument) {
                None => {
                    return Err(self.bad(format!("it asks for argument {number} of {}", sample.len())));
                }
                Some(IdArgument::Text(_)) if specifier.is_numeric() => {
                    return Err(self.bad(format!("argument {number} is text: write %s for it")));
                }
                Some(_) => {}
            }
        }
        if self.format(sample).contains(char::is_whitespace) {
            return Err(self.bad("white space is not allowed".into()));
        }
        Ok(())
    }

    fn bad(&self, reason: String) -> BadIdPattern {
        BadIdPattern { pattern: self.text.clone(), reason }
    }
}

impl FromStr for IdPattern {
    type Err = BadIdPattern;

    fn from_str(text: &str) -> Result<Self, BadIdPattern> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        let mut numbering = specifier::Numbering::default();
        while let Some((before, behind)) = rest.split_once('%') {
            literal.push_str(before);
            if let Some(behind) = behind.strip_prefix('%') {
                literal.push('%');
                rest = behind;
                continue;
            }
            let (specifier, behind) = Specifier::parse(behind, &mut numbering)
                .map_err(|reason| BadIdPattern { pattern: text.to_owned(), reason })?;
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(Piece::Specifier(specifier));
            rest = behind;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Self { text: text.to_owned(), pieces })
    }
}

impl fmt::Display for IdPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests;
