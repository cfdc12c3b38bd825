//! The Pod Security Standard "restricted", asked of every pod, and what this house wants beside it.

use serde_json::Value;

use super::helm::nothing;
use super::object::{Object, containers, list};
use super::report::Verdict;

/// Volumes that the standard allows.
const VOLUMES: [&str; 8] = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
];

/// The one set that asks for more, and what it may have: a folder and a port of the node, and a moment as root to open the folder.
const ON_NODE: &str = "shuffle-on-node";
const MORE_ON_NODE: [&str; 6] = [
    "DaemonSet spark-sa-shuffle: the container open-local-dir may be root",
    "DaemonSet spark-sa-shuffle: the container spark-shuffle takes port 7337 of the node",
    "DaemonSet spark-sa-shuffle: the volume local is a hostPath",
    "Deployment spark-sa-worker: hostNetwork",
    "Deployment spark-sa-worker: the container open-local-dir may be root",
    "Deployment spark-sa-worker: the volume local is a hostPath",
];

/// Whether the pods of a set have what they may have.
pub(super) fn check(set: &str, objects: &[Object]) -> Verdict {
    let mut found: Vec<String> = objects.iter().flat_map(violations).collect();
    found.sort();
    if set == ON_NODE {
        return match found == MORE_ON_NODE {
            true => Ok(()),
            false => Err(format!("it takes {found:#?}")),
        };
    }
    nothing(&found)
}

fn violations(object: &Object) -> Vec<String> {
    let Some(pod) = object.pod() else { return Vec::new() };
    let spec = &pod["spec"];
    let mut found = Vec::new();
    for key in ["hostNetwork", "hostPID", "hostIPC"] {
        if spec[key] == true {
            found.push(key.to_owned());
        }
    }
    for volume in list(&spec["volumes"]) {
        let kinds = volume.as_object().into_iter().flatten().map(|(key, _)| key.as_str());
        for kind in kinds.filter(|key| *key != "name" && !VOLUMES.contains(key)) {
            found.push(format!("the volume {} is a {kind}", volume["name"].as_str().unwrap_or_default()));
        }
    }
    if !list(&spec["securityContext"]["sysctls"]).is_empty() {
        found.push("sysctls".to_owned());
    }
    if spec["enableServiceLinks"] != false {
        found.push("variables are made of Services, which Spark reads as its own".to_owned());
    }
    for container in containers(pod) {
        let name = container["name"].as_str().unwrap_or_default();
        let sentences = in_container(&spec["securityContext"], container);
        found.extend(sentences.into_iter().map(|sentence| format!("the container {name} {sentence}")));
    }
    found.into_iter().map(|sentence| format!("{}: {sentence}", object.title())).collect()
}

/// What a container does that it may not. Its own word counts before that of its pod.
fn in_container(of_pod: &Value, container: &Value) -> Vec<String> {
    let own = &container["securityContext"];
    let either = |key: &str| if own[key].is_null() { &of_pod[key] } else { &own[key] };
    let mut found = Vec::new();
    let mut want = |holds: bool, otherwise: &str| {
        if !holds {
            found.push(otherwise.to_owned());
        }
    };
    want(own["privileged"] != true, "is privileged");
    want(own["allowPrivilegeEscalation"] == false, "may gain privileges");
    want(list(&own["capabilities"]["drop"]).iter().any(|one| one == "ALL"), "keeps capabilities");
    let adds = list(&own["capabilities"]["add"]);
    want(adds.iter().all(|one| one == "NET_BIND_SERVICE"), "adds capabilities");
    want(either("runAsNonRoot") == true && either("runAsUser") != 0, "may be root");
    let seccomp = either("seccompProfile")["type"].as_str();
    want(matches!(seccomp, Some("RuntimeDefault" | "Localhost")), "has no seccomp profile");
    want(own["procMount"].is_null() || own["procMount"] == "Default", "sees more of /proc");
    for context in [own, of_pod] {
        want(context["seLinuxOptions"].is_null(), "chooses its SELinux label");
        want(context["appArmorProfile"]["type"] != "Unconfined", "leaves AppArmor");
        want(context["windowsOptions"].is_null(), "has options of Windows");
    }
    for probe in ["livenessProbe", "readinessProbe", "startupProbe"] {
        want(container[probe]["httpGet"]["host"].is_null(), "is probed at another host");
    }
    // Not of the standard, but of this house.
    want(own["readOnlyRootFilesystem"] == true, "may write to its image");
    for port in list(&container["ports"]).iter().filter(|port| !port["hostPort"].is_null()) {
        want(false, &format!("takes port {} of the node", port["hostPort"]));
    }
    found
}

#[cfg(test)]
mod tests;
