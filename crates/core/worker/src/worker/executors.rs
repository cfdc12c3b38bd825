//! The lives of executors.
//!
//! ```text
//!   LaunchExecutor ──► LAUNCHING ──started──► RUNNING ──exited──► EXITED
//!                          │                     │
//!                          └──not started──► FAILED      (killed meanwhile: KILLED)
//! ```

use std::sync::Arc;

use model::message::LaunchExecutor;
use model::{ApplicationDescription, ExecutorKey, ExecutorState, ResourceInformation};

use super::{Worker, surplus};
use crate::{Effect, ProcessExit};

/// An executor, without the values of its environment: they may be secrets.
#[derive(Clone, Debug)]
pub(super) struct Executor {
    pub(super) description: Arc<ApplicationDescription>,
    pub(super) profile: u32,
    pub(super) cores: u32,
    pub(super) memory_mib: u32,
    pub(super) resources: Vec<ResourceInformation>,
    pub(super) state: ExecutorState,
    pub(super) pid: Option<u32>,
    /// Whether its end was asked for.
    killed: bool,
}

impl Worker {
    pub(super) fn launch_executor(&mut self, launch: LaunchExecutor) {
        if launch.master_url != self.registration.master_url() {
            return self
                .warn(format!("Invalid Master ({}) attempted to launch executor.", launch.master_url));
        }
        if self.decommissioned {
            return self.warn("Asked to launch an executor while decommissioned. Not launching executor.");
        }
        let (key, description) = (launch.executor.clone(), &launch.description);
        self.note(format!("Asked to launch executor {key} for {}", description.name));
        if self.executors.contains_key(&key) {
            // A Master that forgot what it gave away gave the same number again: what runs is not its own.
            self.end_process(&key);
            let reason = format!("Executor {key} runs here already, for an earlier Master");
            self.warn(reason.clone());
            return self.sync(&key, ExecutorState::Failed, Some(reason), None);
        }
        let executor = Executor {
            description: self.shared_description(&launch),
            profile: launch.profile,
            cores: launch.cores,
            memory_mib: launch.memory_mib,
            resources: launch.resources.clone(),
            state: ExecutorState::Launching,
            pid: None,
            killed: false,
        };
        self.applications.insert(key.application.clone());
        self.executors.insert(key, executor);
        self.effects.push_back(Effect::LaunchExecutor(Box::new(launch)));
    }

    /// The executors of an application keep one description between them.
    fn shared_description(&self, launch: &LaunchExecutor) -> Arc<ApplicationDescription> {
        let mut shown = ApplicationDescription::clone(&launch.description);
        shown.command.environment.iter_mut().for_each(|(_, value)| value.clear());
        let all = self.executors.values().chain(self.finished_executors.iter().map(|(_, executor)| executor));
        let mut known = all.map(|executor| &executor.description);
        known.find(|description| ***description == shown).map_or_else(|| Arc::new(shown), Arc::clone)
    }

    pub(super) fn kill_executor(&mut self, master_url: &str, key: &ExecutorKey) {
        if master_url != self.registration.master_url() {
            return self.warn(format!("Invalid Master ({master_url}) attempted to kill executor {key}"));
        }
        if self.executors.contains_key(key) {
            self.note(format!("Asked to kill executor {key}"));
            self.end_process(key);
        } else {
            self.note(format!("Asked to kill unknown executor {key}"));
        }
    }

    pub(super) fn kill_all_executors(&mut self) {
        for key in self.executors.keys().cloned().collect::<Vec<_>>() {
            self.end_process(&key);
        }
    }

    /// Asks for an executor's end, once.
    fn end_process(&mut self, key: &ExecutorKey) {
        if let Some(executor) = self.executors.get_mut(key).filter(|executor| !executor.killed) {
            executor.killed = true;
            self.effects.push_back(Effect::KillExecutor { executor: key.clone() });
        }
    }

    pub(super) fn executor_started(&mut self, key: &ExecutorKey, pid: u32) {
        let Some(executor) = self.executors.get_mut(key) else { return };
        executor.pid = Some(pid);
        executor.state = ExecutorState::Running;
        if !executor.killed {
            self.sync(key, ExecutorState::Running, None, None);
        }
    }

    pub(super) fn executor_not_started(&mut self, key: &ExecutorKey, reason: String) {
        let Some(executor) = self.executors.get(key) else { return };
        if executor.killed {
            return self.finish_executor(key, ExecutorState::Killed, None, None);
        }
        let name = executor.description.name.clone();
        self.warn(format!("Failed to launch executor {key} for {name}: {reason}"));
        self.finish_executor(key, ExecutorState::Failed, Some(reason), None);
    }

    /// Messages as `ExecutorRunner` of 3.5 words them.
    pub(super) fn executor_exited(&mut self, key: &ExecutorKey, exit: ProcessExit) {
        let Some(executor) = self.executors.get(key) else { return };
        let (code, was_asked_for) = (exit.code(), executor.killed);
        let state = if was_asked_for { ExecutorState::Killed } else { ExecutorState::Exited };
        let message = match exit {
            // Also where its application ended over it: somebody will want to know why.
            ProcessExit::OutOfMemory(kill) => {
                let sentence = kill.sentence("executor", executor.memory_mib);
                self.warn(format!("Executor {key}: {sentence}"));
                Some(sentence)
            }
            _ if was_asked_for => None,
            ProcessExit::Status(_) | ProcessExit::Signal(_) => {
                Some(format!("Command exited with code {code}"))
            }
        };
        self.finish_executor(key, state, message, Some(code));
    }

    fn finish_executor(
        &mut self,
        key: &ExecutorKey,
        state: ExecutorState,
        message: Option<String>,
        exit_status: Option<i32>,
    ) {
        let Some(mut executor) = self.executors.remove(key) else { return };
        let mut sentence = format!("Executor {key} finished with state {state}");
        if let Some(message) = &message {
            sentence.push_str(&format!(" message {message}"));
        }
        if let Some(status) = exit_status {
            sentence.push_str(&format!(" exitStatus {status}"));
        }
        executor.state = state;
        executor.pid = None;
        self.sync(key, state, message, exit_status);
        self.note(sentence);
        self.finished_executors.push_back((key.clone(), executor));
        let surplus = surplus(self.finished_executors.len(), self.config.retained_executors);
        self.finished_executors.drain(..surplus);
        self.clean_up(&key.application);
    }
}
