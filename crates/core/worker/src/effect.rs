//! What a Worker wants done, in order, and what it has to say about it.

use model::message::{LaunchExecutor, ToMaster};
use model::{
    ApplicationId, DriverDescription, DriverId, ExecutorKey, Note, PeerId, ResourceInformation, RpcAddress,
    Terms,
};

/// One deed for the daemon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Connect and ask whether the endpoint `Master` exists; answered by `Dialled` or `DialFailed`. While a
    /// connection to that address stands it may be used again.
    Dial {
        /// The Master.
        master: RpcAddress,
    },
    /// Close a connection; no `Disconnected` follows.
    Hangup {
        /// The connection.
        peer: PeerId,
    },
    /// Send a one-way message to the endpoint `Master`.
    Send {
        /// On this connection.
        peer: PeerId,
        /// The message.
        message: ToMaster,
    },
    /// Ask the endpoint `Master`; answered by `Answered` with the same token.
    Ask {
        /// On this connection.
        peer: PeerId,
        /// The Worker's own number for the question.
        token: u64,
        /// The message.
        message: ToMaster,
    },
    /// Make folders and start the process; answered by `ExecutorStarted` or `ExecutorNotStarted`.
    LaunchExecutor(Box<LaunchExecutor>),
    /// End the process, with grace and then by force; answered by `ExecutorExited` once it is gone.
    KillExecutor {
        /// Which executor.
        executor: ExecutorKey,
    },
    /// Make the folder, fetch the jar and start the process of a cluster-mode driver; answered by
    /// `DriverStarted` or `DriverNotStarted`. Whether it is started again is decided by events, never by the daemon.
    LaunchDriver(Box<LaunchDriver>),
    /// End a driver's process, with grace and then by force; answered by `DriverExited` once it is gone.
    KillDriver {
        /// Which driver.
        driver: DriverId,
    },
    /// An application is over and its executors are gone: remove the scratch folders it had here.
    RemoveApplicationFolders {
        /// Which application.
        application: ApplicationId,
    },
    /// Remove what is old in the work folder: the folders in which nothing is newer than the time that stopped
    /// applications are kept, but for those named here.
    CleanUpWorkFolders {
        /// Applications that have executors here.
        running: Vec<ApplicationId>,
        /// Drivers that run here: their folders stand beside those of applications.
        running_drivers: Vec<DriverId>,
    },
    /// End the daemon: its executors and drivers are gone. Nothing follows.
    Exit {
        /// Why.
        reason: ExitReason,
    },
    /// Write a line to the log.
    Log(Note),
}

/// A cluster-mode driver to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchDriver {
    /// Its id.
    pub driver: DriverId,
    /// What to run.
    pub description: DriverDescription,
    /// The custom resources that it is given.
    pub resources: Vec<ResourceInformation>,
    /// What it is to run with.
    pub terms: Terms,
}

/// Why a Worker ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExitReason {
    /// It was told to.
    Stopped,
    /// It cannot do its work any longer; the sentence says why. Exit status 1.
    GaveUp(String),
}
