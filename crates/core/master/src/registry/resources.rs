//! Addresses of custom resources: which a Worker offers, and which of them are given away.

use std::collections::BTreeSet;

use model::ResourceInformation;

/// The custom resources of one Worker.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resources(Vec<Kind>);

#[derive(Clone, Debug)]
struct Kind {
    name: String,
    /// In the order that the Worker named them, each with whether it is taken.
    addresses: Vec<(String, bool)>,
}

impl Kind {
    /// Whether that address was free.
    fn take(&mut self, address: &str) -> bool {
        let place = self.addresses.iter_mut().find(|(one, taken)| one == address && !taken);
        place.map(|(_, taken)| *taken = true).is_some()
    }

    fn free(&self) -> u64 {
        self.addresses.iter().filter(|(_, taken)| !taken).count() as u64
    }
}

impl Resources {
    /// All addresses free. An address or a resource named twice counts once.
    pub(crate) fn new(offered: &[ResourceInformation]) -> Self {
        let mut kinds: Vec<Kind> = Vec::new();
        for resource in offered.iter().filter(|one| !one.addresses.is_empty()) {
            if kinds.iter().any(|kind| kind.name == resource.name) {
                continue;
            }
            let mut seen = BTreeSet::new();
            let addresses = resource
                .addresses
                .iter()
                .filter(|one| seen.insert(one.as_str()))
                .map(|one| (one.clone(), false));
            kinds.push(Kind { name: resource.name.clone(), addresses: addresses.collect() });
        }
        Self(kinds)
    }

    /// How many addresses of each resource are free.
    pub(crate) fn free(&self) -> impl Iterator<Item = (&str, u64)> {
        self.0.iter().map(|kind| (kind.name.as_str(), kind.free()))
    }

    /// How many addresses of a resource are free.
    pub(crate) fn free_of(&self, name: &str) -> u64 {
        self.0.iter().find(|kind| kind.name == name).map_or(0, Kind::free)
    }

    /// How many addresses of a resource the Worker offers in all.
    pub(crate) fn offered_of(&self, name: &str) -> u64 {
        self.0.iter().find(|kind| kind.name == name).map_or(0, |kind| kind.addresses.len() as u64)
    }

    /// Takes the first free addresses; the caller has seen that there are enough.
    pub(crate) fn acquire(&mut self, wanted: &[(String, u64)]) -> Vec<ResourceInformation> {
        let mut given = Vec::new();
        for (name, amount) in wanted {
            let Some(kind) = self.0.iter_mut().find(|kind| kind.name == *name) else { continue };
            let amount = usize::try_from(*amount).unwrap_or(usize::MAX);
            let free = kind.addresses.iter_mut().filter(|(_, taken)| !taken).take(amount);
            let addresses = free.map(|(address, taken)| {
                *taken = true;
                address.clone()
            });
            given.push(ResourceInformation { name: name.clone(), addresses: addresses.collect() });
        }
        given
    }

    /// Takes these very addresses, if all of them are free.
    pub(crate) fn reacquire(&mut self, given: &[ResourceInformation]) -> bool {
        let mut after = self.clone();
        let all = given.iter().all(|resource| {
            let kind = after.0.iter_mut().find(|kind| kind.name == resource.name);
            kind.is_some_and(|kind| resource.addresses.iter().all(|address| kind.take(address)))
        });
        if all {
            *self = after;
        }
        all
    }

    /// Frees addresses; what is not ours or free already is passed over.
    pub(crate) fn release(&mut self, given: &[ResourceInformation]) {
        for resource in given {
            let Some(kind) = self.0.iter_mut().find(|kind| kind.name == resource.name) else { continue };
            for (address, taken) in &mut kind.addresses {
                if resource.addresses.contains(address) {
                    *taken = false;
                }
            }
        }
    }

    /// Everything that the Worker offers.
    pub(crate) fn offered(&self) -> Vec<ResourceInformation> {
        self.select(|_| true)
    }

    /// What is given away.
    pub(crate) fn used(&self) -> Vec<ResourceInformation> {
        self.select(|taken| taken)
    }

    fn select(&self, wanted: impl Fn(bool) -> bool) -> Vec<ResourceInformation> {
        let pick = |kind: &Kind| ResourceInformation {
            name: kind.name.clone(),
            addresses: kind
                .addresses
                .iter()
                .filter(|(_, taken)| wanted(*taken))
                .map(|(address, _)| address.clone())
                .collect(),
        };
        self.0.iter().map(pick).collect()
    }
}
