//! The table: each setting once, with its flag, variable, key, kind, default and meaning.
//!
//! Where a setting has several names, the key wins over the flag and the flag over the variable, as in Spark
//! (`MasterArguments`, `WorkerArguments`, 3.5 and 4.x: variables first, then flags, then `spark.*.ui.port`).

use std::path::PathBuf;

use crate::kind::{
    BOOLEAN, COLON_PATHS, COMMA_PATHS, COUNT, HOST, Kind, LIMIT, MEMORY, PATH, PORT, POSITIVE, SECONDS, TEXT,
};

/// Which daemons obey a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Daemons {
    /// The Master alone.
    Master,
    /// The Worker alone.
    Worker,
    /// Both.
    Both,
}

impl Daemons {
    /// Whether `one` (the Master or the Worker) is among them.
    pub fn include(self, one: Self) -> bool {
        self == Self::Both || self == one
    }
}

/// What is said of a setting.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its flag, empty when it has none.
    pub flag: &'static str,
    /// Its environment variable, empty when it has none.
    pub variable: &'static str,
    /// Its key, empty when it has none; `{name}` stands for any word.
    pub key: &'static str,
    /// An older name that still counts: a key, or a variable where there is no key. Empty when there is none.
    pub older: &'static str,
    /// The value when nothing sets it, as text; in brackets where it depends on the machine or another setting.
    pub default: &'static str,
    /// Who obeys it.
    pub daemons: Daemons,
    /// What it means.
    pub meaning: &'static str,
    /// The name of its kind.
    pub kind: &'static str,
}

impl About {
    /// The flag alone.
    const BLANK: Self = Self {
        flag: "",
        variable: "",
        key: "",
        older: "",
        default: "",
        daemons: Daemons::Both,
        meaning: "",
        kind: "",
    };

    /// The text for `--help`: the meaning, then the other names and the default.
    pub fn help(&self) -> String {
        let mut notes = Vec::new();
        if !self.variable.is_empty() && !self.flag.is_empty() {
            notes.push(format!("variable {}", self.variable));
        }
        if !self.key.is_empty() {
            notes.push(format!("key {}", self.key));
        }
        if !self.default.is_empty() {
            notes.push(format!("default {}", self.default.trim_matches(['(', ')'])));
        }
        if notes.is_empty() {
            self.meaning.into()
        } else {
            format!("{} [{}]", self.meaning, notes.join("; "))
        }
    }
}

/// A setting of a type.
#[derive(Debug)]
pub struct Setting<T: 'static> {
    /// Names, default, meaning.
    pub about: About,
    /// How its text is read.
    pub kind: Kind<T>,
}

macro_rules! table {
    ($($name:ident: $type:ty = $kind:ident { $($field:ident: $value:expr),* $(,)? })*) => {
        $(
            #[doc = concat!("The setting `", stringify!($name), "` of the table.")]
            pub static $name: Setting<$type> = Setting {
                about: About { kind: $kind.name, $($field: $value,)* ..About::BLANK },
                kind: $kind,
            };
        )*

        /// All settings, in the order of the reference.
        pub static TABLE: &[&About] = &[$(&$name.about),*];
    };
}

use Daemons::{Master, Worker};

table! {
    MASTER_HOST: String = HOST {
        flag: "--host", variable: "SPARK_MASTER_HOST", older: "SPARK_MASTER_IP", daemons: Master,
        default: "(this machine's address)",
        meaning: "Host that the Master listens on and that Workers and drivers dial",
    }
    MASTER_PORT: u16 = PORT {
        flag: "--port", variable: "SPARK_MASTER_PORT", default: "7077", daemons: Master,
        meaning: "Port that Workers and drivers dial; 0 for any free one",
    }
    MASTER_WEB_UI_PORT: u16 = PORT {
        flag: "--webui-port", variable: "SPARK_MASTER_WEBUI_PORT", key: "spark.master.ui.port", default: "8080",
        daemons: Master, meaning: "Port of the Master's page; 0 for any free one",
    }
    MASTER_UI_TITLE: String = TEXT {
        key: "spark.master.ui.title", default: "(Spark Master at URL)", daemons: Master,
        meaning: "Title of the Master's page",
    }
    UI_KILL_ENABLED: bool = BOOLEAN {
        key: "spark.ui.killEnabled", default: "true", daemons: Master,
        meaning: "Whether the page can end applications and drivers",
    }
    SPREAD_OUT: bool = BOOLEAN {
        key: "spark.deploy.spreadOutApps", older: "spark.deploy.spreadOut", default: "true", daemons: Master,
        meaning: "Executors of an application over as many Workers as possible (true) or as few (false)",
    }
    DEFAULT_CORES: u32 = POSITIVE {
        key: "spark.deploy.defaultCores", default: "2147483647", daemons: Master,
        meaning: "Cores at most for an application that does not set spark.cores.max",
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
    DEAD_WORKER_PERSISTENCE: usize = COUNT {
        key: "spark.dead.worker.persistence", default: "15", daemons: Master,
        meaning: "For how many spans of spark.worker.timeout the page still shows a lost Worker",
    }
    MASTERS: String = TEXT {
        flag: "MASTER_URL", daemons: Worker,
        meaning: "The Masters to register with: spark://HOST:PORT, or spark://HOST1:PORT1,HOST2:PORT2 for several",
    }
    CORES: u32 = POSITIVE {
        flag: "--cores", variable: "SPARK_WORKER_CORES", default: "(all of the machine's)", daemons: Worker,
        meaning: "Cores to offer",
    }
    MEMORY_OFFERED: u32 = MEMORY {
        flag: "--memory", variable: "SPARK_WORKER_MEMORY", default: "(all of the machine's but 1 GiB)",
        daemons: Worker, meaning: "Memory to offer, e.g. 1000M or 2G",
    }
    WORK_DIR: PathBuf = PATH {
        flag: "--work-dir", variable: "SPARK_WORKER_DIR", default: "(SPARK_HOME/work)", daemons: Worker,
        meaning: "Folder in which each application's executors get theirs, with their logs",
    }
    WORKER_HOST: String = HOST {
        flag: "--host", default: "(this machine's address)", daemons: Worker,
        meaning: "Host that the Worker listens on and advertises",
    }
    WORKER_PORT: u16 = PORT {
        flag: "--port", variable: "SPARK_WORKER_PORT", default: "0", daemons: Worker,
        meaning: "Port that the Worker listens on; 0 for any free one",
    }
    WORKER_WEB_UI_PORT: u16 = PORT {
        flag: "--webui-port", variable: "SPARK_WORKER_WEBUI_PORT", key: "spark.worker.ui.port", default: "8081",
        daemons: Worker, meaning: "Port of the Worker's page; 0 for any free one",
    }
    WORKER_TIMEOUT: u64 = SECONDS {
        key: "spark.worker.timeout", default: "60",
        meaning: "Seconds without a heartbeat after which the Master gives a Worker up; Workers send four in that time",
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
    RETAINED_EXECUTORS: usize = COUNT {
        key: "spark.worker.ui.retainedExecutors", default: "1000", daemons: Worker,
        meaning: "Finished executors that the Worker's page still shows",
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
    EXECUTOR_DIRS: Vec<PathBuf> = COLON_PATHS {
        variable: "SPARK_EXECUTOR_DIRS", daemons: Worker,
        meaning: "Scratch folders of executors; wins over SPARK_LOCAL_DIRS",
    }
    LOCAL_DIRS: Vec<PathBuf> = COMMA_PATHS {
        variable: "SPARK_LOCAL_DIRS", daemons: Worker,
        meaning: "Scratch folders of executors; wins over spark.local.dir",
    }
    LOCAL_DIR: Vec<PathBuf> = COMMA_PATHS {
        key: "spark.local.dir", default: "/tmp", daemons: Worker,
        meaning: "Scratch folders of executors",
    }
    PORT_MAX_RETRIES: u16 = PORT {
        key: "spark.port.maxRetries", default: "16",
        meaning: "How many further ports are tried, one by one, when a port is taken",
    }
    PROPERTIES_FILE: PathBuf = PATH {
        flag: "--properties-file", default: "(SPARK_CONF_DIR/spark-defaults.conf)",
        meaning: "File with spark.* keys, read instead of spark-defaults.conf",
    }
    LOCAL_HOSTNAME: String = HOST {
        variable: "SPARK_LOCAL_HOSTNAME",
        meaning: "Host to listen on and to advertise where no other setting names one",
    }
    LOCAL_IP: String = HOST {
        variable: "SPARK_LOCAL_IP",
        meaning: "Address of this machine: the page binds it, and it is the host where no other setting names one",
    }
    PUBLIC_DNS: String = HOST {
        variable: "SPARK_PUBLIC_DNS", default: "(the host)",
        meaning: "Host that stands in links to the page and to logs",
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
