//! What a Master with one Worker costs while nothing happens.

use std::time::{Duration, Instant};

use conformance::daemon::Offer;
use conformance::wait::PATIENCE;
use conformance::{Failure, Master, Result, Sandbox, Worker, memory};

use crate::makes::Make;
use crate::report::{Goal, Row, Unit};

/// How long a daemon is left alone before it is looked at: its start is over and a heartbeat has passed.
const REST: Duration = Duration::from_secs(17);

/// What a daemon of ours may take, in megabytes.
const GOAL_MB: f64 = 15.0;

/// Resident and proportional memory of both daemons.
pub(crate) fn rows(sandbox: &Sandbox, makes: &[Make; 2]) -> Result<Vec<Row>> {
    let mut daemons = Vec::new();
    for make in makes {
        let name = make.name;
        let master = Master::start(sandbox, &make.spark, make.subject, &format!("idle-{name}-master"), 0)?;
        let offer = Offer { cores: 2, memory_mib: 1024 };
        let (worker_name, url) = (format!("idle-{name}-worker"), master.url());
        let worker = Worker::start(sandbox, &make.spark, make.subject, &worker_name, offer, &url)?;
        master.wait_for_workers(1, PATIENCE)?;
        daemons.push([master.process, worker.process]);
    }
    let resting = Instant::now();
    while resting.elapsed() < REST {
        std::thread::sleep(REST.saturating_sub(resting.elapsed()));
    }
    let [ours, theirs] = daemons.as_slice() else {
        return Err(Failure::unexpected("two makes are compared"));
    };
    let mut rows = Vec::new();
    for (kind, ours, theirs) in [("Master", &ours[0], &theirs[0]), ("Worker", &ours[1], &theirs[1])] {
        let (ours, theirs) = (memory::of(ours.pid())?, memory::of(theirs.pid())?);
        let row = |measure: &str, ours: u64, theirs: u64, goal| Row {
            what: format!("{kind}: idle memory, {measure}"),
            ours: ours as f64 / 1e6,
            theirs: Some(theirs as f64 / 1e6),
            unit: Unit::Megabytes,
            goal,
        };
        rows.push(row("resident", ours.resident_bytes, theirs.resident_bytes, Some(Goal::AtMost(GOAL_MB))));
        rows.push(row("proportional", ours.proportional_bytes, theirs.proportional_bytes, None));
    }
    Ok(rows)
}
