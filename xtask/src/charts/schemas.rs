//! What is rendered against the schemas of Kubernetes, the oldest that the chart is tried with and the newest that there is.

use std::path::PathBuf;

use conformance::Result;

use super::golden;
use super::helm::{Helms, Set};
use super::report::Report;

/// The oldest; none stands for the newest.
const KUBERNETES: [Option<&str>; 2] = [Some("1.28"), None];

/// Kinds of others than Kubernetes, which it has no schemas of.
const FOREIGN: [&str; 2] = ["kind ScaledObject ", "kind ServiceMonitor "];

/// Whether all of it fits.
pub(super) fn check(helms: &Helms, sets: &[Set], report: &mut Report) -> Result<()> {
    let mut files: Vec<PathBuf> = sets.iter().map(|set| golden::file(&set.name)).collect();
    files.extend(golden::manifests());
    for kubernetes in KUBERNETES {
        let output = helms.validate(kubernetes, &files)?;
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        let wrong: Vec<&str> = said
            .lines()
            .filter(|line| !line.starts_with("INFO") && !FOREIGN.iter().any(|kind| line.contains(kind)))
            .collect();
        let seen = said.lines().filter(|line| line.starts_with("INFO")).count();
        let outcome = match (output.status.success() && wrong.is_empty(), seen >= files.len()) {
            (true, true) => Ok(()),
            (true, false) => Err(format!("it looked at {seen} of {} files", files.len())),
            (false, _) => Err(wrong.join("\n")),
        };
        let name = kubernetes.unwrap_or("the newest Kubernetes");
        report.check(&format!("kubernetes-validate --strict, {name}"), outcome);
    }
    Ok(())
}
