//! The jars of a release, out of its distribution on PyPI.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::{Failure, Result, cache};
use flate2::read::GzDecoder;

use super::jars::{Jars, is_wanted};
use super::release::Release;
use crate::install;
use crate::progress::Step;

/// The jars of a release. The distribution lies on the disk only for as long as it is read.
pub(super) fn jars(release: &Release) -> Result<Jars> {
    let folder = cache::folder()?.join(format!("download-{release}"));
    let jars = download(release, &folder).and_then(|archive| read(&archive));
    let removed = fs::remove_dir_all(&folder).map_err(Failure::io(format!("remove {}", folder.display())));
    let jars = jars?;
    removed.map(|()| jars)
}

fn download(release: &Release, folder: &Path) -> Result<PathBuf> {
    let python = install::python()?;
    fs::create_dir_all(folder).map_err(Failure::io(format!("create {}", folder.display())))?;
    let log = folder.join("pip.log");
    let environment = folder.join("environment");
    let mut step = Step::begin(format!("Downloading Spark {release}"));
    let mut command = Command::new(python);
    command.args(["-m", "venv"]).arg(&environment);
    step.run(command, &log, || "making the virtual environment".to_owned())?;
    let mut command = Command::new(environment.join("bin/python"));
    command
        .args(["-m", "pip", "download", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"])
        .args(["--no-deps", "--no-binary", ":all:", "--dest"])
        .arg(folder)
        .arg(format!("pyspark=={release}"))
        .env("TMPDIR", folder);
    step.run(command, &log, || "pip downloads the source distribution".to_owned())?;
    step.done("ended");
    let files = fs::read_dir(folder).map_err(Failure::io(format!("list {}", folder.display())))?;
    files
        .flatten()
        .map(|file| file.path())
        .find(|path| path.to_string_lossy().ends_with(".tar.gz"))
        .ok_or_else(|| Failure::unexpected(format!("pip left no pyspark-{release}.tar.gz")))
}

/// Keeps the wanted jars of the archive, and passes over the rest.
fn read(archive: &Path) -> Result<Jars> {
    let reading = || format!("read {}", archive.display());
    let step = Step::begin(format!("Reading {}", archive.display()));
    let file = File::open(archive).map_err(Failure::io(reading()))?;
    let mut archive = tar::Archive::new(GzDecoder::new(file));
    let mut jars = Jars::new();
    for entry in archive.entries().map_err(Failure::io(reading()))? {
        let mut entry = entry.map_err(Failure::io(reading()))?;
        let path = entry.path().map_err(Failure::io(reading()))?.into_owned();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_wanted(&name) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).map_err(Failure::io(reading()))?;
            jars.add(&name, bytes)?;
        }
    }
    step.done("its jars are in memory");
    Ok(jars)
}
