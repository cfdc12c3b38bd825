//! What a core has to say to whoever runs it.

use std::fmt;

/// A line for the log: Spark's own sentence where users look for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Whether an operator should look at it.
    pub warning: bool,
    /// The sentence.
    pub text: String,
}

impl Note {
    /// What goes as expected.
    pub fn info(text: impl Into<String>) -> Self {
        Self { warning: false, text: text.into() }
    }

    /// What an operator should look at.
    pub fn warning(text: impl Into<String>) -> Self {
        Self { warning: true, text: text.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
