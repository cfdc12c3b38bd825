//! What changed between two looks at the Master, as lines for a person.

use std::collections::{BTreeMap, BTreeSet};

use core_master::{ApplicationView, Reason, Snapshot};
use model::{ApplicationId, ApplicationState, ExecutorState, WorkerId, WorkerState};

/// An application that has waited for so long is worth a line.
const PATIENCE_MS: i64 = 10_000;

/// What has been told.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    workers: BTreeMap<WorkerId, WorkerState>,
    applications: BTreeMap<ApplicationId, Told>,
    ended: BTreeSet<ApplicationId>,
}

/// What has been told of an application that runs.
#[derive(Clone, Debug, Default)]
struct Told {
    executors: usize,
    cores: u32,
    /// The kinds of the reasons for which it waits.
    waits: Vec<&'static str>,
    lost: usize,
}

impl Watch {
    /// The lines that tell what is new.
    pub(crate) fn observe(&mut self, snapshot: &Snapshot) -> Vec<String> {
        let mut lines = Vec::new();
        self.observe_workers(snapshot, &mut lines);
        for application in &snapshot.active_applications {
            self.observe_running(application, snapshot, &mut lines);
        }
        for application in &snapshot.completed_applications {
            self.observe_ended(application, &mut lines);
        }
        self.ended
            .retain(|id| snapshot.completed_applications.iter().any(|application| application.id == *id));
        lines
    }

    fn observe_workers(&mut self, snapshot: &Snapshot, lines: &mut Vec<String>) {
        for worker in &snapshot.workers {
            if self.workers.insert(worker.id.clone(), worker.state) == Some(worker.state) {
                continue;
            }
            let at = format!("{}:{}", worker.host, worker.port);
            let offer =
                format!("{} and {}", counted(worker.cores as usize, "core"), memory_text(worker.memory_mib));
            lines.push(match worker.state {
                WorkerState::Alive => format!("Worker {at} joined with {offer}"),
                WorkerState::Dead => format!("Worker {at} is lost"),
                WorkerState::Decommissioned => format!("Worker {at} leaves and gets nothing new"),
                WorkerState::Unknown => format!("Worker {at} has not been heard of yet"),
            });
        }
        self.workers.retain(|id, _| snapshot.workers.iter().any(|worker| worker.id == *id));
    }

    fn observe_running(
        &mut self,
        application: &ApplicationView,
        snapshot: &Snapshot,
        lines: &mut Vec<String>,
    ) {
        let name = called(application);
        if !self.applications.contains_key(&application.id) {
            lines.push(format!("{name} started as {} for {}", application.id, plain(&application.user)));
        }
        let told = self.applications.entry(application.id.clone()).or_default();
        let runs = |state| matches!(state, ExecutorState::Launching | ExecutorState::Running);
        let executors = application.executors.iter().filter(|executor| runs(executor.state)).count();
        let cores = application.cores_granted;
        if (executors, cores) != (told.executors, told.cores) {
            lines.push(format!(
                "{name} has {} on {}",
                counted(executors, "executor"),
                counted(cores as usize, "core")
            ));
            (told.executors, told.cores) = (executors, cores);
        }
        let lost =
            application.removed_executors.iter().filter(|executor| executor.state == ExecutorState::Failed);
        let lost = lost.count();
        if lost > told.lost {
            lines.push(format!("{name} has lost {}: its page leads to the logs", counted(lost, "executor")));
            told.lost = lost;
        }
        match &application.waiting {
            Some(why) if snapshot.taken_ms - why.since_ms >= PATIENCE_MS => {
                let kinds: Vec<&'static str> = why.reasons.iter().map(Reason::kind).collect();
                if told.waits != kinds {
                    lines.push(format!("{name} {}: {why}", if why.is_idle() { "is idle" } else { "waits" }));
                    told.waits = kinds;
                }
            }
            Some(_) => {}
            None => told.waits.clear(),
        }
    }

    fn observe_ended(&mut self, application: &ApplicationView, lines: &mut Vec<String>) {
        if !self.ended.insert(application.id.clone()) {
            return;
        }
        let name = called(application);
        if self.applications.remove(&application.id).is_none() {
            lines.push(format!("{name} started as {} for {}", application.id, plain(&application.user)));
        }
        let how = match application.state {
            ApplicationState::Finished => "finished",
            ApplicationState::Failed => "failed",
            ApplicationState::Killed => "was killed",
            ApplicationState::Waiting | ApplicationState::Running | ApplicationState::Unknown => "ended",
        };
        lines.push(format!("{name} {how} after {}", duration_text(application.duration_ms)));
    }
}

fn called(application: &ApplicationView) -> String {
    format!("Application '{}'", plain(&application.name))
}

/// Names come from outside: they must not steer a terminal.
fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// A number of things.
pub(crate) fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// An amount of memory for people.
pub(crate) fn memory_text(mib: u32) -> String {
    if mib >= 1024 { format!("{:.1} GiB", f64::from(mib) / 1024.0) } else { format!("{mib} MiB") }
}

fn duration_text(ms: i64) -> String {
    let seconds = ms / 1000;
    match seconds {
        0..60 => format!("{}.{} s", seconds, ms % 1000 / 100),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests;
