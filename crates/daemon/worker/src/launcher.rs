//! From a message that asks for an executor or driver to a process that can be started: folders, files, command line.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

use core_worker::LaunchDriver;
use edge_config::WorkerSettings;
use edge_process::Launch;
use model::message::LaunchExecutor;
use model::{LogRolling, ResourceInformation, Terms};
use regex::Regex;
use tracing::info;

use crate::command::{self, CommandLine, Disk, Given, Site, text};
use crate::confinement::Confinement;
use crate::folders::{Folders, said};
use crate::installations::Installations;
use crate::processes::Stop;
use crate::{resources_file, user_jar};

/// Everything that a launch needs and that stays the same for a Worker's life.
#[derive(Debug)]
pub(crate) struct Launcher {
    installations: Installations,
    confinement: Confinement,
    site: Site,
    folders: Arc<Folders>,
    redaction: Regex,
    rolling: Option<LogRolling>,
}

impl Launcher {
    /// A launcher for a Worker at that site.
    pub(crate) fn new(
        settings: &WorkerSettings,
        installations: Installations,
        confinement: Confinement,
        site: Site,
        folders: Arc<Folders>,
    ) -> Self {
        let (redaction, rolling) = (settings.redaction.clone(), settings.log_rolling.clone());
        Self { installations, confinement, site, folders, redaction, rolling }
    }

    /// Removes the control groups that Workers which were killed left behind. Waits for the kernel.
    pub(crate) fn remove_abandoned_groups(&self) {
        self.confinement.remove_abandoned();
    }

    /// Makes the folders and files of an executor.
    ///
    /// # Errors
    /// With a sentence that names what was wrong and where.
    pub(crate) async fn prepare_executor(self: Arc<Self>, launch: LaunchExecutor) -> Result<Launch, String> {
        on_disk(move || self.executor_launch(&launch)).await
    }

    fn executor_launch(&self, launch: &LaunchExecutor) -> Result<Launch, String> {
        let (terms, executor) = (&launch.terms, &launch.executor);
        let installation = self.installations.choose(terms.spark.as_ref(), &launch.description.command)?;
        let folder = self.folders.make_executor_folder(executor)?;
        let local_dirs = self.folders.scratch_of(&executor.application)?;
        let given = Given {
            local_dirs: local_dirs.iter().map(|folder| text(folder)).collect(),
            resources_file: write_resources(&folder, "executor", &launch.resources)?,
        };
        let line = command::executor_command(launch, installation, &self.site, &given, &Files)?;
        let shown = command::redacted(&line.argv, &self.redaction);
        info!(target: "ExecutorRunner", "Launch command: {shown}");
        let name = format!("executor-{}-{}", executor.application, executor.executor);
        let process = launch_in(&folder, line, &format!("Spark Executor Command: {shown}"))?;
        // An executor's logs alone: `DriverRunner` writes a driver's past all appenders.
        let process = Launch { rolling: self.rolling.clone(), ..process };
        self.confined(process, &name, terms)
    }

    /// The process within its limits.
    fn confined(&self, process: Launch, name: &str, terms: &Terms) -> Result<Launch, String> {
        let group = self.confinement.group(name, terms.memory_limit_mib)?;
        Ok(Launch { group, shared_limit: self.confinement.shared_limit(), ..process })
    }

    /// Makes the folder and files of a driver and fetches its jar, until it is asked to stop.
    ///
    /// # Errors
    /// With a sentence that names what was wrong and where.
    pub(crate) async fn prepare_driver(
        self: Arc<Self>,
        launch: LaunchDriver,
        stop: Stop,
    ) -> Result<Launch, String> {
        // Before its jar is fetched.
        self.installations.choose(launch.terms.spark.as_ref(), &launch.description.command)?;
        let (launcher, driver) = (self.clone(), launch.driver.clone());
        let folder = on_disk(move || launcher.folders.make_driver_folder(&driver)).await?;
        let user_jar = tokio::select! {
            fetched = user_jar::fetch(&launch.description.jar_url, &folder) => fetched?,
            () = stop.asked() => return Err("it was to end while its jar was fetched".to_owned()),
        };
        on_disk(move || self.driver_launch(&launch, &folder, &user_jar)).await
    }

    fn driver_launch(&self, launch: &LaunchDriver, folder: &Path, user_jar: &Path) -> Result<Launch, String> {
        let installation =
            self.installations.choose(launch.terms.spark.as_ref(), &launch.description.command)?;
        let resources_file = write_resources(folder, "driver", &launch.resources)?;
        let line = command::driver_command(
            launch,
            installation,
            &self.site,
            &text(user_jar),
            resources_file.as_deref(),
            &Files,
        )?;
        let shown = command::redacted(&line.argv, &self.redaction);
        info!(target: "DriverRunner", "Launch Command: {shown}");
        let process = launch_in(folder, line, &format!("Launch Command: {shown}"))?;
        self.confined(process, &format!("driver-{}", launch.driver), &launch.terms)
    }
}

/// The process, with a first line in its log that says how it was started.
fn launch_in(folder: &Path, line: CommandLine, title: &str) -> Result<Launch, String> {
    let stderr = folder.join("stderr");
    let head = format!("{title}\n{}\n\n", "=".repeat(40));
    let log = OpenOptions::new().append(true).create(true).open(&stderr);
    log.and_then(|mut log| log.write_all(head.as_bytes()))
        .map_err(|error| format!("cannot write '{}': {}", stderr.display(), said(&error)))?;
    let mut argv = line.argv.into_iter();
    let program = argv.next().ok_or("there is no program to start")?;
    Ok(Launch {
        program: program.into(),
        arguments: argv.map(Into::into).collect(),
        environment: line.environment.into_iter().map(|(name, value)| (name.into(), value.into())).collect(),
        directory: folder.to_owned(),
        stdout: folder.join("stdout"),
        stderr,
        rolling: None,
        group: None,
        shared_limit: None,
    })
}

/// Does what waits for disks where waiting is allowed.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(format!("the preparation broke off: {error}")))
}

/// The file that names the custom resources of an `executor` or `driver`; none where it has none.
fn write_resources(
    folder: &Path,
    component: &str,
    resources: &[ResourceInformation],
) -> Result<Option<String>, String> {
    let Some(json) = resources_file::text(&format!("spark.{component}"), resources) else { return Ok(None) };
    let path = folder.join(format!("resource-{component}-{}.json", fastrand::u64(..)));
    fs::write(&path, json).map_err(|error| format!("cannot write '{}': {}", path.display(), said(&error)))?;
    Ok(Some(text(&path)))
}

struct Files;

impl Disk for Files {
    fn is_directory(&self, path: &str) -> bool {
        Path::new(path).is_dir()
    }

    fn text(&self, path: &str) -> Result<Option<String>, String> {
        match fs::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Err(error) => Err(format!("cannot read '{path}': {error}")),
        }
    }
}
