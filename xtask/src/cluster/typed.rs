//! What people have in their documents, in its order and word for word, and the manifests without Helm.

use conformance::Result;
use conformance::json;
use serde_json::Value;

use super::kubectl::Kubectl;
use crate::ensure::{Passed, contains, ensure};
use crate::pods::PI;

/// With several stages.
const WORDS: &str = "spark-submit --master spark://spark-sa-master:7077 --conf spark.shuffle.service.enabled=true \
                     /opt/spark/examples/src/main/python/wordcount.py /opt/spark/examples/src/main/python/pi.py";

const IN_MASTER: &str = "kubectl exec -it deploy/spark-sa-master --";

/// The whole document, with the chart's own values.
pub(super) fn document(kubectl: &Kubectl<'_>, passed: &mut Passed) -> Result<()> {
    kubectl.installs(" --set sparkWorker.enabled=false")?;
    ready(kubectl, "spark-sa-master")?;
    contains(&kubectl.types("kubectl get pods -l app=spark-master")?, "1/1", "the Master's pod")?;
    kubectl.types(r#"kubectl logs -l app=spark-master | grep "Started daemon""#)?;
    let page = kubectl.forward("spark-master", 8080)?;
    let state: Value = json::fetch(&format!("http://{}/json/", page.address))?;
    ensure(state["aliveworkers"] == 0, &format!("the page shows no empty cluster: {state}"))?;
    kubectl.types(&format!("{IN_MASTER} nc -zv localhost 7077"))?;
    // Helm keeps a release's settings where it is given none.
    kubectl.uninstall()?;
    passed.ok("a Master alone, as documents have it");

    kubectl.installs("")?;
    ready(kubectl, "spark-sa-worker")?;
    contains(&kubectl.types("kubectl get pods -l app=spark-worker")?, "1/1", "the Workers' pods")?;
    kubectl.types(r#"kubectl logs -l app=spark-master | grep "Registering worker""#)?;
    kubectl.types(r#"kubectl logs -l app=spark-worker | grep "Successfully registered with master""#)?;
    contains(&kubectl.types(&format!("{IN_MASTER} {PI}"))?, "Pi is roughly 3.1", "the jar of examples")?;
    several_stages(kubectl)?;
    passed.ok("two Workers, pi, and a job of several stages, as documents have it");

    kubectl.types("helm test spark-sa --timeout 5m")?;
    passed.ok("helm test");
    kubectl.uninstall()?;
    passed.ok("nothing is left");
    Ok(())
}

/// The shuffle service on each node, with a folder and a port of the node.
pub(super) fn shuffle_service(kubectl: &Kubectl<'_>, passed: &mut Passed) -> Result<()> {
    let daemon_set = "shuffleService.mode=daemonSet,security.podSecurityStandards=privileged";
    kubectl.installs(&format!(" --set {daemon_set},sparkWorker.replicas=1"))?;
    kubectl.types("kubectl rollout status daemonset/spark-sa-shuffle --timeout=300s")?;
    ready(kubectl, "spark-sa-worker")?;
    contains(&kubectl.types("kubectl get pods -l app=spark-shuffle -o wide")?, "1/1", "the service's pod")?;
    kubectl.types(r#"kubectl logs -l app=spark-shuffle | grep "Started external shuffle""#)?;
    several_stages(kubectl)?;
    let log = kubectl.types("kubectl logs --tail=-1 -l app=spark-shuffle")?;
    contains(&log, "Registered executor", "the shuffle service's log")?;
    passed.ok("a job of several stages, whose executors registered with the node's shuffle service");
    kubectl.types("helm test spark-sa --timeout 5m")?;
    kubectl.uninstall()?;
    passed.ok("helm test there; nothing is left");
    Ok(())
}

/// For those without Helm.
pub(super) fn manifests(kubectl: &Kubectl<'_>, passed: &mut Passed) -> Result<()> {
    kubectl.types(&format!(
        "sed 's|\"spark-custom:3.5.7\"|\"{}\"|' kubernetes/spark.yaml | kubectl create -f -",
        kubectl.images.spark
    ))?;
    ready(kubectl, "spark-sa-master")?;
    ready(kubectl, "spark-sa-worker")?;
    contains(&kubectl.types(&format!("{IN_MASTER} {PI}"))?, "Pi is roughly 3.1", "the jar of examples")?;
    kubectl.types("kubernetes/teardown.sh")?;
    kubectl.nothing_is_left()?;
    passed.ok("the plain manifests, pi, and teardown.sh, which leaves nothing");
    Ok(())
}

fn several_stages(kubectl: &Kubectl<'_>) -> Result<()> {
    let said = kubectl.types(&format!("{IN_MASTER} {WORDS}"))?;
    contains(&said, "import: ", "the count of words")
}

fn ready(kubectl: &Kubectl<'_>, deployment: &str) -> Result<()> {
    kubectl.types(&format!("kubectl rollout status deploy/{deployment} --timeout=300s")).map(drop)
}
