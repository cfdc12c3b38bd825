//! The order of each policy, and who is left out of it.

use model::message::RegisterWorker;
use model::{EndpointRef, Now, PeerId, RpcAddress, WorkerState};

use super::*;
use crate::registry::sparks::{Installed, Wanted};

fn worker(id: &str, cores: u32, memory_mib: u32) -> Worker {
    let registration = RegisterWorker {
        id: WorkerId::new(id),
        host: id.into(),
        port: 7078,
        worker: EndpointRef::new("Worker", RpcAddress::new(id, 7078)),
        cores,
        memory_mib,
        web_ui_url: String::new(),
        master_address: RpcAddress::new("master", 7077),
        resources: Vec::new(),
        sparks: Vec::new(),
        memory_limit_mib: None,
        started_ms: None,
    };
    Worker::new(PeerId(1), registration, Installed::Any, Now::default())
}

fn needs(cores: u32, memory_mib: u32) -> Needs {
    Needs { cores: Some(cores), memory_mib, total_mib: memory_mib, resources: Vec::new(), spark: Wanted::Any }
}

fn offered(policy: WorkerSelectionPolicy, needs: &Needs) -> String {
    let mut offers = Offers::new(policy);
    // The free cores, then the free memory; c and d offer the same.
    for (id, cores, memory_mib) in [("a", 8, 1024), ("b", 2, 8192), ("c", 4, 4096), ("d", 4, 4096)] {
        offers.insert(&worker(id, cores, memory_mib));
    }
    offers.with_room(needs).map(WorkerId::as_str).collect()
}

#[test]
fn each_policy_has_its_order_and_ids_break_ties() {
    use WorkerSelectionPolicy::{CoresFreeAsc, CoresFreeDesc, MemoryFreeAsc, MemoryFreeDesc, WorkerId};
    let any = needs(1, 512);
    assert_eq!(offered(CoresFreeAsc, &any), "bcda");
    assert_eq!(offered(CoresFreeDesc, &any), "adcb");
    assert_eq!(offered(MemoryFreeAsc, &any), "acdb");
    assert_eq!(offered(MemoryFreeDesc, &any), "bdca");
    assert_eq!(offered(WorkerId, &any), "abcd");
}

#[test]
fn those_without_room_are_not_offered() {
    for policy in WorkerSelectionPolicy::ALL {
        let mut fits: Vec<char> = offered(policy, &needs(4, 2048)).chars().collect();
        fits.sort_unstable();
        assert_eq!(fits, ['c', 'd'], "{policy:?}");
    }
}

#[test]
fn a_worker_that_leaves_or_is_full_is_not_offered() {
    let mut offers = Offers::new(WorkerSelectionPolicy::default());
    let mut leaves = worker("a", 4, 4096);
    leaves.state = WorkerState::Decommissioned;
    let mut full = worker("b", 4, 4096);
    full.give_driver(model::DriverId::new("driver"), &needs(4, 1));
    offers.insert(&leaves);
    offers.insert(&full);
    assert!(offers.is_empty() && !offers.remove(&full));
}
