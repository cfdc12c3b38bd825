//! Every metric there is: the one table from which scrapes and the reference page come.

use super::exposition::{Family, Kind};

const fn gauge(
    name: &'static str,
    unit: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Family {
    Family { name, kind: Kind::Gauge, unit, labels, help }
}

const fn counter(
    name: &'static str,
    unit: &'static str,
    labels: &'static [&'static str],
    help: &'static str,
) -> Family {
    Family { name, kind: Kind::Counter, unit, labels, help }
}

const APPLICATION: &[&str] = &["id", "name", "user"];

pub(super) const BUILD: Family = Family {
    name: "hearth_build",
    kind: Kind::Info,
    unit: "",
    labels: &["daemon", "version", "spark_version"],
    help: "Which daemon this is, its version, and the version of Spark that it says it is.",
};

pub(super) const STATUS: Family = gauge(
    "hearth_master_status",
    "",
    &["status"],
    "Whether the Master is in that state: 1 for the one, 0 for the others.",
);
pub(super) const WORKERS: Family =
    gauge("hearth_master_workers", "", &["state"], "Workers by state; lost ones while they stay listed.");
pub(super) const SPARK_WORKERS: Family = gauge(
    "hearth_master_spark_workers",
    "",
    &["spark"],
    "Workers that are alive by the Spark that they launch; one that has several counts with each of them.",
);
pub(super) const CORES: Family =
    gauge("hearth_master_cores", "", &[], "Cores that the Workers offer which are alive.");
pub(super) const CORES_USED: Family =
    gauge("hearth_master_cores_used", "", &[], "Of these, cores given to executors and drivers.");
pub(super) const MEMORY: Family =
    gauge("hearth_master_memory_bytes", "bytes", &[], "Memory that the Workers offer which are alive.");
pub(super) const MEMORY_USED: Family =
    gauge("hearth_master_memory_used_bytes", "bytes", &[], "Of this, memory given to executors and drivers.");
pub(super) const RESOURCES: Family = gauge(
    "hearth_master_resource_addresses",
    "",
    &["resource"],
    "Custom resources, such as GPUs, that the Workers offer which are alive.",
);
pub(super) const RESOURCES_USED: Family = gauge(
    "hearth_master_resource_addresses_used",
    "",
    &["resource"],
    "Of these, resources given to executors and drivers.",
);
pub(super) const APPLICATIONS: Family = gauge(
    "hearth_master_applications",
    "",
    &["state"],
    "Applications by state; ended ones while they stay listed (spark.deploy.retainedApplications).",
);
pub(super) const DRIVERS: Family = gauge(
    "hearth_master_drivers",
    "",
    &["state"],
    "Cluster-mode drivers by state; ended ones while they stay listed (spark.deploy.retainedDrivers).",
);
pub(super) const WAITING_CORES: Family = gauge(
    "hearth_master_waiting_cores",
    "",
    &[],
    "Cores that active applications and waiting drivers may still take: up to spark.cores.max of each application; one \
     without a limit counts with a single core, and only while it waits.",
);
pub(super) const WAITING_APPLICATIONS: Family = gauge(
    "hearth_master_waiting_applications",
    "",
    &["reason"],
    "Applications without an executor, by what matters most of all that stands in their way; docs/operate/waiting.md \
     has the words.",
);
pub(super) const WAITING_DRIVERS: Family = gauge(
    "hearth_master_waiting_drivers",
    "",
    &["reason"],
    "Cluster-mode drivers that no Worker runs, by what matters most of all that stands in their way.",
);
pub(super) const LONGEST_WAIT: Family = gauge(
    "hearth_master_longest_wait_seconds",
    "seconds",
    &["who"],
    "How long the application, and the driver, has waited that waits for the longest; 0 where none does. One that asks \
     for nothing does not wait.",
);
pub(super) const APPLICATION_CORES: Family =
    gauge("hearth_application_cores", "", APPLICATION, "Cores that an active application has.");
pub(super) const APPLICATION_EXECUTORS: Family =
    gauge("hearth_application_executors", "", APPLICATION, "Executors that an active application has.");
pub(super) const APPLICATION_RUNTIME: Family = gauge(
    "hearth_application_runtime_seconds",
    "seconds",
    APPLICATION,
    "How long ago an active application registered.",
);
pub(super) const MASTER_RECEIVED: Family = counter(
    "hearth_master_messages_received",
    "",
    &["message"],
    "Messages of Workers and drivers by Spark's name, such as Heartbeat, RegisterWorker, RegisterApplication.",
);
pub(super) const MASTER_SENT: Family = counter(
    "hearth_master_messages_sent",
    "",
    &["message"],
    "Messages to Workers and drivers by Spark's name; LaunchExecutor and LaunchDriver count what was scheduled.",
);

pub(super) const REGISTERED: Family =
    gauge("hearth_worker_registered", "", &[], "1 while the Worker is registered with a Master, else 0.");
pub(super) const WORKER_CORES: Family =
    gauge("hearth_worker_cores", "", &[], "Cores that the Worker offers.");
pub(super) const WORKER_CORES_USED: Family =
    gauge("hearth_worker_cores_used", "", &[], "Of these, cores of executors and drivers.");
pub(super) const WORKER_MEMORY: Family =
    gauge("hearth_worker_memory_bytes", "bytes", &[], "Memory that the Worker offers.");
pub(super) const WORKER_MEMORY_USED: Family =
    gauge("hearth_worker_memory_used_bytes", "bytes", &[], "Of this, memory of executors and drivers.");
pub(super) const WORKER_RESOURCES: Family = gauge(
    "hearth_worker_resource_addresses",
    "",
    &["resource"],
    "Custom resources, such as GPUs, that the Worker offers.",
);
pub(super) const WORKER_RESOURCES_USED: Family = gauge(
    "hearth_worker_resource_addresses_used",
    "",
    &["resource"],
    "Of these, resources of executors and drivers.",
);
pub(super) const WORKER_EXECUTORS: Family = gauge(
    "hearth_worker_executors",
    "",
    &["state"],
    "Executors by state; ended ones while they stay listed (spark.worker.ui.retainedExecutors).",
);
pub(super) const WORKER_DRIVERS: Family = gauge(
    "hearth_worker_drivers",
    "",
    &["state"],
    "Cluster-mode drivers by state; ended ones while they stay listed (spark.worker.ui.retainedDrivers).",
);
pub(super) const WORKER_RECEIVED: Family = counter(
    "hearth_worker_messages_received",
    "",
    &["message"],
    "Messages of Masters by Spark's name, such as LaunchExecutor, KillExecutor, ReconnectWorker.",
);
pub(super) const WORKER_SENT: Family = counter(
    "hearth_worker_messages_sent",
    "",
    &["message"],
    "Messages to Masters by Spark's name, such as Heartbeat, RegisterWorker, ExecutorStateChanged.",
);

pub(super) const SHUFFLE_EXECUTORS: Family =
    gauge("hearth_shuffle_executors", "", &[], "Executors that are registered with the shuffle service.");
pub(super) const SHUFFLE_CONNECTIONS: Family =
    gauge("hearth_shuffle_connections", "", &[], "Connections of executors and drivers that are open.");
pub(super) const SHUFFLE_CONNECTIONS_EVER: Family = counter(
    "hearth_shuffle_accepted_connections",
    "",
    &[],
    "Connections of executors and drivers since the service started.",
);
pub(super) const SHUFFLE_STREAMS: Family =
    gauge("hearth_shuffle_streams", "", &[], "Streams of blocks that clients have open.");
pub(super) const SHUFFLE_CHUNKS: Family = gauge(
    "hearth_shuffle_chunks_in_transfer",
    "",
    &[],
    "Chunks that are on their way to clients (spark.shuffle.maxChunksBeingTransferred).",
);
pub(super) const SHUFFLE_REFUSED: Family = counter(
    "hearth_shuffle_refused_requests",
    "",
    &[],
    "Requests that could not be read, or that were refused with a reason.",
);
pub(super) const SHUFFLE_BROKEN: Family = counter(
    "hearth_shuffle_broken_connections",
    "",
    &[],
    "Connections that ended with an error, such as a client that went away in the middle of a block.",
);
pub(super) const SHUFFLE_CACHED_FILES: Family = gauge(
    "hearth_shuffle_cached_files",
    "",
    &[],
    "Map outputs whose files are open and whose index is in memory.",
);
pub(super) const SHUFFLE_CACHED_BYTES: Family = gauge(
    "hearth_shuffle_cache_bytes",
    "bytes",
    &[],
    "What they take of the memory (spark.shuffle.service.index.cache.size).",
);
pub(super) const SHUFFLE_CACHE_HITS: Family =
    counter("hearth_shuffle_cache_hits", "", &[], "Blocks whose index was in memory.");
pub(super) const SHUFFLE_CACHE_MISSES: Family =
    counter("hearth_shuffle_cache_misses", "", &[], "Blocks whose index had to be read.");
pub(super) const SHUFFLE_COLD_READS: Family = counter(
    "hearth_shuffle_cold_reads",
    "",
    &[],
    "Chunks that had to be waited for, since a disk had to be read.",
);
pub(super) const SHUFFLE_SENT: Family = counter(
    "hearth_shuffle_sent_bytes",
    "bytes",
    &["application"],
    "Bytes of blocks given to each application that is registered now.",
);
pub(super) const SHUFFLE_BLOCKS: Family = counter(
    "hearth_shuffle_sent_blocks",
    "",
    &["application"],
    "Blocks given to each application; a batch counts as many as it holds.",
);
pub(super) const SHUFFLE_FAILURES: Family = counter(
    "hearth_shuffle_failed_chunks",
    "",
    &["application"],
    "Chunks that each application was refused, such as those of files that are gone.",
);
pub(super) const SHUFFLE_SENT_ALL: Family = counter(
    "hearth_shuffle_all_sent_bytes",
    "bytes",
    &[],
    "Bytes of blocks given to all applications, those that have ended too.",
);
pub(super) const SHUFFLE_BLOCKS_ALL: Family = counter(
    "hearth_shuffle_all_sent_blocks",
    "",
    &[],
    "Blocks given to all applications, those that have ended too.",
);

/// What a shuffle service tells, alone or inside a Worker.
#[cfg(test)]
pub(super) const OF_A_SHUFFLE_SERVICE: &[Family] = &[
    SHUFFLE_EXECUTORS,
    SHUFFLE_CONNECTIONS,
    SHUFFLE_CONNECTIONS_EVER,
    SHUFFLE_STREAMS,
    SHUFFLE_CHUNKS,
    SHUFFLE_REFUSED,
    SHUFFLE_BROKEN,
    SHUFFLE_CACHED_FILES,
    SHUFFLE_CACHED_BYTES,
    SHUFFLE_CACHE_HITS,
    SHUFFLE_CACHE_MISSES,
    SHUFFLE_COLD_READS,
    SHUFFLE_SENT_ALL,
    SHUFFLE_BLOCKS_ALL,
    SHUFFLE_SENT,
    SHUFFLE_BLOCKS,
    SHUFFLE_FAILURES,
];

pub(super) const UPTIME: Family =
    gauge("process_uptime_seconds", "seconds", &[], "How long the process has run.");
pub(super) const STARTED: Family =
    gauge("process_start_time_seconds", "seconds", &[], "When the process started, seconds since 1970 UTC.");
pub(super) const CPU: Family = counter(
    "process_cpu_seconds",
    "seconds",
    &[],
    "Processor time of the process, of the user and of the system together.",
);
pub(super) const RESIDENT: Family =
    gauge("process_resident_memory_bytes", "bytes", &[], "Memory that the process holds.");
pub(super) const OPEN_FDS: Family =
    gauge("process_open_fds", "", &[], "File descriptors that the process has open.");
pub(super) const MAX_FDS: Family =
    gauge("process_max_fds", "", &[], "File descriptors that the process may have open.");

/// What every daemon tells of itself.
#[cfg(test)]
pub(super) const OF_THE_PROCESS: &[Family] = &[BUILD, STARTED, UPTIME, CPU, RESIDENT, OPEN_FDS, MAX_FDS];

/// What a Master tells.
#[cfg(test)]
pub(super) const OF_A_MASTER: &[Family] = &[
    STATUS,
    WORKERS,
    SPARK_WORKERS,
    CORES,
    CORES_USED,
    MEMORY,
    MEMORY_USED,
    RESOURCES,
    RESOURCES_USED,
    APPLICATIONS,
    DRIVERS,
    WAITING_CORES,
    WAITING_APPLICATIONS,
    WAITING_DRIVERS,
    LONGEST_WAIT,
    APPLICATION_CORES,
    APPLICATION_EXECUTORS,
    APPLICATION_RUNTIME,
    MASTER_RECEIVED,
    MASTER_SENT,
];

/// What a Worker tells.
#[cfg(test)]
pub(super) const OF_A_WORKER: &[Family] = &[
    REGISTERED,
    WORKER_CORES,
    WORKER_CORES_USED,
    WORKER_MEMORY,
    WORKER_MEMORY_USED,
    WORKER_RESOURCES,
    WORKER_RESOURCES_USED,
    WORKER_EXECUTORS,
    WORKER_DRIVERS,
    WORKER_RECEIVED,
    WORKER_SENT,
];
