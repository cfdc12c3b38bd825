//! Ten thousand simulated Workers and applications on each Master, one after the other, and what they cost it.
//!
//! Both get the same Workers, heartbeats and first applications. The JVM's Master would be busy for most of an hour with
//! a thousand: so many come to Hearth alone.

use std::fs;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use conformance::processes::fields;
use conformance::{Failure, Master, Result, Sandbox, Subject, memory};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use model::RpcAddress;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until, timeout};

use crate::makes::Make;
use crate::peers::{self, Tally, Worker};
use crate::report::{Goal, Row, Unit};

/// Workers and applications of one run.
const WORKERS: u16 = 10_000;
const APPLICATIONS: u16 = 1_000;
/// Those that come to the JVM's Master as well.
const FIRST_APPLICATIONS: u16 = 50;

/// How many of them may wait for the Master at once.
const WORKERS_AT_ONCE: usize = 64;
const APPLICATIONS_AT_ONCE: usize = 8;

/// Heartbeats per second of all Workers together: six times what ten thousand Workers send by default.
const RATE: u32 = 4_000;

/// Heartbeats before they count (a JVM is slow until it has compiled what is called often), and then.
const WARM_UP: u32 = 10 * RATE;
const HEARTBEATS: u32 = 25 * RATE;

/// Longest wait for a Master that does not get on.
const PATIENCE: Duration = Duration::from_secs(600);

/// What the Master may take with all Workers connected, in megabytes.
const GOAL_MB: f64 = 100.0;

/// How many times less CPU time than the JVM's Master it is to use for the same load.
const GOAL_RATIO: f64 = 20.0;

/// What the load cost one Master.
#[derive(Clone, Copy, Debug)]
struct Cost {
    registrations_s: f64,
    heartbeats_s: f64,
    first_applications_s: f64,
    /// None where no more came.
    applications_s: Option<f64>,
    /// Resident with all Workers registered, before the applications came.
    resident_mb: f64,
}

/// The rows of both makes.
pub(crate) fn rows(sandbox: &Sandbox, makes: &[Make; 2]) -> Result<Vec<Row>> {
    let [ours, theirs] = makes;
    let (ours, theirs) = (cost(sandbox, ours)?, cost(sandbox, theirs)?);
    let each = |what: String, of: fn(&Cost) -> f64, number: u32| Row {
        what,
        ours: of(&ours) / f64::from(number) * 1e6,
        theirs: Some(of(&theirs) / f64::from(number) * 1e6),
        unit: Unit::CpuMicroseconds,
        goal: None,
    };
    let all = |cost: &Cost| cost.registrations_s + cost.heartbeats_s + cost.first_applications_s;
    Ok(vec![
        each(
            format!("Master: a registration, {WORKERS} Workers"),
            |cost| cost.registrations_s,
            WORKERS.into(),
        ),
        each(format!("Master: a heartbeat, {RATE} a second"), |cost| cost.heartbeats_s, HEARTBEATS),
        each(
            format!("Master: an application of 4 executors, the first {FIRST_APPLICATIONS}"),
            |cost| cost.first_applications_s,
            FIRST_APPLICATIONS.into(),
        ),
        Row {
            what: format!("Master: an application of 4 executors, {APPLICATIONS} of them"),
            ours: ours.applications_s.unwrap_or_default() / f64::from(APPLICATIONS) * 1e6,
            theirs: None,
            unit: Unit::CpuMicroseconds,
            goal: None,
        },
        Row {
            what: format!("Master: the Workers, heartbeats and {FIRST_APPLICATIONS} applications"),
            ours: all(&ours),
            theirs: Some(all(&theirs)),
            unit: Unit::CpuSeconds,
            goal: Some(Goal::TimesBetter(GOAL_RATIO)),
        },
        Row {
            what: format!("Master: resident memory, {WORKERS} Workers"),
            ours: ours.resident_mb,
            theirs: Some(theirs.resident_mb),
            unit: Unit::Megabytes,
            goal: Some(Goal::AtMost(GOAL_MB)),
        },
    ])
}

fn cost(sandbox: &Sandbox, make: &Make) -> Result<Cost> {
    let master = Master::start(sandbox, &make.spark, make.subject, &format!("load-{}", make.name), 0)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(Failure::io("start the simulated Workers"))?;
    let measured = runtime.block_on(async { timeout(PATIENCE, measure(&master, make.subject)).await });
    measured.unwrap_or_else(|_| {
        Err(Failure::unexpected(format!("{} did not get on with its load", master.process.name())))
    })
}

async fn measure(master: &Master, subject: Subject) -> Result<Cost> {
    let pid = master.process.pid();
    let address = RpcAddress::new("127.0.0.1", master.port());
    let started = cpu_seconds(pid)?;
    eprintln!("  {}: {WORKERS} Workers register ...", master.process.name());
    let workers = register(&address).await?;
    let registered = settled(pid).await?;
    eprintln!("  {}: they beat ...", master.process.name());
    beat(&workers, WARM_UP).await?;
    let warm = settled(pid).await?;
    beat(&workers, HEARTBEATS).await?;
    let beaten = settled(pid).await?;
    let resident_mb = memory::of(pid)?.resident_bytes as f64 / 1e6;
    eprintln!("  {}: applications are submitted ...", master.process.name());
    // They stay connected until all are in.
    let _first = submit(&address, 0..FIRST_APPLICATIONS).await?;
    let first = settled(pid).await?;
    let _others;
    let applications_s = match subject {
        Subject::Hearth => {
            _others = submit(&address, FIRST_APPLICATIONS..APPLICATIONS).await?;
            Some(settled(pid).await? - beaten)
        }
        Subject::Jvm => None,
    };
    Ok(Cost {
        registrations_s: registered - started,
        heartbeats_s: beaten - warm,
        first_applications_s: first - beaten,
        applications_s,
        resident_mb,
    })
}

/// Submits so many; each stays for as long as what is returned.
async fn submit(master: &RpcAddress, numbers: Range<u16>) -> Result<Vec<OwnedWriteHalf>> {
    let submitted = stream::iter(numbers).map(|number| peers::submit(master, number));
    submitted.buffer_unordered(APPLICATIONS_AT_ONCE).try_collect().await
}

async fn register(master: &RpcAddress) -> Result<Vec<Arc<Worker>>> {
    let registered = Arc::new(Tally::default());
    let workers: Vec<Arc<Worker>> = stream::iter(0..WORKERS)
        .map(|number| Worker::join(master, address(number), Arc::clone(&registered)))
        .buffered(WORKERS_AT_ONCE)
        .try_collect()
        .await?;
    registered.reaches(WORKERS.into()).await;
    Ok(workers)
}

/// Where a Worker says that it is: nobody dials it.
fn address(number: u16) -> RpcAddress {
    RpcAddress::new(format!("10.7.{}.{}", number >> 8, number & 255), 7078)
}

/// Sends so many heartbeats, of all Workers in turn, at [`RATE`].
async fn beat(workers: &[Arc<Worker>], number: u32) -> Result<()> {
    let mut ticks = interval(Duration::from_secs(1) / RATE * 4);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    for (sent, worker) in (0..number).zip(workers.iter().cycle()) {
        if sent % 4 == 0 {
            ticks.tick().await;
        }
        worker.beat().await?;
    }
    Ok(())
}

/// The CPU time of a process once it has done what it was sent: it has used next to none for a while.
async fn settled(pid: u32) -> Result<f64> {
    let mut before = cpu_seconds(pid)?;
    loop {
        sleep_until(Instant::now() + Duration::from_millis(500)).await;
        let now = cpu_seconds(pid)?;
        if now - before < 0.02 {
            return Ok(now);
        }
        before = now;
    }
}

/// CPU time that a process has used.
fn cpu_seconds(pid: u32) -> Result<f64> {
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).map_err(Failure::io(format!("read {path}")))?;
    cpu_ticks(&text)
        .map(|ticks| ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
        .ok_or_else(|| Failure::unexpected(format!("{path} has no CPU times: {text}")))
}

/// User and system time from a `/proc/PID/stat`, in ticks.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = fields(stat)?.collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

#[cfg(test)]
mod tests {
    use super::cpu_ticks;

    #[test]
    fn cpu_time_is_found_behind_any_name() {
        let stat = "1234 (a) b (c) S 1 1234 1234 0 -1 4194560 5000 0 3 0 150 25 0 0 20 0 9 0 100 1 2 3";
        assert_eq!(cpu_ticks(stat), Some(175));
        assert_eq!(cpu_ticks("1234 (short) S 1"), None);
    }
}
