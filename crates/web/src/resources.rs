//! Custom resources such as GPUs, as pages and JSON show them.

use model::ResourceInformation;
use serde_json::{Map, Value, json};

/// `{"gpu": {"name": "gpu", "addresses": ["0"]}}` (`ResourceInformation.toJson`, 3.5).
pub(crate) fn json(resources: &[ResourceInformation]) -> Value {
    let entry =
        |one: &ResourceInformation| (one.name.clone(), json!({"name": one.name, "addresses": one.addresses}));
    Value::Object(resources.iter().map(entry).collect::<Map<_, _>>())
}

/// `[{"name": "gpu", "amount": 1}]` (`JsonProtocol.writeResourceRequirement`, 3.5).
pub(crate) fn requirements_json<'a>(requirements: impl Iterator<Item = (&'a str, u64)>) -> Value {
    requirements.map(|(name, amount)| json!({"name": name, "amount": amount})).collect()
}

/// For each resource that is offered, the addresses given away: an idle resource is listed with none.
pub(crate) fn used(
    offered: &[ResourceInformation],
    used: &[ResourceInformation],
) -> Vec<ResourceInformation> {
    let of = |one: &ResourceInformation| ResourceInformation {
        name: one.name.clone(),
        addresses: addresses(used, &one.name).to_vec(),
    };
    offered.iter().map(of).collect()
}

/// For each resource that is offered, the addresses left.
pub(crate) fn free(
    offered: &[ResourceInformation],
    used: &[ResourceInformation],
) -> Vec<ResourceInformation> {
    let of = |one: &ResourceInformation| {
        let taken = addresses(used, &one.name);
        let left = one.addresses.iter().filter(|address| !taken.contains(address));
        ResourceInformation { name: one.name.clone(), addresses: left.cloned().collect() }
    };
    offered.iter().map(of).collect()
}

/// `gpu: Free: [1] / Used: [0]` (`StandaloneResourceUtils.formatResourcesDetails`, 3.5).
pub(crate) fn details(offered: &[ResourceInformation], given: &[ResourceInformation]) -> String {
    let one = |offer: &ResourceInformation| {
        let free = free(std::slice::from_ref(offer), given);
        let free = addresses(&free, &offer.name).join(", ");
        let used = addresses(given, &offer.name).join(", ");
        format!("{}: Free: [{free}] / Used: [{used}]", offer.name)
    };
    offered.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `gpu: [0, 1]` (`StandaloneResourceUtils.formatResourcesAddresses`, 3.5).
pub(crate) fn list(resources: &[ResourceInformation]) -> String {
    let one = |one: &ResourceInformation| format!("{}: [{}]", one.name, one.addresses.join(", "));
    resources.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `1 gpu, 2 fpga` (`StandaloneResourceUtils.formatResourceRequirements`, 3.5).
pub(crate) fn requirements(requirements: &[(String, u64)]) -> String {
    requirements.iter().map(|(name, amount)| format!("{amount} {name}")).collect::<Vec<_>>().join(", ")
}

/// Of each resource's name: how many addresses are used and offered, over several Workers.
pub(crate) fn totals<'a>(
    workers: impl Iterator<Item = (&'a [ResourceInformation], &'a [ResourceInformation])>,
) -> Vec<(String, usize, usize)> {
    let mut totals: Vec<(String, usize, usize)> = Vec::new();
    for (offered, used) in workers {
        for one in offered {
            let given = addresses(used, &one.name).len();
            match totals.iter_mut().find(|(name, ..)| *name == one.name) {
                Some((_, total_used, total)) => {
                    *total_used += given;
                    *total += one.addresses.len();
                }
                None => totals.push((one.name.clone(), given, one.addresses.len())),
            }
        }
    }
    totals.sort();
    totals
}

fn addresses<'a>(resources: &'a [ResourceInformation], name: &str) -> &'a [String] {
    resources.iter().find(|one| one.name == name).map_or(&[], |one| &one.addresses)
}
