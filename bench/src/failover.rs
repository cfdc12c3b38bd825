//! From the leader's `kill -9` until the next Master says that it leads.

use std::thread;
use std::time::{Duration, Instant};

use conformance::masters::{Kind, Place};
use conformance::wait::{PATIENCE, until_true};
use conformance::{Failure, Master, Result, Sandbox};

use crate::makes::Make;
use crate::report::{Goal, Row, Unit};

/// How often a leader is killed.
const KILLS: usize = 20;

/// Hearth's default.
const LEASE: &str = "1200ms";

/// How long the two are left alone, so that the second has looked at who leads; and then a little longer each time, so
/// that leaders die at any moment between two renewals.
const REST: Duration = Duration::from_secs(2);
const LONGER: Duration = Duration::from_millis(130);

/// What 95 of 100 failovers may take at most.
const GOAL_MS: f64 = 2_000.0;

/// S3 for ours alone, for Spark's has no such thing; ZooKeeper for both.
pub(crate) fn rows(makes: &[Make; 2]) -> Result<Vec<Row>> {
    let [ours, theirs] = makes;
    let s3 = failovers(Kind::S3, ours)?;
    let zookeeper = (failovers(Kind::ZooKeeper, ours)?, failovers(Kind::ZooKeeper, theirs)?);
    let row = |name: &str, what: &str, ours: f64, theirs: Option<f64>, goal| Row {
        what: format!("Failover with {name}, {what} of {KILLS}"),
        ours,
        theirs,
        unit: Unit::Milliseconds,
        goal,
    };
    let goal = Some(Goal::AtMost(GOAL_MS));
    let mut rows = Vec::new();
    for (name, ours, theirs) in [("S3", s3, None), ("ZooKeeper", zookeeper.0, Some(zookeeper.1))] {
        let at = |which: fn(&[f64]) -> f64| (which(&ours), theirs.as_deref().map(which));
        for (what, which, goal) in [
            ("the shortest", (|all| all[0]) as fn(&[f64]) -> f64, None),
            ("the median", |all| all[all.len() / 2], None),
            ("the 95th percentile", |all| all[all.len() * 95 / 100 - 1], goal),
            ("the longest", |all| all[all.len() - 1], None),
        ] {
            let (ours, theirs) = at(which);
            rows.push(row(name, what, ours, theirs, goal));
        }
    }
    Ok(rows)
}

/// How long each took in milliseconds, the shortest first.
fn failovers(kind: Kind, make: &Make) -> Result<Vec<f64>> {
    let sandbox = Sandbox::at_once("bench-failover")?;
    let place = Place::start_with(kind, &sandbox, &make.spark, LEASE)?;
    let mut leader = Master::start(&sandbox, &make.spark, make.subject, "failover-0", 0)?;
    let mut took = Vec::new();
    for round in 1..=KILLS {
        eprint!("\r  {kind:?}, {}: {round} of {KILLS} ", make.name);
        let name = format!("failover-{round}");
        let next = Master::start_candidate(&sandbox, &make.spark, make.subject, &name, 0)?;
        until_true("the next Master to stand by", PATIENCE, || {
            Ok(next.state().is_ok_and(|state| state.status == "STANDBY"))
        })?;
        thread::sleep(REST + LONGER * u32::try_from(round % 7).unwrap_or(0));
        let killed = Instant::now();
        leader.process.kill()?;
        while !next.leads() {
            if killed.elapsed() > PATIENCE {
                return Err(Failure::unexpected(format!("{name} does not lead: {}", next.process.log())));
            }
            thread::sleep(Duration::from_millis(2));
        }
        took.push(killed.elapsed().as_secs_f64() * 1000.0);
        leader = next;
    }
    eprintln!();
    leader.process.kill()?;
    place.end()?;
    sandbox.end()?;
    took.sort_by(f64::total_cmp);
    Ok(took)
}
