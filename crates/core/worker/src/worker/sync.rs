//! Telling the Master how executors fare, until it has answered.
//!
//! An executor's end that the Master never hears of holds its cores for ever (SPARK-34245). So each change is a
//! question; one that stays without an answer is asked again, and the newest change of an executor replaces older
//! ones. Without a Master changes wait for the next registration.

use std::collections::BTreeMap;

use model::message::{Reply, ToMaster};
use model::{ExecutorKey, ExecutorState, Now};

use super::Worker;
use crate::{Effect, ExitReason};

/// How long to wait before asking again on a connection that stands.
const RETRY_MS: u64 = 10_000;

/// Changes that the Master has not confirmed.
#[derive(Clone, Debug, Default)]
pub(super) struct Sync {
    changes: BTreeMap<ExecutorKey, Change>,
    next_token: u64,
}

#[derive(Clone, Debug)]
struct Change {
    state: ExecutorState,
    message: Option<String>,
    exit_status: Option<i32>,
    failures: u32,
    progress: Progress,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    /// For a Master to register with.
    Waits,
    /// For the answer to this question.
    Asked(u64),
    /// For this moment to ask again.
    Retry { due_ms: u64 },
}

impl Sync {
    pub(super) fn due_ms(&self) -> impl Iterator<Item = u64> {
        self.changes.values().filter_map(|change| match change.progress {
            Progress::Retry { due_ms } => Some(due_ms),
            Progress::Waits | Progress::Asked(_) => None,
        })
    }
}

impl Worker {
    /// An executor's life went on.
    pub(super) fn sync(
        &mut self,
        key: &ExecutorKey,
        state: ExecutorState,
        message: Option<String>,
        exit_status: Option<i32>,
    ) {
        let change = Change { state, message, exit_status, failures: 0, progress: Progress::Waits };
        self.sync.changes.insert(key.clone(), change);
        self.ask(key);
    }

    /// Asks again everything that is open: the connection is a new one, and answers on old ones are lost.
    pub(super) fn sync_all(&mut self) {
        for key in self.sync.changes.keys().cloned().collect::<Vec<_>>() {
            self.ask(&key);
        }
    }

    fn ask(&mut self, key: &ExecutorKey) {
        let peer = self.registration.peer();
        let Some(change) = self.sync.changes.get_mut(key) else { return };
        let Some(peer) = peer else {
            change.progress = Progress::Waits;
            return;
        };
        let token = self.sync.next_token;
        self.sync.next_token += 1;
        change.progress = Progress::Asked(token);
        let message = ToMaster::ExecutorStateChanged {
            executor: key.clone(),
            state: change.state,
            message: change.message.clone(),
            exit_status: change.exit_status,
        };
        self.effects.push_back(Effect::Ask { peer, token, message });
    }

    pub(super) fn answered(&mut self, now: Now, token: u64, reply: Result<Reply, String>) {
        let asked = Progress::Asked(token);
        let Some((key, change)) = self.sync.changes.iter_mut().find(|(_, change)| change.progress == asked)
        else {
            return;
        };
        let (key, state) = (key.clone(), change.state);
        let reason = match reply {
            Ok(Reply::Failure { message }) | Err(message) => message,
            Ok(_) => {
                self.sync.changes.remove(&key);
                return;
            }
        };
        change.failures += 1;
        change.progress = Progress::Retry { due_ms: now.monotonic_ms.saturating_add(RETRY_MS) };
        let (failures, most) = (change.failures, self.config.executor_state_sync_max_attempts);
        let url = self.registration.master_url();
        if failures < most {
            self.warn(format!(
                "Failed to send state {state} of executor {key} to Master {url}, will retry ({failures}/{most}): {reason}"
            ));
        } else {
            let sentence = format!(
                "Failed to send state {state} of executor {key} to Master {url} for {most} times. Giving up."
            );
            self.warn(sentence.clone());
            self.leave(ExitReason::GaveUp(sentence));
        }
    }

    pub(super) fn retry_sync(&mut self, now: Now) {
        let due = |change: &Change| matches!(change.progress, Progress::Retry { due_ms } if due_ms <= now.monotonic_ms);
        let keys: Vec<ExecutorKey> =
            self.sync.changes.iter().filter(|(_, change)| due(change)).map(|(key, _)| key.clone()).collect();
        for key in keys {
            self.ask(&key);
        }
    }
}
