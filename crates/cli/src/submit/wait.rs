//! `--wait`: stays until a driver has ended, and shows how it fares meanwhile.

use std::thread;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use super::client::{Client, ClientError, Status};
use super::tell;
use crate::failure::Failure;

/// How often a driver is asked after (`RestSubmissionClient.REPORT_DRIVER_STATUS_INTERVAL`, 3.5).
const INTERVAL: Duration = Duration::from_secs(1);

/// How long no Master may be reachable before it is given up: another one may be taking over.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits for a driver's end; a bad one is a failure.
pub(super) fn until_it_ends(client: &Client, id: &str) -> Result<(), Failure> {
    let mut display = Display::new(id);
    let mut unreachable_since = None;
    loop {
        match client.status(id) {
            Ok(status) => {
                unreachable_since = None;
                if has_ended(&status.state) {
                    display.end();
                    return outcome(&status);
                }
                display.show(&described(&status));
            }
            Err(ClientError::Unreachable(why)) => {
                let since = *unreachable_since.get_or_insert_with(Instant::now);
                if since.elapsed() > PATIENCE {
                    display.end();
                    return Err(ClientError::Unreachable(why).into());
                }
                display.show("no Master can be reached, trying again");
            }
            Err(error) => {
                display.end();
                return Err(error.into());
            }
        }
        thread::sleep(INTERVAL);
    }
}

fn has_ended(state: &str) -> bool {
    matches!(state, "FINISHED" | "FAILED" | "KILLED" | "ERROR")
}

fn described(status: &Status) -> String {
    let state = status.state.to_lowercase();
    match &status.worker {
        Some((_, address)) => format!("{state} on {address}"),
        None => state,
    }
}

fn outcome(status: &Status) -> Result<(), Failure> {
    let Status { id, state, worker, message } = status;
    if state == "FINISHED" {
        tell(&format!("{id} finished"));
        return Ok(());
    }
    let place =
        worker.as_ref().map(|(worker, address)| format!(" on {address} ({worker}), where its log is"));
    let why = message.as_ref().map(|message| format!(": {message}"));
    Err(Failure::Start(format!(
        "{id} ended as {state}{}{}",
        place.unwrap_or_default(),
        why.unwrap_or_default()
    )))
}

/// One line that is kept up to date on a terminal; a line for each change elsewhere.
struct Display {
    id: String,
    bar: ProgressBar,
    last: String,
}

impl Display {
    fn new(id: &str) -> Self {
        let bar = ProgressBar::new_spinner();
        if let Ok(style) = ProgressStyle::with_template("{spinner} {prefix} {msg} {elapsed}") {
            bar.set_style(style);
        }
        bar.set_prefix(id.to_owned());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { id: id.to_owned(), bar, last: String::new() }
    }

    fn show(&mut self, what: &str) {
        if what == self.last {
            return;
        }
        what.clone_into(&mut self.last);
        if self.bar.is_hidden() {
            tell(&format!("{} {what}", self.id));
        } else {
            self.bar.set_message(what.to_owned());
        }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
