//! Where cluster-mode drivers run (`Master.schedule`, 4.0): round and round over the Workers in random order, or
//! always on the first that has room (`spark.deploy.spreadOutDrivers`).

use fastrand::Rng;
use model::WorkerId;

use crate::registry::needs::Needs;
use crate::registry::worker::Worker;

/// The Workers that drivers are offered to, one driver after the other.
#[derive(Debug)]
pub(crate) enum Round {
    /// Each driver begins where the one before has ended.
    SpreadOut { order: Vec<WorkerId>, position: usize },
    /// By id, so that it is always the same.
    Consolidated { order: Vec<WorkerId> },
}

/// What came of offering all Workers to a driver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Placed(WorkerId),
    /// There is room nowhere. It will not help to wait where not even an idle Worker is large enough.
    NoRoom {
        in_vain: bool,
    },
}

impl Round {
    pub(crate) fn spread_out(mut workers: Vec<WorkerId>, seed: u64) -> Self {
        Rng::with_seed(seed).shuffle(&mut workers);
        Self::SpreadOut { order: workers, position: 0 }
    }

    pub(crate) fn consolidated(mut workers: Vec<WorkerId>) -> Self {
        workers.sort_unstable();
        Self::Consolidated { order: workers }
    }

    /// Finds a Worker for a driver. The caller books it before it asks for the next.
    pub(crate) fn place<'a>(
        &mut self,
        needs: &Needs,
        worker: impl Fn(&WorkerId) -> Option<&'a Worker>,
    ) -> Outcome {
        match self {
            Self::Consolidated { order } => {
                let found = order.iter().find(|id| worker(id).is_some_and(|worker| worker.can_take(needs)));
                found.map_or(Outcome::NoRoom { in_vain: true }, |id| Outcome::Placed(id.clone()))
            }
            Self::SpreadOut { order, position } => {
                // What Spark goes by is the last Worker that it looked at.
                let mut in_vain = true;
                for _ in 0..order.len() {
                    let id = &order[*position];
                    *position = (*position + 1) % order.len();
                    let Some(worker) = worker(id) else { continue };
                    in_vain = worker.is_idle();
                    if worker.can_take(needs) {
                        return Outcome::Placed(id.clone());
                    }
                }
                Outcome::NoRoom { in_vain }
            }
        }
    }
}
