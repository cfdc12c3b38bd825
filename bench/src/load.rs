//! A thousand simulated Workers that send heartbeats, and what they cost their Master.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use conformance::{Failure, Master, Result, Sandbox};

use crate::frames::{self, Frames};
use crate::makes::Make;
use crate::report::{Row, Unit};

/// Heartbeats per second, of all Workers together: sixty times what a thousand Workers send by default.
const RATE: u32 = 4000;

/// How long the load lasts before it counts: a JVM is slow until it has compiled what is called often.
const WARM_UP: Duration = Duration::from_secs(10);

/// A stretch of load that counts, and how many of them each Master gets, by turns.
const STRETCH: Duration = Duration::from_secs(5);
const STRETCHES: usize = 4;

/// Longest wait for an answer.
const ANSWER_PATIENCE: Duration = Duration::from_secs(30);

/// Heartbeats that a Master understands per second of its CPU time.
pub(crate) fn rows(sandbox: &Sandbox, makes: &[Make; 2], workers: u16) -> Result<Vec<Row>> {
    let mut crowds = Vec::new();
    for make in makes {
        let name = format!("load-{}", make.name);
        let master = Master::start(sandbox, &make.spark, make.subject, &name, 0)?;
        crowds.push(Crowd::register(master, workers)?);
    }
    for crowd in &mut crowds {
        crowd.send_heartbeats(WARM_UP)?;
    }
    let mut sums = vec![(0u64, 0.0f64); crowds.len()];
    for _ in 0..STRETCHES {
        for (crowd, (messages, cpu_seconds)) in crowds.iter_mut().zip(&mut sums) {
            let before = crowd.cpu_seconds()?;
            *messages += crowd.send_heartbeats(STRETCH)?;
            *cpu_seconds += crowd.cpu_seconds()? - before;
        }
    }
    for crowd in &crowds {
        crowd.assert_all_heard(workers)?;
    }
    let per_cpu_second: Vec<f64> = sums.iter().map(|(messages, cpu)| *messages as f64 / cpu).collect();
    Ok(vec![Row {
        what: format!("Master: heartbeats of {workers} Workers per CPU-second"),
        ours: per_cpu_second[0],
        theirs: per_cpu_second[1],
        unit: Unit::MessagesPerCpuSecond,
        goal: None,
    }])
}

/// A Master and those who talk to it.
struct Crowd {
    master: Master,
    workers: Vec<(TcpStream, Frames)>,
}

impl Crowd {
    /// Connects and registers everybody, as a Worker does it: CheckExistence, its answer, RegisterWorker.
    fn register(master: Master, number: u16) -> Result<Self> {
        let mut crowd = Self { workers: Vec::new(), master };
        for number in 0..number {
            let stream = TcpStream::connect(("127.0.0.1", crowd.master.port()))
                .map_err(Failure::io(format!("connect Worker {number}")))?;
            let prepared = stream
                .set_nodelay(true)
                .and_then(|()| stream.set_read_timeout(Some(ANSWER_PATIENCE)))
                .and_then(|()| stream.set_write_timeout(Some(ANSWER_PATIENCE)));
            prepared.map_err(Failure::io("prepare a connection"))?;
            let frames = frames::of_worker(number);
            let mut worker = (stream, frames);
            ask(&mut worker)?;
            send(&mut worker.0, &worker.1.register_worker)?;
            crowd.workers.push(worker);
        }
        crowd.master.wait_for_workers(usize::from(number), ANSWER_PATIENCE)?;
        Ok(crowd)
    }

    /// Sends heartbeats of all Workers in turn at `RATE`, then waits until the Master has read them all.
    fn send_heartbeats(&mut self, span: Duration) -> Result<u64> {
        let total = u64::from(RATE) * span.as_secs();
        let interval = Duration::from_secs(1) / RATE;
        let number = self.workers.len();
        let started = Instant::now();
        for sent in 0..total {
            let (stream, frames) = &mut self.workers[sent as usize % number];
            send(stream, &frames.heartbeat)?;
            let due = interval.saturating_mul(sent as u32);
            let early = due.saturating_sub(started.elapsed());
            if early > Duration::from_millis(1) {
                thread::sleep(early);
            }
        }
        self.workers.iter_mut().try_for_each(ask)?;
        Ok(total)
    }

    /// CPU time that the Master has used.
    fn cpu_seconds(&self) -> Result<f64> {
        let path = format!("/proc/{}/stat", self.master.process.pid());
        let text = fs::read_to_string(&path).map_err(Failure::io(format!("read {path}")))?;
        cpu_ticks(&text)
            .map(|ticks| ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
            .ok_or_else(|| Failure::unexpected(format!("{path} has no CPU times: {text}")))
    }

    /// Whether what was sent was understood: the Master has heard from every Worker within the last stretch.
    fn assert_all_heard(&self, number: u16) -> Result<()> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let since = now.saturating_sub((STRETCH + WARM_UP) * 2).as_millis() as u64;
        let document = self.master.json()?;
        let workers = document["workers"].as_array().map_or(&[][..], Vec::as_slice);
        let heard = workers.iter().filter(|worker| worker["lastheartbeat"].as_u64() >= Some(since)).count();
        if heard == usize::from(number) {
            return Ok(());
        }
        Err(Failure::unexpected(format!(
            "{} heard only {heard} of {number} Workers",
            self.master.process.name()
        )))
    }
}

/// User and system time from a `/proc/PID/stat`, in ticks. The name in parentheses may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let fields: Vec<&str> = stat.rsplit_once(") ")?.1.split(' ').collect();
    Some(fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?)
}

fn send(stream: &mut TcpStream, frame: &[u8]) -> Result<()> {
    stream.write_all(frame).map_err(Failure::io("send to the Master"))
}

/// Asks whether there is a Master, and reads until the answer has come, whatever else comes before it.
fn ask((stream, frames): &mut (TcpStream, Frames)) -> Result<()> {
    send(stream, &frames.check_existence)?;
    loop {
        let frame = read_frame(stream).map_err(Failure::io("read the Master's answer"))?;
        // Type 4 is an answer to an ask; after it stands the id of the ask.
        if frame.first() == Some(&4) && frame[1..].starts_with(frames::request_id(&frames.check_existence)) {
            return Ok(());
        }
    }
}

/// The next frame, without its length.
fn read_frame(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    const LONGEST: u64 = 1 << 20;
    let mut length = [0; 8];
    stream.read_exact(&mut length)?;
    let length = u64::from_be_bytes(length).saturating_sub(8).min(LONGEST);
    let mut frame = vec![0; length as usize];
    stream.read_exact(&mut frame)?;
    Ok(frame)
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
