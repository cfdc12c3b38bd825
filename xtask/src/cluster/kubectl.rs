//! kubectl and Helm in one namespace, as a person types them.

use std::cell::Cell;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use conformance::process::Process;
use conformance::wait::{PATIENCE, until};
use conformance::{Failure, Result, Sandbox, binary};

use super::images::Images;
use crate::ensure::{ensure, succeeded};
use crate::install;

/// How long a cluster may take for one thing.
const CLUSTER_PATIENCE: Duration = Duration::from_secs(300);

/// What a release may leave nothing of.
const KINDS: &str = "deploy,daemonset,replicaset,pod,service,configmap,secret,serviceaccount,role,rolebinding,lease,pdb,pvc,\
                     networkpolicy,ingress";

/// One namespace of the cluster that `KUBECONFIG` names. Commands have it as their default.
#[derive(Debug)]
pub(super) struct Kubectl<'a> {
    sandbox: &'a Sandbox,
    pub(super) images: &'a Images,
    pub(super) namespace: &'static str,
    config: PathBuf,
    path: OsString,
    started: Cell<u32>,
}

/// A port of a Service, on this machine.
#[derive(Debug)]
pub(super) struct Forward {
    pub(super) address: String,
    _kubectl: Process,
}

impl<'a> Kubectl<'a> {
    /// In a new namespace of that name, which holds its pods to the standard. One that is left of an earlier run goes first.
    pub(super) fn open(
        sandbox: &'a Sandbox,
        images: &'a Images,
        helm: &Path,
        namespace: &'static str,
        standard: &str,
    ) -> Result<Self> {
        let config = sandbox.path(format!("conf/{namespace}.kubeconfig"));
        let path = install::path_from([helm.parent().unwrap_or(helm).to_owned()])?;
        let mut command = Command::new("kubectl");
        command.args(["config", "view", "--raw", "--flatten"]);
        let secret = succeeded(command)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&config);
        file.and_then(|mut file| file.write_all(secret.as_bytes()))
            .map_err(Failure::io(format!("write {}", config.display())))?;
        let kubectl = Self { sandbox, images, namespace, config, path, started: Cell::new(0) };
        kubectl.types(&format!("kubectl config set-context --current --namespace {namespace}"))?;
        kubectl.close()?;
        kubectl.types(&format!("kubectl create namespace {namespace}"))?;
        kubectl.types(&format!(
            "kubectl label namespace {namespace} pod-security.kubernetes.io/enforce={standard}"
        ))?;
        Ok(kubectl)
    }

    /// Removes the namespace with all that is in it.
    pub(super) fn close(&self) -> Result<()> {
        self.types(&format!("kubectl delete namespace {} --ignore-not-found --timeout=300s", self.namespace))
            .map(drop)
    }

    /// What a line of shell prints, which must end well; the folder is the project's.
    pub(super) fn types(&self, line: &str) -> Result<String> {
        println!("$ {line}");
        succeeded(self.shell(line)?)
    }

    /// The answer to a question; one that is neither yes nor no is a failure, such as a cluster out of reach.
    pub(super) fn may(&self, account: &str, what: &str) -> Result<bool> {
        let line = format!("kubectl auth can-i {what} --as={account} || true");
        match self.types(&line)?.split_whitespace().next() {
            Some("yes") => Ok(true),
            Some("no") => Ok(false),
            _ => Err(Failure::unexpected(format!("neither yes nor no: {line}"))),
        }
    }

    /// Starts a line of shell that runs on.
    pub(super) fn starts(&self, line: &str) -> Result<Process> {
        println!("$ {line} &");
        self.started.set(self.started.get() + 1);
        let name = format!("{}-{}", self.namespace, self.started.get());
        Process::spawn(self.sandbox, &name, self.shell(line)?)
    }

    /// Installs the chart or changes its settings with that line's end, which wins over the names of images.
    pub(super) fn installs(&self, rest: &str) -> Result<()> {
        let images = self.images.settings().into_iter().map(|setting| format!(" --set {setting}"));
        let images: String = images.collect();
        self.types(&format!("helm upgrade --install spark-sa charts/spark-standalone{images}{rest}"))
            .map(drop)
    }

    /// Installs the chart or changes its settings, and waits until all is ready.
    pub(super) fn upgrade(&self, settings: &[&str]) -> Result<()> {
        self.installs(&format!(" --set '{}' --wait --timeout 5m", settings.join(",")))
    }

    /// Makes what a text describes.
    pub(super) fn apply(&self, manifest: &str) -> Result<()> {
        self.types(&format!("kubectl apply -f - <<'END'\n{manifest}\nEND")).map(drop)
    }

    /// Takes the release down; nothing of it may be left.
    pub(super) fn uninstall(&self) -> Result<()> {
        self.types("helm uninstall spark-sa --wait --timeout 5m")?;
        self.nothing_is_left()
    }

    /// Waits until there is nothing of the release.
    pub(super) fn nothing_is_left(&self) -> Result<()> {
        let line = format!("kubectl get {KINDS} -l app.kubernetes.io/instance=spark-sa -o name");
        self.eventually("nothing to be left", || Ok(self.quietly(&line)?.is_empty()))?;
        // One that a Master made, in the place of the chart's, has no label.
        let leases = self.types("kubectl get lease -o name")?;
        ensure(leases.is_empty(), &format!("there is still {leases}"))
    }

    /// Gives a port of a Service to this machine.
    pub(super) fn forward(&self, service: &str, port: u16) -> Result<Forward> {
        let mut kubectl = self.starts(&format!("exec kubectl port-forward svc/{service} :{port}"))?;
        let address = until(format!("port {port} of {service}"), PATIENCE, || {
            ensure(kubectl.is_running()?, &kubectl.log())?;
            let said = kubectl.output();
            let found = said.split("Forwarding from ").skip(1).find_map(|rest| rest.split_once(" ->"));
            Ok(found.map(|(address, _)| address.to_owned()))
        })?;
        Ok(Forward { address, _kubectl: kubectl })
    }

    /// What a line of shell prints, when it is asked again and again.
    pub(super) fn quietly(&self, line: &str) -> Result<String> {
        succeeded(self.shell(line)?)
    }

    /// Asks until it is so.
    pub(super) fn eventually(&self, what: &str, mut is_so: impl FnMut() -> Result<bool>) -> Result<()> {
        until(format!("{what} in {}", self.namespace), CLUSTER_PATIENCE, || Ok(is_so()?.then_some(())))
    }

    /// Shows what there is, for whoever has to find out what went wrong.
    pub(super) fn tell(&self) {
        for line in [
            "kubectl get pods -o wide",
            "kubectl get events --sort-by=.lastTimestamp",
            "kubectl logs --tail=-1 --prefix --ignore-errors -l app.kubernetes.io/instance=spark-sa",
        ] {
            println!("{}", self.types(line).unwrap_or_else(|failure| failure.to_string()));
        }
        println!("{}", self.sandbox.logs());
    }

    fn shell(&self, line: &str) -> Result<Command> {
        let mut command = self.sandbox.command("bash")?;
        command.args(["-euo", "pipefail", "-c", line]).current_dir(binary::workspace());
        command.env("KUBECONFIG", &self.config).env("PATH", &self.path).stdin(Stdio::null());
        Ok(command)
    }
}
