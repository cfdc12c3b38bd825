//! From the start of the process to the moment when its RPC port accepts.

use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use conformance::daemon::free_port;
use conformance::{Failure, Master, Result, Sandbox};

use crate::makes::{Daemon, Make};
use crate::report::{Goal, Row, Unit};

/// How often each daemon is started; the median counts.
const STARTS: usize = 7;

/// What a start of Hearth may take.
const GOAL_MS: f64 = 50.0;

/// One row for the Master, one for the Worker.
pub(crate) fn rows(sandbox: &Sandbox, makes: &[Make; 2]) -> Result<Vec<Row>> {
    let [hearth, _] = makes;
    let master = Master::start(sandbox, &hearth.spark, hearth.subject, "startup-master", 0)?;
    let url = master.url();
    [Daemon::Master, Daemon::Worker]
        .into_iter()
        .map(|daemon| {
            let url = (daemon == Daemon::Worker).then_some(url.as_str());
            // By turns, so that a busy moment of the machine meets both.
            let mut samples = [Vec::new(), Vec::new()];
            for round in 0..STARTS {
                for (make, samples) in makes.iter().zip(&mut samples) {
                    let name = format!("startup-{}-{daemon:?}-{round}", make.name).to_lowercase();
                    samples.push(start_once(sandbox, make, &name, daemon, url)?);
                }
            }
            let [ours, theirs] = samples.map(median);
            let what = format!("{daemon:?}: start to accepting, median of {STARTS}");
            Ok(Row {
                what,
                ours,
                theirs: Some(theirs),
                unit: Unit::Milliseconds,
                goal: Some(Goal::AtMost(GOAL_MS)),
            })
        })
        .collect()
}

/// How long one start takes, in milliseconds.
fn start_once(sandbox: &Sandbox, make: &Make, name: &str, daemon: Daemon, url: Option<&str>) -> Result<f64> {
    let port = free_port()?;
    let started = Instant::now();
    let mut process = make.start(sandbox, name, daemon, port, url)?;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if started.elapsed() > Duration::from_secs(60) || !process.is_running()? {
            return Err(Failure::unexpected(format!("{name} does not accept: {}", process.log())));
        }
        thread::sleep(Duration::from_micros(200));
    }
    let took = started.elapsed();
    process.kill()?;
    Ok(took.as_secs_f64() * 1000.0)
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples[samples.len() / 2]
}
