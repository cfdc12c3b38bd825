//! Executors: launched by plan, ended by request or by themselves.

use std::sync::Arc;

use model::message::{LaunchExecutor, ToDriver, ToWorker};
use model::{ApplicationState, ExecutorKey, ExecutorState, Now, PeerId, WorkerId};

use super::Master;
use crate::registry::applications::{Application, Executor};
use crate::registry::needs::Needs;

impl Master {
    /// Books an executor and tells its Worker and its driver.
    pub(super) fn launch_executor(
        &mut self,
        number: u64,
        profile: u32,
        worker: &WorkerId,
        cores: u32,
        needs: &Needs,
    ) {
        let Some(executor) = self.applications.by_number(number).map(Application::next_executor) else {
            return;
        };
        self.reserve_executor(&executor);
        let Some(worker) = self.workers.get(worker) else { return };
        let Some(application) = self.applications.by_number(number) else { return };
        let (memory_mib, terms) = (needs.memory_mib, worker.terms(needs));
        let added = ToDriver::ExecutorAdded {
            executor: executor.executor,
            worker: worker.id.clone(),
            host_port: worker.host_port(),
            cores,
            memory_mib,
        };
        let (worker_peer, driver_peer) = (worker.peer, application.peer);
        let (worker, worker_web_ui_url) = (worker.id.clone(), worker.web_ui_url.clone());
        let description = Arc::clone(&application.description);
        let resources = self.workers.give_executor(&worker, executor.clone(), cores, needs);
        self.note(format!("Launching executor {executor} on worker {worker}"));
        self.applications.add_executor(
            number,
            Executor {
                id: executor.executor,
                worker,
                worker_web_ui_url,
                cores,
                memory_mib,
                profile,
                resources: resources.clone(),
                state: ExecutorState::Launching,
            },
        );
        let master_url = self.config.address.spark_url();
        let launch = LaunchExecutor {
            master_url,
            executor,
            profile,
            description,
            cores,
            memory_mib,
            resources,
            terms,
        };
        self.tell_worker(worker_peer, ToWorker::LaunchExecutor(Box::new(launch)));
        self.tell_driver(driver_peer, added);
    }

    /// A Worker says how an executor fares.
    pub(super) fn executor_state_changed(
        &mut self,
        now: Now,
        peer: PeerId,
        key: &ExecutorKey,
        state: ExecutorState,
        message: Option<String>,
        exit_status: Option<i32>,
    ) {
        let application = self.applications.get_mut(&key.application);
        let Some(executor) = application.and_then(|one| one.executors.get_mut(&key.executor)) else {
            return self.unknown_executor(now, peer, key, state);
        };
        let worker = executor.worker.clone();
        if state.is_finished() {
            self.end_executor(now, &worker, key, state, message, exit_status);
            return self.schedule(now);
        }
        // An answer that was lost makes a Worker say RUNNING again.
        if executor.state == state {
            return;
        }
        executor.state = state;
        if let Some(application) = self.applications.get_mut(&key.application) {
            if state == ExecutorState::Running {
                application.retry_count = 0;
            }
            let (peer, executor) = (application.peer, key.executor);
            let update =
                ToDriver::ExecutorUpdated { executor, state, message, exit_status, worker_host: None };
            self.tell_driver(peer, update);
        }
        self.schedule(now);
    }

    /// An executor that its application does not have (any more): a Worker that leaves gives back what it had.
    fn unknown_executor(&mut self, now: Now, peer: PeerId, key: &ExecutorKey, state: ExecutorState) {
        self.warn(format!("Got status update for unknown executor {key}"));
        let worker = self.workers.on(peer).find(|worker| worker.executors.contains_key(key));
        let Some(worker) = worker.map(|worker| worker.id.clone()).filter(|_| state.is_finished()) else {
            return;
        };
        self.workers.free_executor(&worker, key);
        self.schedule(now);
    }

    /// Takes an ended executor out and tells its driver; an application whose executors only fail is removed
    /// (`Master.receiveAndReply`, `ExecutorStateChanged`, 3.5). The caller schedules.
    pub(super) fn end_executor(
        &mut self,
        now: Now,
        worker: &WorkerId,
        key: &ExecutorKey,
        state: ExecutorState,
        message: Option<String>,
        exit_status: Option<i32>,
    ) {
        self.workers.free_executor(worker, key);
        self.applications.remove_executor(key, state);
        let Some(application) = self.applications.get_mut(&key.application) else { return };
        let normal = exit_status == Some(0);
        if !normal {
            application.retry_count += 1;
            application.last_failure = Some(message.clone().unwrap_or_else(|| state.to_string()));
        }
        let failures = application.retry_count;
        let given_up = !normal
            && self.config.max_executor_retries.is_some_and(|most| failures >= most)
            && !application.executors.values().any(|one| one.state == ExecutorState::Running);
        let (peer, name) = (application.peer, application.description.name.clone());
        let executor = key.executor;
        let update = ToDriver::ExecutorUpdated { executor, state, message, exit_status, worker_host: None };
        self.tell_driver(peer, update);
        self.note(format!("Removing executor {key} because it is {state}"));
        if given_up {
            let id = &key.application;
            self.warn(format!("Application {name} with ID {id} failed {failures} times; removing it"));
            self.remove_application(now, id, ApplicationState::Failed);
        }
    }

    /// Frees what an executor had of its Worker, and has it ended there (`Master.killExecutor`, 3.5). The cores can
    /// be given away again before the process is gone.
    pub(super) fn kill_on_worker(&mut self, worker: &WorkerId, executor: ExecutorKey) {
        let Some(peer) = self.workers.peer_of(worker) else { return };
        self.workers.free_executor(worker, &executor);
        let master_url = self.config.address.spark_url();
        self.tell_worker(peer, ToWorker::KillExecutor { master_url, executor });
    }
}
