//! What Workers, drivers and submission clients say to a Master.

use model::message::{ExecutorDescription, RegisterWorker, ToMaster};
use model::{
    DriverId, DriverState, ExecutorKey, ExecutorState, ResourceInformation, ResourceProfile, WorkerId,
};
use wire_java::{NodeId, Value};

use super::encoder::{Encoder, deploy};
use super::values::int;

impl<'a> Encoder<'a> {
    pub(super) fn message_to_master(&mut self, message: &'a ToMaster) -> NodeId {
        match message {
            ToMaster::RegisterWorker(worker) => self.register_worker(worker),
            ToMaster::WorkerLatestState { worker, executors, drivers } => {
                self.worker_latest_state(worker, executors, drivers)
            }
            ToMaster::WorkerSchedulerStateResponse { worker, executors, drivers } => {
                self.worker_scheduler_state(worker, executors, drivers)
            }
            ToMaster::Heartbeat { worker, endpoint } => {
                let fields =
                    [("workerId", self.string(worker.as_str())), ("worker", self.endpoint(endpoint))];
                self.object(deploy!("Heartbeat"), fields)
            }
            ToMaster::WorkerDecommissioning { worker, endpoint } => {
                let fields = [("id", self.string(worker.as_str())), ("workerRef", self.endpoint(endpoint))];
                self.object(deploy!("WorkerDecommissioning"), fields)
            }
            ToMaster::ExecutorStateChanged { executor, state, message, exit_status } => {
                self.executor_state_changed(executor, *state, message.as_deref(), *exit_status)
            }
            ToMaster::DriverStateChanged { driver, state, exception } => {
                self.driver_state_changed(driver, *state, exception.as_deref())
            }
            ToMaster::RegisterApplication { description, driver } => {
                let fields =
                    [("appDescription", self.application(description)), ("driver", self.endpoint(driver))];
                self.object(deploy!("RegisterApplication"), fields)
            }
            ToMaster::UnregisterApplication { application } => {
                let application = self.string(application.as_str());
                self.object(deploy!("UnregisterApplication"), [("appId", application)])
            }
            ToMaster::MasterChangeAcknowledged { application } => {
                let application = self.string(application.as_str());
                self.object(deploy!("MasterChangeAcknowledged"), [("appId", application)])
            }
            ToMaster::RequestExecutors { application, totals } => {
                let (application, totals) = (self.string(application.as_str()), self.totals(totals));
                let fields = [("appId", application), ("resourceProfileToTotalExecs", totals)];
                self.object(deploy!("RequestExecutors"), fields)
            }
            ToMaster::KillExecutors { application, executors } => {
                let fields =
                    [("appId", self.string(application.as_str())), ("executorIds", self.strings(executors))];
                self.object(deploy!("KillExecutors"), fields)
            }
            ToMaster::RequestSubmitDriver { description } => {
                let description = self.driver(description);
                self.object(deploy!("RequestSubmitDriver"), [("driverDescription", description)])
            }
            ToMaster::RequestKillDriver { driver } => self.about_driver(deploy!("RequestKillDriver"), driver),
            ToMaster::RequestDriverStatus { driver } => {
                self.about_driver(deploy!("RequestDriverStatus"), driver)
            }
        }
    }

    fn executor_state_changed(
        &mut self,
        executor: &'a ExecutorKey,
        state: ExecutorState,
        message: Option<&'a str>,
        exit_status: Option<i32>,
    ) -> NodeId {
        let fields = [
            ("appId", self.string(executor.application.as_str())),
            ("execId", int(executor.executor)),
            ("state", self.executor_state(state)),
            ("message", self.optional_string(message)),
            ("exitStatus", self.optional_int(exit_status)),
        ];
        self.object(deploy!("ExecutorStateChanged"), fields)
    }

    fn driver_state_changed(
        &mut self,
        driver: &'a DriverId,
        state: DriverState,
        exception: Option<&'a str>,
    ) -> NodeId {
        let fields = [
            ("driverId", self.string(driver.as_str())),
            ("state", self.driver_state(state)),
            ("exception", self.optional_exception(exception)),
        ];
        self.object(deploy!("DriverStateChanged"), fields)
    }

    fn about_driver(&mut self, class: &'static str, driver: &'a DriverId) -> NodeId {
        let driver = self.string(driver.as_str());
        self.object(class, [("driverId", driver)])
    }

    fn register_worker(&mut self, worker: &'a RegisterWorker) -> NodeId {
        let fields = [
            ("id", self.string(worker.id.as_str())),
            ("host", self.string(&worker.host)),
            ("port", Value::Int(worker.port.into())),
            ("worker", self.endpoint(&worker.worker)),
            ("cores", int(worker.cores)),
            ("memory", int(worker.memory_mib)),
            ("workerWebUiUrl", self.string(&worker.web_ui_url)),
            ("masterAddress", self.address(&worker.master_address)),
            ("resources", self.resources(&worker.resources)),
        ];
        let offer = self.offer(worker);
        self.object_with(deploy!("RegisterWorker"), fields, &offer)
    }

    fn worker_latest_state(
        &mut self,
        worker: &'a WorkerId,
        executors: &'a [ExecutorDescription],
        drivers: &'a [DriverId],
    ) -> NodeId {
        let executors = executors.iter().map(|executor| self.executor(executor)).collect();
        let drivers = drivers.iter().map(|driver| self.string(driver.as_str())).collect();
        let fields = [
            ("id", self.string(worker.as_str())),
            ("executors", self.sequence(executors)),
            ("driverIds", self.sequence(drivers)),
        ];
        self.object(deploy!("WorkerLatestState"), fields)
    }

    fn worker_scheduler_state(
        &mut self,
        worker: &'a WorkerId,
        executors: &'a [(ExecutorDescription, Vec<ResourceInformation>)],
        drivers: &'a [(DriverId, Vec<ResourceInformation>)],
    ) -> NodeId {
        let mut executor_responses = Vec::new();
        for (executor, resources) in executors {
            let fields = [("desc", self.executor(executor)), ("resources", self.resources(resources))];
            let response = self.object(deploy!("WorkerExecutorStateResponse"), fields);
            executor_responses.push(Value::Node(response));
        }
        let mut driver_responses = Vec::new();
        for (driver, resources) in drivers {
            let fields =
                [("driverId", self.string(driver.as_str())), ("resources", self.resources(resources))];
            let response = self.object(deploy!("WorkerDriverStateResponse"), fields);
            driver_responses.push(Value::Node(response));
        }
        let fields = [
            ("id", self.string(worker.as_str())),
            ("execResponses", self.sequence(executor_responses)),
            ("driverResponses", self.sequence(driver_responses)),
        ];
        self.object(deploy!("WorkerSchedulerStateResponse"), fields)
    }

    fn totals(&mut self, totals: &'a [(ResourceProfile, u32)]) -> Value {
        let mut entries = Vec::new();
        for (profile, total) in totals {
            let total = i32::try_from(*total).unwrap_or(i32::MAX);
            entries.push((self.profile(profile), self.boxed_int(total)));
        }
        self.map(entries)
    }
}
