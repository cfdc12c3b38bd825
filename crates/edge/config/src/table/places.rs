//! Files and folders that a daemon is made of, and texts that carry further settings.

use std::path::PathBuf;

use crate::java;
use crate::kind::{COLON_PATHS, OPTIONS, PATH, TEXT};
use crate::spark_home::SparkHome;
use crate::table::Daemons::{All, Master, Shuffle, Worker};

table! {
    PLACES "Spark, Java, files and options"

    PROPERTIES_FILE: PathBuf = PATH {
        daemons: All,
        flag: "--properties-file", default: "(SPARK_CONF_DIR/spark-defaults.conf)",
        derived: Some(|effective| {
            let file = effective.environment().spark_conf_dir()?.join("spark-defaults.conf");
            Some(file.display().to_string()).filter(|_| file.is_file())
        }),
        meaning: "File with spark.* keys, read instead of spark-defaults.conf",
    }
    SPARK_HOME: PathBuf = PATH {
        daemons: All,
        variable: "SPARK_HOME", default: "(the first of SPARK_HOMES, or the Spark of PATH's spark-submit)",
        derived: Some(|effective| Some(SparkHome::find(effective.environment()).ok()?.path.display().to_string())),
        meaning: "Folder of the Spark whose executors a Worker launches; the Master needs none",
    }
    SPARK_HOMES: Vec<PathBuf> = COLON_PATHS {
        variable: "SPARK_HOMES",
        meaning: "Folders of further Sparks that a Worker launches executors of, or folders that hold several; that of \
                  SPARK_HOME stays the usual one",
    }
    SPARK_CONF_DIR: PathBuf = PATH {
        daemons: All,
        variable: "SPARK_CONF_DIR", default: "(SPARK_HOME/conf)",
        derived: Some(|effective| Some(effective.environment().spark_conf_dir()?.display().to_string())),
        meaning: "Folder with spark-defaults.conf, spark-env.sh and java-opts",
    }
    JAVA_HOME: PathBuf = PATH {
        variable: "JAVA_HOME", default: "(java of PATH)",
        derived: Some(|effective| Some(java::find(effective.environment()).ok()?.display().to_string())), daemons: Worker,
        meaning: "Java that runs executors; the daemons themselves need none",
    }
    DAEMON_JAVA_OPTS: String = OPTIONS {
        daemons: All,
        variable: "SPARK_DAEMON_JAVA_OPTS",
        meaning: "Options such as -Dspark.worker.timeout=30 for each daemon; those that speak to a JVM are passed over",
    }
    MASTER_OPTS: String = OPTIONS {
        variable: "SPARK_MASTER_OPTS", daemons: Master,
        meaning: "Options such as -Dspark.worker.timeout=30 for the Master; wins over SPARK_DAEMON_JAVA_OPTS",
    }
    WORKER_OPTS: String = OPTIONS {
        variable: "SPARK_WORKER_OPTS", daemons: Worker,
        meaning: "Options such as -Dspark.worker.timeout=30 for the Worker; wins over SPARK_DAEMON_JAVA_OPTS",
    }
    SHUFFLE_OPTS: String = OPTIONS {
        variable: "SPARK_SHUFFLE_OPTS", daemons: Shuffle,
        meaning: "Options such as -Dspark.shuffle.service.port=7337 for the shuffle service; wins over SPARK_DAEMON_JAVA_OPTS",
    }
    ENV_LOADED: String = TEXT {
        daemons: All,
        variable: "SPARK_ENV_LOADED",
        meaning: "When set, spark-env.sh is not run again",
    }
}
