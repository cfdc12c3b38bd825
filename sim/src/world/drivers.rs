//! Client-mode drivers: register, use executors until the work is done, unregister; or die, and are submitted anew.

use std::collections::BTreeMap;

use core_worker::ProcessExit;
use model::message::{ToDriver, ToMaster};
use model::{
    ApplicationDescription, ApplicationId, Command, EndpointRef, ExecutorResourceRequest, ResourceProfile,
    RpcAddress,
};

use super::{Happening, World, address};
use crate::mix::Beside;
use crate::network::{End, Frame, Node, Process};
use crate::scenario::Shape;

/// Every how many milliseconds, and how often, `StandaloneAppClient` tries to register.
const REGISTRATION_TIMEOUT_MS: u64 = 20_000;
const REGISTRATION_RETRIES: u32 = 3;

/// How often a driver asks for other targets.
const MOST_ACTS: u32 = 5;

#[derive(Debug, Default)]
pub(crate) struct JobState {
    pub(super) done: bool,
}

/// One run of a job.
#[derive(Debug)]
pub(crate) struct Driver {
    job: usize,
    phase: Phase,
    connection: Option<usize>,
    tries: u32,
    application: Option<ApplicationId>,
    /// Core-milliseconds done, up to a moment, at a rate of cores since.
    progress: u64,
    counted_ms: u64,
    rate: u64,
    estimate: u32,
    acts: u32,
    /// How often it lost its Master.
    lost: u32,
    next_request: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Planned,
    Registering,
    Running,
    /// Lost its Master: waits for one that never comes, until its user ends it.
    Orphaned,
    Over,
}

impl Driver {
    pub(super) fn lives(&self) -> bool {
        !matches!(self.phase, Phase::Planned | Phase::Over)
    }
}

fn profile(id: u32, shape: &Shape, beside: &Beside) -> ResourceProfile {
    let amount = |amount: u32| ExecutorResourceRequest { amount: u64::from(amount), ..Default::default() };
    let mut executor_resources = BTreeMap::from([("memory".to_owned(), amount(shape.memory_mib))]);
    if let Some(cores) = shape.cores {
        executor_resources.insert("cores".into(), amount(cores));
    }
    executor_resources.extend(beside.amounts().map(|(name, mib)| (name.to_owned(), amount(mib))));
    if shape.gpus > 0 {
        executor_resources.insert("gpu".into(), amount(shape.gpus));
    }
    ResourceProfile { id, executor_resources, task_resources: BTreeMap::new() }
}

/// Where a driver's page is.
pub(super) fn page_url(index: usize) -> String {
    let RpcAddress { host, port } = address(Node::Driver(index));
    format!("http://{host}:{}", port - 3000)
}

impl World {
    pub(super) fn submit(&mut self, job: usize, at_ms: u64) {
        self.drivers.push(Driver {
            job,
            phase: Phase::Planned,
            connection: None,
            tries: 0,
            application: None,
            progress: 0,
            counted_ms: 0,
            rate: 0,
            estimate: 0,
            acts: 0,
            lost: 0,
            next_request: 0,
        });
        self.queue.push(at_ms, Happening::Start(Node::Driver(self.drivers.len() - 1)));
    }

    pub(super) fn jobs_done(&self) -> bool {
        self.jobs.iter().zip(&self.scenario.jobs).all(|(state, job)| state.done || !job.can_run)
            && self.drivers.iter().all(|driver| !driver.lives())
    }

    fn driver_process(index: usize) -> Process {
        Process { node: Node::Driver(index), incarnation: 0 }
    }

    pub(super) fn start_driver(&mut self, index: usize) {
        self.drivers[index].phase = Phase::Registering;
        let process = Self::driver_process(index);
        self.trace.add(self.now_ms, format_args!("driver {index} starts job {}", self.drivers[index].job));
        self.dial_masters(process);
        self.after(REGISTRATION_TIMEOUT_MS, Happening::DriverRetries(process));
        if !self.scenario.jobs[self.drivers[index].job].can_run {
            // Its user sees that nothing comes.
            let patience_ms = self.rng.u64(20_000..90_000);
            self.after(patience_ms, Happening::DriverDies(process));
        }
    }

    pub(super) fn driver_retries(&mut self, process: Process) {
        let Node::Driver(index) = process.node else { return };
        if self.drivers[index].phase != Phase::Registering {
            return;
        }
        self.drivers[index].tries += 1;
        if self.drivers[index].tries >= REGISTRATION_RETRIES {
            return self.driver_dies(process);
        }
        self.dial_masters(process);
        self.after(REGISTRATION_TIMEOUT_MS, Happening::DriverRetries(process));
    }

    fn dial_masters(&mut self, process: Process) {
        (0..self.masters.len()).for_each(|master| self.after(1, Happening::DialArrives(process, master)));
    }

    fn description(&self, index: usize) -> ApplicationDescription {
        let job = &self.scenario.jobs[self.drivers[index].job];
        let origin = &self.mix.jobs[self.drivers[index].job];
        let name = origin.name().map(|name| ("HEARTH_SPARK_VERSION".to_owned(), name.to_owned()));
        ApplicationDescription {
            name: format!("job-{}", self.drivers[index].job),
            user: "alice".into(),
            max_cores: job.max_cores,
            command: Command {
                arguments: vec![index.to_string()],
                environment: name.into_iter().collect(),
                ..Command::default()
            },
            app_ui_url: if origin.has_page { page_url(index) } else { String::new() },
            event_log_dir: None,
            event_log_codec: None,
            initial_executor_limit: job.initial_executors,
            default_profile: profile(0, &job.shape, &origin.beside),
        }
    }

    pub(super) fn driver_receives(&mut self, index: usize, connection: usize, frame: Frame) {
        match frame {
            Frame::Verified => {
                if self.drivers[index].phase == Phase::Registering {
                    self.register(index, connection);
                }
            }
            Frame::ToDriver(message) => self.driver_is_told(index, connection, message),
            Frame::Reply(..) => {}
            Frame::Verify | Frame::ToMaster(_) | Frame::Ask(..) | Frame::ToWorker(_) => {
                self.checks.fail(format!("a driver was sent {frame:?}"));
            }
        }
    }

    fn register(&mut self, index: usize, connection: usize) {
        if self.masters.len() == 1 {
            self.drivers[index].connection = Some(connection);
        }
        let times = if self.chance(5) { 2 } else { 1 };
        for _ in 0..times {
            let description = Box::new(self.description(index));
            let driver = EndpointRef::new("AppClient", address(Node::Driver(index)));
            let message = ToMaster::RegisterApplication { description, driver };
            self.send(connection, End::Master, Frame::ToMaster(message));
        }
    }

    fn driver_is_told(&mut self, index: usize, connection: usize, message: ToDriver) {
        let driver = &mut self.drivers[index];
        match message {
            // From a Master that it left, or that led before.
            ToDriver::RegisteredApplication { .. }
                if self.masters.len() > 1 && driver.phase != Phase::Registering => {}
            ToDriver::RegisteredApplication { application, .. } => {
                driver.connection = Some(connection);
                let known = driver.application.replace(application.clone());
                if known.is_some_and(|known| known != application) && driver.connection == Some(connection) {
                    self.checks.fail(format!("driver {index} was given a second id, {application}"));
                }
                if driver.phase == Phase::Registering {
                    driver.phase = Phase::Running;
                    self.driver_counts(index);
                    let driver = &self.drivers[index];
                    let job = &self.scenario.jobs[driver.job];
                    if job.initial_executors.is_some() || job.second.is_some() {
                        self.after(10, Happening::DriverActs(Self::driver_process(index)));
                    }
                }
            }
            ToDriver::ApplicationRemoved { .. } if driver.connection != Some(connection) => {}
            ToDriver::ApplicationRemoved { message } => {
                let job = driver.job;
                if message == "KILLED" {
                    self.jobs[job].done = true;
                }
                self.leave(index);
                self.resubmit(job);
            }
            ToDriver::ExecutorAdded { .. }
            | ToDriver::ExecutorUpdated { .. }
            | ToDriver::WorkerRemoved { .. } => {}
            ToDriver::MasterChanged { .. } => self.driver_turns(index, connection),
        }
    }

    /// Dynamic allocation: other targets, and now and then an executor given back.
    pub(super) fn driver_acts(&mut self, process: Process) {
        let Node::Driver(index) = process.node else { return };
        let driver = &self.drivers[index];
        let (Phase::Running, Some(application), Some(connection)) =
            (driver.phase, driver.application.clone(), driver.connection)
        else {
            return;
        };
        let job = self.scenario.jobs[driver.job].clone();
        let beside = self.mix.jobs[driver.job].beside;
        let mut total = self.rng.u32(1..=4);
        // For a while it may want none of its first profile; in the end it does.
        if driver.acts + 1 < MOST_ACTS && self.mix.is_mixed() && self.mix.chance(25) {
            total = 0;
        }
        let mut totals = vec![(profile(0, &job.shape, &beside), total)];
        if let Some(second) = &job.second {
            totals.push((profile(1, second, &Beside::default()), self.rng.u32(0..=2)));
        }
        let request = ToMaster::RequestExecutors { application: application.clone(), totals };
        self.driver_asks(index, connection, request);
        let executors = self.executors_of(index);
        if executors.len() > 1 && self.rng.bool() {
            let (_, _, key) = &executors[self.rng.usize(..executors.len())];
            let executors = vec![key.executor.to_string(), "driver".into()];
            self.driver_asks(index, connection, ToMaster::KillExecutors { application, executors });
        }
        self.drivers[index].acts += 1;
        if self.drivers[index].acts < MOST_ACTS {
            let delay_ms = self.rng.u64(500..10_000);
            self.after(delay_ms, Happening::DriverActs(process));
        }
    }

    fn driver_asks(&mut self, index: usize, connection: usize, message: ToMaster) {
        self.drivers[index].next_request += 1;
        let request = self.drivers[index].next_request;
        self.send(connection, End::Master, Frame::Ask(request, message));
    }

    /// The executors of a driver changed: how far it is, and when it will be done.
    pub(super) fn driver_counts(&mut self, index: usize) {
        let rate: u64 = self.executors_of(index).iter().map(|(_, cores, _)| u64::from(*cores)).sum();
        let (now_ms, work) = (self.now_ms, self.scenario.jobs[self.drivers[index].job].work);
        let driver = &mut self.drivers[index];
        if !driver.lives() {
            return;
        }
        driver.progress += driver.rate * (now_ms - driver.counted_ms);
        driver.counted_ms = now_ms;
        driver.rate = rate;
        driver.estimate += 1;
        // Work begins once the driver knows that it is registered.
        if rate > 0 && driver.phase != Phase::Registering {
            let estimate = driver.estimate;
            let left_ms = work.saturating_sub(driver.progress).div_ceil(rate);
            self.after(left_ms, Happening::DriverIsDone(Self::driver_process(index), estimate));
        }
    }

    pub(super) fn driver_is_done(&mut self, process: Process, estimate: u32) {
        let Node::Driver(index) = process.node else { return };
        if !self.drivers[index].lives() || self.drivers[index].estimate != estimate {
            return;
        }
        self.trace.add(self.now_ms, format_args!("driver {index} is done"));
        self.jobs[self.drivers[index].job].done = true;
        self.leave(index);
    }

    /// Unregisters and ends; its executors end with status 0.
    fn leave(&mut self, index: usize) {
        let driver = &mut self.drivers[index];
        driver.phase = Phase::Over;
        if let (Some(connection), Some(application)) = (driver.connection, driver.application.clone()) {
            let message = Frame::ToMaster(ToMaster::UnregisterApplication { application });
            self.send(connection, End::Master, message);
        }
        self.close_all(Self::driver_process(index));
        self.end_executors(index, 3_000, ProcessExit::Status(0));
    }

    /// Nobody found out of which Spark it is: its user sees that nothing comes.
    pub(super) fn driver_despairs(&mut self, process: Process) {
        let Node::Driver(index) = process.node else { return };
        if !self.drivers[index].lives() {
            return;
        }
        if self.executors_of(index).is_empty() {
            return self.driver_dies(process);
        }
        let patience_ms = self.mix.rng.u64(10_000..60_000);
        self.after(patience_ms, Happening::DriverDespairs(process));
    }

    /// Whether it is registered, and its page open to others.
    pub(super) fn has_open_page(&self, index: usize) -> bool {
        self.drivers[index].phase == Phase::Running
    }

    pub(super) fn job_of(&self, index: usize) -> usize {
        self.drivers[index].job
    }

    /// Ends at once, without a word.
    pub(super) fn driver_dies(&mut self, process: Process) {
        let Node::Driver(index) = process.node else { return };
        if !self.drivers[index].lives() {
            return;
        }
        self.trace.add(self.now_ms, format_args!("driver {index} dies"));
        self.drivers[index].phase = Phase::Over;
        let told_within_ms = if self.calm || self.rng.bool() { 50 } else { 20_000 };
        self.break_all(process, told_within_ms);
        self.end_executors(index, 5_000, ProcessExit::Status(1));
        self.resubmit(self.drivers[index].job);
    }

    fn end_executors(&mut self, index: usize, within_ms: u64, exit: ProcessExit) {
        for (child, ..) in self.executors_of(index) {
            let delay_ms = self.rng.u64(0..within_ms);
            self.after(delay_ms, Happening::ChildEnds(child, exit));
        }
    }

    fn resubmit(&mut self, job: usize) {
        if !self.jobs[job].done && self.scenario.jobs[job].can_run {
            let at_ms = self.now_ms + self.rng.u64(1_000..10_000);
            self.submit(job, at_ms);
        }
    }

    pub(super) fn driver_disconnected(&mut self, index: usize, connection: usize) {
        let remembers = self.scenario.masters.remember();
        let driver = &mut self.drivers[index];
        if remembers && driver.connection != Some(connection) {
            return;
        }
        driver.connection = None;
        if driver.phase == Phase::Running {
            driver.phase = Phase::Orphaned;
            driver.lost += 1;
            let (process, lost) = (Self::driver_process(index), driver.lost);
            // Its user knows whether another Master can come.
            let least_ms = if remembers { 120_000 } else { 5_000 };
            let delay_ms = self.rng.u64(least_ms..least_ms + 25_000);
            self.after(delay_ms, Happening::DriverGivesUp(process, lost));
        }
    }

    pub(super) fn driver_gives_up(&mut self, process: Process, lost: u32) {
        let Node::Driver(index) = process.node else { return };
        if self.drivers[index].phase == Phase::Orphaned && self.drivers[index].lost == lost {
            self.driver_dies(process);
        }
    }

    /// Another Master has taken over. One that is not registered goes on asking all Masters.
    fn driver_turns(&mut self, index: usize, connection: usize) {
        let driver = &mut self.drivers[index];
        let Some(application) = driver.application.clone().filter(|_| driver.phase != Phase::Registering)
        else {
            return;
        };
        driver.connection = Some(connection);
        driver.phase = Phase::Running;
        let message = ToMaster::MasterChangeAcknowledged { application };
        self.send(connection, End::Master, Frame::ToMaster(message));
        self.driver_counts(index);
        // What it asked for last may have got lost with the Master: it sees that and asks again.
        self.drivers[index].acts = self.drivers[index].acts.min(MOST_ACTS - 1);
        if !self.is_modest(index) {
            self.after(10, Happening::DriverActs(Self::driver_process(index)));
        }
    }

    /// Whether a driver takes what it gets, and never asks for anything else.
    pub(super) fn is_modest(&self, index: usize) -> bool {
        let job = &self.scenario.jobs[self.drivers[index].job];
        job.initial_executors.is_none() && job.second.is_none()
    }

    /// Whether a driver thinks that the Master at the other end of a connection that stands has its application.
    pub(super) fn is_served_on(&self, index: usize) -> Option<(usize, &ApplicationId)> {
        let driver = &self.drivers[index];
        let is_running = driver.phase == Phase::Running;
        Some((driver.connection.filter(|_| is_running)?, driver.application.as_ref()?))
    }

    /// The drivers that could be ended now.
    pub(super) fn living_drivers(&self) -> Vec<usize> {
        (0..self.drivers.len()).filter(|index| self.drivers[*index].lives()).collect()
    }

    /// The application of a driver that runs.
    pub(super) fn application_of(&self, index: usize) -> Option<ApplicationId> {
        self.drivers[index].application.clone()
    }
}
