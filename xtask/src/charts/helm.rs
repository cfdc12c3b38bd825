//! Both Helms: the program of Helm 3.10, and Helm 4's engine in a Python.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use conformance::{Failure, Result};
use serde_json::{Value, json};

use super::object::{self, Object};
use super::refusals::Refusal;
use super::report::Verdict;
use super::{NAMESPACE, RELEASE};
use crate::install::ChartTools;

/// The end of the name of a file with a set of values.
const SUFFIX: &str = "-values.yaml";

/// Asks Helm 4's engine.
const SCRIPT: &str = include_str!("../../python/charts.py");

/// A set of values.
#[derive(Debug)]
pub(super) struct Set {
    /// Its name, such as `two-masters-s3`.
    pub(super) name: String,
    /// The file with the values.
    pub(super) path: PathBuf,
}

/// Both Helms and the chart.
#[derive(Debug)]
pub(super) struct Helms {
    tools: ChartTools,
    chart: PathBuf,
}

/// What Helm 4 is asked.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// Rendered and linted.
    pub(super) sets: &'a [Set],
    /// Read as YAML, by name.
    pub(super) texts: &'a [(String, String)],
    /// Settings that must be refused.
    pub(super) refused: &'a [Refusal],
}

/// What Helm 4 answers.
#[derive(Debug)]
pub(super) struct Answer {
    /// Its version.
    pub(super) version: String,
    linted: Value,
    rendered: BTreeMap<String, Vec<Object>>,
    /// What Helm 3.10 rendered, as objects.
    read: BTreeMap<String, Vec<Object>>,
    refused: Value,
}

impl Helms {
    /// Of this chart.
    pub(super) fn new(tools: ChartTools, chart: PathBuf) -> Self {
        Self { tools, chart }
    }

    /// Every set of values beside the chart, by name.
    pub(super) fn sets(&self) -> Result<Vec<Set>> {
        let folder = self.chart.join("ci");
        let entries = fs::read_dir(&folder).map_err(Failure::io(format!("read {}", folder.display())))?;
        let mut sets: Vec<Set> = entries.flatten().filter_map(|entry| as_set(&entry.path())).collect();
        sets.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(sets)
    }

    /// The manifests of Helm 3.10.
    pub(super) fn template(&self, set: &Set) -> Result<String> {
        self.helm(&["template", RELEASE, "--namespace", NAMESPACE], &[], Some(&set.path))
    }

    /// The same without hooks, as for those who have no Helm.
    pub(super) fn template_plain(&self, values: Option<&Path>) -> Result<String> {
        self.helm(&["template", RELEASE, "--namespace", NAMESPACE, "--no-hooks"], &[], values)
    }

    /// What Helm 3.10 says of settings that must be refused; none where it takes them.
    pub(super) fn refusal(&self, settings: &str) -> Result<Option<String>> {
        let output = self.output(&["template", RELEASE], &["--set", settings], None)?;
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok((!output.status.success()).then_some(said))
    }

    /// Helm 3.10's own judgement.
    pub(super) fn lint(&self, set: &Set) -> Result<()> {
        self.helm(&["lint", "--strict"], &[], Some(&set.path)).map(drop)
    }

    /// The version of the program.
    pub(super) fn version(&self) -> Result<String> {
        let mut command = Command::new(&self.tools.helm);
        command.args(["version", "--template", "{{.Version}}"]);
        text(&run(command)?, "helm version")
    }

    /// Compares files with the schemas of a Kubernetes; returns what it said.
    pub(super) fn validate(&self, kubernetes: Option<&str>, files: &[PathBuf]) -> Result<Output> {
        let mut command = Command::new(&self.tools.validate);
        if let Some(kubernetes) = kubernetes {
            command.args(["-k", kubernetes]);
        }
        command.arg("--strict").args(files);
        run(command)
    }

    /// Asks Helm 4.
    pub(super) fn ask(&self, question: &Question<'_>) -> Result<Answer> {
        let sets: BTreeMap<_, _> = question.sets.iter().map(|set| (&set.name, &set.path)).collect();
        let texts: BTreeMap<_, _> = question.texts.iter().map(|(name, text)| (name, text)).collect();
        let refused: Vec<_> = question.refused.iter().map(|refusal| &refusal.settings).collect();
        let asked = json!({
            "chart": self.chart, "release": RELEASE, "namespace": NAMESPACE,
            "sets": sets, "texts": texts, "refused": refused,
        });
        let said = python(&self.tools.python, SCRIPT, &asked)?;
        let answer: Value = serde_json::from_str(&said)
            .map_err(|error| Failure::unexpected(format!("Helm 4's answer is no JSON: {error}")))?;
        Ok(Answer {
            version: answer["version"].as_str().unwrap_or("unknown").to_owned(),
            linted: answer["linted"].clone(),
            rendered: object::by_set(&answer["rendered"]),
            read: object::by_set(&answer["read"]),
            refused: answer["refused"].clone(),
        })
    }

    /// Runs a script on Helm 3.10 and the chart, and returns what it says.
    pub(super) fn python(&self, script: &str, question: impl Fn(&Path, &Path) -> Value) -> Result<String> {
        python(&self.tools.python, script, &question(&self.tools.helm, &self.chart))
    }

    fn helm(&self, verb: &[&str], more: &[&str], values: Option<&Path>) -> Result<String> {
        text(&self.output(verb, more, values)?, &format!("helm {}", verb.join(" ")))
    }

    fn output(&self, verb: &[&str], more: &[&str], values: Option<&Path>) -> Result<Output> {
        let mut command = Command::new(&self.tools.helm);
        command.args(verb).arg(&self.chart).args(more);
        if let Some(values) = values {
            command.arg("--values").arg(values);
        }
        run(command)
    }
}

impl Answer {
    /// Whether Helm 4 found nothing to say against the chart.
    pub(super) fn lint(&self, set: &str) -> Verdict {
        let linted = &self.linted[set];
        let errors = linted["errors"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        let messages = linted["messages"].as_array().map_or(&[] as &[Value], Vec::as_slice);
        // 2 is a warning.
        let grave =
            messages.iter().filter(|one| one["severity"].as_i64().is_none_or(|severity| severity >= 2));
        let found: Vec<String> = errors.iter().chain(grave).map(Value::to_string).collect();
        if linted.is_null() { Err("it said nothing".to_owned()) } else { nothing(&found) }
    }

    /// What Helm 4 rendered.
    pub(super) fn objects(&self, set: &str) -> Option<&[Object]> {
        self.rendered.get(set).map(Vec::as_slice)
    }

    /// Whether both rendered the same objects, in whatever order.
    pub(super) fn is_same(&self, set: &str) -> Verdict {
        let (Some(three), Some(four)) = (self.read.get(set), self.rendered.get(set)) else {
            return Err("one of the two rendered nothing".to_owned());
        };
        let lacking = |these: &[Object], those: &[Object], who: &str| -> Vec<String> {
            let lacking = these.iter().filter(|one| !those.contains(one));
            lacking.map(|one| format!("{who} has another {}", one.title())).collect()
        };
        let mut found = lacking(three, four, "Helm 4");
        found.extend(lacking(four, three, "Helm 3.10"));
        nothing(&found)
    }

    /// What Helm 4 says of settings that must be refused.
    pub(super) fn refusal(&self, settings: &str) -> Option<&str> {
        self.refused[settings].as_str()
    }
}

/// Well where nothing was found.
pub(super) fn nothing(found: &[String]) -> Verdict {
    if found.is_empty() { Ok(()) } else { Err(found.join("; ")) }
}

fn as_set(path: &Path) -> Option<Set> {
    let name = path.file_name()?.to_str()?.strip_suffix(SUFFIX)?.to_owned();
    Some(Set { name, path: path.to_owned() })
}

/// Asks a script, which reads its question from stdin.
fn python(program: &Path, script: &str, question: &Value) -> Result<String> {
    let mut command = Command::new(program);
    command.args(["-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(Failure::io("start Python"))?;
    let mut input = child.stdin.take().ok_or_else(|| Failure::unexpected("Python has no stdin"))?;
    input.write_all(question.to_string().as_bytes()).map_err(Failure::io("ask Python"))?;
    drop(input);
    text(&child.wait_with_output().map_err(Failure::io("wait for Python"))?, "Python")
}

fn run(mut command: Command) -> Result<Output> {
    command.stdin(Stdio::null()).output().map_err(Failure::io(format!("run {command:?}")))
}

fn text(output: &Output, what: &str) -> Result<String> {
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let more = String::from_utf8_lossy(&output.stdout);
    Err(Failure::unexpected(format!("{what} ended with {}: {} {}", output.status, said.trim(), more.trim())))
}
