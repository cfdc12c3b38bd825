//! The Spark distribution whose executors a Worker launches.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::ConfigError;
use crate::sources::Environment;

/// A folder that holds a Spark distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparkHome {
    /// The folder.
    pub path: PathBuf,
    /// Its version, read from the name of `jars/spark-core_*.jar`, e.g. `3.5.7`.
    pub version: String,
    /// Its Scala binary version, from the same name: `2.12` or `2.13`.
    pub scala: String,
}

const ADVICE: &str = "set SPARK_HOME to a folder that has jars/spark-core_*.jar in it, \
                      such as an unpacked Spark or the folder of the Python package pyspark";

impl SparkHome {
    /// Finds the distribution: `SPARK_HOME`, else the one whose `spark-submit` is on `PATH`.
    ///
    /// # Errors
    /// When there is none, or when the folder is not one.
    pub fn find(environment: &Environment) -> Result<Self, ConfigError> {
        if let Some(path) = environment.path("SPARK_HOME") {
            return Self::open(&path);
        }
        let submit = environment.find_program("spark-submit");
        submit.as_deref().and_then(beside).ok_or_else(|| ConfigError::Missing {
            what: match submit {
                Some(submit) => {
                    format!("SPARK_HOME is not set, and {} belongs to no Spark folder", submit.display())
                }
                None => "SPARK_HOME is not set, and PATH has no spark-submit".into(),
            },
            advice: ADVICE.into(),
        })
    }

    /// Takes a folder for a distribution, once it has shown to be one.
    ///
    /// # Errors
    /// When it is not one.
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        let missing = |problem: &str| ConfigError::Missing {
            what: format!("SPARK_HOME is '{}', which {problem}", path.display()),
            advice: ADVICE.into(),
        };
        if !path.is_dir() {
            return Err(missing(if path.exists() { "is not a folder" } else { "does not exist" }));
        }
        Self::recognise(path).ok_or_else(|| missing("is not a Spark folder: it has no jars/spark-core_*.jar"))
    }

    fn recognise(path: &Path) -> Option<Self> {
        let path = std::path::absolute(path).ok()?;
        let jars = fs::read_dir(path.join("jars")).ok()?;
        jars.flatten().find_map(|jar| {
            let name = jar.file_name();
            let (scala, version) =
                name.to_str()?.strip_prefix("spark-core_")?.strip_suffix(".jar")?.split_once('-')?;
            let is_number = version.starts_with(|c: char| c.is_ascii_digit());
            let is_main_jar = is_number && !version.ends_with("tests") && !version.ends_with("sources");
            is_main_jar.then(|| Self { path: path.clone(), version: version.into(), scala: scala.into() })
        })
    }
}

/// The distribution of a `spark-submit`: `bin` is inside it, or beside the Python packages that hold it.
fn beside(submit: &Path) -> Option<SparkHome> {
    let real = fs::canonicalize(submit).ok()?;
    [submit, &real].into_iter().filter_map(|submit| submit.parent()?.parent()).find_map(|root| {
        SparkHome::recognise(root).or_else(|| {
            let library = fs::read_dir(root.join("lib")).ok()?;
            let packages = library.flatten().map(|python| python.path().join("site-packages/pyspark"));
            packages.filter_map(|package| SparkHome::recognise(&package)).next()
        })
    })
}

#[cfg(test)]
mod tests;
