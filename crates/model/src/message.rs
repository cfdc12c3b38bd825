//! The deploy messages, by who receives them. Names are those of Spark's `DeployMessages`.

mod name;

use std::sync::Arc;

use crate::{
    ApplicationDescription, ApplicationId, DriverDescription, DriverId, DriverState, EndpointRef,
    ExecutorKey, ExecutorState, ResourceInformation, ResourceProfile, RpcAddress, SparkVersion, Terms,
    WorkerId,
};

/// What a Master receives. Variants marked *ask* are answered with a [`Reply`]; all others are one-way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToMaster {
    /// A Worker joins.
    RegisterWorker(RegisterWorker),
    /// What a Worker that just registered still runs.
    WorkerLatestState {
        /// The Worker.
        worker: WorkerId,
        /// Its executors.
        executors: Vec<ExecutorDescription>,
        /// Its drivers.
        drivers: Vec<DriverId>,
    },
    /// The same, in answer to `MasterChanged`, with the custom resources in use.
    WorkerSchedulerStateResponse {
        /// The Worker.
        worker: WorkerId,
        /// Its executors.
        executors: Vec<(ExecutorDescription, Vec<ResourceInformation>)>,
        /// Its drivers.
        drivers: Vec<(DriverId, Vec<ResourceInformation>)>,
    },
    /// A Worker lives.
    Heartbeat {
        /// The Worker.
        worker: WorkerId,
        /// Where it can be told to register again.
        endpoint: EndpointRef,
    },
    /// A Worker was told to leave and says so.
    WorkerDecommissioning {
        /// The Worker.
        worker: WorkerId,
        /// The Worker's endpoint.
        endpoint: EndpointRef,
    },
    /// *ask* → [`Reply::Boolean`]. An executor's life went on.
    ExecutorStateChanged {
        /// Which executor.
        executor: ExecutorKey,
        /// Its new state.
        state: ExecutorState,
        /// Why, for people.
        message: Option<String>,
        /// The exit status of its process, 128 + signal when a signal ended it.
        exit_status: Option<i32>,
    },
    /// A driver's life went on.
    DriverStateChanged {
        /// Which driver.
        driver: DriverId,
        /// Its new state.
        state: DriverState,
        /// Why, for people.
        exception: Option<String>,
    },
    /// An application joins.
    RegisterApplication {
        /// What it is.
        description: Box<ApplicationDescription>,
        /// The driver's `AppClient`.
        driver: EndpointRef,
    },
    /// An application ends by itself.
    UnregisterApplication {
        /// Which application.
        application: ApplicationId,
    },
    /// A driver has understood who leads now.
    MasterChangeAcknowledged {
        /// Which application.
        application: ApplicationId,
    },
    /// *ask* → [`Reply::Boolean`]. How many executors the application wants in all, by profile.
    RequestExecutors {
        /// Which application.
        application: ApplicationId,
        /// Absolute targets.
        totals: Vec<(ResourceProfile, u32)>,
    },
    /// *ask* → [`Reply::Boolean`]. The application gives executors back.
    KillExecutors {
        /// Which application.
        application: ApplicationId,
        /// Their numbers, as text; one that is no number is ignored.
        executors: Vec<String>,
    },
    /// *ask* → [`Reply::SubmitDriver`].
    RequestSubmitDriver {
        /// What to run.
        description: Box<DriverDescription>,
    },
    /// *ask* → [`Reply::KillDriver`].
    RequestKillDriver {
        /// Which driver.
        driver: DriverId,
    },
    /// *ask* → [`Reply::DriverStatus`].
    RequestDriverStatus {
        /// Which driver.
        driver: DriverId,
    },
}

/// A Worker as it joins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisterWorker {
    /// Its id, chosen by itself.
    pub id: WorkerId,
    /// The host that it advertises.
    pub host: String,
    /// Its RPC port.
    pub port: u16,
    /// Its endpoint.
    pub worker: EndpointRef,
    /// Cores that it offers.
    pub cores: u32,
    /// Memory that it offers.
    pub memory_mib: u32,
    /// Its page.
    pub web_ui_url: String,
    /// The Master's address as the Worker dialled it.
    pub master_address: RpcAddress,
    /// Custom resources that it offers.
    pub resources: Vec<ResourceInformation>,
    /// The Sparks that it can launch, the oldest first; empty for a Worker that does not say, such as Spark's own.
    pub sparks: Vec<SparkVersion>,
    /// The memory that all its processes together may take, where a container sets a limit to them.
    pub memory_limit_mib: Option<u32>,
    /// When its process began, by its own clock: ids do not tell two processes of one second apart, and by a pattern
    /// without a time they never do. Spark's own Workers do not say.
    pub started_ms: Option<u64>,
}

/// An executor as its Worker describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutorDescription {
    /// Which executor.
    pub executor: ExecutorKey,
    /// Its resource profile.
    pub profile: u32,
    /// Its cores.
    pub cores: u32,
    /// Its memory.
    pub memory_mib: u32,
    /// Its state.
    pub state: ExecutorState,
}

/// What a Worker receives from a Master; all one-way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToWorker {
    /// The Worker is in.
    RegisteredWorker {
        /// The Master's endpoint.
        master: EndpointRef,
        /// The Master's page.
        master_web_ui_url: String,
        /// What the Worker gave as the address that it dialled.
        master_address: RpcAddress,
        /// Whether it was in already.
        duplicate: bool,
    },
    /// The Worker is not let in.
    RegisterWorkerFailed {
        /// Why.
        message: String,
    },
    /// This Master does not lead.
    MasterInStandby,
    /// The Master does not count the Worker as alive: register again.
    ReconnectWorker {
        /// `spark://host:port` of the Master.
        master_url: String,
    },
    /// Start an executor.
    LaunchExecutor(Box<LaunchExecutor>),
    /// End an executor.
    KillExecutor {
        /// `spark://host:port` of the Master.
        master_url: String,
        /// Which executor.
        executor: ExecutorKey,
    },
    /// Start a cluster-mode driver.
    LaunchDriver {
        /// Its id.
        driver: DriverId,
        /// What to run.
        description: Box<DriverDescription>,
        /// The custom resources that it is given.
        resources: Vec<ResourceInformation>,
        /// What it is to run with.
        terms: Terms,
    },
    /// End a cluster-mode driver.
    KillDriver {
        /// Which driver.
        driver: DriverId,
    },
    /// An application is over: its folders may go.
    ApplicationFinished {
        /// Which application.
        application: ApplicationId,
    },
    /// Another Master leads now.
    MasterChanged {
        /// Its endpoint.
        master: EndpointRef,
        /// Its page.
        master_web_ui_url: String,
    },
    /// Leave once the executors' blocks are safe.
    DecommissionWorker,
}

/// An executor to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchExecutor {
    /// `spark://host:port` of the Master.
    pub master_url: String,
    /// Which executor.
    pub executor: ExecutorKey,
    /// Its resource profile.
    pub profile: u32,
    /// The application, command included.
    pub description: Arc<ApplicationDescription>,
    /// Its cores.
    pub cores: u32,
    /// Its memory.
    pub memory_mib: u32,
    /// The custom resources that it is given.
    pub resources: Vec<ResourceInformation>,
    /// What it is to run with.
    pub terms: Terms,
}

/// What a driver's `AppClient` receives from a Master; all one-way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToDriver {
    /// The application is in.
    RegisteredApplication {
        /// Its id.
        application: ApplicationId,
        /// The Master's endpoint.
        master: EndpointRef,
    },
    /// An executor is being started.
    ExecutorAdded {
        /// Its number.
        executor: u32,
        /// On which Worker.
        worker: WorkerId,
        /// `host:port` of that Worker.
        host_port: String,
        /// Its cores.
        cores: u32,
        /// Its memory.
        memory_mib: u32,
    },
    /// An executor's life went on.
    ExecutorUpdated {
        /// Its number.
        executor: u32,
        /// Its new state.
        state: ExecutorState,
        /// Why, for people.
        message: Option<String>,
        /// The exit status of its process.
        exit_status: Option<i32>,
        /// The host of its Worker, when all of the Worker is gone or leaves.
        worker_host: Option<String>,
    },
    /// A Worker is gone.
    WorkerRemoved {
        /// Which one.
        worker: WorkerId,
        /// Its host.
        host: String,
        /// Why, for people.
        message: String,
    },
    /// The application was thrown out.
    ApplicationRemoved {
        /// Why: a state's name.
        message: String,
    },
    /// Another Master leads now.
    MasterChanged {
        /// Its endpoint.
        master: EndpointRef,
        /// Its page.
        master_web_ui_url: String,
    },
}

/// The answer to an ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// Yes or no.
    Boolean(bool),
    /// To `RequestSubmitDriver`.
    SubmitDriver {
        /// The Master's endpoint: the client asks on there.
        master: EndpointRef,
        /// Whether it was taken.
        success: bool,
        /// The new driver's id.
        driver: Option<DriverId>,
        /// A sentence for people.
        message: String,
    },
    /// To `RequestKillDriver`.
    KillDriver {
        /// The Master's endpoint.
        master: EndpointRef,
        /// Which driver.
        driver: DriverId,
        /// Whether it will be ended.
        success: bool,
        /// A sentence for people.
        message: String,
    },
    /// To `RequestDriverStatus`.
    DriverStatus {
        /// Whether that driver is known.
        found: bool,
        /// Its state.
        state: Option<DriverState>,
        /// The Worker that runs it.
        worker: Option<WorkerId>,
        /// `host:port` of that Worker.
        worker_host_port: Option<String>,
        /// What went wrong, for people.
        exception: Option<String>,
    },
    /// The question was understood but cannot be answered here.
    Failure {
        /// Why, for people.
        message: String,
    },
}
