//! The Spark distributions whose executors a Worker launches.

use std::fs;
use std::path::{Path, PathBuf};

use model::SparkVersion;

use crate::error::{BadValue, ConfigError, Origin, Warning};
use crate::kind::COLON_PATHS;
use crate::sources::Environment;

/// A folder that holds a Spark distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SparkHome {
    /// The folder.
    pub path: PathBuf,
    /// Its version, read from the name of `jars/spark-core_*.jar`, e.g. `3.5.7`.
    pub version: SparkVersion,
    /// Its Scala binary version, from the same name: `2.12` or `2.13`.
    pub scala: String,
}

/// The Sparks of a Worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SparkHomes {
    /// The one of executors that name none.
    pub(crate) default: SparkHome,
    /// All of them, the oldest first; each version once.
    pub(crate) all: Vec<SparkHome>,
    pub(crate) warnings: Vec<Warning>,
}

const ADVICE: &str = "set SPARK_HOME to a folder that has jars/spark-core_*.jar in it, \
                      such as an unpacked Spark or the folder of the Python package pyspark";

const ADVICE_FOR_SEVERAL: &str = "set SPARK_HOMES to folders that have jars/spark-core_*.jar in them, or to one that \
                                  holds such folders, with colons between several";

impl SparkHomes {
    /// Finds all: `SPARK_HOME` and those of `SPARK_HOMES`, else the one whose `spark-submit` is on `PATH`.
    ///
    /// # Errors
    /// When there is none, or when a folder that is named is none.
    pub(crate) fn find(environment: &Environment) -> Result<Self, ConfigError> {
        let mut found: Vec<SparkHome> = Vec::new();
        if let Some(path) = environment.path("SPARK_HOME") {
            found.push(SparkHome::open(&path)?);
        }
        for folder in listed(environment)? {
            found.extend(SparkHome::open_several(&folder)?);
        }
        if found.is_empty() {
            found.push(SparkHome::find(environment)?);
        }
        let default = found[0].clone();
        let (mut all, mut warnings) = (Vec::<SparkHome>::new(), Vec::new());
        for spark in found {
            match all.iter().find(|one| one.version == spark.version) {
                Some(first) => warnings.extend(first.twice(&spark)),
                None => all.push(spark),
            }
        }
        all.sort_by(|one, other| one.version.cmp(&other.version));
        Ok(Self { default, all, warnings })
    }
}

/// The folders that `SPARK_HOMES` names.
fn listed(environment: &Environment) -> Result<Vec<PathBuf>, ConfigError> {
    let Some(text) = environment.value("SPARK_HOMES") else { return Ok(Vec::new()) };
    (COLON_PATHS.parse)(text.trim()).map_err(|problem| {
        let (origin, name, value) = (Origin::Variable, "SPARK_HOMES".to_owned(), text.to_owned());
        let bad = BadValue {
            origin,
            name,
            value,
            problem: problem.into_owned(),
            advice: ADVICE_FOR_SEVERAL.into(),
        };
        bad.into()
    })
}

impl SparkHome {
    /// Finds the distribution: `SPARK_HOME`, else the first of `SPARK_HOMES`, else the one whose `spark-submit` is on
    /// `PATH`.
    ///
    /// # Errors
    /// When there is none, or when the folder is not one.
    pub fn find(environment: &Environment) -> Result<Self, ConfigError> {
        if let Some(path) = environment.path("SPARK_HOME") {
            return Self::open(&path);
        }
        if let Some(first) = listed(environment)?.first() {
            return Self::open_several(first).map(|mut found| found.remove(0));
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

    /// Takes a folder of `SPARK_HOMES` for a distribution, or for one that holds several: then the newest is the first.
    /// At least one.
    fn open_several(path: &Path) -> Result<Vec<Self>, ConfigError> {
        if let Some(spark) = Self::recognise(path) {
            return Ok(vec![spark]);
        }
        let problem = match fs::read_dir(path) {
            Ok(entries) => {
                let mut found: Vec<Self> =
                    entries.flatten().filter_map(|entry| Self::recognise(&entry.path())).collect();
                found.sort_by(|one, other| {
                    other.version.cmp(&one.version).then_with(|| one.path.cmp(&other.path))
                });
                if !found.is_empty() {
                    return Ok(found);
                }
                "is not a Spark folder and holds none".to_owned()
            }
            Err(error) => format!("cannot be looked into ({error})"),
        };
        let what = format!("SPARK_HOMES names '{}', which {problem}", path.display());
        Err(ConfigError::Missing { what, advice: ADVICE_FOR_SEVERAL.into() })
    }

    /// What is to be said of another one of the same version; nothing where it is the same folder.
    fn twice(&self, other: &Self) -> Option<Warning> {
        let real = |spark: &Self| fs::canonicalize(&spark.path).unwrap_or_else(|_| spark.path.clone());
        (real(self) != real(other)).then(|| {
            let (version, used, other) = (&self.version, self.path.display(), other.path.display());
            Warning(format!("Spark {version} is in both {used} and {other}; the one in {used} is used"))
        })
    }

    fn recognise(path: &Path) -> Option<Self> {
        let path = std::path::absolute(path).ok()?;
        let jars = fs::read_dir(path.join("jars")).ok()?;
        jars.flatten().find_map(|jar| {
            let name = jar.file_name();
            let (scala, version) =
                name.to_str()?.strip_prefix("spark-core_")?.strip_suffix(".jar")?.split_once('-')?;
            let is_main_jar = !version.ends_with("tests") && !version.ends_with("sources");
            let version = SparkVersion::parse(version).filter(|_| is_main_jar)?;
            Some(Self { path: path.clone(), version, scala: scala.into() })
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
