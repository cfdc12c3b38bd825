//! Ten thousand simulated Workers come through a change of Master: how long it takes, and what it asks of a store.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use conformance::masters::{Kind, Place};
use conformance::service::Service;
use conformance::wait::PATIENCE;
use conformance::{Failure, Master, Result, Sandbox};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};
use model::RpcAddress;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::time::sleep;

use crate::makes::Make;
use crate::peers::{self, Tally, Worker};
use crate::report::{Goal, Row, Unit};

const WORKERS: u16 = 10_000;

/// How many of them may wait for the Master at once.
const AT_ONCE: usize = 64;

const GOAL_MS: f64 = 2_000.0;
const GOAL_REQUESTS: f64 = 200.0;

/// What both makes say when it is over.
const COMPLETE: &str = "Recovery complete - resuming operations!";

/// What one change of Master took.
struct Change {
    registrations: usize,
    recovery_ms: f64,
    requests: usize,
}

/// A directory for both, S3 for ours alone.
pub(crate) fn rows(makes: &[Make; 2]) -> Result<Vec<Row>> {
    let [ours, theirs] = makes;
    let directory = (change(Kind::Directory, ours)?, change(Kind::Directory, theirs)?);
    let s3 = change(Kind::S3, ours)?;
    let row = |what: String, ours: f64, theirs: Option<f64>, unit, goal: Option<f64>| Row {
        what,
        ours,
        theirs,
        unit,
        goal: goal.map(Goal::AtMost),
    };
    let began = "from the start of the process";
    Ok(vec![
        row(
            format!("Recovery of {WORKERS} Workers from a directory, {began}"),
            directory.0.recovery_ms,
            Some(directory.1.recovery_ms),
            Unit::Milliseconds,
            Some(GOAL_MS),
        ),
        row(
            format!("Recovery of {WORKERS} Workers from S3, {began}"),
            s3.recovery_ms,
            None,
            Unit::Milliseconds,
            Some(GOAL_MS),
        ),
        row(
            format!("Recovery of {WORKERS} Workers from S3"),
            s3.requests as f64,
            None,
            Unit::Requests,
            Some(GOAL_REQUESTS),
        ),
        row(
            format!("{WORKERS} registrations with S3, the lease's renewals among them"),
            s3.registrations as f64,
            None,
            Unit::Requests,
            None,
        ),
    ])
}

fn change(kind: Kind, make: &Make) -> Result<Change> {
    eprintln!("  {kind:?}, {}: {WORKERS} Workers register ...", make.name);
    let sandbox = Sandbox::at_once("bench-recovery")?;
    // Simulated Workers do not beat.
    sandbox.configure([("spark.worker.timeout", "600")])?;
    // The Master that goes gives its lease back: what is measured is the recovery.
    let place = Place::start_with(kind, &sandbox, &make.spark, "6s")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::io("start the simulated Workers"))?;
    let fleet = runtime.block_on(Fleet::start())?;
    let mut first = Master::start(&sandbox, &make.spark, make.subject, "recovery-first", 0)?;
    let before = requests(place.service.as_ref());
    runtime.block_on(fleet.join(&RpcAddress::new("127.0.0.1", first.port())))?;
    let registered = requests(place.service.as_ref());
    first.process.terminate(PATIENCE)?;
    eprintln!("  {kind:?}, {}: the next Master comes ...", make.name);
    let gone = requests(place.service.as_ref());
    let recovery_ms = succeed(&runtime, &sandbox, make, first.port())?;
    let requests = requests(place.service.as_ref()) - gone;
    eprintln!("  {kind:?}, {}: it has recovered after {recovery_ms:.0} ms, {requests} requests", make.name);
    place.end()?;
    sandbox.end()?;
    Ok(Change { registrations: registered - before, recovery_ms, requests })
}

/// Starts the next Master and waits until it has recovered; gives the time that it took in milliseconds.
fn succeed(runtime: &Runtime, sandbox: &Sandbox, make: &Make, port: u16) -> Result<f64> {
    let name = "recovery-next";
    let started = Instant::now();
    let mut process = make.start(sandbox, name, crate::makes::Daemon::Master, port, None)?;
    let log = sandbox.path(format!("logs/{name}.log"));
    runtime.block_on(async {
        while !end_of(&log).contains(COMPLETE) {
            if started.elapsed() > PATIENCE {
                return Err(Failure::unexpected(format!("{name} does not recover: {}", end_of(&log))));
            }
            sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    })?;
    let took = started.elapsed();
    process.kill()?;
    Ok(took.as_secs_f64() * 1000.0)
}

/// The last lines of a log, which may be long.
fn end_of(path: &Path) -> String {
    const TAIL: u64 = 4096;
    let read = || -> std::io::Result<String> {
        let mut file = File::open(path)?;
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    };
    read().unwrap_or_default()
}

/// How many requests the store has answered: it logs each of them.
fn requests(store: Option<&Service>) -> usize {
    store.map_or(0, |store| store.log().matches(" HTTP/1.1\" ").count())
}

/// Listeners that the Workers share: a Master dials all Workers at once, and what does not fit the queue of a listener is
/// tried again by the kernel after whole seconds. Real Workers have one each.
const LISTENERS: usize = 20;

/// Workers that a Master can dial: each has an address of the loopback of its own.
struct Fleet {
    ports: Vec<u16>,
}

impl Fleet {
    /// Begins to accept for all of them, on the runtime that this runs on.
    async fn start() -> Result<Self> {
        let mut ports = Vec::new();
        for _ in 0..LISTENERS {
            let listener = TcpListener::bind(("0.0.0.0", 0)).await.map_err(Failure::io("listen"))?;
            ports.push(listener.local_addr().map_err(Failure::io("listen"))?.port());
            tokio::spawn(accept(listener));
        }
        Ok(Self { ports })
    }

    /// All of them register, each on a connection of its own that lasts until the Master ends it.
    async fn join(&self, master: &RpcAddress) -> Result<()> {
        let registered = Arc::new(Tally::default());
        let join = |number: u16| {
            let host = format!("127.7.{}.{}", number >> 8, number & 255);
            let port = self.ports[usize::from(number) % LISTENERS];
            Worker::join(master, RpcAddress::new(host, port), Arc::clone(&registered))
        };
        let _workers: Vec<Arc<Worker>> =
            stream::iter(0..WORKERS).map(join).buffered(AT_ONCE).try_collect().await?;
        registered.reaches(WORKERS.into()).await;
        Ok(())
    }
}

/// Each connection is of the Worker whose address was dialled.
async fn accept(listener: TcpListener) {
    while let Ok((socket, _)) = listener.accept().await {
        let Ok(here) = socket.local_addr() else { continue };
        let address = RpcAddress::new(here.ip().to_string(), here.port());
        tokio::spawn(async move {
            if let Err(failure) = peers::turn(socket, address.clone()).await {
                eprintln!("  the Worker at {address}: {failure}");
            }
        });
    }
}
