//! Who descends from a process that was started here, and the end of all of them.
//!
//! A process that is started here leads a session, and carries a mark in its environment. Its descendants share both,
//! unless they give them up: PySpark's daemon makes a group of its own, which is why groups do not tell; `setsid` leaves
//! the session, but not the mark; `env -i` leaves the mark, but not the session.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use tracing::warn;

use crate::proc_folder::{self, Process};

/// The variable that descendants inherit: `HEARTH_LAUNCH=WHO_STARTED/NUMBER/`.
pub(crate) const MARK_VARIABLE: &str = "HEARTH_LAUNCH";

/// How long killed processes may take to be gone: one that waits for a disk ends only when the disk answers.
const PATIENCE: Duration = Duration::from_secs(10);

/// How descendants are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Lineage {
    /// What the mark of each of them begins with.
    pub(crate) mark: String,
    /// The leaders of their sessions, and when each was started.
    pub(crate) sessions: BTreeMap<i32, u64>,
}

/// The beginning of all marks that this process gives: its own, among all processes of this and other machines.
pub(crate) fn mark_of_this_process() -> &'static str {
    static MARK: LazyLock<String> = LazyLock::new(|| format!("{:016x}/", fastrand::u64(..)));
    &MARK
}

/// A mark that nobody has.
pub(crate) fn new_mark() -> String {
    static LAUNCHES: AtomicU64 = AtomicU64::new(0);
    format!("{}{}/", mark_of_this_process(), LAUNCHES.fetch_add(1, Ordering::Relaxed))
}

impl Lineage {
    /// Kills all that live, again and again until none is left, for each may have had children meanwhile. Waits for them
    /// to be gone; says how many were killed.
    pub(crate) fn end(&self) -> usize {
        let begun = Instant::now();
        let mut pause = Duration::from_millis(1);
        let mut killed = BTreeSet::new();
        loop {
            let living = self.living();
            if living.is_empty() {
                return killed.len();
            }
            if begun.elapsed() > PATIENCE {
                let pids: Vec<i32> = living.iter().map(|process| process.pid).collect();
                warn!(target: "Process", "Processes {pids:?} do not end, though they were killed: look at what they wait for");
                return killed.len();
            }
            living.iter().for_each(Process::kill);
            killed.extend(living.iter().map(|process| (process.pid, process.started)));
            thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(50));
        }
    }

    fn living(&self) -> Vec<Process> {
        let own = std::process::id();
        let mut living: Vec<_> =
            proc_folder::all().filter(|one| !one.is_zombie && one.pid.unsigned_abs() != own).collect();
        let sessions = self.sessions_still_theirs(&living);
        let marked = format!("{MARK_VARIABLE}={}", self.mark);
        living.retain(|one| sessions.contains_key(&one.session) || one.has_variable(&marked));
        living
    }

    /// A session's number is given away again when it has no member left. Its new leader is younger.
    fn sessions_still_theirs(&self, living: &[Process]) -> BTreeMap<i32, u64> {
        let mut sessions = self.sessions.clone();
        sessions
            .retain(|leader, started| living.iter().all(|one| one.pid != *leader || one.started == *started));
        sessions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lineage_of(process: &Process, started: u64) -> Lineage {
        Lineage { mark: new_mark(), sessions: [(process.session, started)].into() }
    }

    #[test]
    fn a_number_that_was_given_to_another_session_finds_nobody() {
        // A session of our own that nobody else looks at.
        let mut leader = std::process::Command::new("setsid").args(["sleep", "1000"]).spawn().unwrap();
        let begun = Instant::now();
        let pid = leader.id() as i32;
        let process = loop {
            assert!(begun.elapsed() < PATIENCE);
            match Process::look(pid) {
                Some(process) if process.session == pid => break process,
                _ => thread::yield_now(),
            }
        };
        assert!(lineage_of(&process, process.started - 1).living().is_empty());
        let found = lineage_of(&process, process.started).living();
        assert_eq!(found.iter().map(|one| one.pid).collect::<Vec<_>>(), [pid]);
        leader.kill().unwrap();
        leader.wait().unwrap();
    }

    #[test]
    fn marks_differ_and_none_begins_with_another() {
        let marks: Vec<_> = (0..20).map(|_| new_mark()).collect();
        for one in &marks {
            assert!(one.starts_with(mark_of_this_process()));
            assert_eq!(marks.iter().filter(|other| other.starts_with(one)).count(), 1);
        }
    }
}
