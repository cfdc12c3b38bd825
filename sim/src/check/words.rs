//! What is said in words is true too, beyond the figures in it.

use core_master::Explanation;

use super::book::Book;
use super::pages::{Claim, Size, WorkerPage};

impl Book {
    /// What is not so of what somebody is told who needs that much and is of that Spark.
    pub(super) fn wrong_words(
        &self,
        who: &str,
        why: &Explanation,
        size: &Size,
        spark: &Claim,
    ) -> Option<String> {
        let text = why.to_string();
        let staying: Vec<&WorkerPage> = self.staying_workers().map(|(_, worker)| worker).collect();
        let with_spark: Vec<&WorkerPage> =
            staying.into_iter().filter(|worker| self.told(spark, worker).is_some()).collect();
        let lacks_cores = |worker: &WorkerPage| worker.free_cores() < size.least_cores();
        let lacks_memory = |worker: &WorkerPage| worker.free_memory_mib() < size.memory_mib;
        let full: Vec<&WorkerPage> =
            with_spark.iter().copied().filter(|worker| lacks_cores(worker) || lacks_memory(worker)).collect();
        let could_hold = |worker: &WorkerPage| size.fits_idle(&worker.offer);
        let is_so = [
            ("all cores of ", full.iter().all(|worker| worker.free_cores() == 0)),
            ("all memory of ", full.iter().all(|worker| worker.free_memory_mib() == 0)),
            ("no Worker could hold it", !self.workers.values().any(could_hold)),
        ];
        let wrong = is_so.into_iter().find(|(words, is_so)| text.contains(words) && !is_so);
        wrong.map(|(words, _)| format!("{who} is told '{words}', which is not so: {text}"))
    }
}
