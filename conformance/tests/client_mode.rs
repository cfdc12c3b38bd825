//! Client mode: unmodified drivers on a cluster of the daemons under test.

use std::collections::BTreeMap;

use conformance::json::{Application, MasterState};
use conformance::spark::is_whole_matrix;
use conformance::wait::{JOB_PATIENCE, until_true};
use conformance::{
    Cluster, Failure, Job, Layout, Result, RunningJob, Sandbox, ShortCut, Spark, Subject, shuffle,
};

#[test]
fn pi_and_a_job_with_two_shuffles_run() -> Result<()> {
    for spark in Spark::selected()? {
        let sandbox = Sandbox::new(&format!("jobs-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        cluster.run_pi()?;
        shuffle::run(&cluster)?;
        until_true("both applications among the completed", JOB_PATIENCE, || {
            Ok(cluster.master.state()?.completed.len() == 2)
        })?;
        let state = cluster.master.state()?;
        assert!(state.active.is_empty(), "{state:?}");
        assert!(state.completed.iter().all(|application| application.state == "FINISHED"), "{state:?}");
        until_true("the Workers to have everything back", JOB_PATIENCE, || {
            let workers = cluster.master.state()?.workers;
            Ok(workers.iter().all(|worker| worker.cores_used == 0 && worker.memory_used_mib == 0))
        })?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// Each is a JVM that starts: half as many in the short matrix.
fn applications() -> usize {
    if is_whole_matrix("twelve applications at once, but six") { 12 } else { 6 }
}

#[test]
fn applications_share_four_cores_first_come_first_served() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("twelve-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let mut jobs = (0..applications())
            .map(|number| {
                let job = shuffle::job(&format!("app{number}")).conf("spark.cores.max", "1");
                // One that has to be asked first is served when it has answered.
                cluster.submit(&job.conf("spark.executorEnv.HEARTH_SPARK_VERSION", spark.version()))
            })
            .collect::<Result<Vec<RunningJob>>>()?;
        watch_until_all_ended(&cluster, &mut jobs)?;
        for job in &mut jobs {
            shuffle::check(job)?;
        }
        assert_launched_in_order_of_registration(&cluster.master.process.log());
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// Looks at the Master until all drivers have ended: at no moment may a later application have cores while an
/// earlier one has none, or more cores be given than there are.
fn watch_until_all_ended(cluster: &Cluster<'_>, jobs: &mut [RunningJob]) -> Result<()> {
    let mut most_at_once = 0;
    until_true("the drivers to end", JOB_PATIENCE * 3, || {
        let state = cluster.master.state()?;
        most_at_once = most_at_once.max(cores_given_first_come_first_served(&state)?);
        jobs.iter_mut().try_fold(true, |all, job| Ok(!job.process.is_running()? && all))
    })?;
    // Without this the order would be proven by applications that never met.
    assert!(most_at_once > 1, "the applications ran one by one");
    Ok(())
}

fn cores_given_first_come_first_served(state: &MasterState) -> Result<u32> {
    let mut active: Vec<&Application> = state.active.iter().collect();
    active.sort_by(|one, other| one.id.cmp(&other.id));
    // An application whose executor has just ended shows no cores though it was served before.
    let waiting = active.iter().position(|application| application.state == "WAITING");
    let overtaken = active.iter().skip(waiting.unwrap_or(active.len())).any(|later| later.cores > 0);
    let given: u32 = active.iter().map(|application| application.cores).sum();
    if overtaken || given > 4 {
        return Err(Failure::unexpected(format!("not first come, first served: {active:?}")));
    }
    Ok(given)
}

/// The Master's log names the applications as they register and their executors as they are launched.
fn assert_launched_in_order_of_registration(log: &str) {
    let mut registered = Vec::new();
    let mut launched = BTreeMap::<String, usize>::new();
    for line in log.lines() {
        if let Some((_, id)) =
            line.split_once("Registered app ").and_then(|(_, rest)| rest.split_once(" with ID "))
        {
            registered.push(id.trim().to_owned());
        }
        if let Some((_, rest)) = line.split_once("Launching executor ") {
            let id = rest.split('/').next().unwrap_or_default().to_owned();
            let place = launched.len();
            launched.entry(id).or_insert(place);
        }
    }
    assert_eq!(registered.len(), applications(), "applications in the log: {registered:?}");
    let mut by_launch: Vec<(&String, &usize)> = launched.iter().collect();
    by_launch.sort_by_key(|(_, place)| **place);
    let by_launch: Vec<&String> = by_launch.into_iter().map(|(id, _)| id).collect();
    assert_eq!(by_launch, registered.iter().collect::<Vec<_>>());
}

#[test]
fn an_application_gets_no_more_than_it_asks_for() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::Last)? {
        let sandbox = Sandbox::new(&format!("limits-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let gate = shuffle::Gate::closed(&sandbox, "limits")?;
        let job: Job = gate.job("limits").conf("spark.cores.max", "3").conf("spark.executor.cores", "1");
        let mut job = cluster.submit(&job)?;
        gate.wait_for_started(3, &mut job)?;
        let state = cluster.master.state()?;
        assert_eq!(state.active.iter().map(|application| application.cores).collect::<Vec<_>>(), [3]);
        let mut used: Vec<(u32, u32)> =
            state.workers.iter().map(|worker| (worker.cores_used, worker.memory_used_mib)).collect();
        used.sort_unstable();
        // Spread out: three executors of one core and 512 MiB over two Workers.
        assert_eq!(used, [(1, 512), (2, 1024)]);
        assert_eq!(sandbox.executors().len(), 3);
        gate.open()?;
        shuffle::check(&mut job)?;
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}
