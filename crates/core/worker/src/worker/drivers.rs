//! The lives of cluster-mode drivers; a supervised one that fails is started again here, with growing pauses
//! (`DriverRunner.runCommandWithRetry`, 3.5).

use std::sync::Arc;

use model::message::ToMaster;
use model::{DriverDescription, DriverId, DriverState, Now, ResourceInformation, Terms};

use super::{Worker, surplus};
use crate::{Effect, LaunchDriver, ProcessExit};

/// A run of more than this makes the pause short again.
const SUCCESSFUL_RUN_MS: u64 = 5_000;

/// The longest pause; Spark lets it double without end.
const LONGEST_PAUSE_S: u64 = 3_600;

/// A cluster-mode driver.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    /// With the values of its environment: it may have to be launched again.
    description: DriverDescription,
    /// Without them: they may be secrets.
    pub(super) shown: Arc<DriverDescription>,
    pub(super) resources: Vec<ResourceInformation>,
    terms: Terms,
    life: Life,
    pause_s: u64,
    /// Whether its end was asked for.
    killed: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Launching,
    Running {
        since_ms: u64,
        pid: u32,
    },
    /// Failed; is started again at this moment.
    Pausing {
        until_ms: u64,
    },
}

impl Driver {
    pub(super) fn cores(&self) -> u32 {
        self.description.cores
    }

    pub(super) fn memory_mib(&self) -> u32 {
        self.description.memory_mib
    }

    /// Its process, while it runs.
    pub(super) fn pid(&self) -> Option<u32> {
        match self.life {
            Life::Running { pid, .. } => Some(pid),
            Life::Launching | Life::Pausing { .. } => None,
        }
    }

    pub(super) fn due_ms(&self) -> Option<u64> {
        match self.life {
            Life::Pausing { until_ms } => Some(until_ms),
            Life::Launching | Life::Running { .. } => None,
        }
    }
}

/// A driver that ended.
#[derive(Clone, Debug)]
pub(super) struct FinishedDriver {
    pub(super) id: DriverId,
    pub(super) description: Arc<DriverDescription>,
    pub(super) resources: Vec<ResourceInformation>,
    pub(super) state: DriverState,
    pub(super) exception: Option<String>,
}

impl Worker {
    pub(super) fn launch_driver(
        &mut self,
        id: &DriverId,
        description: DriverDescription,
        resources: Vec<ResourceInformation>,
        terms: Terms,
    ) {
        self.note(format!("Asked to launch driver {id}"));
        if self.drivers.contains_key(id) {
            return self.warn(format!("Driver {id} runs here already"));
        }
        let mut shown = description.clone();
        shown.command.environment.iter_mut().for_each(|(_, value)| value.clear());
        let shown = Arc::new(shown);
        let driver =
            Driver { description, shown, resources, terms, life: Life::Launching, pause_s: 1, killed: false };
        self.drivers.insert(id.clone(), driver);
        self.start_driver(id);
    }

    fn start_driver(&mut self, id: &DriverId) {
        let Some(driver) = self.drivers.get_mut(id) else { return };
        driver.life = Life::Launching;
        let launch = LaunchDriver {
            driver: id.clone(),
            description: driver.description.clone(),
            resources: driver.resources.clone(),
            terms: driver.terms.clone(),
        };
        self.effects.push_back(Effect::LaunchDriver(Box::new(launch)));
    }

    pub(super) fn relaunch_drivers(&mut self, now: Now) {
        let due = |driver: &Driver| driver.due_ms().is_some_and(|due_ms| due_ms <= now.monotonic_ms);
        let ids: Vec<DriverId> =
            self.drivers.iter().filter(|(_, driver)| due(driver)).map(|(id, _)| id.clone()).collect();
        for id in ids {
            self.start_driver(&id);
        }
    }

    pub(super) fn kill_driver(&mut self, id: &DriverId) {
        self.note(format!("Asked to kill driver {id}"));
        if self.drivers.contains_key(id) {
            self.end_driver(id);
        } else {
            self.warn(format!("Asked to kill unknown driver {id}"));
        }
    }

    pub(super) fn kill_all_drivers(&mut self) {
        for id in self.drivers.keys().cloned().collect::<Vec<_>>() {
            self.end_driver(&id);
        }
    }

    fn end_driver(&mut self, id: &DriverId) {
        let Some(driver) = self.drivers.get_mut(id).filter(|driver| !driver.killed) else { return };
        driver.killed = true;
        if driver.due_ms().is_some() {
            // It has no process now.
            self.finish_driver(id, DriverState::Killed, None);
        } else {
            self.effects.push_back(Effect::KillDriver { driver: id.clone() });
        }
    }

    pub(super) fn driver_started(&mut self, now: Now, id: &DriverId, pid: u32) {
        if let Some(driver) = self.drivers.get_mut(id) {
            driver.life = Life::Running { since_ms: now.monotonic_ms, pid };
            self.note(format!("Driver {id} runs as process {pid}"));
        }
    }

    pub(super) fn driver_not_started(&mut self, id: &DriverId, reason: String) {
        let Some(driver) = self.drivers.get(id) else { return };
        if driver.killed {
            self.finish_driver(id, DriverState::Killed, None);
        } else {
            self.finish_driver(id, DriverState::Error, Some(reason));
        }
    }

    pub(super) fn driver_exited(&mut self, now: Now, id: &DriverId, exit: ProcessExit) {
        let Some(driver) = self.drivers.get_mut(id) else { return };
        let code = exit.code();
        if code == 0 {
            return self.finish_driver(id, DriverState::Finished, None);
        }
        if driver.killed {
            return self.finish_driver(id, DriverState::Killed, None);
        }
        let reason = match exit {
            ProcessExit::OutOfMemory(kill) => Some(kill.sentence("driver", driver.description.memory_mib)),
            ProcessExit::Status(_) | ProcessExit::Signal(_) => None,
        };
        if !driver.description.supervise {
            return self.finish_driver(id, DriverState::Failed, reason);
        }
        let ran_ms = match driver.life {
            Life::Running { since_ms, .. } => now.monotonic_ms.saturating_sub(since_ms),
            Life::Launching | Life::Pausing { .. } => 0,
        };
        let pause_s = if ran_ms > SUCCESSFUL_RUN_MS { 1 } else { driver.pause_s };
        driver.pause_s = (pause_s * 2).min(LONGEST_PAUSE_S);
        driver.life = Life::Pausing { until_ms: now.monotonic_ms.saturating_add(pause_s * 1000) };
        if let Some(reason) = reason {
            self.warn(format!("Driver {id}: {reason}"));
        }
        self.note(format!("Command exited with status {code}, re-launching after {pause_s} s."));
    }

    fn finish_driver(&mut self, id: &DriverId, state: DriverState, exception: Option<String>) {
        let Some(driver) = self.drivers.remove(id) else { return };
        match (&exception, state) {
            (Some(reason), DriverState::Failed) => {
                self.warn(format!("Driver {id} exited with failure: {reason}"));
            }
            (Some(reason), _) => {
                self.warn(format!("Driver {id} failed with unrecoverable exception: {reason}"));
            }
            (None, DriverState::Finished) => self.note(format!("Driver {id} exited successfully")),
            (None, DriverState::Killed) => self.note(format!("Driver {id} was killed by user")),
            (None, _) => self.warn(format!("Driver {id} exited with failure")),
        }
        let change = ToMaster::DriverStateChanged { driver: id.clone(), state, exception: exception.clone() };
        match self.registration.peer() {
            Some(peer) => self.send(peer, change),
            None => self.warn(format!(
                "The end of driver {id} ({state}) is not told: the connection to master has not yet been established"
            )),
        }
        let Driver { shown: description, resources, .. } = driver;
        let finished = FinishedDriver { id: id.clone(), description, resources, state, exception };
        self.finished_drivers.push_back(finished);
        let surplus = surplus(self.finished_drivers.len(), self.config.retained_drivers);
        self.finished_drivers.drain(..surplus);
    }
}
