//! kubectl and Helm in one namespace.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use conformance::{Failure, Result};

/// How long a cluster may take for one thing.
const PATIENCE: Duration = Duration::from_secs(300);

/// What a release may leave nothing of.
const KINDS: &str = "deploy,daemonset,replicaset,pod,service,configmap,secret,serviceaccount,role,rolebinding,lease,pdb,pvc,\
                     networkpolicy,ingress";

/// One namespace of the cluster that `KUBECONFIG` names.
#[derive(Debug)]
pub(super) struct Kubectl {
    namespace: String,
    helm: PathBuf,
}

/// A command that runs on.
#[derive(Debug)]
pub(super) struct Running(Child);

impl Kubectl {
    /// Of that namespace.
    pub(super) fn new(namespace: &str, helm: &Path) -> Self {
        Self { namespace: namespace.to_owned(), helm: helm.to_owned() }
    }

    /// Makes the namespace, which holds pods to the standard. One that is left of an earlier run goes first.
    pub(super) fn make_namespace(&self, standard: &str) -> Result<()> {
        self.remove_namespace()?;
        self.read(&["create", "namespace", &self.namespace])?;
        let label = format!("pod-security.kubernetes.io/enforce={standard}");
        self.read(&["label", "namespace", &self.namespace, &label]).map(drop)
    }

    /// Removes it with all that is in it.
    pub(super) fn remove_namespace(&self) -> Result<()> {
        self.read(&["delete", "namespace", &self.namespace, "--ignore-not-found", "--timeout=300s"]).map(drop)
    }

    /// Makes what a text describes.
    pub(super) fn apply(&self, manifest: &str) -> Result<()> {
        self.start(&["apply", "-f", "-"], manifest)?.end().map(drop)
    }

    /// Installs the chart or changes its settings, and waits until all is ready.
    pub(super) fn upgrade(&self, settings: &[&str]) -> Result<()> {
        let mut command = self.helm_command(&["upgrade", "--install", "spark-sa", &super::chart()]);
        command.args(["--wait", "--timeout", "5m", "--set", &settings.join(",")]);
        succeeded(command).map(drop)
    }

    /// Runs the chart's own test.
    pub(super) fn helm_test(&self) -> Result<()> {
        let mut command = self.helm_command(&["test", "spark-sa", "--timeout", "5m"]);
        command.arg("--logs");
        succeeded(command).map(drop)
    }

    /// Takes the release down; nothing of it may be left.
    pub(super) fn uninstall(&self) -> Result<()> {
        succeeded(self.helm_command(&["uninstall", "spark-sa", "--wait", "--timeout", "5m"]))?;
        self.eventually("nothing to be left", || {
            let left =
                self.read(&["get", KINDS, "-l", "app.kubernetes.io/instance=spark-sa", "-o", "name"])?;
            Ok(left.trim().is_empty())
        })
    }

    /// What a command says, which must end well.
    pub(super) fn read(&self, arguments: &[&str]) -> Result<String> {
        succeeded(self.command(arguments))
    }

    /// The answer to a question; one that is neither yes nor no is a failure, such as a cluster out of reach.
    pub(super) fn is_allowed(&self, arguments: &[&str]) -> Result<bool> {
        let output = self.command(arguments).output().map_err(Failure::io("run kubectl"))?;
        match String::from_utf8_lossy(&output.stdout).split_whitespace().next() {
            Some("yes") => Ok(true),
            Some("no") => Ok(false),
            _ => Err(Failure::unexpected(format!(
                "kubectl {} answers neither yes nor no: {}",
                arguments.join(" "),
                String::from_utf8_lossy(&output.stderr).trim()
            ))),
        }
    }

    /// Starts a command with a text for its stdin.
    pub(super) fn start(&self, arguments: &[&str], input: &str) -> Result<Running> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(Failure::io("start kubectl"))?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all(input.as_bytes()).map_err(Failure::io("write to kubectl"))?;
        }
        Ok(Running(child))
    }

    /// Asks until it is so.
    pub(super) fn eventually(&self, what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
        let started = Instant::now();
        while !is_so()? {
            if started.elapsed() > PATIENCE {
                return Err(Failure::unexpected(format!("waited {PATIENCE:?} in vain for {what}")));
            }
            thread::sleep(Duration::from_secs(2));
        }
        Ok(())
    }

    /// Shows what there is, for whoever has to find out what went wrong.
    pub(super) fn tell(&self) {
        for arguments in [&["get", "pods", "-o", "wide"][..], &["get", "events", "--sort-by=.lastTimestamp"]]
        {
            let said = self.read(arguments).unwrap_or_else(|failure| failure.to_string());
            println!("{}: kubectl {}\n{said}", self.namespace, arguments.join(" "));
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("kubectl");
        command.args(["--namespace", &self.namespace]).args(arguments).stdin(Stdio::null());
        command
    }

    fn helm_command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.helm);
        command.args(arguments).args(["--namespace", &self.namespace]).stdin(Stdio::null());
        command
    }
}

impl Running {
    /// Waits for its end, which must be a good one, and returns what it said.
    pub(super) fn end(self) -> Result<String> {
        let output = self.0.wait_with_output().map_err(Failure::io("wait for kubectl"))?;
        judged(&output, "kubectl")
    }
}

fn succeeded(mut command: Command) -> Result<String> {
    let line = format!("{command:?}").replace('"', "");
    println!("{line}");
    let output = command.output().map_err(Failure::io(format!("run {line}")))?;
    judged(&output, &line)
}

fn judged(output: &Output, line: &str) -> Result<String> {
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    match output.status.success() {
        true => Ok(said),
        false => {
            let why = String::from_utf8_lossy(&output.stderr);
            Err(Failure::unexpected(format!("{line}\nended with {}: {}\n{said}", output.status, why.trim())))
        }
    }
}
