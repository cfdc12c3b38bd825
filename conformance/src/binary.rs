//! The program under test.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::{Failure, Result};

/// A profile of the workspace to build the program with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Optimised and quick to link: what tests and the demo run.
    Fast,
    /// What is shipped: what is measured.
    Release,
}

impl Profile {
    fn name(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Release => "release",
        }
    }
}

/// The program `hearth`: what `HEARTH_BIN` names, else the workspace's own, built if it is not up to date.
pub fn hearth() -> Result<PathBuf> {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    if let Some(program) = BUILT.get() {
        return Ok(program.clone());
    }
    let program = match env::var_os("HEARTH_BIN") {
        Some(named) => existing(Path::new(&named))?,
        None => build(Profile::Fast)?,
    };
    Ok(BUILT.get_or_init(|| program).clone())
}

/// Builds `hearth` and says where it is. Cargo itself locks its folder against others who build.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--package", "cli", "--bin", "hearth", "--profile", profile.name()])
        .args(["--message-format", "json-render-diagnostics"])
        .current_dir(workspace())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(Failure::io("run cargo"))?;
    if !output.status.success() {
        return Err(Failure::unexpected(format!("cargo could not build hearth: {}", output.status)));
    }
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message.get("executable")?.as_str().map(PathBuf::from))
        .ok_or_else(|| Failure::unexpected("cargo built hearth but did not say where it is"))
}

/// Where cargo puts what it builds.
pub fn target_folder() -> Result<PathBuf> {
    // Cargo marks it for those who make backups.
    let own = env::current_exe().map_err(Failure::io("find the running program"))?;
    let target = own.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    Ok(target.map_or_else(|| workspace().join("target"), Path::to_path_buf))
}

/// The root of the workspace that this crate was built in.
pub fn workspace() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

fn existing(program: &Path) -> Result<PathBuf> {
    std::fs::canonicalize(program).map_err(|error| Failure::Missing {
        what: format!("the program {} that HEARTH_BIN names ({error})", program.display()),
        remedy: "build it, or unset HEARTH_BIN".to_owned(),
    })
}
