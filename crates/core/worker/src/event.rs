//! What can happen to a Worker.

use model::message::{Reply, ToWorker};
use model::{DriverId, ExecutorKey, PeerId, RpcAddress};

/// One thing that happened, as the daemon saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A connection to a Master stands, and its endpoint `Master` exists.
    Dialled {
        /// The address that was to be dialled.
        master: RpcAddress,
        /// The connection.
        peer: PeerId,
    },
    /// A Master could not be reached.
    DialFailed {
        /// The address that was to be dialled.
        master: RpcAddress,
        /// Why, for people.
        reason: String,
    },
    /// A message arrived.
    Received {
        /// On this connection: one that was dialled, or one that a new Master dialled.
        peer: PeerId,
        /// What the envelope says of the sender.
        sender: Option<RpcAddress>,
        /// The message.
        message: ToWorker,
    },
    /// An ask of ours was answered, or never will be.
    Answered {
        /// The token of [`crate::Effect::Ask`].
        token: u64,
        /// The answer, or why there is none.
        reply: Result<Reply, String>,
    },
    /// A connection is gone.
    Disconnected {
        /// The connection.
        peer: PeerId,
    },
    /// An executor's process runs.
    ExecutorStarted {
        /// Which executor.
        executor: ExecutorKey,
        /// Its process id.
        pid: u32,
    },
    /// An executor could not be started.
    ExecutorNotStarted {
        /// Which executor.
        executor: ExecutorKey,
        /// What was wrong and where.
        reason: String,
    },
    /// An executor's process ended.
    ExecutorExited {
        /// Which executor.
        executor: ExecutorKey,
        /// How.
        exit: ProcessExit,
    },
    /// A cluster-mode driver's process runs.
    DriverStarted {
        /// Which driver.
        driver: DriverId,
        /// Its process id.
        pid: u32,
    },
    /// A cluster-mode driver could not be started: no folder, no jar, no process.
    DriverNotStarted {
        /// Which driver.
        driver: DriverId,
        /// What was wrong and where.
        reason: String,
    },
    /// A cluster-mode driver's process ended.
    DriverExited {
        /// Which driver.
        driver: DriverId,
        /// How.
        exit: ProcessExit,
    },
    /// The signal came that asks the Worker to leave with care (`spark.worker.decommission.signal`).
    Decommission,
    /// The daemon was told to end: tell the Master what must be told, then [`crate::Effect::Exit`] when all
    /// executors are gone.
    Stop,
}

/// How a process ended, as the operating system says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProcessExit {
    /// By itself, with this status.
    Status(i32),
    /// By this signal.
    Signal(i32),
    /// By the system, because there was no memory for it.
    OutOfMemory(MemoryKill),
}

/// A process that was ended because it took too much memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryKill {
    /// The limit that was reached.
    pub limit_mib: u32,
    /// The most that was taken within that limit, where the system says so.
    pub peak_mib: Option<u32>,
    /// Whether the limit is that of the whole container, for the Worker and all that it runs, and not the process's own.
    pub is_shared: bool,
}

impl ProcessExit {
    /// The one number that Java and shells make of it: the status, or 128 + signal.
    pub fn code(self) -> i32 {
        match self {
            Self::Status(status) => status,
            Self::Signal(signal) => 128 + signal,
            Self::OutOfMemory(_) => 137,
        }
    }
}
