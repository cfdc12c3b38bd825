//! Two Masters that a Lease elects, two Workers and a notebook: the leader and a Worker are lost during a job; scaled,
//! upgraded, taken down.

use conformance::wait::JOB_PATIENCE;
use conformance::{Failure, Result, json};
use serde_json::Value;

use super::kubectl::Kubectl;
use crate::ensure::{Passed, contains, ensure};
use crate::notebook::{self, Notebook};

const MASTERS: &str = "spark://spark-sa-master-1:7077,spark-sa-master-2:7077";

/// A volume in common. A cluster has a class for it, or volumes.
const CLAIM: &str = "apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: states}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 100Mi}}}";

const SETTINGS: [&str; 6] = [
    "sparkMaster.replicas=2",
    "sparkMaster.ha.election=kubernetes",
    "sparkMaster.recovery.mode=filesystem",
    "sparkMaster.recovery.persistence.existingClaim=states",
    "sparkWorker.resources.requests.cpu=100m",
    "jupyter.enabled=true",
];

/// By way of a file, for spark-submit takes nothing for Python whose name does not end in `.py`.
const HURT: &str = "kubectl exec -i deploy/spark-sa-jupyter -- \
                    sh -c 'cat > /tmp/hurt.py && exec spark-submit /tmp/hurt.py 30 2' < xtask/python/hurt.py";

/// What the job prints when nothing was lost and nothing counted twice.
const SUM: &str = "SUM 1770";

const TOKEN: &str = "kubectl get secret spark-sa-jupyter -o jsonpath='{.data.token}' | base64 -d";

/// All of it.
pub(super) fn scene(kubectl: &Kubectl<'_>, passed: &mut Passed) -> Result<()> {
    let workers = kubectl.images.workers_with_pandas();
    let settings = [&SETTINGS[..], &[&workers]].concat();
    kubectl.apply(CLAIM)?;
    kubectl.upgrade(&settings)?;
    kubectl.types("helm test spark-sa --timeout 5m")?;
    passed.ok("two Masters, two Workers, a notebook, under the standard 'restricted'; helm test");
    rights(kubectl)?;
    passed.ok("the account may do what the election needs, no more");
    let token = kubectl.types(TOKEN)?;
    notebook(kubectl, &token)?;
    passed.ok("the notebook: 403 without its token; a job on both Workers with it");
    hurt(kubectl)?;
    passed.ok("the leading Master's pod and a Worker's are deleted, and the job that runs ends right");
    scale(kubectl, &settings)?;
    passed.ok("1 Worker, then 4, as the Master sees them");
    kubectl.upgrade(&[&settings[..], &["shuffleService.mode=daemonSet"]].concat())?;
    kubectl.types("kubectl rollout status daemonset/spark-sa-shuffle --timeout=300s")?;
    kubectl.eventually("the shuffle service to start", || {
        Ok(kubectl
            .quietly("kubectl logs --tail=-1 -l app=spark-shuffle")?
            .contains("Started external shuffle"))
    })?;
    ensure(kubectl.types(TOKEN)? == token, "the notebook's token changed with an upgrade")?;
    kubectl.types("helm test spark-sa --timeout 5m")?;
    passed.ok("upgraded to a shuffle service of its own; the notebook's token stays, helm test passes");
    kubectl.uninstall()?;
    passed.ok("nothing is left of the two Masters");
    Ok(())
}

fn rights(kubectl: &Kubectl<'_>) -> Result<()> {
    let account = format!("system:serviceaccount:{}:spark-sa", kubectl.namespace);
    for verb in ["get", "update"] {
        let what = format!("{verb} leases.coordination.k8s.io/spark-sa-master");
        ensure(kubectl.may(&account, &what)?, &format!("the account may not {what}"))?;
    }
    for what in [
        "get secrets",
        "list pods",
        "get configmaps",
        "create pods",
        "delete leases.coordination.k8s.io/spark-sa-master",
        "update leases.coordination.k8s.io/another",
        "list leases.coordination.k8s.io",
    ] {
        ensure(!kubectl.may(&account, what)?, &format!("the account may {what}"))?;
    }
    let everywhere = "create leases.coordination.k8s.io --all-namespaces";
    ensure(!kubectl.may(&account, everywhere)?, &format!("the account may {everywhere}"))
}

fn notebook(kubectl: &Kubectl<'_>, token: &str) -> Result<()> {
    let jupyter = kubectl.forward("spark-sa-jupyter", 8888)?;
    ensure(notebook::status(&jupyter.address, None)? == 403, "the notebook asks for no token")?;
    let kernel = Notebook::open(&jupyter.address, token, "python3")?;
    kernel.job(MASTERS)?;
    kernel.close()
}

/// The leader and a Worker go in the middle of a job.
fn hurt(kubectl: &Kubectl<'_>) -> Result<()> {
    let mut job = kubectl.starts(HURT)?;
    job.wait_for_line("that a task is done", JOB_PATIENCE, |line| {
        line.contains("Finished task").then_some(())
    })?;
    let (leader, standby) = leader(kubectl)?;
    kubectl.types(&format!("kubectl delete pod --wait=false -l app=spark-master,hearth/master={leader}"))?;
    kubectl.eventually("the other Master to lead", || {
        let log = kubectl
            .quietly(&format!("kubectl logs --tail=-1 -l app=spark-master,hearth/master={standby}"))?;
        Ok(log.contains("Recovery complete"))
    })?;
    let worker =
        kubectl.types("kubectl get pod -l app=spark-worker -o jsonpath='{.items[0].metadata.name}'")?;
    ensure(job.is_running()?, &format!("the job ended before a Worker was lost: {}", job.output()))?;
    kubectl.types(&format!("kubectl delete pod --wait=false {worker}"))?;
    let status = job.wait(JOB_PATIENCE)?;
    ensure(status.success(), &format!("{status}: {}", job.log()))?;
    contains(&job.output(), SUM, "the job")
}

/// The number of the Master that leads, and of the other.
fn leader(kubectl: &Kubectl<'_>) -> Result<(u8, u8)> {
    let lease = kubectl.types("kubectl get lease spark-sa-master -o json")?;
    match (lease.contains("spark-sa-master-1"), lease.contains("spark-sa-master-2")) {
        (true, false) => Ok((1, 2)),
        (false, true) => Ok((2, 1)),
        _ => Err(Failure::unexpected(format!("the Lease does not say who leads: {lease}"))),
    }
}

fn scale(kubectl: &Kubectl<'_>, settings: &[&str]) -> Result<()> {
    for replicas in [1, 4] {
        let size = format!("sparkWorker.replicas={replicas}");
        kubectl.upgrade(&[settings, &[&size]].concat())?;
        let (leader, _) = leader(kubectl)?;
        let page = kubectl.forward(&format!("spark-sa-master-{leader}"), 8080)?;
        kubectl.eventually(&format!("{replicas} Workers"), || {
            let state: Value = json::fetch(&format!("http://{}/json/", page.address))?;
            Ok(state["aliveworkers"] == replicas)
        })?;
    }
    Ok(())
}
