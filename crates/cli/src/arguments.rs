//! The command line. What a flag means, and what else sets it, comes from the table of settings.

use std::ffi::OsString;

use clap::builder::PossibleValue;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use edge_config::{Flags, table};
use edge_telemetry::{Format, LevelFilter};

use crate::config::{self, ConfigArguments};
use crate::enter::{self, EnterArguments};
use crate::explain::{self, ExplainArguments};
use crate::guard;
use crate::health::{self, HealthArguments};
use crate::inspect::{self, InspectArguments};
use crate::kill::KillArguments;
use crate::status::StatusArguments;
use crate::submit::{self, SubmitArguments};

const ABOUT: &str = "\
Apache Spark Standalone, the Master, the Worker and the shuffle service, for unmodified Spark applications.

A cluster is one Master and any number of Workers. Drivers connect to the Master, and Workers launch the drivers' \
executors with the Java and the Spark that they find. The flags, variables, keys and files are Spark's own.";

const EXAMPLES: &str = "\
Examples:
  hearth up                                      a whole cluster on this machine, until Ctrl-C
  hearth master                                  a Master on port 7077, its page on port 8080
  hearth worker spark://HOST:7077                a Worker for that Master, with all cores
  hearth shuffle-service                         gives out shuffle files of executors that have gone
  hearth config                                  every setting, its value and who says so
  hearth explain                                 who waits, and why
  spark-submit --master spark://HOST:7077 APP    an application for the cluster
  hearth submit --master spark://HOST:6066 APP   the same without a Java, its driver on the cluster too

Exit status: 0 after a clean end, by SIGTERM or Ctrl-C too; 1 when a daemon cannot start or go on; 2 when the \
command line is wrong.";

const MASTER: &str = "\
Runs a Master: Workers and drivers register with it, and it decides which Worker runs whose executors. It needs \
neither Java nor Spark.";

const MASTER_EXAMPLES: &str = "\
Examples:
  hearth master
  hearth master --host 10.0.0.5 --webui-port 9090
  SPARK_MASTER_OPTS='-Dspark.deploy.spreadOutApps=false' hearth master

Keys such as spark.worker.timeout come from -D options in SPARK_MASTER_OPTS and SPARK_DAEMON_JAVA_OPTS, then from the \
properties file; a key wins over its flag, and a flag over its variable, as in Spark. Variables may be set in \
spark-env.sh of SPARK_CONF_DIR.";

const WORKER: &str = "\
Runs a Worker: it registers with a Master and launches executors. It needs a Spark (SPARK_HOME, else the one whose \
spark-submit is on PATH) and a Java (JAVA_HOME, else the one on PATH).";

const WORKER_EXAMPLES: &str = "\
Examples:
  hearth worker spark://10.0.0.5:7077
  hearth worker --cores 4 --memory 8g spark://10.0.0.5:7077
  hearth worker spark://10.0.0.5:7077,10.0.0.6:7077

Keys such as spark.worker.timeout come from -D options in SPARK_WORKER_OPTS and SPARK_DAEMON_JAVA_OPTS, then from the \
properties file; a key wins over its flag, and a flag over its variable, as in Spark. Variables may be set in \
spark-env.sh of SPARK_CONF_DIR. An end by SIGTERM or Ctrl-C ends the executors first.";

const SHUFFLE: &str = "\
Runs an external shuffle service: it gives out the shuffle files of executors, also of those that have ended, so that \
they may leave and be killed. It needs neither Java nor Spark. A Worker runs one inside where \
spark.shuffle.service.enabled is set there.";

const SHUFFLE_EXAMPLES: &str = "\
Examples:
  hearth shuffle-service
  SPARK_LOCAL_DIRS=/disk1,/disk2 hearth shuffle-service
  SPARK_SHUFFLE_OPTS='-Dspark.shuffle.service.port=7447' hearth shuffle-service

It reads below the local directories of its machine's executors alone: SPARK_LOCAL_DIRS, else spark.local.dir. Keys come \
from -D options in SPARK_SHUFFLE_OPTS and SPARK_DAEMON_JAVA_OPTS, then from the properties file; a key wins over its \
flag.";

const UP: &str = "\
Runs a whole cluster in one process, for a laptop: a Master and its Workers, reachable from this machine alone. All \
cores, and all memory but 1 GiB, are divided among the Workers. It shows what joins and runs, and ends with Ctrl-C.";

const UP_EXAMPLES: &str = "\
Examples:
  hearth up
  hearth up --workers 2 --cores 2 --memory 4g    two Workers with 2 cores and 4 GiB each
  spark-submit --master spark://127.0.0.1:7077 APP

Like a Worker it needs a Spark (SPARK_HOME, else the one whose spark-submit is on PATH) and a Java (JAVA_HOME, else the \
one on PATH).";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "hearth", version, about = "Apache Spark Standalone's Master and Worker", long_about = ABOUT)]
#[command(after_help = EXAMPLES, propagate_version = true, arg_required_else_help = true)]
#[command(args_override_self = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) log: LogArguments,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Runs a Master
    #[command(long_about = MASTER, after_help = MASTER_EXAMPLES, disable_help_flag = true, args_override_self = true)]
    #[command(allow_negative_numbers = true)]
    Master(MasterArguments),
    /// Runs a Worker
    #[command(long_about = WORKER, after_help = WORKER_EXAMPLES, disable_help_flag = true, args_override_self = true)]
    #[command(allow_negative_numbers = true)]
    Worker(WorkerArguments),
    /// Runs an external shuffle service
    #[command(long_about = SHUFFLE, after_help = SHUFFLE_EXAMPLES, disable_help_flag = true, args_override_self = true)]
    #[command(allow_negative_numbers = true)]
    ShuffleService(ShuffleServiceArguments),
    /// Runs a whole cluster on this machine, until Ctrl-C
    #[command(long_about = UP, after_help = UP_EXAMPLES, disable_help_flag = true, args_override_self = true)]
    #[command(allow_negative_numbers = true)]
    Up(UpArguments),
    /// Shows every setting, its value and who says so
    #[command(long_about = config::ABOUT, after_help = config::EXAMPLES, disable_help_flag = true)]
    Config(ConfigArguments),
    /// Submits an application to a Master
    #[command(long_about = submit::ABOUT, after_help = submit::EXAMPLES)]
    Submit(Box<SubmitArguments>),
    /// Tells how a submitted driver fares
    Status(StatusArguments),
    /// Ends a submitted driver
    Kill(KillArguments),
    /// Tells why an application or a driver waits
    #[command(long_about = explain::ABOUT, after_help = explain::EXAMPLES)]
    Explain(ExplainArguments),
    /// Tells by its exit status whether a daemon is well
    #[command(long_about = health::ABOUT, after_help = health::EXAMPLES)]
    Health(HealthArguments),
    /// Shows what a Master has written down for the Master after it
    #[command(long_about = inspect::ABOUT, after_help = inspect::EXAMPLES)]
    Inspect(InspectArguments),
    /// Plays the part of a container that SPARK_MODE names
    #[command(long_about = enter::ABOUT, after_help = enter::EXAMPLES)]
    Enter(EnterArguments),
    /// Ends what a Worker has started when the Worker was killed; Workers start it
    #[command(hide = true)]
    Guard,
}

impl Command {
    pub(crate) const NAMES: [&str; 12] = [
        "master",
        "worker",
        "shuffle-service",
        "up",
        "config",
        "submit",
        "status",
        "kill",
        "explain",
        "health",
        "inspect",
        enter::NAME,
    ];

    pub(crate) fn name(&self) -> &'static str {
        let [
            master,
            worker,
            shuffle_service,
            up,
            config,
            submit,
            status,
            kill,
            explain,
            health,
            inspect,
            enter,
        ] = Self::NAMES;
        match self {
            Self::Master(_) => master,
            Self::Worker(_) => worker,
            Self::ShuffleService(_) => shuffle_service,
            Self::Up(_) => up,
            Self::Config(_) => config,
            Self::Submit(_) => submit,
            Self::Status(_) => status,
            Self::Kill(_) => kill,
            Self::Explain(_) => explain,
            Self::Health(_) => health,
            Self::Inspect(_) => inspect,
            Self::Enter(_) => enter,
            Self::Guard => guard::NAME,
        }
    }
}

/// How the log looks, for every command.
#[derive(Debug, Args)]
pub(crate) struct LogArguments {
    /// Style of the log on stderr: text, as Spark writes it, or json, one object a line
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text, value_name = "FORMAT")]
    #[arg(hide_possible_values = true, help_heading = "Log")]
    log_format: LogFormat,
    /// How much is logged: off, error, warn, info, debug or trace [default: info; error for `up`, which tells in its own words]
    #[arg(long, global = true, value_enum, value_name = "LEVEL")]
    #[arg(hide_possible_values = true, help_heading = "Log")]
    log_level: Option<LogLevel>,
}

impl LogArguments {
    /// The same as a command line, for a command that runs in another's place.
    pub(crate) fn line(&self) -> Vec<OsString> {
        let flag = |name: &str, value: Option<PossibleValue>| {
            value.map(|value| format!("--{name}={}", value.get_name()).into())
        };
        let level = self.log_level.and_then(|level| level.to_possible_value());
        let flags = [flag("log-format", self.log_format.to_possible_value()), flag("log-level", level)];
        flags.into_iter().flatten().collect()
    }

    pub(crate) fn format(&self) -> Format {
        match self.log_format {
            LogFormat::Text => Format::Text,
            LogFormat::Json => Format::Json,
        }
    }

    pub(crate) fn level(&self) -> Option<LevelFilter> {
        self.log_level.map(|level| match level {
            LogLevel::Off => LevelFilter::OFF,
            LogLevel::Error => LevelFilter::ERROR,
            LogLevel::Warn => LevelFilter::WARN,
            LogLevel::Info => LevelFilter::INFO,
            LogLevel::Debug => LevelFilter::DEBUG,
            LogLevel::Trace => LevelFilter::TRACE,
        })
    }
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

#[derive(Debug, Args)]
pub(crate) struct MasterArguments {
    #[arg(short = 'h', long, short_alias = 'i', alias = "ip", help = table::MASTER_HOST.about.help())]
    host: Option<String>,
    #[arg(short, long, help = table::MASTER_PORT.about.help())]
    port: Option<String>,
    #[arg(long, value_name = "PORT", help = table::MASTER_WEB_UI_PORT.about.help())]
    webui_port: Option<String>,
    #[arg(long, value_name = "FILE", help = table::PROPERTIES_FILE.about.help())]
    properties_file: Option<String>,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}

impl MasterArguments {
    pub(crate) fn flags(&self) -> Flags {
        Flags::default()
            .with("--host", self.host.as_deref())
            .with("--port", self.port.as_deref())
            .with("--webui-port", self.webui_port.as_deref())
            .with("--properties-file", self.properties_file.as_deref())
    }
}

#[derive(Debug, Args)]
pub(crate) struct ShuffleServiceArguments {
    #[arg(short = 'h', long, short_alias = 'i', alias = "ip", help = table::SHUFFLE_HOST.about.help())]
    host: Option<String>,
    #[arg(short, long, help = table::SHUFFLE_PORT_FLAG.about.help())]
    port: Option<String>,
    #[arg(long, value_name = "PORT", help = table::SHUFFLE_WEB_UI_PORT.about.help())]
    webui_port: Option<String>,
    #[arg(long, value_name = "FILE", help = table::PROPERTIES_FILE.about.help())]
    properties_file: Option<String>,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}

impl ShuffleServiceArguments {
    pub(crate) fn flags(&self) -> Flags {
        Flags::default()
            .with("--host", self.host.as_deref())
            .with("--port", self.port.as_deref())
            .with("--webui-port", self.webui_port.as_deref())
            .with("--properties-file", self.properties_file.as_deref())
    }
}

#[derive(Debug, Args)]
pub(crate) struct WorkerArguments {
    #[arg(value_name = "MASTER_URL", help = table::MASTERS.about.help())]
    master_url: String,
    #[command(flatten)]
    flags: WorkerFlags,
}

impl WorkerArguments {
    pub(crate) fn flags(&self) -> Flags {
        self.flags.flags().with("MASTER_URL", Some(self.master_url.as_str()))
    }
}

#[derive(Debug, Args)]
pub(crate) struct WorkerFlags {
    #[arg(short, long, help = table::CORES.about.help())]
    cores: Option<String>,
    #[arg(short, long, value_name = "SIZE", help = table::MEMORY_OFFERED.about.help())]
    memory: Option<String>,
    #[arg(short = 'd', long, value_name = "FOLDER", help = table::WORK_DIR.about.help())]
    work_dir: Option<String>,
    #[arg(short = 'h', long, short_alias = 'i', alias = "ip", help = table::WORKER_HOST.about.help())]
    host: Option<String>,
    #[arg(short, long, help = table::WORKER_PORT.about.help())]
    port: Option<String>,
    #[arg(long, value_name = "PORT", help = table::WORKER_WEB_UI_PORT.about.help())]
    webui_port: Option<String>,
    #[arg(long, value_name = "FILE", help = table::PROPERTIES_FILE.about.help())]
    properties_file: Option<String>,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}

impl WorkerFlags {
    pub(crate) fn flags(&self) -> Flags {
        Flags::default()
            .with("--cores", self.cores.as_deref())
            .with("--memory", self.memory.as_deref())
            .with("--work-dir", self.work_dir.as_deref())
            .with("--host", self.host.as_deref())
            .with("--port", self.port.as_deref())
            .with("--webui-port", self.webui_port.as_deref())
            .with("--properties-file", self.properties_file.as_deref())
    }
}

#[derive(Debug, Args)]
pub(crate) struct UpArguments {
    /// Workers to run
    #[arg(short, long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) workers: u32,
    /// Cores of each Worker [variable SPARK_WORKER_CORES; default the machine's, divided]
    #[arg(short, long, value_name = "N")]
    pub(crate) cores: Option<String>,
    /// Memory of each Worker, e.g. 4g [variable SPARK_WORKER_MEMORY; default the machine's but 1 GiB, divided]
    #[arg(short, long, value_name = "SIZE")]
    pub(crate) memory: Option<String>,
    /// Host to listen on
    #[arg(short = 'h', long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// Port that drivers dial [default 7077, or the next that is free]
    #[arg(short, long)]
    pub(crate) port: Option<String>,
    /// Port of the Master's page [default 8080, or the next that is free]
    #[arg(long, value_name = "PORT")]
    pub(crate) webui_port: Option<String>,
    #[arg(short = 'd', long, value_name = "FOLDER", help = table::WORK_DIR.about.help())]
    pub(crate) work_dir: Option<String>,
    #[arg(long, value_name = "FILE", help = table::PROPERTIES_FILE.about.help())]
    pub(crate) properties_file: Option<String>,
    /// Print help
    #[arg(long, action = ArgAction::Help)]
    help: Option<bool>,
}
