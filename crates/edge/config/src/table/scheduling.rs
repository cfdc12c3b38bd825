//! Who gets which cores, and how long what ended is remembered.

use model::{IdPattern, SparkMatching, WorkerSelectionPolicy};

use crate::kind::{BOOLEAN, COUNT, ID_PATTERN, LIMIT, MATCHING, MODULO, POLICY, POSITIVE};
use crate::table::Daemons::Master;

table! {
    SCHEDULING "Applications and drivers"

    SPREAD_OUT: bool = BOOLEAN {
        key: "spark.deploy.spreadOutApps", older: "spark.deploy.spreadOut", default: "true", daemons: Master,
        meaning: "Executors of an application over as many Workers as possible (true) or as few (false)",
    }
    SPREAD_OUT_DRIVERS: bool = BOOLEAN {
        key: "spark.deploy.spreadOutDrivers", default: "true", since: "4.0", daemons: Master,
        meaning: "Drivers over as many Workers as possible (true) or as few (false)",
    }
    WORKER_SELECTION_POLICY: WorkerSelectionPolicy = POLICY {
        key: "spark.deploy.workerSelectionPolicy", default: "CORES_FREE_DESC", since: "4.0", daemons: Master,
        meaning: "Which Workers get executors first: those with the most or least free cores or memory, or by id",
    }
    SPARK_MATCHING: SparkMatching = MATCHING {
        key: "spark.hearth.sparkMatching", default: "LINE", daemons: Master,
        meaning: "Which Sparks of a Worker may run an application: the very release that it is of, one of the same line \
                  such as 3.5, or any, as Spark's own Master has it",
    }
    REFUSE_WHAT_NEVER_FITS: bool = BOOLEAN {
        key: "spark.hearth.refuseWhatNeverFits", default: "true", daemons: Master,
        meaning: "Whether what is larger than every Worker is refused when it comes (true) or waits, as with Spark's own \
                  Master",
    }
    DEFAULT_CORES: u32 = POSITIVE {
        key: "spark.deploy.defaultCores", default: "2147483647", daemons: Master,
        meaning: "Cores at most for an application that does not set spark.cores.max",
    }
    MAX_DRIVERS: u32 = POSITIVE {
        key: "spark.deploy.maxDrivers", default: "2147483647", since: "4.0", daemons: Master,
        meaning: "Drivers of cluster mode that may run at the same time; further ones wait",
    }
    MAX_EXECUTOR_RETRIES: Option<u32> = LIMIT {
        key: "spark.deploy.maxExecutorRetries", default: "10", daemons: Master,
        meaning: "Executors that may fail in a row, none running, before their application is removed; -1 for any number",
    }
    RETAINED_APPLICATIONS: usize = COUNT {
        key: "spark.deploy.retainedApplications", default: "200", daemons: Master,
        meaning: "Completed applications that the page still shows",
    }
    RETAINED_DRIVERS: usize = COUNT {
        key: "spark.deploy.retainedDrivers", default: "200", daemons: Master,
        meaning: "Completed drivers that the page still shows",
    }
    APPLICATION_ID_PATTERN: IdPattern = ID_PATTERN {
        key: "spark.deploy.appIdPattern", default: "app-%s-%04d", since: "4.0", daemons: Master,
        meaning: "How ids of applications look: %s is the time of registration, %d a running number",
    }
    APPLICATION_NUMBER_MODULO: u32 = MODULO {
        key: "spark.deploy.appNumberModulo", since: "4.0", daemons: Master,
        meaning: "Where the running number of applications begins anew, so that ids keep their length",
    }
    DRIVER_ID_PATTERN: IdPattern = ID_PATTERN {
        key: "spark.deploy.driverIdPattern", default: "driver-%s-%04d", since: "4.0", daemons: Master,
        meaning: "How ids of drivers look: %s is the time of submission, %d a running number",
    }
    USE_APPLICATION_NAME_AS_ID: bool = BOOLEAN {
        key: "spark.master.useAppNameAsAppId.enabled", default: "false", since: "4.0", daemons: Master,
        meaning: "The id of an application is its name, in lower case and without blanks; names must then be unique",
    }
    USE_DRIVER_ID_AS_APPLICATION_NAME: bool = BOOLEAN {
        key: "spark.master.useDriverIdAsAppName.enabled", default: "false", since: "4.0", daemons: Master,
        meaning: "The name of an application that a driver of cluster mode registers is that driver's id",
    }
}
