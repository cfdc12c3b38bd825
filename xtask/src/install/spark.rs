//! Spark, as PyPI has it, in a virtual environment of its own.
//!
//! An environment cannot be moved, so it is built where it stays; a marker that is written last says what it holds.
//! Whatever has no marker or another one is checked, built again if it does not run, and gets the packages that the
//! tests want beside Spark.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use conformance::cache::{Lock, complete};
use conformance::spark::{is_complete, manifest, package_folder, requirements};
use conformance::{Failure, Result, Spark};

use super::environment::{make, pip, size};
use crate::progress::{Step, megabytes};

/// How long to wait for another process that installs the same version.
const PATIENCE: Duration = Duration::from_secs(1800);

/// The installed Spark of this version; installs it first if need be.
pub(crate) fn spark(version: &str) -> Result<Spark> {
    if !version.split('.').all(|part| !part.is_empty() && part.chars().all(|one| one.is_ascii_alphanumeric()))
    {
        return Err(Failure::unexpected(format!(
            "{version:?} is not a version of Spark: it looks like 3.5.7"
        )));
    }
    let folder = Spark::folder(version)?;
    let lock = folder.with_file_name(format!("{version}.lock"));
    let _held = match Lock::try_acquire(&lock)? {
        Some(held) => held,
        None => {
            eprintln!("Spark {version}: waiting for another process that installs it");
            Lock::acquire(&lock, PATIENCE)?
        }
    };
    if !is_complete(&folder, version) {
        if !is_whole(&folder, version) {
            build(&folder, version)?;
        }
        add_packages(&folder, version)?;
        complete(&folder, &manifest(version))?;
    }
    let spark = Spark::installed(version)?;
    eprintln!("Spark {version} in {}", folder.display());
    Ok(spark)
}

/// Whether the environment's Python finds a Spark of this version.
fn is_whole(folder: &Path, version: &str) -> bool {
    let asked = Command::new(folder.join("bin/python"))
        .args(["-c", "import pyspark; print(pyspark.__version__)"])
        .stderr(Stdio::null())
        .output();
    asked.is_ok_and(|output| output.stdout.trim_ascii() == version.as_bytes())
        && package_folder(folder).is_some()
}

fn build(folder: &Path, version: &str) -> Result<()> {
    let mut step = Step::begin(format!("Installing Spark {version}"));
    make(&mut step, folder)?;
    pip(&mut step, folder, &[&format!("pyspark=={version}")])?;
    if !is_whole(folder, version) {
        let folder = folder.display();
        return Err(Failure::unexpected(format!(
            "{folder}: pip ended well, but `import pyspark` does not work there"
        )));
    }
    step.done(&megabytes(size(folder)));
    Ok(())
}

/// What the tests want beside Spark.
fn add_packages(folder: &Path, version: &str) -> Result<()> {
    let mut step = Step::begin(format!("Adding the tests' Python packages to Spark {version}"));
    pip(&mut step, folder, &requirements(version))?;
    step.done(&megabytes(size(folder)));
    Ok(())
}
