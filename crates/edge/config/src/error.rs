//! What an operator is told: errors and warnings that name who said what, where, and what to do.

use std::fmt;
use std::path::PathBuf;

use model::BadMasterUrl;

/// Where a value was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A flag of the command line.
    Flag,
    /// An environment variable.
    Variable,
    /// A `-D` option inside the named variable or file.
    Option(String),
    /// A line of a properties file.
    File {
        /// The file.
        path: PathBuf,
        /// The line on which the entry begins, from 1.
        line: usize,
    },
    /// Nowhere: the table's own default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag | Self::Variable => Ok(()),
            Self::Option(holder) => write!(f, "{holder}: "),
            Self::File { path, line } => write!(f, "{} line {line}: ", path.display()),
            Self::Default => f.write_str("default: "),
        }
    }
}

/// A value that is not what its setting needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadValue {
    /// Where it was found.
    pub origin: Origin,
    /// The flag, variable or key.
    pub name: String,
    /// The value as written.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for BadValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { origin, name, value, problem, advice } = self;
        write!(f, "{origin}{name} is '{}': {problem}; {advice}", shown(name, value))
    }
}

/// Why there are no settings. Each is one sentence that names what was wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value that does not parse, or that this build must not ignore.
    #[error("{0}")]
    Value(Box<BadValue>),
    /// A master URL that is not one.
    #[error(transparent)]
    MasterUrl(#[from] BadMasterUrl),
    /// A file that cannot be read or understood.
    #[error("{}: {problem}; {advice}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
        /// What to do.
        advice: String,
    },
    /// A variable with `-D` options that cannot be split into words.
    #[error("{holder}: {problem}")]
    Options {
        /// The variable or file.
        holder: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Something that must be there is not.
    #[error("{what}; {advice}")]
    Missing {
        /// What is missing, and where it was looked for.
        what: String,
        /// What to do.
        advice: String,
    },
}

impl ConfigError {
    /// Whether the command line itself is at fault, not a file, a variable or the machine.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Value(bad) => bad.origin == Origin::Flag,
            Self::MasterUrl(_) => true,
            Self::File { .. } | Self::Options { .. } | Self::Missing { .. } => false,
        }
    }
}

impl From<BadValue> for ConfigError {
    fn from(bad: BadValue) -> Self {
        Self::Value(Box::new(bad))
    }
}

/// Something odd that does not keep a daemon from starting: one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning(pub String);

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What stands in the place of a secret.
pub(crate) const HIDDEN: &str = "*********(redacted)";

/// The value, or stars where its name looks like a secret's (`spark.redaction.regex`, 4.3).
pub(crate) fn shown<'a>(name: &str, value: &'a str) -> &'a str {
    let name = name.to_ascii_lowercase();
    let marks = ["secret", "password", "token", "access.key", "accesskey", "access_key", "credential"];
    if marks.iter().any(|mark| name.contains(mark)) { HIDDEN } else { value }
}
