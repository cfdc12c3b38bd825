//! Amounts of memory as Spark writes them, and what is said of a process that took too much.

use crate::MemoryKill;

/// Memory as `Utils.megabytesToString` (3.5) writes it: the largest unit of which there are at least two, one decimal.
pub fn megabytes_to_string(memory_mib: u32) -> String {
    if memory_mib >= 2 << 20 {
        format!("{:.1} TiB", f64::from(memory_mib) / f64::from(1 << 20))
    } else if memory_mib >= 2 << 10 {
        format!("{:.1} GiB", f64::from(memory_mib) / 1024.0)
    } else {
        format!("{memory_mib}.0 MiB")
    }
}

impl MemoryKill {
    /// What happened and what to do, for the log and for whoever waits for the process. `role` is `executor` or `driver`,
    /// as Spark's keys have it.
    pub(crate) fn sentence(self, role: &str, heap_mib: u32) -> String {
        let (limit, heap) = (megabytes_to_string(self.limit_mib), megabytes_to_string(heap_mib));
        let took = |whole: &str| match self.peak_mib {
            Some(peak_mib) => format!("took {} of {whole}", megabytes_to_string(peak_mib)),
            None => format!("took all of {whole}"),
        };
        if self.is_shared {
            let took = took(&format!("the {limit} that their container may"));
            format!(
                "Killed for memory: the Worker and all that it runs {took}, and this {role} (heap {heap} and all else) was \
                 the one to go; let fewer run on the Worker, let them take less, or raise the container's limit"
            )
        } else {
            let took = took(&format!("the {limit} that it may"));
            format!(
                "Killed for memory: it {took} (heap {heap} and all else); raise spark.{role}.memoryOverhead or lower what \
                 it does"
            )
        }
    }
}

#[cfg(test)]
mod tests;
