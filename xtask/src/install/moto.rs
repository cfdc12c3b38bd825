//! moto, as PyPI has it, in a virtual environment of its own.

use std::time::Duration;

use conformance::Result;
use conformance::cache::{Lock, complete, is_complete};
use conformance::moto::{REQUIREMENTS, folder};

use super::environment::{make, pip, size};
use crate::progress::{Step, megabytes};

/// How long to wait for another process that installs it.
const PATIENCE: Duration = Duration::from_secs(600);

/// Installs it if need be.
pub(crate) fn moto() -> Result<()> {
    let folder = folder()?;
    let _held = Lock::acquire(&folder.with_file_name("moto.lock"), PATIENCE)?;
    if !is_complete(&folder, REQUIREMENTS) {
        let mut step = Step::begin("Installing moto");
        make(&mut step, &folder)?;
        pip(&mut step, &folder, &REQUIREMENTS.lines().collect::<Vec<_>>())?;
        complete(&folder, REQUIREMENTS)?;
        step.done(&megabytes(size(&folder)));
    }
    eprintln!("moto in {}", folder.display());
    Ok(())
}
