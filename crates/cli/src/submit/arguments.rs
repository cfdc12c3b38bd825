//! The flags of `hearth submit`: those of `spark-submit` that a Standalone cluster in cluster mode knows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use edge_config::{Environment, application_properties};

use crate::failure::Failure;

pub(crate) const ABOUT: &str = "\
Submits an application to a Master, which has a Worker run its driver. It speaks HTTP to the Master's submission port \
(6066) and needs neither Java nor Spark on this machine. The application's file must lie where every Worker finds it: \
on a path that all machines see, or on an http server.";

pub(crate) const EXAMPLES: &str = "\
Examples:
  hearth submit --master spark://HOST:6066 --class org.example.App /shared/app.jar 100
  hearth submit --master spark://HOST:6066 --wait --driver-memory 2g /shared/app.py input output
  hearth submit --master spark://HOST1:6066,HOST2:6066 -c spark.cores.max=8 http://files/app.py

The driver's id is written to stdout. The flags are spark-submit's; those given here win over --conf, --conf over the \
properties file. spark-defaults.conf is read from SPARK_CONF_DIR, else from SPARK_HOME/conf.

Exit status: 0 when the Master took it and, with --wait, when it finished; 1 when it did not; 2 when the command line \
is wrong.";

/// What was asked for.
#[derive(Debug, Args)]
pub(crate) struct SubmitArguments {
    /// Master to submit to: spark://HOST:6066, or several [key spark.master]
    #[arg(long, value_name = "URL")]
    master: Option<String>,
    /// Where the driver runs; only cluster here (with spark-submit it is also this machine)
    #[arg(long, value_name = "MODE", default_value = "cluster")]
    pub(super) deploy_mode: String,
    /// Main class of a jar
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<String>,
    /// Name of the application [key spark.app.name; default that of the class or file]
    #[arg(long)]
    pub(super) name: Option<String>,
    /// A key of Spark's: -c spark.cores.max=8
    #[arg(short = 'c', long, value_name = "KEY=VALUE", action = clap::ArgAction::Append)]
    conf: Vec<String>,
    /// File with spark.* keys, read instead of spark-defaults.conf
    #[arg(long, value_name = "FILE")]
    properties_file: Option<PathBuf>,
    /// Read spark-defaults.conf too, under what --properties-file says
    #[arg(long, requires = "properties_file")]
    load_spark_defaults: bool,
    #[command(flatten)]
    pub(super) files: Files,
    #[command(flatten)]
    pub(super) resources: Resources,
    /// Wait until the driver has ended, and end as it did [key spark.standalone.submit.waitAppCompletion]
    #[arg(long)]
    pub(super) wait: bool,
    /// End the driver of this id instead
    #[arg(long, value_name = "ID", conflicts_with = "application")]
    pub(super) kill: Option<String>,
    /// Tell how the driver of this id fares instead
    #[arg(long, value_name = "ID", conflicts_with_all = ["application", "kill"])]
    pub(super) status: Option<String>,
    /// Show what is sent
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// The application's jar or Python file, then its own arguments
    #[arg(value_name = "APP", trailing_var_arg = true, allow_hyphen_values = true)]
    #[arg(required_unless_present_any = ["kill", "status"])]
    pub(super) application: Vec<String>,
}

/// What the driver and its executors find beside the application.
#[derive(Debug, Args)]
pub(crate) struct Files {
    /// Jars for the driver and the executors, with commas between them
    #[arg(long, value_name = "JARS")]
    pub(super) jars: Option<String>,
    /// .py, .zip and .egg files for a Python application, on paths that every Worker sees
    #[arg(long, value_name = "FILES")]
    pub(super) py_files: Option<String>,
    /// Files for the executors' folders
    #[arg(long, value_name = "FILES")]
    pub(super) files: Option<String>,
    /// Archives that are unpacked in the executors' folders
    #[arg(long, value_name = "ARCHIVES")]
    pub(super) archives: Option<String>,
    /// Maven coordinates of jars that the driver fetches
    #[arg(long, value_name = "PACKAGES")]
    pub(super) packages: Option<String>,
    /// Coordinates that --packages leaves out
    #[arg(long, value_name = "PACKAGES")]
    pub(super) exclude_packages: Option<String>,
    /// Further repositories for --packages
    #[arg(long, value_name = "URLS")]
    pub(super) repositories: Option<String>,
}

/// What the driver and its executors get.
#[derive(Debug, Args)]
pub(crate) struct Resources {
    /// Memory of the driver, e.g. 2g [default 1g]
    #[arg(long, value_name = "SIZE")]
    pub(super) driver_memory: Option<String>,
    /// Cores of the driver [default 1]
    #[arg(long, value_name = "N")]
    pub(super) driver_cores: Option<String>,
    /// Options of the driver's Java
    #[arg(long, value_name = "OPTIONS", allow_hyphen_values = true)]
    pub(super) driver_java_options: Option<String>,
    /// Folders with native libraries for the driver
    #[arg(long, value_name = "PATH")]
    pub(super) driver_library_path: Option<String>,
    /// Jars and folders in front of the driver's class path
    #[arg(long, value_name = "PATH")]
    pub(super) driver_class_path: Option<String>,
    /// Start the driver again when it fails
    #[arg(long)]
    pub(super) supervise: bool,
    /// Cores of all executors together [default all]
    #[arg(long, value_name = "N")]
    pub(super) total_executor_cores: Option<String>,
    /// Cores of one executor [default all of its Worker]
    #[arg(long, value_name = "N")]
    pub(super) executor_cores: Option<String>,
    /// Memory of one executor [default 1g]
    #[arg(long, value_name = "SIZE")]
    pub(super) executor_memory: Option<String>,
}

impl SubmitArguments {
    /// The Master that a flag names.
    pub(super) fn master(&self) -> Option<&str> {
        self.master.as_deref()
    }

    /// The keys of files, then of `--conf`.
    pub(super) fn properties(&self, environment: &Environment) -> Result<BTreeMap<String, String>, Failure> {
        let mut properties = BTreeMap::new();
        if self.properties_file.is_none() || self.load_spark_defaults {
            properties.extend(application_properties(environment, None)?);
        }
        if let Some(file) = &self.properties_file {
            properties.extend(application_properties(environment, Some(file))?);
        }
        for pair in &self.conf {
            let (key, value) = pair.split_once('=').ok_or_else(|| {
                Failure::Usage(format!("--conf is '{pair}', which has no '='; write KEY=VALUE"))
            })?;
            if !key.starts_with("spark.") {
                super::tell(&format!("'{key}' is no key of Spark's (spark.…) and is left out"));
                continue;
            }
            properties.insert(key.to_owned(), value.to_owned());
        }
        Ok(properties)
    }
}
