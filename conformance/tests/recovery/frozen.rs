//! A leader that stood still for longer than its lease: another leads by then, and it must not do harm.

use std::env;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use conformance::daemon::Offer;
use conformance::masters::{self, Kind, Place, Succession};
use conformance::spark::is_whole_matrix;
use conformance::wait::{PATIENCE, until_true};
use conformance::{Failure, Layout, Master, Result, Sandbox, ShortCut, Spark, Subject, binary};
use rustix::process::Signal;
use stand_ins::ApiServer;

use crate::{ends_right, held_job, processes};

/// A driver's registration as a real Spark sent it, and what its application is called.
const REGISTRATION: &str = "fixtures/3.4.4/basic/driver-to-master/014-RegisterApplication.bin";
const LATE_NAME: &str = "MiniApp-basic";

/// So many ask the frozen Master: what it knows first when it thaws is left to chance.
const LATE: usize = 32;

/// Opens a connection to a Master and registers an application on it.
fn register_at(master: &Master) -> Result<TcpStream> {
    let path = binary::workspace().join(REGISTRATION);
    let frame = fs::read(&path).map_err(Failure::io(format!("read {}", path.display())))?;
    let connected = TcpStream::connect(("127.0.0.1", master.port()));
    let mut connection = connected.map_err(Failure::io("connect to a Master"))?;
    connection.write_all(&frame).map_err(Failure::io("register an application"))?;
    Ok(connection)
}

/// What the other end says first; none where it closes the connection without a word.
fn first_byte(mut connection: TcpStream) -> Option<u8> {
    let mut byte = [0];
    let read = connection.set_read_timeout(Some(PATIENCE)).and_then(|()| connection.read(&mut byte));
    read.is_ok_and(|count| count == 1).then_some(byte[0])
}

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
        // The kernel takes the connections, and keeps what comes on them for the Master: to be found when it thaws.
        let late = (0..LATE).map(|_| register_at(&frozen)).collect::<Result<Vec<_>>>()?;
        succession.cluster.master.wait_for_workers(2, PATIENCE)?;
        succession.cluster.run_pi()?;

        frozen.process.signal(Signal::CONT)?;
        // As Spark's do (`Master.RevokedLeadership`).
        assert!(frozen.process.wait(PATIENCE)?.success());
        let log = frozen.process.log();
        let revoked = "Leadership has been revoked -- master shutting down: ";
        assert!(log.contains(revoked), "{log}");

        // What it was asked for while it stood still is not promised, nor written down.
        for caller in late {
            assert_eq!(first_byte(caller), None, "it spoke after another had taken over");
        }
        let entries = succession.entries()?;
        assert!(entries.contains("client") && !entries.contains(LATE_NAME), "{entries}");
        // Whoever leads takes the very same words.
        let heard = register_at(&succession.cluster.master)?;
        assert!(first_byte(heard).is_some(), "the registration is none");
        assert!(succession.entries()?.contains(LATE_NAME), "{}", succession.entries()?);
        succession.cluster.run_pi()?;
        until_true("the held job to be alone", PATIENCE, || {
            let active = succession.cluster.master.state()?.active;
            let names: Vec<_> = active.iter().map(|one| (one.name.as_str(), one.state.as_str())).collect();
            Ok(names == [("client", "RUNNING")])
        })?;
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
