//! Debian's packages, with `sudo` where we are not root.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use conformance::{Failure, Result, cache};

use crate::progress::{Step, last_line};

/// Installs the first of the alternatives that Debian has; each alternative is a list of packages.
pub(super) fn install(what: &str, alternatives: &[&[&str]]) -> Result<()> {
    let names: Vec<String> = alternatives.iter().map(|packages| packages.join(" ")).collect();
    let missing = |reason: &str| Failure::Missing {
        what: what.to_owned(),
        remedy: format!("{reason}; install it yourself (on Debian: {})", names.join(", or ")),
    };
    if which("apt-get").is_none() {
        return Err(missing("this machine has no apt-get"));
    }
    if !rights() {
        return Err(missing("we are not root and there is no sudo"));
    }
    let folder = cache::folder()?;
    fs::create_dir_all(&folder).map_err(Failure::io(format!("create {}", folder.display())))?;
    let log = folder.join("apt-get.log");
    let mut step = Step::begin(format!("Installing {what}"));
    // Lists may be stale or absent; where the network is partly away, what there is may still do.
    let updated = step.run(apt(&["update"]), &log, || last_line(&log));
    let packages = alternatives.iter().find(|packages| packages.iter().all(|package| is_known(package)));
    let Some(packages) = packages else {
        updated?;
        return Err(missing("apt-get knows none of its packages"));
    };
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend_from_slice(packages);
    step.run(apt(&arguments), &log, || last_line(&log))?;
    step.done(&packages.join(" "));
    Ok(())
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new(if is_root() { "env" } else { "sudo" });
    if !is_root() {
        command.arg("env");
    }
    command.arg("DEBIAN_FRONTEND=noninteractive").arg("apt-get").args(arguments);
    command
}

fn is_known(package: &str) -> bool {
    let shown = Command::new("apt-cache").args(["policy", package]).stderr(Stdio::null()).output();
    shown.is_ok_and(|output| {
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().any(|line| line.trim().starts_with("Candidate:") && !line.contains("(none)"))
    })
}

fn rights() -> bool {
    is_root() || which("sudo").is_some()
}

fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output();
    output.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|candidate| candidate.is_file())
}
