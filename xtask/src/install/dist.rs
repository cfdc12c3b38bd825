//! What a release is made with: a linker for old C libraries, which PyPI has, and what lists the parts of a program.

use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use conformance::cache::{self, Lock, complete, is_complete};
use conformance::{Result, binary};

use super::environment::{make, pip, size};
use crate::progress::{Step, last_line, megabytes};

/// How long to wait for another process that installs them.
const PATIENCE: Duration = Duration::from_secs(900);

/// The packages of Python.
const REQUIREMENTS: &str = include_str!("../../python/dist.txt");

/// Writes a software bill of materials.
const CYCLONEDX: &str = "cargo-cyclonedx@0.5.9";

/// The folder whose programs make a release, installed if need be.
pub(crate) fn dist() -> Result<PathBuf> {
    let folder = cache::folder()?.join("dist");
    let _held = Lock::acquire(&folder.with_file_name("dist.lock"), PATIENCE)?;
    let marker = format!("{CYCLONEDX}\n{REQUIREMENTS}");
    if !is_complete(&folder, &marker) {
        let mut step = Step::begin("Installing what makes a release");
        make(&mut step, &folder)?;
        pip(&mut step, &folder, &REQUIREMENTS.lines().collect::<Vec<_>>())?;
        let log = folder.join("cargo.log");
        let mut command = Command::new("cargo");
        command.args(["install", "--locked", "--root"]).arg(&folder).arg(CYCLONEDX);
        command.current_dir(binary::workspace());
        step.run(command, &log, || last_line(&log))?;
        complete(&folder, &marker)?;
        step.done(&megabytes(size(&folder)));
    }
    Ok(folder.join("bin"))
}
