//! Installed Sparks: unmodified PySpark distributions, each in its own virtual environment.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::{Failure, Result, cache};

/// The versions that the tests run with unless `HEARTH_SPARK_VERSIONS` says otherwise.
pub const DEFAULT_VERSIONS: &str = "3.5.7,4.3.0";

/// What PySpark's MLlib needs.
const MLLIB: &str = include_str!("../python/requirements/mllib.txt");

/// What the client of Spark Connect needs.
const CONNECT: &str = include_str!("../python/requirements/connect.txt");

/// Which of the selected versions stand for the others where not the whole matrix is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortCut {
    /// All of them: what is tested differs between them.
    Each,
    /// The one that is named first, the oldest.
    First,
    /// The one that is named last, the newest.
    Last,
}

/// Whether the whole matrix is run; where not, it is said loudly what that leaves out.
#[allow(clippy::print_stderr, reason = "what was not tested belongs on a test's output")]
pub fn is_whole_matrix(otherwise_not: &str) -> bool {
    let whole = env::var("HEARTH_CONFORMANCE_MATRIX").as_deref() == Ok("full");
    if !whole {
        eprintln!("NOT TESTED: {otherwise_not}. `make test-all` tests it");
    }
    whole
}

/// One installed Spark.
#[derive(Clone, Debug)]
pub struct Spark {
    version: String,
    home: PathBuf,
    python: PathBuf,
}

impl Spark {
    /// The folder for `version`, whether there is something in it or not.
    pub fn folder(version: &str) -> Result<PathBuf> {
        Ok(cache::folder()?.join("spark").join(version))
    }

    /// The installed Spark of this version.
    pub fn installed(version: &str) -> Result<Self> {
        let folder = Self::folder(version)?;
        let missing = || Failure::Missing {
            what: format!("Spark {version} in {}", folder.display()),
            remedy: format!("run `cargo xtask spark {version}`"),
        };
        if !is_complete(&folder, version) {
            return Err(missing());
        }
        let home = package_folder(&folder).ok_or_else(missing)?;
        Ok(Self { version: version.to_owned(), home, python: folder.join("bin/python") })
    }

    /// The versions that `HEARTH_SPARK_VERSIONS` names ("3.5.7,4.3.0"), or the default ones.
    pub fn selected() -> Result<Vec<Self>> {
        selected_versions().iter().map(|version| Self::installed(version)).collect()
    }

    /// The versions that a test of the matrix runs with: all selected ones where `HEARTH_CONFORMANCE_MATRIX=full`
    /// asks for the whole matrix, else those of the short cut.
    pub fn of_matrix(short_cut: ShortCut) -> Result<Vec<Self>> {
        let mut versions = Self::selected()?;
        if env::var("HEARTH_CONFORMANCE_MATRIX").as_deref() != Ok("full") {
            match short_cut {
                ShortCut::Each => {}
                ShortCut::First => versions.truncate(1),
                ShortCut::Last => drop(versions.drain(..versions.len().saturating_sub(1))),
            }
        }
        Ok(versions)
    }

    /// `3.5.7`
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The 3 of 3.5.7.
    pub fn major(&self) -> u32 {
        major(&self.version)
    }

    /// What `SPARK_HOME` has to be.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The Python that this Spark is installed in.
    pub fn python(&self) -> &Path {
        &self.python
    }

    /// `bin/spark-submit`
    pub fn spark_submit(&self) -> PathBuf {
        self.home.join("bin/spark-submit")
    }

    /// `bin/spark-class`
    pub fn spark_class(&self) -> PathBuf {
        self.home.join("bin/spark-class")
    }

    /// The example program `pi.py`, as Spark ships it.
    pub fn pi(&self) -> PathBuf {
        self.home.join("examples/src/main/python/pi.py")
    }
}

/// The Python packages that the tests want beside PySpark, as lines for pip.
pub fn requirements(version: &str) -> Vec<&'static str> {
    // Spark's distribution holds the server of Spark Connect from 4.0 on.
    let connect = if major(version) >= 4 { CONNECT } else { "" };
    MLLIB.lines().chain(connect.lines()).filter(|line| !line.is_empty()).collect()
}

/// What stands in the marker of a complete installation.
pub fn manifest(version: &str) -> String {
    let mut lines = vec![format!("pyspark=={version}")];
    lines.extend(requirements(version).into_iter().map(str::to_owned));
    lines.join("\n") + "\n"
}

/// Whether the folder holds all that the tests want of this version.
pub fn is_complete(folder: &Path, version: &str) -> bool {
    cache::is_complete(folder, &manifest(version))
}

fn major(version: &str) -> u32 {
    version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or_default()
}

/// The versions that `HEARTH_SPARK_VERSIONS` names, or the default ones.
pub fn selected_versions() -> Vec<String> {
    let names = env::var("HEARTH_SPARK_VERSIONS").unwrap_or_else(|_| DEFAULT_VERSIONS.to_owned());
    names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The package's folder in a virtual environment; Python's version is part of its path.
pub fn package_folder(environment: &Path) -> Option<PathBuf> {
    fs::read_dir(environment.join("lib"))
        .ok()?
        .flatten()
        .map(|entry| entry.path().join("site-packages/pyspark"))
        .find(|package| package.join("bin/spark-submit").is_file())
}
