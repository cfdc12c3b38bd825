//! What lasts when a Master ends, and who leads after it.

use crate::kind::{ELECTION, ElectionMode, LEASE_LENGTH, RECOVERY_MODE, RecoveryMode, SECONDS, TEXT};
use crate::recovery;
use crate::table::{self, Daemons::Master};

table! {
    RECOVERY "Recovery and standby Masters"

    MODE: RecoveryMode = RECOVERY_MODE {
        key: "spark.deploy.recoveryMode", default: "NONE", daemons: Master,
        derived: Some(|effective| recovery::is_named_by_variable(effective).then(|| "FILESYSTEM".to_owned())),
        meaning: "Where a Master's state lasts: NONE, FILESYSTEM (a directory, or s3a://BUCKET/PREFIX) or ZOOKEEPER; \
                  FILESYSTEM where SPARK_RECOVERY_DIR is set",
    }
    RECOVERY_DIRECTORY: String = TEXT {
        key: "spark.deploy.recoveryDirectory", variable: "SPARK_RECOVERY_DIR", default: "", daemons: Master,
        meaning: "With FILESYSTEM: a local directory, or s3a://BUCKET/PREFIX with the keys spark.hadoop.fs.s3a.*",
    }
    RECOVERY_TIMEOUT: u64 = SECONDS {
        key: "spark.deploy.recoveryTimeout", default: "(spark.worker.timeout)", since: "4.0", daemons: Master,
        derived: Some(|effective| Some(format!("{}s", effective.value(&table::WORKER_TIMEOUT).ok()? / 1000))),
        meaning: "Seconds after which a new leader waits no longer for Workers and drivers that do not answer",
    }
    ZOOKEEPER_URL: String = TEXT {
        key: "spark.deploy.zookeeper.url", default: "", daemons: Master,
        meaning: "With ZOOKEEPER: its servers, HOST:PORT,HOST:PORT",
    }
    ZOOKEEPER_DIR: String = TEXT {
        key: "spark.deploy.zookeeper.dir", default: "(/spark)", daemons: Master, derived: Some(|_| Some("/spark".to_owned())),
        meaning: "With ZOOKEEPER: the node below which everything lies",
    }
    ELECTION_MODE: ElectionMode = ELECTION {
        key: "spark.hearth.election", default: "auto", daemons: Master,
        meaning: "Who leads: alone (this Master, at once), store (a lease beside the state), kubernetes (a Lease object); \
                  auto is alone for a local directory and store otherwise",
    }
    ELECTION_LEASE_LENGTH: u64 = LEASE_LENGTH {
        key: "spark.hearth.election.leaseLength", default: "1200ms", daemons: Master,
        meaning: "For how long a lease holds without renewal; it is renewed four times in that time",
    }
    ELECTION_KUBERNETES_LEASE: String = TEXT {
        key: "spark.hearth.election.kubernetes.lease", default: "spark-master", daemons: Master,
        meaning: "The name of the Lease object",
    }
    ELECTION_KUBERNETES_NAMESPACE: String = TEXT {
        key: "spark.hearth.election.kubernetes.namespace", default: "(that of the pod)", daemons: Master,
        meaning: "Its namespace",
    }
}
