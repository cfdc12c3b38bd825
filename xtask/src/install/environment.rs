//! Virtual environments of Python: made anew, filled by pip.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use conformance::{Failure, Result};

use super::python::python;
use crate::progress::{Step, megabytes};

/// Makes an empty environment in the place of what is there.
pub(super) fn make(step: &mut Step, folder: &Path) -> Result<()> {
    let python = python()?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Failure::io(format!("remove {}", folder.display())))?;
    }
    fs::create_dir_all(folder).map_err(Failure::io(format!("create {}", folder.display())))?;
    let log = folder.join("install.log");
    let mut command = Command::new(python);
    command.args(["-m", "venv"]).arg(folder);
    step.run(command, &log, || "making the virtual environment".to_owned())
}

/// Installs packages into the environment.
pub(super) fn pip(step: &mut Step, folder: &Path, packages: &[&str]) -> Result<()> {
    // pip downloads and unpacks where TMPDIR says: there its progress can be seen.
    let temporary = folder.join("tmp");
    fs::create_dir_all(&temporary).map_err(Failure::io(format!("create {}", temporary.display())))?;
    let mut command = Command::new(folder.join("bin/python"));
    command
        .args(["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"])
        .args(packages)
        .env("TMPDIR", &temporary);
    step.run(command, &folder.join("install.log"), || format!("{} on disk", megabytes(size(folder))))?;
    fs::remove_dir_all(&temporary).map_err(Failure::io(format!("remove {}", temporary.display())))
}

/// `PATH` with these folders before all others.
pub(crate) fn path_from(folders: impl IntoIterator<Item = PathBuf>) -> Result<OsString> {
    let others = env::var_os("PATH").unwrap_or_default();
    let all = folders.into_iter().chain(env::split_paths(&others));
    env::join_paths(all).map_err(|error| Failure::unexpected(error.to_string()))
}

/// What a folder takes, in bytes; files that vanish meanwhile count nothing.
pub(crate) fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}
