//! The command line and environment of an executor or driver, as Spark's own Worker makes them. Pure: what the file
//! system says comes in through [`Disk`].
//!
//! The authorities are `ExecutorRunner.fetchAndRunExecutor`, `DriverRunner.prepareAndRunDriver`,
//! `CommandUtils.buildProcessBuilder` and the launcher's `AbstractCommandBuilder.buildJavaCommand`, 3.4 to 4.3.

mod class_path;
mod module_options;
mod node_local_tls;
mod option_string;
mod redaction;
mod spark_choice;

use std::collections::BTreeMap;
use std::path::Path;

use core_worker::LaunchDriver;
use edge_config::ReverseProxy;
use model::message::LaunchExecutor;
use model::{Command, RpcAddress, SparkVersion, WorkerId};

pub(crate) use redaction::redacted;
pub(crate) use spark_choice::named_spark;

const LIBRARY_PATH: &str = "LD_LIBRARY_PATH";

/// What the builder asks of the file system.
pub(crate) trait Disk {
    /// Whether this is a directory.
    fn is_directory(&self, path: &str) -> bool;

    /// The text of a file; none when there is no such file.
    ///
    /// # Errors
    /// With a sentence when the file is there but cannot be read.
    fn text(&self, path: &str) -> Result<Option<String>, String>;
}

/// A path as the command line, the environment and the class path carry it. Paths that are not UTF-8 cannot be
/// carried: Java would not read them either.
pub(crate) fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// The Spark, the Java and the environment that executors are launched from.
#[derive(Clone, Debug)]
pub(crate) struct Installation {
    /// The Spark's version.
    pub(crate) version: SparkVersion,
    /// `SPARK_HOME`.
    pub(crate) spark_home: String,
    /// Jars that go in front of `jars/*`, see [`Installation::leading_jars`].
    pub(crate) leading_jars: Vec<String>,
    /// The Java to use where the application names none.
    pub(crate) java: String,
    /// The Worker's own environment.
    pub(crate) environment: BTreeMap<String, String>,
    /// What this Spark needs of Java, see [`Installation::module_options`].
    pub(crate) module_options: Vec<&'static str>,
    /// The Worker's own properties. May hold secrets.
    pub(crate) properties: Vec<(String, String)>,
}

impl Installation {
    /// Of the names in `SPARK_HOME/jars`, those that this version puts in front: Spark 4 wants its logging interface
    /// found before any other (`AbstractCommandBuilder.buildClassPath`, 4.0).
    pub(crate) fn leading_jars(version: &str, names: impl Iterator<Item = String>) -> Vec<String> {
        let major = version.split('.').next().and_then(|number| number.parse::<u32>().ok());
        if major.is_some_and(|major| major < 4) {
            return Vec::new();
        }
        let mut jars: Vec<_> = names.filter(|name| name.starts_with("slf4j-api-")).collect();
        jars.sort_unstable();
        jars
    }

    /// The options that a Spark of this version needs of a Java with modules.
    pub(crate) fn module_options(version: &str) -> Vec<&'static str> {
        web::submission::module_options(version)
    }

    /// A variable as the builder sees it: what the application sets wins, and empty is as good as absent.
    fn variable<'a>(&'a self, command: &'a Command, name: &str) -> Option<&'a str> {
        let set = command.environment.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        set.filter(|value| !value.is_empty())
            .or_else(|| self.environment.get(name).map(String::as_str))
            .filter(|value| !value.is_empty())
    }

    fn conf_dir(&self, command: &Command) -> String {
        self.variable(command, "SPARK_CONF_DIR")
            .map_or_else(|| format!("{}/conf", self.spark_home), str::to_owned)
    }
}

/// Where this Worker is reached, which is what placeholders and log links stand for.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// Its RPC address.
    pub(crate) address: RpcAddress,
    /// Where browsers find its page: `http://host:8081`, or a path of the proxy before it.
    pub(crate) page_url: String,
}

impl Site {
    /// Behind a reverse proxy all links lead through it, by the Worker's id. Spark's own Worker puts the driver's id into
    /// the links to a driver's logs (`DriverRunner.prepareAndRunDriver`, 3.5), which no Master resolves.
    pub(crate) fn new(
        address: RpcAddress,
        web_ui_url: &str,
        worker: &WorkerId,
        proxy: Option<&ReverseProxy>,
    ) -> Self {
        let page_url = match proxy {
            Some(proxy) => format!("{}/proxy/{worker}", proxy.url.as_deref().unwrap_or_default()),
            None => web_ui_url.to_owned(),
        };
        Self { address, page_url }
    }

    fn worker_url(&self) -> String {
        format!("spark://Worker@{}", self.address)
    }

    fn log_url(&self, whose: &str, log_type: &str) -> String {
        format!("{}/logPage/?{whose}&logType={log_type}", self.page_url)
    }
}

/// What the Worker made for one executor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given {
    /// Its scratch folders.
    pub(crate) local_dirs: Vec<String>,
    /// The file that names its custom resources, when it has any.
    pub(crate) resources_file: Option<String>,
}

/// A process to start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CommandLine {
    /// The program and its arguments.
    pub(crate) argv: Vec<String>,
    /// The whole environment. May hold secrets.
    pub(crate) environment: BTreeMap<String, String>,
}

/// The process of an executor.
///
/// # Errors
/// With a sentence when `conf/java-opts` cannot be read or understood.
pub(crate) fn executor_command(
    launch: &LaunchExecutor,
    installation: &Installation,
    site: &Site,
    given: &Given,
    disk: &impl Disk,
) -> Result<CommandLine, String> {
    let planned = launch.terms.spark.as_ref();
    let mut command = launch.description.command.clone();
    spark_choice::settle(&mut command, planned);
    node_local_tls::apply(&mut command, &installation.properties);
    for option in &mut command.java_options {
        *option = with_ids(option, launch);
    }
    command.arguments =
        command.arguments.iter().map(|argument| substituted(argument, launch, site)).collect();
    if let Some(file) = &given.resources_file {
        command.arguments.extend(["--resourcesFile".to_owned(), file.clone()]);
    }
    let mut line = java_command(&command, launch.memory_mib, installation, disk)?;
    let whose = format!("appId={}&executorId={}", launch.executor.application, launch.executor.executor);
    line.environment.extend([
        ("SPARK_EXECUTOR_DIRS".to_owned(), given.local_dirs.join(":")),
        // From a Spark shell no `scala` process is wanted between the Worker and the executor.
        ("SPARK_LAUNCH_WITH_SCALA".to_owned(), "0".to_owned()),
        ("SPARK_LOG_URL_STDERR".to_owned(), site.log_url(&whose, "stderr")),
        ("SPARK_LOG_URL_STDOUT".to_owned(), site.log_url(&whose, "stdout")),
    ]);
    line.environment.extend(planned.map(|spark| (spark_choice::VARIABLE.to_owned(), spark.to_string())));
    Ok(line)
}

/// The process of a cluster-mode driver whose jar lies at `user_jar`.
///
/// # Errors
/// As [`executor_command`].
pub(crate) fn driver_command(
    launch: &LaunchDriver,
    installation: &Installation,
    site: &Site,
    user_jar: &str,
    resources_file: Option<&str>,
    disk: &impl Disk,
) -> Result<CommandLine, String> {
    let planned = launch.terms.spark.as_ref();
    let mut command = launch.description.command.clone();
    spark_choice::settle(&mut command, planned);
    node_local_tls::apply(&mut command, &installation.properties);
    spark_choice::tell_driver(&mut command, planned);
    command.java_options = module_options::complete(&command.java_options, &installation.module_options);
    command.java_options.extend(resources_file.map(|file| format!("-Dspark.driver.resourcesFile={file}")));
    for argument in &mut command.arguments {
        match argument.as_str() {
            "{{WORKER_URL}}" => *argument = site.worker_url(),
            "{{USER_JAR}}" => user_jar.clone_into(argument),
            _ => {}
        }
    }
    let mut line = java_command(&command, launch.description.memory_mib, installation, disk)?;
    let whose = format!("driverId={}", launch.driver);
    line.environment.extend([
        ("SPARK_DRIVER_LOG_URL_STDERR".to_owned(), site.log_url(&whose, "stderr")),
        ("SPARK_DRIVER_LOG_URL_STDOUT".to_owned(), site.log_url(&whose, "stdout")),
    ]);
    Ok(line)
}

/// `CommandUtils.buildProcessBuilder`: a Java process with Spark's class path.
fn java_command(
    command: &Command,
    memory_mib: u32,
    installation: &Installation,
    disk: &impl Disk,
) -> Result<CommandLine, String> {
    let java_home = command.environment.iter().find(|(name, value)| name == "JAVA_HOME" && !value.is_empty());
    let java = java_home.map_or_else(|| installation.java.clone(), |(_, home)| format!("{home}/bin/java"));
    let mut argv = vec![java];
    let options_file = format!("{}/java-opts", installation.conf_dir(command));
    for line in disk.text(&options_file)?.unwrap_or_default().lines() {
        let options = option_string::parse(line)
            .ok_or_else(|| format!("'{options_file}' has a quote or backslash without its end: {line}"))?;
        argv.extend(options);
    }
    argv.push("-cp".to_owned());
    argv.push(class_path::build(command, installation, disk));
    argv.push(format!("-Xmx{memory_mib}M"));
    // The secret goes by the environment (`CommandUtils.buildLocalCommand`): a command line is for all to read.
    let is_secret = |option: &&String| option.starts_with("-Dspark.authenticate.secret");
    argv.extend(command.java_options.iter().filter(|option| !is_secret(option)).cloned());
    argv.push(command.main_class.clone());
    argv.extend(command.arguments.iter().cloned());

    let mut environment = installation.environment.clone();
    environment.extend(command.environment.iter().cloned());
    if !command.library_path_entries.is_empty() {
        environment.insert(LIBRARY_PATH.to_owned(), library_path(command, installation));
    }
    Ok(CommandLine { argv, environment })
}

fn library_path(command: &Command, installation: &Installation) -> String {
    let of_command = command.environment.iter().find(|(name, _)| name == LIBRARY_PATH).map(|(_, path)| path);
    let of_worker = installation.environment.get(LIBRARY_PATH);
    let paths: Vec<_> = command.library_path_entries.iter().chain(of_command).chain(of_worker).collect();
    paths.iter().map(|path| path.as_str()).collect::<Vec<_>>().join(":")
}

/// An argument that is a placeholder, filled in (`ExecutorRunner.substituteVariables`).
fn substituted(argument: &str, launch: &LaunchExecutor, site: &Site) -> String {
    match argument {
        "{{WORKER_URL}}" => site.worker_url(),
        "{{EXECUTOR_ID}}" => launch.executor.executor.to_string(),
        "{{HOSTNAME}}" => site.address.host.clone(),
        "{{CORES}}" => launch.cores.to_string(),
        "{{APP_ID}}" => launch.executor.application.to_string(),
        "{{RESOURCE_PROFILE_ID}}" => launch.profile.to_string(),
        other => other.to_owned(),
    }
}

/// A Java option with the two ids that may stand anywhere in it (`Utils.substituteAppNExecIds`).
fn with_ids(option: &str, launch: &LaunchExecutor) -> String {
    option
        .replace("{{APP_ID}}", launch.executor.application.as_str())
        .replace("{{EXECUTOR_ID}}", &launch.executor.executor.to_string())
}

#[cfg(test)]
mod tests;
