//! An object of Kubernetes as it was rendered.

use std::collections::BTreeMap;

use serde_json::Value;

/// One object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Object(pub(crate) Value);

impl Object {
    /// `Deployment` and its like.
    pub(crate) fn kind(&self) -> &str {
        self.0["kind"].as_str().unwrap_or_default()
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        self.0["metadata"]["name"].as_str().unwrap_or_default()
    }

    /// Kind and name.
    pub(super) fn title(&self) -> String {
        format!("{} {}", self.kind(), self.name())
    }

    /// The pod that it is or makes.
    pub(crate) fn pod(&self) -> Option<&Value> {
        match self.kind() {
            "Pod" => Some(&self.0),
            "Deployment" | "DaemonSet" | "StatefulSet" | "Job" | "ReplicaSet" => {
                Some(&self.0["spec"]["template"])
            }
            _ => None,
        }
    }

    /// The label `app` of its pod.
    pub(super) fn app(&self) -> &str {
        self.pod().and_then(|pod| pod["metadata"]["labels"]["app"].as_str()).unwrap_or_default()
    }
}

/// The elements of a list; none where it is none.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// The object of that kind and name.
pub(crate) fn find<'a>(objects: &'a [Object], kind: &str, name: &str) -> Option<&'a Object> {
    objects.iter().find(|one| one.kind() == kind && one.name() == name)
}

/// The containers of a pod, those that come first included.
pub(super) fn containers(pod: &Value) -> impl Iterator<Item = &Value> {
    let spec = &pod["spec"];
    list(&spec["initContainers"])
        .iter()
        .chain(list(&spec["containers"]))
        .chain(list(&spec["ephemeralContainers"]))
}

/// Lists of objects by the name of their set.
pub(super) fn by_set(value: &Value) -> BTreeMap<String, Vec<Object>> {
    let sets = value.as_object().into_iter().flatten();
    sets.map(|(name, objects)| (name.clone(), list(objects).iter().cloned().map(Object).collect())).collect()
}
