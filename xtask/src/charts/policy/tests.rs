//! The policy finds what the standard forbids: a test that finds nothing may be looking at nothing.

use serde_json::{Value, json};

use super::super::object::Object;
use super::check;

fn deployment(pod: &Value) -> Object {
    Object(json!({"kind": "Deployment", "metadata": {"name": "one"}, "spec": {"template": {"spec": pod}}}))
}

fn restricted() -> Value {
    json!({
        "enableServiceLinks": false,
        "securityContext": {"runAsNonRoot": true, "runAsUser": 185, "seccompProfile": {"type": "RuntimeDefault"}},
        "containers": [{
            "name": "it",
            "securityContext": {
                "allowPrivilegeEscalation": false,
                "readOnlyRootFilesystem": true,
                "capabilities": {"drop": ["ALL"]}
            }
        }],
        "volumes": [{"name": "tmp", "emptyDir": {}}]
    })
}

#[test]
fn a_restricted_pod_passes() {
    assert_eq!(check("any", &[deployment(&restricted())]), Ok(()));
}

#[test]
fn whatever_the_standard_forbids_is_found() {
    for (path, value, said) in [
        ("/hostNetwork", json!(true), "hostNetwork"),
        ("/volumes/0/hostPath", json!({"path": "/"}), "is a hostPath"),
        ("/securityContext/runAsUser", json!(0), "may be root"),
        ("/securityContext/runAsNonRoot", json!(false), "may be root"),
        ("/securityContext/seccompProfile", json!({"type": "Unconfined"}), "seccomp"),
        ("/containers/0/securityContext/allowPrivilegeEscalation", json!(true), "gain privileges"),
        ("/containers/0/securityContext/privileged", json!(true), "is privileged"),
        ("/containers/0/securityContext/runAsUser", json!(0), "may be root"),
        ("/containers/0/securityContext/capabilities/drop", json!([]), "keeps capabilities"),
        ("/containers/0/securityContext/capabilities/add", json!(["SYS_ADMIN"]), "adds capabilities"),
        ("/containers/0/ports", json!([{"containerPort": 1, "hostPort": 1}]), "port 1 of the node"),
        ("/containers/0/securityContext/readOnlyRootFilesystem", json!(false), "write to its image"),
    ] {
        let mut pod = restricted();
        let (parent, key) = path.rsplit_once('/').expect("a path");
        pod.pointer_mut(parent).expect("a place")[key] = value;
        let found = check("any", &[deployment(&pod)]).expect_err(path);
        assert!(found.contains(said), "{path}: {found}");
    }
}
