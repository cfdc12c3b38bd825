//! NetworkPolicies against the ports that containers say they use, and those that drivers and executors are told to use.

use std::collections::BTreeSet;

use serde_json::Value;

use super::helm::nothing;
use super::object::{Object, containers, find, list};
use super::report::Verdict;

/// Ports of drivers and executors, which no container lists, by the key that fixes each.
const OF_APPLICATIONS: [(&str, &[&str]); 4] = [
    ("spark.driver.port", &["spark-master", "spark-worker", "spark-jupyter", "spark-test"]),
    ("spark.driver.blockManager.port", &["spark-master", "spark-worker", "spark-jupyter", "spark-test"]),
    ("spark.ui.port", &["spark-master", "spark-worker", "spark-jupyter", "spark-test"]),
    ("spark.blockManager.port", &["spark-worker"]),
];

/// Whether each pod is reached at its ports and at no others, where there are policies.
pub(super) fn check(set: &str, objects: &[Object]) -> Verdict {
    let policies: Vec<&Object> = objects.iter().filter(|one| one.kind() == "NetworkPolicy").collect();
    if policies.is_empty() {
        let wanted = set == "network-policy";
        return if wanted { Err("there are no policies".to_owned()) } else { Ok(()) };
    }
    let mut found = Vec::new();
    for object in objects {
        let Some(pod) = object.pod() else { continue };
        let used = used(object, pod, objects);
        let open: BTreeSet<u64> = policies
            .iter()
            .filter(|policy| selects(&policy.0["spec"]["podSelector"], &pod["metadata"]["labels"]))
            .flat_map(|policy| list(&policy.0["spec"]["ingress"]))
            .flat_map(|rule| list(&rule["ports"]))
            .filter_map(|port| port["port"].as_u64())
            .collect();
        if used != open {
            found.push(format!("{} uses {used:?} and is open at {open:?}", object.title()));
        }
    }
    nothing(&found)
}

fn used(object: &Object, pod: &Value, objects: &[Object]) -> BTreeSet<u64> {
    let listed = containers(pod).flat_map(|container| list(&container["ports"]));
    let mut used: BTreeSet<u64> = listed.filter_map(|port| port["containerPort"].as_u64()).collect();
    let conf = find(objects, "ConfigMap", "spark-sa-conf");
    let conf = conf.and_then(|map| map.0["data"]["spark-defaults.conf"].as_str()).unwrap_or_default();
    let fixed = |key: &str| {
        let line = conf.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.and_then(|port| port.parse::<u64>().ok())
    };
    let of_this = OF_APPLICATIONS.iter().filter(|(_, apps)| apps.contains(&object.app()));
    used.extend(of_this.filter_map(|(key, _)| fixed(key)));
    used
}

fn selects(selector: &Value, labels: &Value) -> bool {
    let wanted = selector["matchLabels"].as_object().into_iter().flatten();
    let by_label = wanted.into_iter().all(|(key, value)| &labels[key] == value);
    let by_expression = list(&selector["matchExpressions"]).iter().all(|one| {
        let value = &labels[one["key"].as_str().unwrap_or_default()];
        one["operator"] == "In" && list(&one["values"]).contains(value)
    });
    by_label && by_expression
}
