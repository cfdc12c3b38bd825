//! Workers that are taken out of service while a job has its blocks on them: the blocks move, and nothing is lost.

use std::fs;

use conformance::daemon::Offer;
use conformance::shuffle::Gate;
use conformance::wait::{JOB_PATIENCE, until_true};
use conformance::{Cluster, Failure, Job, Layout, Result, Sandbox, ShortCut, Spark, Subject};
use rustix::process::Signal;

/// Where the Worker that leaves runs: the page takes names of hosts.
const LEAVING_HOST: &str = "127.0.0.2";

const SETTINGS: [(&str, &str); 3] = [
    ("spark.decommission.enabled", "true"),
    ("spark.storage.decommission.enabled", "true"),
    ("spark.storage.decommission.replicationReattemptInterval", "1s"),
];

/// Runs a job on two Workers and has the second one leave in the middle.
fn one_worker_leaves(
    name: &str,
    short_cut: ShortCut,
    leave: impl Fn(&mut Cluster<'_>) -> Result<()>,
) -> Result<()> {
    for spark in Spark::of_matrix(short_cut)? {
        let sandbox = Sandbox::new(&format!("{name}-{}", spark.version()))?;
        sandbox.configure(SETTINGS)?;
        let layout =
            Layout { offer: Offer { cores: 2, memory_mib: 1024 }, ..Layout::of(Subject::under_test(), 1) };
        let mut cluster = Cluster::start(&sandbox, &spark, layout)?;
        cluster.add_worker_on(LEAVING_HOST, layout)?;
        let gate = Gate::closed(&sandbox, name)?;
        let job = Job::of_ours(name, "moved_blocks.py").argument(gate.folder().to_string_lossy());
        let mut job = cluster.submit(&job)?;
        // Two tasks on each of the two executors.
        gate.wait_for_started(4, &mut job)?;
        gate.open()?;
        until_true("the job to have its blocks made", JOB_PATIENCE, || {
            Ok(gate.folder().join("made").exists() || !job.process.is_running()?)
        })?;
        leave(&mut cluster)?;
        until_true("the Worker to be DECOMMISSIONED", JOB_PATIENCE, || match &*states(&cluster)? {
            [stays, leaves] if stays == "ALIVE" && leaves == "ALIVE" => Ok(false),
            [stays, leaves] if stays == "ALIVE" && leaves == "DECOMMISSIONED" => Ok(true),
            others => Err(Failure::unexpected(format!("the Workers are {others:?}"))),
        })?;
        until_true("its executor to leave", JOB_PATIENCE, || Ok(sandbox.executors().len() == 1))?;
        assert_eq!(sandbox.executors()[0].argument("--hostname"), Some("127.0.0.1"));
        fs::write(gate.folder().join("go"), []).map_err(Failure::io("let the job go on"))?;
        // 5050 twice; four partitions were computed and four shuffle files written, none of them a second time.
        assert_eq!(job.answer("RESULT", JOB_PATIENCE)?, "5050 5050 4 4");
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// The Workers' states, in the order in which they were started.
fn states(cluster: &Cluster<'_>) -> Result<Vec<String>> {
    let workers = cluster.master.state()?.workers;
    let state =
        |port: u16| workers.iter().find(|worker| worker.port == port).map(|worker| worker.state.clone());
    Ok(cluster.workers.iter().filter_map(|worker| state(worker.port())).collect())
}

#[test]
fn blocks_move_when_the_page_decommissions_a_host() -> Result<()> {
    one_worker_leaves("page", ShortCut::First, |cluster| cluster.master.decommission_host(LEAVING_HOST))
}

#[test]
fn blocks_move_when_a_signal_decommissions_a_worker() -> Result<()> {
    one_worker_leaves("signal", ShortCut::Last, |cluster| cluster.workers[1].process.signal(Signal::POWER))
}
