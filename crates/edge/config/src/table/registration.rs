//! How Master and Workers find each other, lose each other, and part.

use model::IdPattern;

use crate::kind::{
    BOOLEAN, COUNT, DECOMMISSION_ALLOW, DecommissionAllow, POSITIVE, SECONDS, SIGNAL, WORKER_ID,
};
use crate::table::Daemons::{Master, Worker};

table! {
    REGISTRATION "Registration, liveness and decommission"

    WORKER_TIMEOUT: u64 = SECONDS {
        key: "spark.worker.timeout", default: "60",
        meaning: "Seconds without a heartbeat after which the Master gives a Worker up; Workers send four in that time",
    }
    DEAD_WORKER_PERSISTENCE: usize = COUNT {
        key: "spark.dead.worker.persistence", default: "15", daemons: Master,
        meaning: "For how many spans of spark.worker.timeout the page still shows a lost Worker",
    }
    INITIAL_REGISTRATION_RETRIES: u32 = POSITIVE {
        key: "spark.worker.initialRegistrationRetries", default: "6", daemons: Worker,
        meaning: "Tries to register that follow each other after 5 to 15 seconds",
    }
    MAX_REGISTRATION_RETRIES: u32 = POSITIVE {
        key: "spark.worker.maxRegistrationRetries", default: "16", daemons: Worker,
        meaning: "Tries to register before the Worker gives up; after the first ones 30 to 90 seconds apart",
    }
    PREFER_CONFIGURED_MASTER_ADDRESS: bool = BOOLEAN {
        key: "spark.worker.preferConfiguredMasterAddress", default: "false", daemons: Worker,
        meaning: "Keep to the Master's address as it was given, not as the Master names itself (NAT, Kubernetes Services)",
    }
    EXECUTOR_STATE_SYNC_MAX_ATTEMPTS: u32 = POSITIVE {
        key: "spark.worker.executorStateSync.maxAttempts", default: "5", daemons: Worker,
        meaning: "Tries to tell the Master how an executor ended before the Worker gives up",
    }
    WORKER_ID_PATTERN: IdPattern = WORKER_ID {
        key: "spark.worker.idPattern", default: "worker-%s-%s-%d", since: "4.0", daemons: Worker,
        meaning: "How the Worker's id looks: %s is the time of its start, the next %s its host, %d its port",
    }
    DECOMMISSION_ENABLED: bool = BOOLEAN {
        key: "spark.decommission.enabled", default: "false",
        meaning: "Whether Workers can be taken out of service, their executors moving their blocks away first",
    }
    DECOMMISSION_SIGNAL: i32 = SIGNAL {
        key: "spark.worker.decommission.signal", default: "PWR", daemons: Worker,
        meaning: "Signal at which the Worker leaves service, where spark.decommission.enabled is true",
    }
    DECOMMISSION_ALLOW_MODE: DecommissionAllow = DECOMMISSION_ALLOW {
        key: "spark.master.ui.decommission.allow.mode", default: "LOCAL", daemons: Master,
        meaning: "Who may take Workers out of service by POST /workers/kill/ on the Master's page",
    }
}
