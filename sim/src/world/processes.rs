//! Processes that Workers start: executors and cluster-mode drivers.

use core_worker::{Event, LaunchDriver, ProcessExit};
use model::message::LaunchExecutor;
use model::{ApplicationId, DriverId, ExecutorKey};

use super::{Happening, World};
use crate::network::{Node, Process};

/// A process that a Worker started.
#[derive(Clone, Debug)]
pub(crate) struct Child {
    parent: Process,
    kind: Kind,
    runs: bool,
    killed: bool,
}

#[derive(Clone, Debug)]
enum Kind {
    Executor { key: ExecutorKey, driver: usize, cores: u32 },
    Driver { id: DriverId, name: String, supervise: bool, runs_ms: u64, fails: bool },
}

impl Kind {
    /// Whom it works for.
    fn driver(&self) -> Option<usize> {
        match self {
            Self::Executor { driver, .. } => Some(*driver),
            Self::Driver { .. } => None,
        }
    }
}

/// A process that runs.
pub(super) enum Running {
    /// Of that Worker, for that driver.
    Executor(Process, ExecutorKey, usize),
    Driver(Process, DriverId),
}

impl Child {
    pub(super) fn name(&self) -> String {
        match &self.kind {
            Kind::Executor { key, .. } => format!("executor {key}"),
            Kind::Driver { id, .. } => format!("driver {id}"),
        }
    }

    pub(super) fn worker(&self) -> usize {
        match self.parent.node {
            Node::Worker(index) => index,
            Node::Master(_) | Node::Driver(_) | Node::Client(_) => usize::MAX,
        }
    }

    pub(super) fn works_for(&self, application: &ApplicationId) -> bool {
        matches!(&self.kind, Kind::Executor { key, .. } if key.application == *application)
    }

    /// Whether it is one of these drivers, or works for one of these applications.
    pub(super) fn is_named(&self, applications: &[ApplicationId], drivers: &[DriverId]) -> bool {
        match &self.kind {
            Kind::Executor { key, .. } => applications.contains(&key.application),
            Kind::Driver { id, .. } => drivers.contains(id),
        }
    }

    pub(super) fn is_driver(&self) -> bool {
        matches!(self.kind, Kind::Driver { .. })
    }

    fn exited(&self, exit: ProcessExit) -> Event {
        match &self.kind {
            Kind::Executor { key, .. } => Event::ExecutorExited { executor: key.clone(), exit },
            Kind::Driver { id, .. } => Event::DriverExited { driver: id.clone(), exit },
        }
    }

    fn started(&self, pid: u32) -> Event {
        match &self.kind {
            Kind::Executor { key, .. } => Event::ExecutorStarted { executor: key.clone(), pid },
            Kind::Driver { id, .. } => Event::DriverStarted { driver: id.clone(), pid },
        }
    }

    fn not_started(&self) -> Event {
        let reason = "Failed to create directory".to_owned();
        match &self.kind {
            Kind::Executor { key, .. } => Event::ExecutorNotStarted { executor: key.clone(), reason },
            Kind::Driver { id, .. } => Event::DriverNotStarted { driver: id.clone(), reason },
        }
    }
}

impl World {
    pub(super) fn children_of(&self, parent: Process) -> Vec<u32> {
        self.children.iter().filter(|(_, child)| child.parent == parent).map(|(id, _)| *id).collect()
    }

    /// The children that work for a driver, with their cores.
    pub(super) fn executors_of(&self, driver: usize) -> Vec<(u32, u32, ExecutorKey)> {
        let of_it = self.children.iter().filter_map(|(id, child)| match &child.kind {
            Kind::Executor { key, driver: one, cores } if *one == driver => Some((*id, *cores, key.clone())),
            _ => None,
        });
        of_it.filter(|(id, ..)| self.children[id].runs).collect()
    }

    pub(super) fn running_executors(&self) -> Vec<u32> {
        self.children
            .iter()
            .filter(|(_, child)| child.runs && !child.is_driver())
            .map(|(id, _)| *id)
            .collect()
    }

    pub(super) fn spawn_executor(&mut self, parent: Process, launch: &LaunchExecutor) {
        // The driver that an executor calls stands in its command.
        let driver = launch.description.command.arguments.first().and_then(|text| text.parse().ok());
        let Some(driver) = driver else {
            return self
                .checks
                .fail(format!("{} was launched without its driver's address", launch.executor));
        };
        let kind = Kind::Executor { key: launch.executor.clone(), driver, cores: launch.cores };
        self.spawn(parent, kind);
    }

    pub(super) fn spawn_driver(&mut self, parent: Process, launch: &LaunchDriver) {
        let numbers: Vec<u64> =
            launch.description.command.arguments.iter().filter_map(|text| text.parse().ok()).collect();
        let [runs_ms, fails_percent] = numbers[..] else {
            return self.checks.fail(format!("{} was launched without its arguments", launch.driver));
        };
        // One that is supervised waits twice as long after each failure: bad luck ends with the bad weather.
        let fails = self.chance(fails_percent as u8) && !self.calm;
        self.spawn(
            parent,
            Kind::Driver {
                id: launch.driver.clone(),
                name: launch.description.command.main_class.clone(),
                supervise: launch.description.supervise,
                runs_ms,
                fails,
            },
        );
    }

    fn spawn(&mut self, parent: Process, kind: Kind) {
        self.check_spawn(&kind);
        let id = self.next_child;
        self.next_child += 1;
        self.children.insert(id, Child { parent, kind, runs: false, killed: false });
        let delay_ms = self.rng.u64(20..800);
        self.after(delay_ms, Happening::ChildStarts(id));
    }

    pub(super) fn child_starts(&mut self, id: u32) {
        let Some(child) = self.children.get(&id).cloned() else { return };
        let fails = !self.calm && self.scenario.launch_failure_percent > 0;
        let fails = fails && self.chance(self.scenario.launch_failure_percent);
        if !self.lives(child.parent) || fails || (child.killed && self.rng.bool()) {
            self.children.remove(&id);
            self.trace.add(self.now_ms, format_args!("{} does not start", child.name()));
            if self.lives(child.parent) {
                self.worker_event(child.worker(), child.not_started());
            }
            return;
        }
        self.trace.add(self.now_ms, format_args!("{} runs", child.name()));
        self.check_alone(id, &child);
        if let Some(child) = self.children.get_mut(&id) {
            child.runs = true;
        }
        self.worker_event(child.worker(), child.started(id));
        match &child.kind {
            _ if child.killed => self.end_soon(id),
            Kind::Executor { driver, .. } => {
                if self.drivers[*driver].lives() {
                    self.driver_counts(*driver);
                } else {
                    let delay_ms = self.rng.u64(200..5_000);
                    self.after(delay_ms, Happening::ChildEnds(id, ProcessExit::Status(1)));
                }
            }
            Kind::Driver { runs_ms, fails, .. } => {
                let exit = ProcessExit::Status(i32::from(*fails));
                self.after(*runs_ms, Happening::ChildEnds(id, exit));
            }
        }
    }

    /// The number of an executor is used once, and a driver that nobody supervises is launched once, whoever leads.
    fn check_spawn(&mut self, kind: &Kind) {
        let what = match kind {
            _ if !self.scenario.masters.remember() => return,
            Kind::Executor { key, .. } => format!("executor {key}"),
            // A client asks all Masters, and a second one may lead by the time that it hears of it.
            Kind::Driver { name, supervise: false, .. } if self.masters.len() == 1 => {
                format!("driver {name}")
            }
            Kind::Driver { id, supervise: false, .. } => format!("driver {id}"),
            Kind::Driver { .. } => return,
        };
        if !self.ledger.launched.insert(what.clone()) {
            self.checks.fail(format!("{what} is launched once more"));
        }
    }

    /// The executors that a Master which takes over has no reason to end, with who runs them: of drivers that ask for
    /// nothing else and that it serves, on Workers that it has.
    pub(super) fn executors_that_go_on(&self, master: usize) -> Vec<(ExecutorKey, Process)> {
        let master = self.master_process(master);
        let snapshot =
            self.masters.iter().filter_map(|one| one.core.as_ref()).map(|core| core.snapshot(self.now()));
        let known: Vec<String> = snapshot
            .flat_map(|one| one.active_applications)
            .flat_map(|one| {
                one.executors.into_iter().map(move |executor| format!("{}/{}", one.id, executor.id))
            })
            .collect();
        let running = self.children.values().filter(|child| child.runs && !child.killed);
        let of_executors = running.filter_map(|child| match &child.kind {
            Kind::Executor { key, driver, .. } => Some((key, *driver, child.parent)),
            Kind::Driver { .. } => None,
        });
        let go_on = of_executors.filter(|(key, driver, parent)| {
            self.is_modest(*driver)
                && self.is_registered_with(*parent, master)
                && known.contains(&key.to_string())
                && self.is_served_on(*driver).is_some_and(|(connection, _)| {
                    let one = &self.connections[connection];
                    !one.broken && one.master == master
                })
        });
        go_on.map(|(key, _, parent)| (key.clone(), parent)).collect()
    }

    /// What runs and whether its driver still lives, for those that a Master must know.
    pub(super) fn running_children(&self) -> Vec<Running> {
        let running = self.children.iter().filter(|(_, child)| child.runs && !child.killed);
        let named = running.map(|(_, child)| match &child.kind {
            Kind::Executor { key, driver, .. } => Running::Executor(child.parent, key.clone(), *driver),
            Kind::Driver { id, .. } => Running::Driver(child.parent, id.clone()),
        });
        named.collect()
    }

    fn check_alone(&mut self, id: u32, child: &Child) {
        let key = match &child.kind {
            Kind::Executor { key, .. } => key,
            Kind::Driver { id: driver, .. } => {
                let twin = self.children.iter().any(|(other, one)| {
                    *other != id && one.runs && matches!(&one.kind, Kind::Driver { id, .. } if id == driver)
                });
                if twin {
                    self.checks.fail(format!("driver {driver} runs twice"));
                }
                return;
            }
        };
        let twin = self.children.iter().any(|(other, one)| {
            *other != id && one.runs && matches!(&one.kind, Kind::Executor { key: other, .. } if other == key)
        });
        if twin {
            self.checks.fail(format!("executor {key} runs twice"));
        }
    }

    pub(super) fn kill_executor(&mut self, parent: Process, executor: &ExecutorKey) {
        let found = self.children.iter().find(|(_, child)| {
            child.parent == parent && matches!(&child.kind, Kind::Executor { key, .. } if key == executor)
        });
        let ends = found.map(|(id, child)| (*id, child.kind.driver()));
        if let Some((id, driver)) = ends {
            self.check_goes_on(parent, executor, driver);
            self.kill_child(id);
        }
    }

    pub(super) fn kill_driver_process(&mut self, parent: Process, driver: &DriverId) {
        let found = self.children.iter().find(|(_, child)| {
            child.parent == parent && matches!(&child.kind, Kind::Driver { id, .. } if id == driver)
        });
        if let Some(id) = found.map(|(id, _)| *id) {
            self.kill_child(id);
        }
    }

    fn kill_child(&mut self, id: u32) {
        let Some(child) = self.children.get_mut(&id) else { return };
        child.killed = true;
        if child.runs {
            self.end_soon(id);
        }
    }

    /// With grace, and now and then by force.
    fn end_soon(&mut self, id: u32) {
        let (delay_ms, signal) = if self.chance(10) { (10_000, 9) } else { (self.rng.u64(0..1_500), 15) };
        self.after(delay_ms, Happening::ChildEnds(id, ProcessExit::Signal(signal)));
    }

    pub(super) fn child_ends(&mut self, id: u32, exit: ProcessExit) {
        let Some(child) = self.children.remove(&id) else { return };
        self.trace.add(self.now_ms, format_args!("{} ends: {exit:?}", child.name()));
        if let Kind::Executor { driver, .. } = child.kind {
            self.driver_counts(driver);
        }
        if self.lives(child.parent) {
            self.worker_event(child.worker(), child.exited(exit));
        }
    }
}
