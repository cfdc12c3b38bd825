//! The chart on a real cluster, which `KUBECONFIG` names: installed as documents have it, tested, hurt, scaled, upgraded,
//! taken down.
//!
//! Without one it is skipped, and says so. Everything happens in namespaces of its own, which it removes.

mod images;
mod kubectl;
mod policies;
mod two_masters;
mod typed;

use std::env;
use std::path::Path;

use conformance::{Result, Sandbox};
use images::Images;
use kubectl::Kubectl;

use crate::ensure::Passed;
use crate::install;

/// What is done in a namespace.
type Scene = fn(&Kubectl<'_>, &mut Passed) -> Result<()>;

/// Each in a namespace of its own, whose pods the cluster itself holds to a standard.
const SCENES: [(&str, &str, Scene); 5] = [
    ("hearth-chart-typed", "restricted", typed::document),
    ("hearth-chart-manifests", "restricted", typed::manifests),
    ("hearth-chart-two-masters", "restricted", two_masters::scene),
    ("hearth-chart-policies", "restricted", policies::scene),
    ("hearth-chart-shuffle", "privileged", typed::shuffle_service),
];

/// Runs all of it.
pub(crate) fn run() -> Result<()> {
    let images = Images::of_environment();
    if env::var_os("KUBECONFIG").is_none_or(|path| path.is_empty()) {
        println!(
            "*** SKIPPED: the chart was NOT tried on a cluster. Set KUBECONFIG to one (a single node suffices) that has the\n\
             *** images {} and {}.",
            images.spark, images.notebook
        );
        println!("0 passed, 0 failed, 1 skipped");
        return Ok(());
    }
    let helm = install::charts()?.helm;
    install::kubectl()?;
    let sandbox = Sandbox::at_once("chart")?;
    let mut passed = Passed::default();
    for scene in SCENES {
        play(scene, &sandbox, &images, &helm, &mut passed)?;
    }
    sandbox.end()?;
    passed.end();
    Ok(())
}

fn play(
    (namespace, standard, scene): (&'static str, &str, Scene),
    sandbox: &Sandbox,
    images: &Images,
    helm: &Path,
    passed: &mut Passed,
) -> Result<()> {
    let kubectl = Kubectl::open(sandbox, images, helm, namespace, standard)?;
    let outcome = scene(&kubectl, passed);
    if outcome.is_err() {
        kubectl.tell();
    }
    kubectl.close()?;
    outcome
}
