//! The names of the deploy messages, for counting them.

use super::{ToDriver, ToMaster, ToWorker};

impl ToMaster {
    /// The name of the message in Spark's `DeployMessages`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RegisterWorker(_) => "RegisterWorker",
            Self::WorkerLatestState { .. } => "WorkerLatestState",
            Self::WorkerSchedulerStateResponse { .. } => "WorkerSchedulerStateResponse",
            Self::Heartbeat { .. } => "Heartbeat",
            Self::WorkerDecommissioning { .. } => "WorkerDecommissioning",
            Self::ExecutorStateChanged { .. } => "ExecutorStateChanged",
            Self::DriverStateChanged { .. } => "DriverStateChanged",
            Self::RegisterApplication { .. } => "RegisterApplication",
            Self::UnregisterApplication { .. } => "UnregisterApplication",
            Self::MasterChangeAcknowledged { .. } => "MasterChangeAcknowledged",
            Self::RequestExecutors { .. } => "RequestExecutors",
            Self::KillExecutors { .. } => "KillExecutors",
            Self::RequestSubmitDriver { .. } => "RequestSubmitDriver",
            Self::RequestKillDriver { .. } => "RequestKillDriver",
            Self::RequestDriverStatus { .. } => "RequestDriverStatus",
        }
    }
}

impl ToWorker {
    /// The name of the message in Spark's `DeployMessages`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RegisteredWorker { .. } => "RegisteredWorker",
            Self::RegisterWorkerFailed { .. } => "RegisterWorkerFailed",
            Self::MasterInStandby => "MasterInStandby",
            Self::ReconnectWorker { .. } => "ReconnectWorker",
            Self::LaunchExecutor(_) => "LaunchExecutor",
            Self::KillExecutor { .. } => "KillExecutor",
            Self::LaunchDriver { .. } => "LaunchDriver",
            Self::KillDriver { .. } => "KillDriver",
            Self::ApplicationFinished { .. } => "ApplicationFinished",
            Self::MasterChanged { .. } => "MasterChanged",
            Self::DecommissionWorker => "DecommissionWorker",
        }
    }
}

impl ToDriver {
    /// The name of the message in Spark's `DeployMessages`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::RegisteredApplication { .. } => "RegisteredApplication",
            Self::ExecutorAdded { .. } => "ExecutorAdded",
            Self::ExecutorUpdated { .. } => "ExecutorUpdated",
            Self::WorkerRemoved { .. } => "WorkerRemoved",
            Self::ApplicationRemoved { .. } => "ApplicationRemoved",
            Self::MasterChanged { .. } => "MasterChanged",
        }
    }
}
