//! The chart on a real cluster, which `KUBECONFIG` names: installed, tested, hurt, scaled, upgraded, taken down.
//!
//! Without one it is skipped, and says so. Everything happens in two namespaces of its own, which it removes.

mod kubectl;

use std::env;
use std::thread;
use std::time::Duration;

use conformance::{Failure, Result, binary};
use kubectl::Kubectl;

use crate::ensure::ensure;
use crate::install;

/// Held against the standard "restricted" by the cluster itself.
const RESTRICTED: &str = "hearth-chart-restricted";

/// For the shuffle service that has a folder and a port of the node.
const PRIVILEGED: &str = "hearth-chart-privileged";

/// A job with two stages, whose driver is in the notebook's pod.
const JOB: &str = include_str!("../python/hurt.py");

/// By way of a file, for spark-submit takes nothing for Python whose name does not end in `.py`.
const SUBMIT: &str = "cat > /tmp/hurt.py && exec spark-submit /tmp/hurt.py 30 2";

/// What the job prints when nothing was lost and nothing counted twice.
const RESULT: &str = "SUM 1770";

/// Runs all of it.
pub(crate) fn run() -> Result<()> {
    if env::var_os("KUBECONFIG").is_none_or(|path| path.is_empty()) {
        println!(
            "*** SKIPPED: the chart was NOT tried on a cluster. Set KUBECONFIG to one (a single node suffices), where the"
        );
        println!(
            "*** images {} and {} can be had.",
            image("HEARTH_CHART_IMAGE"),
            image("HEARTH_CHART_NOTEBOOK")
        );
        println!("0 passed, 0 failed, 1 skipped");
        return Ok(());
    }
    let helm = install::charts()?.helm;
    install::kubectl()?;
    let restricted = Kubectl::new(RESTRICTED, &helm);
    let privileged = Kubectl::new(PRIVILEGED, &helm);
    let outcome = in_restricted(&restricted).and_then(|()| in_privileged(&privileged));
    if outcome.is_err() {
        restricted.tell();
        privileged.tell();
    }
    restricted.remove_namespace()?;
    privileged.remove_namespace()?;
    outcome?;
    println!("1 passed, 0 failed");
    Ok(())
}

fn in_restricted(kubectl: &Kubectl) -> Result<()> {
    kubectl.make_namespace("restricted")?;
    kubectl.apply(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: states}\n\
         spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Mi}}}\n",
    )?;
    let two_masters = two_masters();
    let installed: Vec<&str> = two_masters.iter().map(String::as_str).collect();
    kubectl.upgrade(&installed)?;
    kubectl.helm_test()?;
    commands(kubectl)?;
    let token = kubectl.read(&["get", "secret", "spark-sa-jupyter", "-o", "jsonpath={.data.token}"])?;
    rights(kubectl)?;
    hurt(kubectl)?;
    for replicas in ["1", "4"] {
        let size = format!("sparkWorker.replicas={replicas}");
        kubectl.upgrade(&[&installed[..], &[&size]].concat())?;
        kubectl.eventually(&format!("{replicas} Workers"), || {
            let ready = kubectl.read(&[
                "get",
                "deploy",
                "spark-sa-worker",
                "-o",
                "jsonpath={.status.readyReplicas}",
            ])?;
            Ok(ready == replicas)
        })?;
    }
    kubectl.upgrade(&[&installed[..], &["shuffleService.mode=daemonSet"]].concat())?;
    shuffle_pods(kubectl)?;
    let kept = kubectl.read(&["get", "secret", "spark-sa-jupyter", "-o", "jsonpath={.data.token}"])?;
    ensure(kept == token, "the notebook's token changed with an upgrade")?;
    kubectl.uninstall()
}

fn in_privileged(kubectl: &Kubectl) -> Result<()> {
    kubectl.make_namespace("privileged")?;
    let image = settings();
    let mut settings: Vec<&str> = image.iter().map(String::as_str).collect();
    settings.extend([
        "shuffleService.mode=daemonSet",
        "security.podSecurityStandards=privileged",
        "sparkWorker.replicas=1",
    ]);
    kubectl.upgrade(&settings)?;
    shuffle_pods(kubectl)?;
    kubectl.helm_test()?;
    kubectl.uninstall()
}

/// Two Masters that a Lease elects, with a volume in common, and a notebook.
fn two_masters() -> Vec<String> {
    let mut settings = settings();
    let more = [
        "sparkMaster.replicas=2",
        "sparkMaster.ha.election=kubernetes",
        "sparkMaster.recovery.mode=filesystem",
        "sparkMaster.recovery.persistence.existingClaim=states",
        "sparkWorker.resources.requests.cpu=100m",
        "jupyter.enabled=true",
    ];
    settings.extend(more.map(str::to_owned));
    settings
}

fn settings() -> Vec<String> {
    let (repository, tag) = split(&image("HEARTH_CHART_IMAGE"));
    let (notebook, notebook_tag) = split(&image("HEARTH_CHART_NOTEBOOK"));
    let parts = ["sparkMaster", "sparkWorker", "shuffleService"];
    let mut settings: Vec<String> = parts
        .iter()
        .map(|part| format!("{part}.image.repository={repository},{part}.image.tag={tag}"))
        .collect();
    settings.push(format!("jupyter.image.repository={notebook},jupyter.image.tag={notebook_tag}"));
    settings
}

fn image(variable: &str) -> String {
    let usual =
        if variable == "HEARTH_CHART_IMAGE" { "spark-custom:3.5.7" } else { "spark-custom-jupyter:3.5.7" };
    env::var(variable).ok().filter(|name| !name.is_empty()).unwrap_or_else(|| usual.to_owned())
}

fn split(image: &str) -> (String, String) {
    let (repository, tag) = image.rsplit_once(':').unwrap_or((image, "latest"));
    (repository.to_owned(), tag.to_owned())
}

/// What people have in their documents.
fn commands(kubectl: &Kubectl) -> Result<()> {
    let masters = kubectl.read(&["logs", "--tail=-1", "-l", "app=spark-master"])?;
    ensure(masters.contains("Started daemon"), "no Master's log says 'Started daemon'")?;
    ensure(masters.contains("Registering worker"), "no Master's log says 'Registering worker'")?;
    let workers = kubectl.read(&["logs", "--tail=-1", "-l", "app=spark-worker"])?;
    ensure(
        workers.contains("Successfully registered with master"),
        "no Worker's log says that it registered",
    )?;
    kubectl.read(&["exec", "deploy/spark-sa-master", "--", "nc", "-zv", "localhost", "7077"])?;
    let url = master_url(kubectl)?;
    let jar = "/opt/spark/examples/jars/spark-examples_2.12-3.5.7.jar";
    let class = "org.apache.spark.examples.SparkPi";
    let pi = [
        "exec",
        "deploy/spark-sa-master",
        "--",
        "spark-submit",
        "--master",
        &url,
        "--class",
        class,
        jar,
        "100",
    ];
    let said = kubectl.read(&pi)?;
    ensure(said.contains("Pi is roughly 3.1"), "the jar of examples did not say what pi is")
}

fn master_url(kubectl: &Kubectl) -> Result<String> {
    let conf = kubectl.read(&[
        "get",
        "configmap",
        "spark-sa-conf",
        "-o",
        r"jsonpath={.data.spark-defaults\.conf}",
    ])?;
    let url = conf.lines().find_map(|line| line.strip_prefix("spark.master="));
    url.map(str::to_owned).ok_or_else(|| Failure::unexpected("spark-defaults.conf has no spark.master"))
}

/// The account may do what the election needs, and not read the notebook's token.
fn rights(kubectl: &Kubectl) -> Result<()> {
    let account = format!("--as=system:serviceaccount:{RESTRICTED}:spark-sa");
    let may = |verb: &str, what: &str| kubectl.is_allowed(&["auth", "can-i", verb, what, &account]);
    ensure(
        may("update", "leases.coordination.k8s.io/spark-sa-master")?,
        "the account may not update the Lease",
    )?;
    for (verb, what) in
        [("get", "secrets"), ("list", "pods"), ("update", "leases.coordination.k8s.io/another")]
    {
        ensure(!may(verb, what)?, &format!("the account may {verb} {what}"))?;
    }
    Ok(())
}

/// The leader and a Worker go in the middle of a job, whose result is right all the same.
fn hurt(kubectl: &Kubectl) -> Result<()> {
    let job = kubectl.start(&["exec", "-i", "deploy/spark-sa-jupyter", "--", "sh", "-c", SUBMIT], JOB)?;
    kubectl.eventually("the job to run", || {
        let masters = kubectl.read(&["logs", "--tail=-1", "-l", "app=spark-master"])?;
        Ok(masters.contains("hurt"))
    })?;
    let leader =
        kubectl.read(&["get", "lease", "spark-sa-master", "-o", "jsonpath={.metadata.annotations}"])?;
    let number = if leader.contains("spark-sa-master-2") { "2" } else { "1" };
    kubectl.read(&[
        "delete",
        "pod",
        "--wait=false",
        "-l",
        &format!("app=spark-master,hearth/master={number}"),
    ])?;
    thread::sleep(Duration::from_secs(10));
    let worker = kubectl.read(&[
        "get",
        "pod",
        "-l",
        "app=spark-worker",
        "-o",
        "jsonpath={.items[0].metadata.name}",
    ])?;
    kubectl.read(&["delete", "pod", "--wait=false", &worker])?;
    let said = job.end()?;
    ensure(said.contains(RESULT), &format!("the job did not say {RESULT}: {said}"))
}

fn shuffle_pods(kubectl: &Kubectl) -> Result<()> {
    kubectl.read(&["rollout", "status", "daemonset/spark-sa-shuffle", "--timeout=180s"])?;
    kubectl.eventually("the shuffle service to start", || {
        let said = kubectl.read(&["logs", "--tail=-1", "-l", "app=spark-shuffle"])?;
        Ok(said.contains("Started external shuffle"))
    })
}

/// Where the chart is, for Helm.
fn chart() -> String {
    binary::workspace().join("charts/spark-standalone").display().to_string()
}
