//! Names and values that people have in their documents and scripts, and that have to stay.

use serde_json::Value;

use super::helm::{Answer, nothing};
use super::object::{Object, containers, find, list};
use super::report::{Report, Verdict};

/// Objects of the release `spark-sa`, by the set that has them.
const OBJECTS: [(&str, &str, &str); 9] = [
    ("default", "Deployment", "spark-sa-master"),
    ("default", "Deployment", "spark-sa-worker"),
    ("default", "Service", "spark-sa-master"),
    ("default", "Service", "spark-master"),
    ("master-alone", "Deployment", "spark-sa-master"),
    ("two-masters-s3", "Deployment", "spark-sa-master"),
    ("shuffle-daemonset", "DaemonSet", "spark-sa-shuffle"),
    ("shuffle-daemonset", "Service", "spark-sa-shuffle"),
    ("shuffle-on-node", "DaemonSet", "spark-sa-shuffle"),
];

/// Labels and ports of pods.
const PODS: [(&str, &str, &str, &[u64]); 3] = [
    ("default", "spark-sa-master", "spark-master", &[7077, 8080, 6066]),
    ("default", "spark-sa-worker", "spark-worker", &[7078, 8081, 7337]),
    ("shuffle-daemonset", "spark-sa-shuffle", "spark-shuffle", &[7337, 7338]),
];

/// Lines of spark-defaults.conf.
const CONF: [(&str, &str); 5] = [
    ("default", "spark.master=spark://spark-sa-master:7077"),
    ("default", "spark.shuffle.service.enabled=true"),
    ("default", "spark.shuffle.service.port=7337"),
    ("default", "spark.dynamicAllocation.shuffleTracking.enabled=false"),
    ("shuffle-off", "spark.dynamicAllocation.shuffleTracking.enabled=true"),
];

/// Variables, and their values where those are fixed.
const VARIABLES: [(&str, &str, &str, Option<&str>); 15] = [
    ("default", "spark-sa-master", "SPARK_MODE", Some("master")),
    ("default", "spark-sa-master", "SPARK_MASTER_HOST", Some("spark-sa-master")),
    ("default", "spark-sa-master", "SPARK_MASTER_PORT", Some("7077")),
    ("default", "spark-sa-master", "SPARK_MASTER_WEBUI_PORT", Some("8080")),
    ("notebook", "spark-sa-master", "SPARK_PUBLIC_DNS", Some("spark.example.org")),
    ("two-masters-s3", "spark-sa-master", "SPARK_RECOVERY_DIR", Some("s3a://states/spark-recovery")),
    ("default", "spark-sa-worker", "SPARK_MODE", Some("worker")),
    ("default", "spark-sa-worker", "SPARK_WORKER_CORES", Some("2")),
    ("default", "spark-sa-worker", "SPARK_WORKER_MEMORY", Some("2g")),
    ("default", "spark-sa-worker", "SPARK_WORKER_PORT", Some("7078")),
    ("default", "spark-sa-worker", "SPARK_WORKER_WEBUI_PORT", Some("8081")),
    ("default", "spark-sa-worker", "SPARK_LOCAL_HOSTNAME", None),
    ("shuffle-daemonset", "spark-sa-shuffle", "SPARK_MODE", Some("shuffle")),
    ("shuffle-daemonset", "spark-sa-shuffle", "SPARK_SHUFFLE_SERVICE_PORT", Some("7337")),
    ("notebook", "spark-sa-jupyter", "SPARK_MODE", Some("jupyter")),
];

/// Whether all of it is there.
pub(super) fn check(answer: &Answer, report: &mut Report) {
    let of_set = |set: &str| answer.objects(set).unwrap_or_default();
    for (set, kind, name) in OBJECTS {
        let there = find(of_set(set), kind, name).is_some();
        report
            .check(&format!("{set}: {kind} {name}"), there.then_some(()).ok_or("it is not there".to_owned()));
    }
    for (set, name, app, ports) in PODS {
        report.check(&format!("{set}: pods of {name}"), pod(of_set(set), name, app, ports));
    }
    for (set, line) in CONF {
        let conf = find(of_set(set), "ConfigMap", "spark-sa-conf");
        let text = conf.and_then(|map| map.0["data"]["spark-defaults.conf"].as_str()).unwrap_or_default();
        let there = text.lines().any(|one| one == line);
        report.check(&format!("{set}: {line}"), there.then_some(()).ok_or("it is not there".to_owned()));
    }
    for (set, name, variable, value) in VARIABLES {
        let found = environment(of_set(set), name).into_iter().find(|one| one["name"] == variable);
        let right = found.is_some_and(|one| value.is_none_or(|value| one["value"] == value));
        let wrong = || format!("it is {found:?}");
        report.check(&format!("{set}: {variable} of {name}"), right.then_some(()).ok_or_else(wrong));
    }
    report.check("shuffle-on-node: the folder and the port of the node", on_node(of_set("shuffle-on-node")));
}

fn workload<'a>(objects: &'a [Object], name: &str) -> Option<&'a Value> {
    objects.iter().filter(|one| one.name() == name).find_map(Object::pod)
}

fn pod(objects: &[Object], name: &str, app: &str, ports: &[u64]) -> Verdict {
    let Some(pod) = workload(objects, name) else { return Err("there are none".to_owned()) };
    let listed: Vec<u64> = containers(pod)
        .flat_map(|container| list(&container["ports"]))
        .filter_map(|port| port["containerPort"].as_u64())
        .collect();
    let mut found = Vec::new();
    if pod["metadata"]["labels"]["app"] != app {
        found.push(format!("their label app is {}", pod["metadata"]["labels"]["app"]));
    }
    if listed != ports {
        found.push(format!("their ports are {listed:?}"));
    }
    nothing(&found)
}

fn environment<'a>(objects: &'a [Object], name: &str) -> Vec<&'a Value> {
    let pod = workload(objects, name);
    pod.into_iter().flat_map(containers).flat_map(|container| list(&container["env"])).collect()
}

fn on_node(objects: &[Object]) -> Verdict {
    let Some(pod) = workload(objects, "spark-sa-shuffle") else {
        return Err("there is no DaemonSet".to_owned());
    };
    let path = list(&pod["spec"]["volumes"]).iter().find(|volume| volume["name"] == "local");
    let path = path.map(|volume| &volume["hostPath"]);
    let right =
        path.is_some_and(|path| path["path"] == "/tmp/spark-shuffle" && path["type"] == "DirectoryOrCreate");
    let ports = containers(pod).flat_map(|container| list(&container["ports"]));
    let taken = ports.filter_map(|port| port["hostPort"].as_u64()).collect::<Vec<_>>();
    if right && taken == [7337] { Ok(()) } else { Err(format!("folder {path:?}, ports {taken:?}")) }
}
