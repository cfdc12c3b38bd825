//! A running cluster changes over: a JVM's Master dies, ours comes in its place.

use conformance::masters::{Kind, Place};
use conformance::shuffle::{self, Gate, TASKS};
use conformance::spark::is_whole_matrix;
use conformance::wait::{PATIENCE, until_true};
use conformance::{Cluster, Layout, Master, Result, Sandbox, ShortCut, Spark, Subject};

use crate::{ends_right, processes};

fn changes_over(kind: Kind, short_cut: ShortCut) -> Result<()> {
    for spark in Spark::of_matrix(short_cut)? {
        let sandbox = Sandbox::new(&format!("change-over-{}", spark.version()))?;
        let place = Place::start(kind, &sandbox, &spark)?;
        let master = Master::start(&sandbox, &spark, Subject::Jvm, "jvm-master", 0)?;
        let (port, url) = (master.port(), master.url());
        let layout = Layout::of(Subject::Jvm, 2);
        let mut cluster = Cluster::around(&sandbox, &spark, master, url, layout)?;
        let gate = Gate::closed(&sandbox, "client")?;
        let mut job = cluster.submit(&gate.job("client"))?;
        gate.wait_for_started(TASKS, &mut job)?;
        let running = processes(&sandbox);
        let application = cluster.master.state()?.active.pop().map(|one| one.id);
        cluster.master.process.kill()?;
        cluster.master = Master::start_candidate(&sandbox, &spark, Subject::Hearth, "master", port)?;
        until_true("the Master to lead", PATIENCE, || Ok(cluster.master.leads()))?;
        let state = cluster.master.state()?;
        assert_eq!(state.active.iter().map(|one| Some(one.id.clone())).collect::<Vec<_>>(), [application]);
        assert!(state.workers.iter().all(|one| one.state == "ALIVE" && one.cores_used == 2), "{state:?}");
        assert_eq!(processes(&sandbox), running);
        ends_right(&gate, &mut job)?;
        shuffle::run(&cluster)?;
        cluster.stop()?;
        place.end()?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn what_a_jvm_master_left_in_a_directory_is_taken_over() -> Result<()> {
    if !is_whole_matrix("the change from a JVM's Master with a directory") {
        return Ok(());
    }
    changes_over(Kind::Directory, ShortCut::First)
}

#[test]
fn what_a_jvm_master_left_in_zookeeper_is_taken_over() -> Result<()> {
    changes_over(Kind::ZooKeeper, ShortCut::Last)
}
