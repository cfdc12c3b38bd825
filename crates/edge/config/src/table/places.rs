//! Files and folders that a daemon is made of, and texts that carry further settings.

use std::path::PathBuf;

use crate::kind::{PATH, TEXT};
use crate::table::Daemons::{Master, Worker};

table! {
    PLACES "Spark, Java, files and options"

    PROPERTIES_FILE: PathBuf = PATH {
        flag: "--properties-file", default: "(SPARK_CONF_DIR/spark-defaults.conf)",
        meaning: "File with spark.* keys, read instead of spark-defaults.conf",
    }
    SPARK_HOME: PathBuf = PATH {
        variable: "SPARK_HOME", default: "(the Spark of PATH's spark-submit)",
        meaning: "Folder of the Spark whose executors a Worker launches; the Master needs none",
    }
    SPARK_CONF_DIR: PathBuf = PATH {
        variable: "SPARK_CONF_DIR", default: "(SPARK_HOME/conf)",
        meaning: "Folder with spark-defaults.conf, spark-env.sh and java-opts",
    }
    JAVA_HOME: PathBuf = PATH {
        variable: "JAVA_HOME", default: "(java of PATH)", daemons: Worker,
        meaning: "Java that runs executors; the daemons themselves need none",
    }
    DAEMON_JAVA_OPTS: String = TEXT {
        variable: "SPARK_DAEMON_JAVA_OPTS",
        meaning: "Options such as -Dspark.worker.timeout=30 for each daemon; those that speak to a JVM are passed over",
    }
    MASTER_OPTS: String = TEXT {
        variable: "SPARK_MASTER_OPTS", daemons: Master,
        meaning: "Options such as -Dspark.worker.timeout=30 for the Master; wins over SPARK_DAEMON_JAVA_OPTS",
    }
    WORKER_OPTS: String = TEXT {
        variable: "SPARK_WORKER_OPTS", daemons: Worker,
        meaning: "Options such as -Dspark.worker.timeout=30 for the Worker; wins over SPARK_DAEMON_JAVA_OPTS",
    }
    ENV_LOADED: String = TEXT {
        variable: "SPARK_ENV_LOADED",
        meaning: "When set, spark-env.sh is not run again",
    }
}
