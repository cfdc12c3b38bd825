//! What Helm 3.10 renders, kept in the repository, so that a change of the chart shows in the diff what it does.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use conformance::{Failure, Result, binary};

use super::helm::Helms;
use super::report::Report;

/// Lines that are true of a release of Helm alone.
const OF_HELM: [&str; 3] = ["# Source: ", "app.kubernetes.io/managed-by: ", "helm.sh/chart: "];

/// The manifests for those without Helm, and the file with the values of each; none for the chart's own.
const MANIFESTS: [(&str, Option<&str>); 2] =
    [("spark.yaml", None), ("spark-zookeeper.yaml", Some("zookeeper-values.yaml"))];

/// The kept file of a set.
pub(super) fn file(set: &str) -> PathBuf {
    folder().join(format!("{set}.yaml"))
}

/// The manifests for those without Helm.
pub(super) fn manifests() -> impl Iterator<Item = PathBuf> {
    MANIFESTS.iter().map(|(name, _)| without_helm().join(name))
}

fn without_helm() -> PathBuf {
    binary::workspace().join("kubernetes")
}

fn folder() -> PathBuf {
    binary::workspace().join("charts/golden")
}

/// Whether each set renders what is kept, and nothing is kept of sets that are gone.
pub(super) fn check(texts: &[(String, String)], report: &mut Report) -> Result<()> {
    for (name, text) in texts {
        compare(&file(name), text, report)?;
    }
    let known: BTreeSet<PathBuf> = texts.iter().map(|(name, _)| file(name)).collect();
    let kept = fs::read_dir(folder()).map_err(Failure::io("read charts/golden"))?;
    for path in kept.flatten().map(|entry| entry.path()).filter(|path| !known.contains(path)) {
        if accepts() {
            fs::remove_file(&path).map_err(Failure::io(format!("remove {}", path.display())))?;
        } else {
            report.check(&short(&path), Err("no set of values renders it".to_owned()));
        }
    }
    Ok(())
}

/// The same of the manifests for those without Helm.
pub(super) fn check_manifests(helms: &Helms, report: &mut Report) -> Result<()> {
    for (name, values) in MANIFESTS {
        let values_file = values.map(|values| without_helm().join(values));
        let rendered = helms.template_plain(values_file.as_deref())?;
        compare(&without_helm().join(name), &plain(name, values, &rendered), report)?;
    }
    Ok(())
}

fn plain(name: &str, values: Option<&str>, rendered: &str) -> String {
    let values = values.unwrap_or("its own values");
    let mut text = format!(
        "# Spark Standalone without Helm: what the chart renders with {values}. To change it, change the chart, then run\n\
         # UPDATE_EXPECT=1 cargo xtask charts.\n\
         #\n\
         #   kubectl create -f {name} [--namespace=xxx]\n\
         #   ./teardown.sh [--namespace=xxx]\n"
    );
    let lines = rendered.lines().filter(|line| !OF_HELM.iter().any(|start| line.trim().starts_with(start)));
    for line in lines.filter(|line| !line.trim().is_empty()) {
        text.push_str(line);
        text.push('\n');
    }
    text
}

fn compare(path: &Path, text: &str, report: &mut Report) -> Result<()> {
    let kept = fs::read_to_string(path).unwrap_or_default();
    if kept != text && accepts() {
        let folder = path.parent().unwrap_or(path);
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(path, text))
            .map_err(Failure::io(format!("write {}", path.display())))?;
    }
    let outcome = if kept == text || accepts() { Ok(()) } else { Err(first_difference(&kept, text)) };
    report.check(&short(path), outcome);
    Ok(())
}

fn accepts() -> bool {
    env::var_os("UPDATE_EXPECT").is_some_and(|value| value == "1")
}

fn short(path: &Path) -> String {
    path.strip_prefix(binary::workspace()).unwrap_or(path).display().to_string()
}

fn first_difference(kept: &str, text: &str) -> String {
    let (mut old, mut new) = (kept.lines(), text.lines());
    let mut number = 0;
    loop {
        number += 1;
        let (old, new) = (old.next(), new.next());
        if old != new || old.is_none() {
            let shown = |line: Option<&str>| line.unwrap_or("(nothing)").to_owned();
            return format!(
                "line {number} was\n  {}\nand is now\n  {}\nUPDATE_EXPECT=1 cargo xtask charts accepts it",
                shown(old),
                shown(new)
            );
        }
    }
}
