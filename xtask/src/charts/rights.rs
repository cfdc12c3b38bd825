//! What a release may ask of Kubernetes: to say by a Lease who leads, and nothing else; and no pod has a token that does not.

use super::helm::nothing;
use super::object::{Object, list};
use super::report::Verdict;

/// What may be done with leases.
const VERBS: [&str; 3] = ["get", "create", "update"];

/// Whether a set asks for no more.
pub(super) fn check(objects: &[Object]) -> Verdict {
    let mut found = Vec::new();
    let has_lease = objects.iter().any(|one| one.kind() == "Lease");
    for object in objects {
        let title = object.title();
        if object.kind().starts_with("Cluster") {
            found.push(format!("{title} reaches beyond the namespace"));
        }
        if object.kind() == "Role" {
            found.extend(list(&object.0["rules"]).iter().filter_map(|rule| {
                let leases = list(&rule["resources"]) == ["leases"]
                    && list(&rule["apiGroups"]) == ["coordination.k8s.io"];
                let modest = list(&rule["verbs"]).iter().all(|verb| VERBS.iter().any(|known| verb == known));
                (!leases || !modest).then(|| format!("{title} allows {rule}"))
            }));
        }
        let Some(pod) = object.pod() else { continue };
        let has_token = pod["spec"]["automountServiceAccountToken"] != false;
        let elects = has_lease && object.app() == "spark-master";
        if has_token != elects {
            found.push(format!(
                "{title} has a token: {has_token}, takes part in an election by a Lease: {elects}"
            ));
        }
    }
    nothing(&found)
}
