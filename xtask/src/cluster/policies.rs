//! Who may reach which port, where the cluster enforces NetworkPolicies.

use conformance::Result;

use super::kubectl::Kubectl;
use crate::ensure::{Passed, ensure};
use crate::notebook::Notebook;

/// A pod that belongs to nobody, one that a policy closes to all, and that policy.
const PODS: &str = include_str!("strangers.yaml");

const SETTINGS: [&str; 4] = [
    "networkPolicy.enabled=true",
    "jupyter.enabled=true",
    "jupyter.token=of-the-tests-alone",
    "sparkWorker.resources.requests.cpu=100m",
];

/// Who may submit and look at pages.
const CLIENTS: &str = "networkPolicy.clients[0].podSelector.matchLabels.run=stranger";

/// What a client reaches and a stranger does not. WORKER stands for the address of one.
const CLIENTS_PORTS: [&str; 6] = [
    "spark-sa-master 7077",
    "spark-sa-master 8080",
    "spark-sa-master 6066",
    "spark-sa-jupyter 8888",
    "WORKER 8081",
    "WORKER 7337",
];

/// What Masters alone reach.
const WORKERS_PORT: &str = "WORKER 7078";

/// All of it.
pub(super) fn scene(kubectl: &Kubectl<'_>, passed: &mut Passed) -> Result<()> {
    kubectl.apply(&PODS.replace("IMAGE", &kubectl.images.spark))?;
    let workers = kubectl.images.workers_with_pandas();
    let settings = [&SETTINGS[..], &[&workers]].concat();
    kubectl.upgrade(&settings)?;
    kubectl.types("kubectl wait --for=condition=Ready --timeout=300s pod/stranger pod/closed")?;
    kubectl.types("helm test spark-sa --timeout 5m")?;
    let jupyter = kubectl.forward("spark-sa-jupyter", 8888)?;
    let kernel = Notebook::open(&jupyter.address, "of-the-tests-alone", "python3")?;
    kernel.job("spark://spark-sa-master:7077")?;
    kernel.close()?;
    passed.ok("with NetworkPolicies: helm test and a notebook's job on both Workers");

    let closed = address(kubectl, "-l run=closed")?;
    if reaches(kubectl, &format!("{closed} 8000"))? {
        println!("*** NOT TRIED: this cluster does not enforce NetworkPolicies, so nobody is kept out.");
    } else {
        strangers(kubectl, &settings)?;
        passed.ok("with NetworkPolicies: a stranger reaches nothing, a client what clients need");
    }
    kubectl.uninstall()
}

fn strangers(kubectl: &Kubectl<'_>, settings: &[&str]) -> Result<()> {
    let reaches = |port: &str| {
        let worker = address(kubectl, "-l app=spark-worker")?;
        reaches(kubectl, &port.replace("WORKER", &worker))
    };
    for port in CLIENTS_PORTS.into_iter().chain([WORKERS_PORT]) {
        ensure(!reaches(port)?, &format!("a stranger reaches {port}"))?;
    }
    let worker = address(kubectl, "-l app=spark-worker")?;
    kubectl.types(&format!("kubectl exec deploy/spark-sa-master -- nc -z -w 3 {worker} 7078"))?;
    kubectl.upgrade(&[settings, &[CLIENTS]].concat())?;
    for port in CLIENTS_PORTS {
        kubectl.eventually(&format!("a client to reach {port}"), || reaches(port))?;
    }
    ensure(!reaches(WORKERS_PORT)?, &format!("a client reaches {WORKERS_PORT}"))
}

fn address(kubectl: &Kubectl<'_>, pods: &str) -> Result<String> {
    kubectl.types(&format!("kubectl get pod {pods} -o jsonpath='{{.items[0].status.podIP}}'"))
}

fn reaches(kubectl: &Kubectl<'_>, port: &str) -> Result<bool> {
    let line = format!("kubectl exec stranger -- sh -c 'nc -z -w 3 {port} && echo reached || echo kept out'");
    Ok(kubectl.types(&line)?.contains("reached"))
}
