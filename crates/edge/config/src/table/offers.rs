//! What a Worker offers, and where it puts what it runs.

use std::path::PathBuf;

use crate::kind::{
    AGE, BOOLEAN, COLON_PATHS, COMMA_PATHS, COUNT, MEMORY, MILLISECONDS, PATH, POSITIVE, SECONDS,
};
use crate::offer;
use crate::spark_home::SparkHome;
use crate::table::Daemons::{Serving, Worker};

table! {
    OFFERS "The Worker's offer and its folders"

    CORES: u32 = POSITIVE {
        flag: "--cores", variable: "SPARK_WORKER_CORES", default: "(all of the machine's or container's)",
        derived: Some(|effective| Some(offer::default_cores(effective).ok()?.to_string())), daemons: Worker,
        meaning: "Cores to offer",
    }
    MEMORY_OFFERED: u32 = MEMORY {
        flag: "--memory", variable: "SPARK_WORKER_MEMORY", default: "(all of the machine's but 1 GiB, or the container's limit but the reserve)",
        derived: Some(|effective| Some(format!("{}m", offer::default_memory_mib(effective).ok()?))),
        daemons: Worker, meaning: "Memory to offer, e.g. 1000M or 2G",
    }
    RESOURCE_AMOUNT: usize = COUNT {
        key: "spark.worker.resource.{name}.amount", daemons: Worker,
        meaning: "How many units of a custom resource, such as gpu, the Worker must find",
    }
    RESOURCE_DISCOVERY_SCRIPT: PathBuf = PATH {
        key: "spark.worker.resource.{name}.discoveryScript", daemons: Worker,
        meaning: "Program that prints the resource's units as {\"name\": \"gpu\", \"addresses\": [\"0\", \"1\"]}",
    }
    RESOURCES_FILE: PathBuf = PATH {
        key: "spark.worker.resourcesFile", daemons: Worker,
        meaning: "JSON file that lists the units of custom resources, instead of discovery scripts",
    }
    WORK_DIR: PathBuf = PATH {
        flag: "--work-dir", variable: "SPARK_WORKER_DIR", default: "(SPARK_HOME/work)",
        derived: Some(|effective| {
            Some(SparkHome::find(effective.environment()).ok()?.path.join("work").display().to_string())
        }), daemons: Worker,
        meaning: "Folder in which each application's executors get theirs, with their logs",
    }
    EXECUTOR_DIRS: Vec<PathBuf> = COLON_PATHS {
        variable: "SPARK_EXECUTOR_DIRS", daemons: Serving,
        meaning: "Scratch folders of executors, below which a shuffle service reads; wins over SPARK_LOCAL_DIRS",
    }
    LOCAL_DIRS: Vec<PathBuf> = COMMA_PATHS {
        variable: "SPARK_LOCAL_DIRS", daemons: Serving,
        meaning: "Scratch folders of executors; wins over spark.local.dir",
    }
    LOCAL_DIR: Vec<PathBuf> = COMMA_PATHS {
        key: "spark.local.dir", default: "/tmp", daemons: Serving,
        meaning: "Scratch folders of executors",
    }
    CLEANUP_ENABLED: bool = BOOLEAN {
        key: "spark.worker.cleanup.enabled", default: "true", before: &[("4.0", "false")], daemons: Worker,
        meaning: "Whether folders of applications that no longer run are removed from the work folder",
    }
    CLEANUP_INTERVAL: u64 = SECONDS {
        key: "spark.worker.cleanup.interval", default: "1800", daemons: Worker,
        meaning: "How often the work folder is looked through",
    }
    CLEANUP_APPLICATION_TTL: u64 = AGE {
        key: "spark.worker.cleanup.appDataTtl", default: "604800", daemons: Worker,
        meaning: "How long a folder in which nothing changes any more is kept",
    }
    DRIVER_TERMINATE_TIMEOUT: u64 = MILLISECONDS {
        key: "spark.worker.driverTerminateTimeout", default: "10s", daemons: Worker,
        meaning: "How long a driver may take to end after SIGTERM, before it is killed",
    }
}
