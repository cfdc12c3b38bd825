//! The chart, rendered with many sets of values by both Helms, and what must be true of it.
//!
//! ```text
//!   ci/*-values.yaml ──► Helm 3.10 ──► text ──► golden/*.yaml, kubernetes-validate, kubernetes/spark.yaml
//!                    └─► Helm 4 ───► objects ──► the same as Helm 3.10's ──► policy, rights, ports, names
//! ```

mod contract;
mod golden;
mod helm;
mod object;
mod policy;
mod ports;
mod refusals;
mod report;
mod rights;
mod schemas;
mod token;

use std::path::PathBuf;

use conformance::{Failure, Result, binary};
use helm::{Helms, Question};
pub(crate) use object::{Object, find, list};
use report::Report;

use crate::install;

/// The release of the documents that users have.
const RELEASE: &str = "spark-sa";

/// The namespace of what is rendered.
const NAMESPACE: &str = "default";

/// Where the chart is.
fn folder() -> PathBuf {
    binary::workspace().join("charts/spark-standalone")
}

/// What one of the sets beside the chart renders.
pub(crate) fn render(name: &str) -> Result<Vec<Object>> {
    let helms = Helms::new(install::charts()?, folder());
    let set = helms.sets()?.into_iter().find(|set| set.name == name);
    let set = set.ok_or_else(|| Failure::unexpected(format!("the chart has no values {name}")))?;
    let texts = [(set.name.clone(), helms.template(&set)?)];
    let answer = helms.ask(&Question { sets: &[set], texts: &texts, refused: &[] })?;
    let objects = answer.objects(name).map(<[Object]>::to_vec);
    objects.ok_or_else(|| Failure::unexpected(format!("Helm renders nothing of {name}")))
}

/// Tests the chart and says what is wrong with it.
pub(crate) fn run() -> Result<()> {
    let helms = Helms::new(install::charts()?, folder());
    let sets = helms.sets()?;
    let refusals = refusals::read()?;
    let mut report = Report::default();
    let mut texts = Vec::new();
    for set in &sets {
        report.check(&format!("{}: helm 3.10 lint --strict", set.name), helms.lint(set));
        match helms.template(set) {
            Ok(text) => texts.push((set.name.clone(), text)),
            Err(failure) => report.check(&format!("{}: helm 3.10 template", set.name), Err(failure)),
        }
    }
    golden::check(&texts, &mut report)?;
    golden::check_manifests(&helms, &mut report)?;
    let answer = helms.ask(&Question { sets: &sets, texts: &texts, refused: &refusals })?;
    for set in &sets {
        report.check(&format!("{}: Helm 4 lint, strict", set.name), answer.lint(&set.name));
        let Some(objects) = answer.objects(&set.name) else { continue };
        report.check(
            &format!("{}: Helm 4 renders what Helm 3.10 renders", set.name),
            answer.is_same(&set.name),
        );
        report.check(&format!("{}: pods are restricted", set.name), policy::check(&set.name, objects));
        report.check(&format!("{}: no rights but the election's", set.name), rights::check(objects));
        report.check(
            &format!("{}: policies open exactly the ports in use", set.name),
            ports::check(&set.name, objects),
        );
    }
    contract::check(&answer, &mut report);
    refusals::check(&helms, &refusals, &answer, &mut report);
    token::check(&helms, &mut report)?;
    schemas::check(&helms, &sets, &mut report)?;
    println!("Helm 3.10: {}; Helm 4: {}", helms.version()?, answer.version);
    report.end().map_err(Failure::unexpected)
}
