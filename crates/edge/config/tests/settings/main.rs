//! Settings from sources: what wins, what is refused, what is warned of.

#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod containers;
mod host;
mod metrics;
mod precedence;
mod recovery;
mod refused;
mod releases;
mod report;
mod resources;
mod sparks;
mod worker;

use std::fs;
use std::net::IpAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use edge_config::{
    ConfigError, Environment, Flags, Interface, Limits, Machine, MasterSettings, Sources, Warning,
    WorkerSettings,
};
use tempfile::TempDir;

/// A machine whose every answer is known.
#[derive(Debug)]
pub(crate) struct FakeMachine {
    pub(crate) resolved: Vec<IpAddr>,
    pub(crate) interfaces: Vec<Interface>,
    pub(crate) memory_mib: Option<u64>,
    pub(crate) container: Limits,
}

impl Default for FakeMachine {
    fn default() -> Self {
        Self {
            resolved: vec![[10, 1, 2, 3].into()],
            interfaces: Vec::new(),
            memory_mib: Some(16_384),
            container: Limits::default(),
        }
    }
}

impl Machine for FakeMachine {
    fn host_name(&self) -> String {
        "laptop".into()
    }

    fn resolve(&self, host: &str) -> Vec<IpAddr> {
        if host == "laptop" { self.resolved.clone() } else { Vec::new() }
    }

    fn interfaces(&self) -> Vec<Interface> {
        self.interfaces.clone()
    }

    fn cores(&self) -> u32 {
        8
    }

    fn memory_mib(&self) -> Option<u64> {
        self.memory_mib
    }

    fn container(&self) -> Limits {
        self.container
    }
}

/// Variables, flags and files of one test.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) folder: TempDir,
    pub(crate) environment: Environment,
    pub(crate) flags: Flags,
    pub(crate) machine: FakeMachine,
}

pub(crate) fn case() -> Case {
    let folder = tempfile::tempdir().unwrap();
    let mut environment = Environment::default();
    environment.set("SPARK_CONF_DIR", folder.path().join("conf").to_str().unwrap());
    Case { folder, environment, flags: Flags::default(), machine: FakeMachine::default() }
}

impl Case {
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.set(name, value);
        self
    }

    pub(crate) fn flag(mut self, flag: &'static str, value: &str) -> Self {
        self.flags = self.flags.with(flag, Some(value));
        self
    }

    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn program(self, name: &str, text: &str) -> Self {
        let case = self.file(name, text);
        fs::set_permissions(case.path(name), fs::Permissions::from_mode(0o755)).unwrap();
        case
    }

    pub(crate) fn defaults(self, text: &str) -> Self {
        self.file("conf/spark-defaults.conf", text)
    }

    /// A Spark, a Java and a Master's URL.
    pub(crate) fn ready_for_a_worker(self) -> Self {
        let case = self.file("spark/jars/spark-core_2.12-3.5.7.jar", "").program("java/bin/java", "");
        let (spark, java) = (case.path("spark"), case.path("java"));
        case.variable("SPARK_HOME", spark.to_str().unwrap())
            .variable("JAVA_HOME", java.to_str().unwrap())
            .flag("MASTER_URL", "spark://master:7077")
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources { environment: self.environment.clone(), flags: self.flags.clone(), machine: &self.machine }
    }

    pub(crate) fn master(&self) -> Result<(MasterSettings, Vec<Warning>), ConfigError> {
        MasterSettings::from_sources(&self.sources())
    }

    pub(crate) fn worker(&self) -> Result<(WorkerSettings, Vec<Warning>), ConfigError> {
        WorkerSettings::from_sources(&self.sources())
    }

    /// The settings of a Master of which nothing is to be warned.
    pub(crate) fn quiet_master(&self) -> MasterSettings {
        let (settings, warnings) = self.master().unwrap();
        assert_eq!(warnings, []);
        settings
    }

    /// The settings of a Worker of which nothing is to be warned.
    pub(crate) fn quiet_worker(&self) -> WorkerSettings {
        let (settings, warnings) = self.worker().unwrap();
        assert_eq!(warnings, []);
        settings
    }

    pub(crate) fn master_error(&self) -> String {
        self.master().unwrap_err().to_string()
    }

    pub(crate) fn worker_error(&self) -> String {
        self.worker().unwrap_err().to_string()
    }
}

pub(crate) fn shown(path: &Path) -> &str {
    path.to_str().unwrap()
}
