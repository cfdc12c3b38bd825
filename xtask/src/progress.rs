//! Steps that somebody waits for: a moving line at a terminal, plain lines in a log.

use std::fs;
use std::io::IsTerminal;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use conformance::{Failure, Result};
use indicatif::{ProgressBar, ProgressStyle};

/// How often a moving line is looked after.
const LOOK_INTERVAL: Duration = Duration::from_millis(200);

/// How often a log gets a line about a step that takes long.
const PLAIN_INTERVAL: Duration = Duration::from_secs(10);

/// Something that takes a while, from its beginning to [`Step::done`].
pub(crate) struct Step {
    title: String,
    started: Instant,
    bar: Option<ProgressBar>,
    last_plain_line: Instant,
}

impl Step {
    /// Begins, and says so.
    pub(crate) fn begin(title: impl Into<String>) -> Self {
        let title = title.into();
        let now = Instant::now();
        let bar = std::io::stderr().is_terminal().then(|| moving_line(&title));
        if bar.is_none() {
            eprintln!("{title} ...");
        }
        Self { title, started: now, bar, last_plain_line: now }
    }

    /// Says how far it is.
    pub(crate) fn update(&mut self, detail: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(detail.to_owned());
        } else if self.last_plain_line.elapsed() >= PLAIN_INTERVAL {
            self.last_plain_line = Instant::now();
            eprintln!("{}: {detail} ({})", self.title, elapsed(self.started));
        }
    }

    /// Ends well.
    pub(crate) fn done(self, detail: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        eprintln!("{}: {detail} ({})", self.title, elapsed(self.started));
    }

    /// Runs a command to its end. Its output goes to `log`; the end of it is shown if the command fails.
    pub(crate) fn run(
        &mut self,
        mut command: Command,
        log: &Path,
        detail: impl Fn() -> String,
    ) -> Result<()> {
        let output = fs::File::create(log).map_err(Failure::io(format!("create {}", log.display())))?;
        let errors = output.try_clone().map_err(Failure::io(format!("open {}", log.display())))?;
        command.stdin(Stdio::inherit()).stdout(output).stderr(errors);
        let line = format!("{command:?}").replace('"', "");
        let mut child: Child = command.spawn().map_err(Failure::io(format!("start {line}")))?;
        loop {
            if let Some(status) = child.try_wait().map_err(Failure::io(format!("wait for {line}")))? {
                if status.success() {
                    return Ok(());
                }
                return Err(Failure::unexpected(format!("{line}\nended with {status}:\n{}", tail(log))));
            }
            self.update(&detail());
            thread::sleep(LOOK_INTERVAL);
        }
    }
}

fn moving_line(title: &str) -> ProgressBar {
    let bar = ProgressBar::new_spinner().with_prefix(title.to_owned());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix}: {wide_msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

fn elapsed(since: Instant) -> String {
    format!("{:.1} s", since.elapsed().as_secs_f64())
}

/// The last line of a log, short enough for a moving line.
pub(crate) fn last_line(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().chars().take(100).collect()
}

fn tail(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(25)..].join("\n")
}

/// Bytes as people read them.
pub(crate) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1_000_000.0)
}
