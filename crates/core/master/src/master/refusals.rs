//! What can never run is refused when it comes, rather than left to wait (`spark.hearth.refuseWhatNeverFits`).

use super::Master;
use crate::amount::megabytes_to_string;
use crate::registry::needs::Needs;
use crate::registry::worker::Worker;

impl Master {
    /// The sentence for whoever wants what not even an idle Worker could give. Nothing is said while there are no
    /// Workers: nobody knows what will come.
    pub(super) fn refusal(&self, what: &str, needs: &Needs, max_cores: Option<u32>) -> Option<String> {
        // While it recovers it does not know all Workers.
        if !self.config.refuse_what_never_fits || !self.is_alive() {
            return None;
        }
        let needed = needs.least_cores();
        if let Some(most) = max_cores.filter(|most| *most < needed) {
            return Some(format!(
                "{what} needs {needed} cores, and the application may have {most} in all: raise spark.cores.max \
                 (or the Master's spark.deploy.defaultCores), or lower spark.executor.cores"
            ));
        }
        // One that is lost may come back.
        let workers = || self.workers.live().chain(self.workers.dead.values());
        if workers().next().is_none() || workers().any(|worker| worker.is_large_enough(needs)) {
            return None;
        }
        Some(format!(
            "{what} needs {}{}, and no Worker could give that even if it were idle: {}. Ask for less, or add a \
             larger Worker; spark.hearth.refuseWhatNeverFits=false at the Master lets it wait",
            needs.text(),
            self.in_all(needs),
            largest(workers())
        ))
    }

    /// What it takes beside the heap matters where there are limits.
    fn in_all(&self, needs: &Needs) -> String {
        if self.workers.live().any(|worker| worker.memory_limit_mib.is_some()) {
            format!(" ({} with all that it takes beside its heap)", megabytes_to_string(needs.total_mib))
        } else {
            String::new()
        }
    }
}

fn largest<'a>(workers: impl Iterator<Item = &'a Worker>) -> String {
    let Some(worker) = workers.max_by_key(|worker| (worker.memory_mib, worker.cores)) else {
        return "there is none".to_owned();
    };
    let limit = worker.memory_limit_mib.map_or_else(String::new, |limit_mib| {
        format!(", and its container {} for all that runs there", megabytes_to_string(limit_mib))
    });
    format!(
        "the largest, {}, has {} cores and {}{limit}",
        worker.id,
        worker.cores,
        megabytes_to_string(worker.memory_mib)
    )
}
