//! moto, as PyPI has it, in a virtual environment of its own.

use std::fs;
use std::time::Duration;

use conformance::cache::Lock;
use conformance::moto::{REQUIREMENTS, folder, is_complete};
use conformance::spark::COMPLETE_MARKER;
use conformance::{Failure, Result};

use super::environment::{make, pip, size};
use crate::progress::{Step, megabytes};

/// How long to wait for another process that installs it.
const PATIENCE: Duration = Duration::from_secs(600);

/// Installs it if need be.
pub(crate) fn moto() -> Result<()> {
    let folder = folder()?;
    let _held = Lock::acquire(&folder.with_file_name("moto.lock"), PATIENCE)?;
    if !is_complete(&folder) {
        let mut step = Step::begin("Installing moto");
        make(&mut step, &folder)?;
        pip(&mut step, &folder, &REQUIREMENTS.lines().collect::<Vec<_>>())?;
        fs::write(folder.join(COMPLETE_MARKER), REQUIREMENTS)
            .map_err(Failure::io(format!("mark {}", folder.display())))?;
        step.done(&megabytes(size(&folder)));
    }
    eprintln!("moto in {}", folder.display());
    Ok(())
}
