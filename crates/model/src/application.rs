//! What an application says of itself when it registers.

use crate::ResourceProfile;

/// A process to launch: main class, arguments and options, placeholders like `{{EXECUTOR_ID}}` not yet filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Command {
    /// Fully qualified name of the class to run.
    pub main_class: String,
    /// Arguments behind the class.
    pub arguments: Vec<String>,
    /// Variables to lay over the Worker's own. May hold secrets: never log the values.
    pub environment: Vec<(String, String)>,
    /// Folders and jars that go in front of Spark's own class path.
    pub class_path_entries: Vec<String>,
    /// Folders for `LD_LIBRARY_PATH`.
    pub library_path_entries: Vec<String>,
    /// Options of the Java virtual machine, `-D` properties among them.
    pub java_options: Vec<String>,
}

/// An application as its driver registers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationDescription {
    /// The name that the user gave it.
    pub name: String,
    /// The operating-system user of the driver.
    pub user: String,
    /// `spark.cores.max`; none where the user set none.
    pub max_cores: Option<u32>,
    /// How an executor is launched.
    pub command: Command,
    /// The driver's own page, empty when it is switched off.
    pub app_ui_url: String,
    /// Where the driver writes its event log.
    pub event_log_dir: Option<String>,
    /// The codec of its event log.
    pub event_log_codec: Option<String>,
    /// How many executors to begin with under dynamic allocation; none means no limit.
    pub initial_executor_limit: Option<u32>,
    /// What an executor of resource profile 0 needs.
    pub default_profile: ResourceProfile,
}
