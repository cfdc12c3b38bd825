//! Connections: ordered both ways, slow, held up, broken; each end learns of a break in its own time.

use std::collections::BTreeSet;

use model::message::{Reply, ToDriver, ToMaster, ToWorker};

/// A process that can hold connections. A machine that starts its daemon again is the next incarnation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) node: Node,
    pub(crate) incarnation: u32,
}

/// A place where processes run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Node {
    Master(usize),
    Worker(usize),
    Driver(usize),
    Client(usize),
}

/// What goes over a connection.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    /// Is there an endpoint `Master`?
    Verify,
    /// There is.
    Verified,
    ToMaster(ToMaster),
    Ask(i64, ToMaster),
    Reply(i64, Reply),
    ToWorker(ToWorker),
    ToDriver(ToDriver),
}

/// The end of a connection: the Master's, or the other. Workers, drivers and clients dial a Master; one that takes over
/// dials them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Dialler,
    Master,
}

impl End {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Dialler => Self::Master,
            Self::Master => Self::Dialler,
        }
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) dialler: Process,
    pub(crate) master: Process,
    /// The Master dialled it.
    pub(crate) by_master: bool,
    pub(crate) broken: bool,
    /// Broken without a trace: what is sent vanishes, and no reset comes back.
    pub(crate) silent: bool,
    /// Whether each end has closed it or knows that it is gone.
    pub(crate) told: [bool; 2],
    /// When the last frame reaches each end: none overtakes it.
    pub(crate) last_ms: [u64; 2],
    /// Nothing arrives before this moment, in either direction.
    pub(crate) held_until_ms: u64,
    /// Questions of the dialler that have no answer yet.
    pub(crate) asks: BTreeSet<i64>,
}

impl Connection {
    pub(crate) fn new(dialler: Process, master: Process) -> Self {
        Self {
            dialler,
            master,
            by_master: false,
            broken: false,
            silent: false,
            told: [false; 2],
            last_ms: [0; 2],
            held_until_ms: 0,
            asks: BTreeSet::new(),
        }
    }

    pub(crate) fn process(&self, end: End) -> Process {
        match end {
            End::Dialler => self.dialler,
            End::Master => self.master,
        }
    }

    /// The moment at which a frame that needs `delay_ms` arrives.
    pub(crate) fn arrival_ms(&mut self, to: End, now_ms: u64, delay_ms: u64) -> u64 {
        let last_ms = &mut self.last_ms[to as usize];
        *last_ms = (now_ms + delay_ms).max(*last_ms).max(self.held_until_ms);
        *last_ms
    }
}
