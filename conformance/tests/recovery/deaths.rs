//! Leaders are killed, time after time.

use std::collections::BTreeSet;
use std::env;
use std::fs;

use conformance::daemon::Offer;
use conformance::masters::{Kind, Place, Succession};
use conformance::shuffle::{self, Gate};
use conformance::spark::is_whole_matrix;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{Failure, Layout, Result, Sandbox, ShortCut, Spark, Subject, Way, application};

use crate::{ends_right, held_job, processes};

/// How often the leader dies: ten times in the long matrix, once in the short one.
fn deaths() -> usize {
    if env::var("HEARTH_CONFORMANCE_MATRIX").is_ok_and(|matrix| matrix == "full") { 10 } else { 1 }
}

fn survives(kind: Kind, short_cut: ShortCut) -> Result<()> {
    for spark in Spark::of_matrix(short_cut)? {
        let sandbox = Sandbox::new(&format!("recovery-{}", spark.version()))?;
        let place = Place::start(kind, &sandbox, &spark)?;
        let offer = Offer { cores: 4, memory_mib: 3072 };
        let layout = Layout { offer, ..Layout::of(Subject::under_test(), 2) };
        let mut succession = Succession::start(&sandbox, &spark, &place, layout)?;
        let (gate, mut job) = held_job(&succession.cluster)?;
        let (driver, driver_gate, answer) = held_driver(&mut succession)?;
        let running = processes(&sandbox);
        for _ in 0..deaths() {
            succession.kill_leader()?;
            succession.cluster.master.wait_for_workers(2, PATIENCE)?;
            let state = succession.cluster.master.state()?;
            let names: BTreeSet<_> = state.active.iter().map(|one| one.name.as_str()).collect();
            assert_eq!(names, BTreeSet::from(["client", "driver"]), "{state:?}");
            assert!(state.active.iter().all(|one| one.state == "RUNNING"), "{state:?}");
            let known = succession.cluster.driver(&driver)?;
            assert!(known.is_some_and(|known| known.state == "RUNNING"), "{state:?}");
            succession.cluster.run_pi()?;
            until_true("what ran to run alone again", PATIENCE, || Ok(processes(&sandbox) == running))?;
        }
        assert_eq!(gate.started(), 2, "a task ran twice");
        driver_gate.open()?;
        succession.cluster.wait_for_driver(&driver, "FINISHED")?;
        let answered = fs::read_to_string(&answer).map_err(Failure::io("read the answer"))?;
        assert_eq!(answered.trim(), shuffle::expected_answer());
        ends_right(&gate, &mut job)?;
        until_true("everything to be given back", PATIENCE, || {
            Ok(succession.cluster.master.state()?.workers.iter().all(|worker| worker.cores_used == 0))
        })?;
        succession.stop()?;
        place.end()?;
        sandbox.end()?;
    }
    Ok(())
}

/// A driver in cluster mode whose tasks run and are held.
fn held_driver(succession: &mut Succession<'_>) -> Result<(String, Gate, std::path::PathBuf)> {
    let cluster = &mut succession.cluster;
    let gate = Gate::closed(cluster.sandbox, "driver")?;
    let answer = cluster.sandbox.path("driver.result");
    let jar = application::jar(cluster.sandbox, &cluster.spark, "job", &["TwoShuffles"])?;
    let job = shuffle::class_job("driver", &format!("file:{}", jar.display()), &answer)
        .argument(gate.folder().to_string_lossy())
        .conf("spark.cores.max", "2");
    let mut submission = cluster.submit_driver(&job, Way::Rpc)?;
    let driver = submission.driver(cluster)?;
    cluster.wait_for_driver(&driver, "RUNNING")?;
    until_true("the driver's tasks to start", JOB_PATIENCE, || Ok(gate.started() >= 2))?;
    submission.client.wait(JOB_PATIENCE)?;
    Ok((driver, gate, answer))
}

#[test]
fn what_runs_survives_the_masters_deaths_with_a_directory() -> Result<()> {
    if !is_whole_matrix("deaths of Masters with a directory") {
        return Ok(());
    }
    survives(Kind::Directory, ShortCut::First)
}

#[test]
fn what_runs_survives_the_masters_deaths_with_s3() -> Result<()> {
    survives(Kind::S3, ShortCut::Last)
}

#[test]
fn what_runs_survives_the_masters_deaths_with_zookeeper() -> Result<()> {
    if !is_whole_matrix("deaths of Masters with ZooKeeper") {
        return Ok(());
    }
    survives(Kind::ZooKeeper, ShortCut::First)
}
