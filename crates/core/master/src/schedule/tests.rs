//! Plans against the worked examples of `MasterSuite` (3.5) and the rules that are easy to lose.

use crate::registry::sparks::{Installed, Wanted};
use std::collections::{BTreeMap, BTreeSet};

use model::message::RegisterWorker;
use model::{DriverId, EndpointRef, Now, PeerId, ResourceInformation, RpcAddress, WorkerId};

use super::drivers::{Outcome, Round};
use super::executors::{Demand, Free, Share, assign};
use crate::registry::needs::Needs;
use crate::registry::worker::Worker;

fn needs(cores: Option<u32>, memory_mib: u32) -> Needs {
    Needs { cores, memory_mib, total_mib: memory_mib, resources: Vec::new(), spark: Wanted::Any }
}

/// The cores and executors that one application gets of three Workers of 10 cores and 4096 MiB, as in `MasterSuite`.
fn three(needs: &Needs, max_cores: u32, missing: u32, spread_out: bool) -> [(u32, u32); 3] {
    shares(&[10, 10, 10], needs, max_cores, missing, spread_out).try_into().unwrap()
}

fn shares(cores: &[u32], needs: &Needs, max_cores: u32, missing: u32, spread_out: bool) -> Vec<(u32, u32)> {
    let free =
        |cores: &u32| Free { cores: *cores, memory_mib: 4096, total_mib: u32::MAX, resources: Vec::new() };
    let workers: Vec<Free<'_>> = cores.iter().map(free).collect();
    let demand = Demand { needs, missing, cores_left: max_cores };
    let pair = |share: Share| (share.cores, share.executors);
    assign(&demand, &workers, spread_out).into_iter().map(pair).collect()
}

const ALL: u32 = u32::MAX;

#[test]
fn without_executor_cores_one_executor_takes_all_of_a_worker() {
    let any = needs(None, 1024);
    assert_eq!(three(&any, ALL, ALL, true), [(10, 1); 3]);
    assert_eq!(three(&any, ALL, ALL, false), [(10, 1); 3]);
}

#[test]
fn a_limit_of_cores_is_spread_out_or_kept_together() {
    let any = needs(None, 1024);
    assert_eq!(three(&any, 16, ALL, true), [(6, 1), (5, 1), (5, 1)]);
    assert_eq!(three(&any, 16, ALL, false), [(10, 1), (6, 1), (0, 0)]);
    assert_eq!(three(&any, 2, ALL, true), [(1, 1), (1, 1), (0, 0)]);
    let threes = needs(Some(3), 256);
    assert_eq!(three(&threes, 16, ALL, true), [(6, 2), (6, 2), (3, 1)]);
    assert_eq!(three(&threes, 16, ALL, false), [(9, 3), (6, 2), (0, 0)]);
}

#[test]
fn a_small_worker_is_full_before_the_others() {
    let any = needs(None, 1024);
    assert_eq!(shares(&[9, 2, 6], &any, ALL, ALL, true), [(9, 1), (2, 1), (6, 1)]);
    assert_eq!(shares(&[9, 2, 6], &any, 13, ALL, true), [(6, 1), (2, 1), (5, 1)]);
    assert_eq!(shares(&[9, 2, 6], &any, 16, ALL, true), [(8, 1), (2, 1), (6, 1)]);
}

#[test]
fn executors_are_whole_or_not_at_all() {
    // SPARK-8881: 48 cores wanted in executors of 16, Workers of 10 cannot give one.
    assert_eq!(three(&needs(Some(16), 256), 48, ALL, true), [(0, 0); 3]);
    assert_eq!(three(&needs(Some(4), 256), 3, ALL, true), [(0, 0); 3]);
}

#[test]
fn memory_bounds_the_number_of_executors_and_not_the_cores_of_one() {
    assert_eq!(three(&needs(Some(1), 2048), ALL, ALL, true), [(2, 2); 3]);
    assert_eq!(three(&needs(None, 4096), ALL, ALL, true), [(10, 1); 3]);
    assert_eq!(three(&needs(None, 4097), ALL, ALL, true), [(0, 0); 3]);
}

#[test]
fn an_executor_limit_bounds_executors() {
    let any = needs(None, 1024);
    assert_eq!(three(&any, ALL, 0, true), [(0, 0); 3]);
    assert_eq!(three(&any, ALL, 2, true), [(10, 1), (10, 1), (0, 0)]);
    let fours = needs(Some(4), 256);
    assert_eq!(three(&fours, ALL, 5, true), [(8, 2), (8, 2), (4, 1)]);
    assert_eq!(three(&fours, ALL, 3, false), [(8, 2), (4, 1), (0, 0)]);
}

#[test]
fn custom_resources_bound_executors() {
    let gpu = Needs { resources: vec![("gpu".into(), 2)], ..needs(Some(1), 256) };
    let free = Free { cores: 10, memory_mib: 4096, total_mib: u32::MAX, resources: vec![("gpu", 5)] };
    let demand = Demand { needs: &gpu, missing: ALL, cores_left: ALL };
    assert_eq!(assign(&demand, &[free], false), [Share { cores: 2, executors: 2 }]);
}

/// Single steps, as Spark takes them, come to the same as rounds at a time.
#[test]
fn many_rounds_at_once_are_so_many_rounds() {
    let mut rng = fastrand::Rng::with_seed(3);
    for _ in 0..2_000 {
        let cores: Vec<u32> = (0..rng.usize(1..6)).map(|_| rng.u32(1..30)).collect();
        let (max_cores, missing) = (rng.u32(1..80), rng.u32(1..7));
        let mut expected = vec![(0, 0); cores.len()];
        let (mut cores_left, mut executors_left, mut placed) = (max_cores, missing, true);
        while placed {
            placed = false;
            for (share, cores) in expected.iter_mut().zip(&cores) {
                if share.0 < *cores && cores_left > 0 && (share.1 == 1 || executors_left > 0) {
                    executors_left -= 1 - share.1;
                    *share = (share.0 + 1, 1);
                    cores_left -= 1;
                    placed = true;
                }
            }
        }
        assert_eq!(shares(&cores, &needs(None, 1), max_cores, missing, true), expected, "{cores:?}");
    }
}

/// Workers of 10 cores and 4096 MiB, by id.
fn cluster(ids: &[&str]) -> BTreeMap<WorkerId, Worker> {
    let worker = |id: &&str| {
        let registration = RegisterWorker {
            id: WorkerId::new(*id),
            host: (*id).into(),
            port: 7078,
            worker: EndpointRef::new("Worker", RpcAddress::new(*id, 7078)),
            cores: 10,
            memory_mib: 4096,
            web_ui_url: String::new(),
            master_address: RpcAddress::new("master", 7077),
            resources: Vec::<ResourceInformation>::new(),
            sparks: Vec::new(),
            memory_limit_mib: None,
            started_ms: None,
        };
        (WorkerId::new(*id), Worker::new(PeerId(1), registration, Installed::Any, Now::default()))
    };
    ids.iter().map(worker).collect()
}

/// Places so many drivers of 6 cores, one after the other; where each went.
fn place(round: &mut Round, cluster: &mut BTreeMap<WorkerId, Worker>, drivers: u32) -> Vec<Outcome> {
    let needs = needs(Some(6), 512);
    let mut outcomes = Vec::new();
    for number in 0..drivers {
        let outcome = round.place(&needs, |id| cluster.get(id));
        if let Outcome::Placed(id) = &outcome {
            let driver = DriverId::new(format!("driver-{number}"));
            cluster.get_mut(id).unwrap().give_driver(driver, &needs);
        }
        outcomes.push(outcome);
    }
    outcomes
}

#[test]
fn drivers_go_round_the_workers_from_where_the_seed_says() {
    let ids = ["a", "b", "c"];
    let mut first = BTreeSet::new();
    for seed in 0..50 {
        let mut cluster = cluster(&ids);
        let mut round = Round::spread_out(cluster.keys().cloned().collect(), seed);
        let mut outcomes = place(&mut round, &mut cluster, 4);
        assert_eq!(outcomes.pop(), Some(Outcome::NoRoom { in_vain: false }), "all Workers are at work");
        let workers: BTreeSet<WorkerId> = cluster.into_keys().collect();
        let places = outcomes.iter().map(|outcome| match outcome {
            Outcome::Placed(worker) => worker.clone(),
            Outcome::NoRoom { .. } => panic!("each Worker has room for one"),
        });
        assert_eq!(places.collect::<BTreeSet<_>>(), workers);
        first.insert(format!("{:?}", outcomes[0]));
    }
    assert_eq!(first.len(), 3);
}

#[test]
fn consolidated_drivers_fill_the_first_worker_by_id() {
    let mut cluster = cluster(&["b", "c", "a"]);
    let mut round = Round::consolidated(["b", "c", "a"].map(WorkerId::new).to_vec());
    let outcomes = place(&mut round, &mut cluster, 4);
    let placed = |id| Outcome::Placed(WorkerId::new(id));
    assert_eq!(outcomes, [placed("a"), placed("b"), placed("c"), Outcome::NoRoom { in_vain: true }]);
    let small = needs(Some(1), 1);
    assert_eq!(round.place(&small, |id| cluster.get(id)), placed("a"));
}

#[test]
fn a_driver_that_is_too_big_waits_in_vain() {
    let cluster = cluster(&["a", "b"]);
    let mut round = Round::spread_out(cluster.keys().cloned().collect(), 1);
    let huge = needs(Some(1), 5000);
    assert_eq!(round.place(&huge, |id| cluster.get(id)), Outcome::NoRoom { in_vain: true });
}
