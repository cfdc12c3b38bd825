//! Plans against the worked examples of `MasterSuite` (3.5) and the rules that are easy to lose.

use super::*;

/// Three Workers of 10 cores and 4096 MiB, as in `MasterSuite`.
struct Cluster {
    ids: Vec<WorkerId>,
    cores: Vec<u32>,
    memory_mib: u32,
}

fn three() -> Cluster {
    Cluster { ids: ["a", "b", "c"].map(WorkerId::new).to_vec(), cores: vec![10; 3], memory_mib: 4096 }
}

impl Cluster {
    fn free(&self) -> Vec<Free<'_>> {
        let one = |(id, cores): (_, &u32)| Free {
            id,
            cores: *cores,
            memory_mib: self.memory_mib,
            resources: Vec::new(),
            idle: true,
        };
        self.ids.iter().zip(&self.cores).map(one).collect()
    }

    /// Cores that one application gets of each Worker, one entry for each executor.
    fn assign(&self, needs: &Needs, max_cores: u32, limit: u32, spread_out: bool) -> Vec<Vec<u32>> {
        let application = ApplicationId::new("app");
        let view = View {
            workers: self.free(),
            drivers: Vec::new(),
            applications: vec![demand(&application, needs, max_cores, limit)],
            application_count: 1,
            spread_out,
        };
        let plan = plan(view, 0);
        let of = |id: &WorkerId| {
            plan.executors.iter().filter(|grant| grant.worker == *id).map(|grant| grant.cores).collect()
        };
        self.ids.iter().map(of).collect()
    }
}

fn demand<'a>(application: &'a ApplicationId, needs: &'a Needs, max_cores: u32, limit: u32) -> Demand<'a> {
    Demand {
        application,
        cores_left: max_cores,
        served: false,
        profiles: vec![ProfileDemand { id: 0, needs, missing: limit }],
    }
}

fn needs(cores: Option<u32>, memory_mib: u32) -> Needs {
    Needs { cores, memory_mib, resources: Vec::new() }
}

#[test]
fn without_executor_cores_one_executor_takes_all_of_a_worker() {
    let cluster = three();
    let any = needs(None, 1024);
    assert_eq!(cluster.assign(&any, u32::MAX, u32::MAX, true), [[10], [10], [10]]);
    assert_eq!(cluster.assign(&any, u32::MAX, u32::MAX, false), [[10], [10], [10]]);
}

#[test]
fn a_limit_of_cores_is_spread_out_or_kept_together() {
    let cluster = three();
    let any = needs(None, 1024);
    // The greatest id comes first among equals.
    assert_eq!(cluster.assign(&any, 16, u32::MAX, true), [[5], [5], [6]]);
    assert_eq!(cluster.assign(&any, 16, u32::MAX, false), [vec![], vec![6], vec![10]]);
    let threes = needs(Some(3), 256);
    assert_eq!(cluster.assign(&threes, 16, u32::MAX, true), [vec![3], vec![3, 3], vec![3, 3]]);
    assert_eq!(cluster.assign(&threes, 16, u32::MAX, false), [vec![], vec![3, 3], vec![3, 3, 3]]);
}

#[test]
fn executors_are_whole_or_not_at_all() {
    // SPARK-8881: 48 cores wanted in executors of 16, Workers of 10 cannot give one.
    assert_eq!(three().assign(&needs(Some(16), 256), 48, u32::MAX, true), [vec![0u32; 0], vec![], vec![]]);
    assert_eq!(three().assign(&needs(Some(4), 256), 3, u32::MAX, true), [vec![0u32; 0], vec![], vec![]]);
}

#[test]
fn memory_bounds_the_number_of_executors_and_not_the_cores_of_one() {
    let cluster = three();
    assert_eq!(cluster.assign(&needs(Some(1), 2048), u32::MAX, u32::MAX, true), [[1, 1], [1, 1], [1, 1]]);
    assert_eq!(cluster.assign(&needs(None, 4096), u32::MAX, u32::MAX, true), [[10], [10], [10]]);
    assert_eq!(cluster.assign(&needs(None, 4097), u32::MAX, u32::MAX, true), [vec![0u32; 0], vec![], vec![]]);
}

#[test]
fn an_executor_limit_bounds_executors() {
    let cluster = three();
    let any = needs(None, 1024);
    assert_eq!(cluster.assign(&any, u32::MAX, 0, true), [vec![0u32; 0], vec![], vec![]]);
    assert_eq!(cluster.assign(&any, u32::MAX, 2, true), [vec![], vec![10], vec![10]]);
    let fours = needs(Some(4), 256);
    assert_eq!(cluster.assign(&fours, u32::MAX, 5, true), [vec![4], vec![4, 4], vec![4, 4]]);
    assert_eq!(cluster.assign(&fours, u32::MAX, 3, false), [vec![], vec![4], vec![4, 4]]);
}

#[test]
fn the_most_free_worker_comes_first() {
    let cluster = Cluster { cores: vec![3, 9, 6], ..three() };
    assert_eq!(
        cluster.assign(&needs(Some(1), 256), 7, u32::MAX, true),
        [vec![1, 1], vec![1, 1, 1], vec![1, 1]]
    );
    assert_eq!(cluster.assign(&needs(Some(1), 256), 7, u32::MAX, false), [vec![], vec![1; 7], vec![]]);
}

#[test]
fn the_first_application_is_served_before_the_second_sees_anything() {
    let cluster = three();
    let (first, second) = (ApplicationId::new("first"), ApplicationId::new("second"));
    let (fours, ones) = (needs(Some(4), 256), needs(Some(1), 256));
    let view = View {
        workers: cluster.free(),
        drivers: Vec::new(),
        applications: vec![
            demand(&first, &fours, u32::MAX, u32::MAX),
            demand(&second, &ones, u32::MAX, u32::MAX),
        ],
        application_count: 2,
        spread_out: true,
    };
    let plan = plan(view, 0);
    let cores = |id: &ApplicationId| -> u32 {
        plan.executors.iter().filter(|grant| grant.application == *id).map(|grant| grant.cores).sum()
    };
    assert_eq!((cores(&first), cores(&second)), (24, 6));
    let last_of_first = plan.executors.iter().rposition(|grant| grant.application == first);
    assert!(last_of_first < plan.executors.iter().position(|grant| grant.application == second));
}

#[test]
fn the_least_profile_is_served_first_and_counts_against_the_same_cores() {
    let cluster = three();
    let application = ApplicationId::new("app");
    let (large, small) = (needs(Some(8), 256), needs(Some(2), 256));
    let profiles = vec![
        ProfileDemand { id: 0, needs: &large, missing: 2 },
        ProfileDemand { id: 7, needs: &small, missing: 9 },
    ];
    let demand = Demand { application: &application, cores_left: 21, served: false, profiles };
    let view = View {
        workers: cluster.free(),
        drivers: Vec::new(),
        applications: vec![demand],
        application_count: 1,
        spread_out: true,
    };
    let granted: Vec<(u32, u32)> =
        plan(view, 0).executors.iter().map(|grant| (grant.profile, grant.cores)).collect();
    assert_eq!(granted, [(0, 8), (0, 8), (7, 2), (7, 2)]);
}

#[test]
fn custom_resources_bound_executors() {
    let mut cluster = three();
    cluster.ids.truncate(1);
    let application = ApplicationId::new("app");
    let gpu = Needs { cores: Some(1), memory_mib: 256, resources: vec![("gpu".into(), 2)] };
    let mut workers = cluster.free();
    workers[0].resources = vec![("gpu", 5)];
    let view = View {
        workers,
        drivers: Vec::new(),
        applications: vec![demand(&application, &gpu, u32::MAX, u32::MAX)],
        application_count: 1,
        spread_out: false,
    };
    assert_eq!(plan(view, 0).executors.len(), 2);
}

#[test]
fn drivers_go_first_and_round_the_workers() {
    let cluster = three();
    let drivers: Vec<DriverId> = (0..3).map(|number| DriverId::new(format!("driver-{number}"))).collect();
    let one = needs(Some(6), 512);
    let application = ApplicationId::new("app");
    let any = needs(None, 1024);
    for seed in 0..20 {
        let view = View {
            workers: cluster.free(),
            drivers: drivers.iter().map(|driver| DriverDemand { driver, needs: &one }).collect(),
            applications: vec![demand(&application, &any, u32::MAX, u32::MAX)],
            application_count: 1,
            spread_out: true,
        };
        let plan = plan(view, seed);
        let mut places: Vec<&WorkerId> = plan.drivers.iter().map(|(_, worker)| worker).collect();
        places.sort();
        assert_eq!(places, cluster.ids.iter().collect::<Vec<_>>(), "each Worker has room for one");
        assert!(plan.executors.iter().all(|grant| grant.cores == 4), "executors get what drivers leave");
    }
}

#[test]
fn the_seed_decides_where_a_driver_goes() {
    let cluster = three();
    let driver = DriverId::new("driver");
    let one = needs(Some(1), 512);
    let place = |seed| {
        let view = View {
            workers: cluster.free(),
            drivers: vec![DriverDemand { driver: &driver, needs: &one }],
            applications: Vec::new(),
            application_count: 0,
            spread_out: true,
        };
        plan(view, seed).drivers.remove(0).1
    };
    assert_eq!(place(5), place(5));
    let places: std::collections::BTreeSet<WorkerId> = (0..50).map(place).collect();
    assert_eq!(places.len(), 3);
}

#[test]
fn what_is_too_big_is_named() {
    let cluster = three();
    let (application, driver) = (ApplicationId::new("app"), DriverId::new("driver"));
    let (large, huge) = (needs(Some(11), 256), needs(Some(1), 5000));
    let view = View {
        workers: cluster.free(),
        drivers: vec![DriverDemand { driver: &driver, needs: &huge }],
        applications: vec![demand(&application, &large, u32::MAX, u32::MAX)],
        application_count: 1,
        spread_out: true,
    };
    assert_eq!(
        plan(view, 0).too_big,
        [TooBig::Driver(driver.clone()), TooBig::Application(application.clone())]
    );
}
