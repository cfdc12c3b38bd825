//! How a Worker keeps to the limits of its container. Keys of our own: Spark has none for this.

use crate::kind::{BOOLEAN, MEMORY, PROCESS_CGROUPS, ProcessCgroups};
use crate::table::Daemons::Worker;

table! {
    CONTAINERS "Containers"

    CONTAINER_LIMITS: bool = BOOLEAN {
        key: "spark.hearth.worker.containerLimits", default: "true", daemons: Worker,
        meaning: "Whether the Worker offers what its container's limits leave; false counts as Spark's Worker does",
    }
    MEMORY_RESERVE: u32 = MEMORY {
        key: "spark.hearth.worker.memoryReserve", default: "128m", daemons: Worker,
        meaning: "What of a container's memory is kept from executors and drivers, for the Worker itself and the kernel",
    }
    PROCESS_CGROUPS_MODE: ProcessCgroups = PROCESS_CGROUPS {
        key: "spark.hearth.worker.processCgroups", default: "auto", daemons: Worker,
        meaning: "Whether each executor and driver has a control group with a limit of its own: auto for where the \
                  container has a memory limit and lets the Worker make groups, on for no start without them, off",
    }
}
