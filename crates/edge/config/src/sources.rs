//! What settings are made of: variables, flags and the machine, as explicit values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::machine::Machine;

/// Environment variables. An empty one counts as not set, as in Spark's start scripts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, String>,
    /// Those of them that nobody gave: they were made of others.
    derived: BTreeSet<&'static str>,
}

impl Environment {
    /// The variables of this process.
    pub fn of_process() -> Self {
        let lossy = |text: std::ffi::OsString| text.to_string_lossy().into_owned();
        std::env::vars_os().map(|(name, value)| (lossy(name), lossy(value))).collect()
    }

    /// The value of a variable; none when it is empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The value of a variable that somebody gave.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|_| !self.is_derived(name))
    }

    /// The value of a variable as a path.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        self.value(name).map(PathBuf::from)
    }

    /// Sets a variable.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.derived.remove(name.as_str());
        self.variables.insert(name, value.into());
    }

    /// Sets a variable that nobody gave, so that it can be told from one that somebody did.
    pub(crate) fn set_derived(&mut self, name: &'static str, value: impl Into<String>) {
        self.set(name, value);
        self.derived.insert(name);
    }

    /// Knows what those variables were made of others which still are as they were.
    pub(crate) fn derive_as(&mut self, earlier: &Self) {
        let same = |name: &&&'static str| self.variables.get(**name) == earlier.variables.get(**name);
        self.derived = earlier.derived.iter().filter(same).copied().collect();
    }

    /// Whether a variable was made of others.
    pub(crate) fn is_derived(&self, name: &str) -> bool {
        self.derived.contains(name)
    }

    /// All variables by name, empty ones included.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// All of them, for whoever keeps them.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        self.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }

    /// The folder of Spark's configuration files: `SPARK_CONF_DIR`, else `SPARK_HOME/conf`.
    pub fn spark_conf_dir(&self) -> Option<PathBuf> {
        self.path("SPARK_CONF_DIR").or_else(|| self.path("SPARK_HOME").map(|home| home.join("conf")))
    }

    /// The first file of that name in a folder of `PATH` that may be executed.
    pub(crate) fn find_program(&self, name: &str) -> Option<PathBuf> {
        let path = self.value("PATH")?;
        std::env::split_paths(path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(name))
            .find(|file| is_executable(file))
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let variables = pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
        Self { variables, derived: BTreeSet::new() }
    }
}

/// Whether a path is a file that this user may run.
pub(crate) fn is_executable(file: &std::path::Path) -> bool {
    file.is_file() && rustix::fs::access(file, rustix::fs::Access::EXEC_OK).is_ok()
}

/// The flags of the command line, as text, by the names in the table.
#[derive(Clone, Debug, Default)]
pub struct Flags(BTreeMap<&'static str, String>);

impl Flags {
    /// These flags and one more, when it was given.
    #[must_use]
    pub fn with(mut self, flag: &'static str, value: Option<impl Into<String>>) -> Self {
        if let Some(value) = value {
            self.0.insert(flag, value.into());
        }
        self
    }

    /// The value of a flag.
    pub fn value(&self, flag: &str) -> Option<&str> {
        self.0.get(flag).map(String::as_str)
    }
}

/// Everything that settings are made of.
#[derive(Clone, Debug)]
pub struct Sources<'a> {
    /// The variables, those of `spark-env.sh` included.
    pub environment: Environment,
    /// The flags.
    pub flags: Flags,
    /// The machine.
    pub machine: &'a dyn Machine,
}
