//! The file that tells a process which custom resources it was given (`StandaloneResourceUtils.prepareResourcesFile`).

use model::ResourceInformation;
use serde::Serialize;

#[derive(Serialize)]
struct Allocation<'a> {
    id: Id<'a>,
    addresses: &'a [String],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Id<'a> {
    component_name: &'a str,
    resource_name: &'a str,
}

/// The JSON for `spark.executor` or `spark.driver`; none when the process was given nothing.
pub(crate) fn text(component_name: &str, resources: &[ResourceInformation]) -> Option<String> {
    let allocations: Vec<_> = resources
        .iter()
        .map(|resource| Allocation {
            id: Id { component_name, resource_name: &resource.name },
            addresses: &resource.addresses,
        })
        .collect();
    // Strings and lists of strings always have a JSON form.
    if allocations.is_empty() { None } else { serde_json::to_string(&allocations).ok() }
}
