//! Python, which PySpark's drivers run on.

use std::process::{Command, Stdio};

use conformance::Result;

use super::debian;

/// The name of a Python that can make virtual environments, installed if there is none.
pub(crate) fn python() -> Result<&'static str> {
    const PYTHON: &str = "python3";
    if !can_make_environments(PYTHON) {
        debian::install("Python", &[&["python3", "python3-venv"]])?;
    }
    Ok(PYTHON)
}

/// Debian's Python comes without the modules that make environments.
fn can_make_environments(python: &str) -> bool {
    let tried = Command::new(python)
        .args(["-c", "import venv, ensurepip, ssl"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    tried.is_ok_and(|status| status.success())
}
