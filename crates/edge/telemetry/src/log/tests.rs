//! Lines as they reach a writer that the test holds.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};

use jiff::civil::date;
use tracing::{debug, error, info, warn};

use super::*;

#[derive(Clone, Debug, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl Captured {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn then() -> Zoned {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(2));
    date(2026, 11, 20).at(13, 5, 1, 250_000_000).to_zoned(zone).unwrap()
}

fn logged(format: Format, level: LevelFilter, speak: impl FnOnce()) -> String {
    let captured = Captured::default();
    let (log, guard) = Log::new(format, level, then, captured.clone()).unwrap();
    tracing::subscriber::with_default(log, speak);
    drop(guard);
    captured.text()
}

#[test]
fn text_is_in_sparks_style() {
    let text = logged(Format::Text, LevelFilter::INFO, || {
        info!(target: "Master", "Registering worker {}:{} with {} cores", "10.0.0.1", 41234, 4);
        warn!(target: "edge_net::listener", peer = "10.0.0.2:1", frames = 3, "closed");
        error!(target: "Worker", reason = ?Some("x"), ok = false, "went wrong");
    });
    assert_eq!(
        text,
        "26/11/20 13:05:01 INFO Master: Registering worker 10.0.0.1:41234 with 4 cores\n\
         26/11/20 13:05:01 WARN listener: closed peer=10.0.0.2:1 frames=3\n\
         26/11/20 13:05:01 ERROR Worker: went wrong reason=Some(\"x\") ok=false\n"
    );
}

#[test]
fn json_is_one_object_a_line() {
    let text = logged(Format::Json, LevelFilter::INFO, || {
        info!(target: "Master", "Registered app \"a\"\nb");
        warn!(target: "Worker", frames = 3, peer = "p", "closed");
    });
    let lines: Vec<serde_json::Value> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(
        lines[0],
        serde_json::json!({
            "ts": "2026-11-20T11:05:01.250Z", "level": "INFO", "target": "Master",
            "message": "Registered app \"a\"\nb",
        })
    );
    assert_eq!(lines[1]["fields"], serde_json::json!({"frames": 3, "peer": "p"}));
    assert_eq!(lines.len(), 2);
}

#[test]
fn what_is_below_the_level_stays_out() {
    let text = logged(Format::Text, LevelFilter::WARN, || {
        debug!(target: "Master", "no");
        info!(target: "Master", "no");
        warn!(target: "Master", "yes");
    });
    assert_eq!(text, "26/11/20 13:05:01 WARN Master: yes\n");
    assert_eq!(logged(Format::Text, LevelFilter::OFF, || error!("no")), "");
}

#[test]
fn a_name_from_outside_cannot_forge_a_line() {
    let name = "app\n26/11/20 13:05:01 INFO Master: forged\u{1b}[2J";
    let text = logged(Format::Text, LevelFilter::INFO, || info!(target: "Master", "Registered app {name}"));
    assert_eq!(text.lines().count(), 1);
    assert!(text.contains("app\\n26/11/20") && !text.contains('\u{1b}'), "{text}");
}

/// A writer that waits for each permit.
#[derive(Debug)]
struct Stuck {
    permits: Receiver<()>,
    captured: Captured,
}

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.permits.recv();
        self.captured.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_stands_still_blocks_nobody_and_learns_what_it_missed() {
    let captured = Captured::default();
    let (permit, permits) = channel();
    let stuck = Stuck { permits, captured: captured.clone() };
    let (log, guard) = Log::new(Format::Text, LevelFilter::INFO, then, stuck).unwrap();
    let long = "x".repeat(64 * 1024);
    tracing::subscriber::with_default(log, || {
        for _ in 0..64 {
            info!(target: "Master", "{long}");
        }
    });
    assert_eq!(captured.text(), "", "nothing can have been written yet");
    drop(permit);
    drop(guard);
    let text = captured.text();
    let written = text.lines().filter(|line| line.ends_with('x')).count();
    assert!((1..64).contains(&written), "{written} lines were written");
    let notes: Vec<_> = text.lines().filter(|line| line.contains(" WARN Log: ")).collect();
    let lost: usize =
        notes.iter().map(|line| line.split(' ').nth(4).unwrap().parse::<usize>().unwrap()).sum();
    assert_eq!(written + lost, 64, "{notes:?}");
}

/// A stderr that is closed.
#[derive(Debug)]
struct Closed;

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::BrokenPipe.into())
    }
}

#[test]
fn a_closed_stderr_is_borne() {
    let (log, guard) = Log::new(Format::Text, LevelFilter::INFO, then, Closed).unwrap();
    tracing::subscriber::with_default(log, || {
        info!(target: "Master", "into the void");
        info!(target: "Master", "and again");
    });
    drop(guard);
}
