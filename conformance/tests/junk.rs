//! What is not Spark's protocol harms nobody but its sender.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use conformance::shuffle::{self, Gate, TASKS};
use conformance::{Cluster, Failure, Layout, Result, Sandbox, ShortCut, Spark, Subject};

/// Connections of each kind.
const ROUNDS: u64 = 20;

/// A good beginning: a CheckExistence ask of 193 bytes announced, of which only the header comes.
const HALF_FRAME: [u8; 21] =
    [0, 0, 0, 0, 0, 0, 0, 193, 3, 0x40, 0xd8, 0x6d, 0xa1, 0x7a, 0x71, 0x72, 0xa5, 0, 0, 0, 172];

#[test]
fn random_bytes_and_half_frames_change_nothing_for_others() -> Result<()> {
    for spark in Spark::of_matrix(ShortCut::First)? {
        let sandbox = Sandbox::new(&format!("junk-{}", spark.version()))?;
        let cluster = Cluster::start(&sandbox, &spark, Layout::of(Subject::under_test(), 2))?;
        let gate = Gate::closed(&sandbox, "junk")?;
        let mut job = cluster.submit(&gate.job("junk"))?;
        gate.wait_for_started(TASKS, &mut job)?;
        let before = picture(&cluster)?;

        let mut half_open = Vec::new();
        for port in [cluster.master.port(), cluster.workers[0].port()] {
            half_open.append(&mut throw_junk(port)?);
        }
        assert_eq!(picture(&cluster)?, before);
        gate.open()?;
        shuffle::check(&mut job)?;
        // New peers are still welcome while the half frames are still waited for.
        shuffle::run(&cluster)?;
        drop(half_open);
        cluster.stop()?;
        sandbox.end()?;
    }
    Ok(())
}

/// Who is there and what they hold.
fn picture(cluster: &Cluster<'_>) -> Result<Vec<(String, String, u32)>> {
    let state = cluster.master.state()?;
    let workers = state.workers.into_iter().map(|worker| (worker.id, worker.state, worker.cores_used));
    let applications = state.active.into_iter().map(|one| (one.id, one.state, one.cores));
    Ok(workers.chain(applications).collect())
}

/// Throws all kinds of junk at a port; gives the connections whose frames are not finished.
fn throw_junk(port: u16) -> Result<Vec<TcpStream>> {
    let mut random = fastrand::Rng::with_seed(u64::from(port));
    let mut half_open = Vec::new();
    for round in 0..ROUNDS {
        let mut bytes = vec![0; random.usize(1..4096)];
        random.fill(&mut bytes);
        send(port, &bytes)?;
        // A plausible length, then nonsense of that length.
        let mut framed = (bytes.len() as u64 + 8).to_be_bytes().to_vec();
        framed.extend_from_slice(&bytes);
        send(port, &framed)?;
        // Lengths that nobody can mean.
        for length in [0, 8, u64::from(u32::MAX), u64::MAX, i64::MAX as u64 - round] {
            let mut frame = length.to_be_bytes().to_vec();
            frame.extend_from_slice(&[3; 64]);
            send(port, &frame)?;
        }
        // Half a frame, cut off; and half a frame whose rest is still to come.
        let cut = random.usize(1..HALF_FRAME.len());
        drop(send(port, &HALF_FRAME[..cut])?);
        half_open.push(send(port, &HALF_FRAME)?);
    }
    assert!(is_closed(&send(port, &[0; 64])?)?, "a frame of length 0 has to end its connection");
    Ok(half_open)
}

fn send(port: u16, bytes: &[u8]) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(Failure::io(format!("dial {port}")))?;
    // The other side may close while we still write: that is its right.
    let _closed = stream.write_all(bytes);
    Ok(stream)
}

/// Whether the other side closes the connection within a few seconds.
fn is_closed(mut stream: &TcpStream) -> Result<bool> {
    stream.set_read_timeout(Some(Duration::from_secs(20))).map_err(Failure::io("set a timeout"))?;
    let end = stream.read(&mut [0; 1024]);
    Ok(matches!(end, Ok(0)) || end.is_err_and(|error| error.kind() == std::io::ErrorKind::ConnectionReset))
}
