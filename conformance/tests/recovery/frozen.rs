//! A leader that stood still for longer than its lease: another leads by then, and it must not do harm.

use std::env;

use conformance::daemon::Offer;
use conformance::job::LET_IN;
use conformance::masters::{self, Kind, Place, Succession};
use conformance::shuffle;
use conformance::spark::is_whole_matrix;
use conformance::wait::{JOB_PATIENCE, PATIENCE, until_true};
use conformance::{Layout, Result, Sandbox, ShortCut, Spark, Subject};
use rustix::process::Signal;
use stand_ins::ApiServer;

use crate::{ends_right, held_job, processes};

fn does_no_harm(
    kind: Kind,
    short_cut: ShortCut,
    prepare: impl Fn(&Sandbox) -> Result<Option<ApiServer>>,
) -> Result<()> {
    for spark in Spark::of_matrix(short_cut)? {
        let sandbox = Sandbox::new(&format!("frozen-{}", spark.version()))?;
        let place = Place::start(kind, &sandbox, &spark)?;
        let _server = prepare(&sandbox)?;
        let offer = Offer { cores: 3, memory_mib: 3072 };
        let layout = Layout { offer, ..Layout::of(Subject::under_test(), 2) };
        let mut succession = Succession::start(&sandbox, &spark, &place, layout)?;
        let (gate, mut job) = held_job(&succession.cluster)?;
        let running = processes(&sandbox);

        let mut frozen = succession.freeze_leader()?;
        // The kernel takes the connection, and keeps what comes on it for the Master: to be found when it thaws.
        let mut late = shuffle::job("late").submit(&sandbox, &spark, &frozen.url())?;
        let dialled = format!("Connecting to master {}", frozen.url());
        late.process
            .wait_for_line("that it dials", JOB_PATIENCE, |line| line.contains(&dialled).then_some(()))?;
        succession.cluster.master.wait_for_workers(2, PATIENCE)?;
        succession.cluster.run_pi()?;

        frozen.process.signal(Signal::CONT)?;
        // As Spark's do (`Master.RevokedLeadership`).
        assert!(frozen.process.wait(PATIENCE)?.success());
        let log = frozen.process.log();
        let revoked = "Leadership has been revoked -- master shutting down: ";
        assert!(log.contains(revoked), "{log}");

        // What it was asked for while it stood still is not promised, nor written down.
        assert!(late.process.is_running()?);
        let said = late.process.log();
        assert!(!said.contains(LET_IN), "{said}");
        late.process.kill()?;
        let entries = succession.entries()?;
        assert!(entries.contains("client") && !entries.contains("late"), "{entries}");
        succession.cluster.run_pi()?;
        let state = succession.cluster.master.state()?;
        let names: Vec<_> = state.active.iter().map(|one| (one.name.as_str(), one.state.as_str())).collect();
        assert_eq!(names, [("client", "RUNNING")]);
        until_true("what ran to run alone again", PATIENCE, || Ok(processes(&sandbox) == running))?;

        // In its place it stands by.
        succession.standby = Some(succession.start_candidate(frozen.port())?);
        ends_right(&gate, &mut job)?;
        succession.stop()?;
        place.end()?;
        sandbox.end()?;
    }
    Ok(())
}

#[test]
fn a_leader_frozen_for_longer_than_its_lease_in_s3_does_no_harm() -> Result<()> {
    does_no_harm(Kind::S3, ShortCut::First, |_| Ok(None))
}

#[test]
fn a_leader_frozen_for_longer_than_its_lease_in_zookeeper_does_no_harm() -> Result<()> {
    if !is_whole_matrix("a frozen leader with ZooKeeper") {
        return Ok(());
    }
    does_no_harm(Kind::ZooKeeper, ShortCut::First, |_| Ok(None))
}

#[test]
fn a_leader_frozen_for_longer_than_its_lease_of_kubernetes_does_no_harm() -> Result<()> {
    if !is_whole_matrix("a frozen leader with a Lease of Kubernetes") {
        return Ok(());
    }
    // A real API server where there is one.
    let server = |sandbox: &Sandbox| {
        if env::var_os("KUBECONFIG").is_some() {
            masters::use_kubernetes(sandbox, None)?;
            return Ok(None);
        }
        let server = ApiServer::start()?;
        masters::use_kubernetes(sandbox, Some(&server.kubeconfig()))?;
        Ok(Some(server))
    };
    does_no_harm(Kind::S3, ShortCut::Last, server)
}
