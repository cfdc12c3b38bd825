//! One text per setting: what the sources say together, by Spark's precedence.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::error::{BadValue, ConfigError, Origin, Warning};
use crate::machine::Machine;
use crate::properties;
use crate::sources::{Environment, Sources};
use crate::table::{About, Daemons, Setting};
use crate::version::SparkVersion;
use crate::{options, question};

/// What a source says of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) origin: Origin,
    pub(crate) name: String,
    pub(crate) value: String,
}

/// The sources, read and merged for one daemon.
#[derive(Debug)]
pub(crate) struct Effective<'a> {
    sources: &'a Sources<'a>,
    version: SparkVersion,
    properties: BTreeMap<String, (String, Origin)>,
    warnings: Vec<Warning>,
    ignored_variables: BTreeSet<&'static str>,
}

impl<'a> Effective<'a> {
    /// Reads options and files, and questions keys that have no effect.
    pub(crate) fn read(sources: &'a Sources<'a>, daemon: Daemons) -> Result<Self, ConfigError> {
        let mut effective = Self::gather(sources, daemon)?;
        let warnings = question::keys(&effective, daemon)?;
        effective.warnings.extend(warnings);
        Ok(effective)
    }

    /// Reads options and files.
    pub(crate) fn gather(sources: &'a Sources<'a>, daemon: Daemons) -> Result<Self, ConfigError> {
        let mut effective = Self {
            sources,
            version: SparkVersion::of(&sources.environment),
            properties: BTreeMap::new(),
            warnings: Vec::new(),
            ignored_variables: BTreeSet::new(),
        };
        effective.read_options(daemon)?;
        effective.read_properties_file()?;
        Ok(effective)
    }

    pub(crate) fn environment(&self) -> &'a Environment {
        &self.sources.environment
    }

    pub(crate) fn machine(&self) -> &'a dyn Machine {
        self.sources.machine
    }

    /// The release whose defaults count.
    pub(crate) fn version(&self) -> &SparkVersion {
        &self.version
    }

    /// All keys with where they were found, by name.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&str, &Origin)> {
        self.properties.iter().map(|(key, (_, origin))| (key.as_str(), origin))
    }

    /// All keys as they were written, by name, for whoever shows them (`SparkConf.getAll`, 3.5).
    pub(crate) fn properties(&self) -> Vec<(String, String)> {
        self.properties.iter().map(|(key, (value, _))| (key.clone(), value.clone())).collect()
    }

    pub(crate) fn warn(&mut self, warning: impl Into<Option<Warning>>) {
        self.warnings.extend(warning.into());
    }

    pub(crate) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }

    /// Keys that begin so, with their values.
    pub(crate) fn keys_under(&self, prefix: &str) -> impl Iterator<Item = &str> {
        self.properties.keys().filter_map(move |key| key.strip_prefix(prefix))
    }

    /// What the sources say of a key.
    pub(crate) fn key(&self, key: &str) -> Option<Found> {
        let (value, origin) = self.properties.get(key)?;
        let value = self.substituted(value, &mut vec![key.to_owned()]).trim().to_owned();
        Some(Found { origin: origin.clone(), name: key.to_owned(), value })
    }

    /// The value of a setting, or none when nothing sets it.
    pub(crate) fn given<T>(&mut self, setting: &Setting<T>) -> Result<Option<T>, ConfigError> {
        match self.find(&setting.about) {
            Some(found) => read(setting, found).map(Some),
            None => Ok(None),
        }
    }

    /// The value of a setting, or the table's default.
    pub(crate) fn value<T>(&mut self, setting: &Setting<T>) -> Result<T, ConfigError> {
        let found = self.find(&setting.about).unwrap_or_else(|| Found {
            origin: Origin::Default,
            name: setting.about.key.to_owned(),
            value: setting.about.default_of(&self.version).to_owned(),
        });
        read(setting, found)
    }

    /// What names a setting, the source that wins.
    pub(crate) fn find(&mut self, about: &About) -> Option<Found> {
        let keys = [about.key, about.older].into_iter().filter(|key| key.starts_with("spark."));
        if let Some(found) = keys.filter_map(|key| self.key(key)).next() {
            return Some(found);
        }
        if let Some(value) = self.sources.flags.value(about.flag) {
            return Some(Found { origin: Origin::Flag, name: about.flag.into(), value: value.into() });
        }
        self.variable(about)
    }

    fn variable(&mut self, about: &About) -> Option<Found> {
        let environment = self.environment();
        let names = [about.variable, about.older].into_iter().filter(|name| !name.starts_with("spark."));
        let (name, value) =
            names.filter_map(|name| environment.given(name).map(|value| (name, value))).next()?;
        if about.kind == crate::kind::PORT.name && value.starts_with("tcp://") {
            self.ignore_service_link(name, value);
            return None;
        }
        if name == about.older {
            let text = format!("{name} is deprecated; set {} instead", about.variable);
            self.warn(Warning(text));
        }
        Some(Found { origin: Origin::Variable, name: name.into(), value: value.into() })
    }

    /// Kubernetes sets SPARK_MASTER_PORT=tcp://10.96.0.7:7077 for a Service that is called `spark-master`.
    fn ignore_service_link(&mut self, name: &'static str, value: &str) {
        if self.ignored_variables.insert(name) {
            self.warn(Warning(format!(
                "{name} is '{value}', which Kubernetes sets for a Service of that name, and is passed over; \
                 set enableServiceLinks: false in the pod to be rid of it"
            )));
        }
    }

    /// `conf/java-opts`, then `SPARK_DAEMON_JAVA_OPTS`, then the daemon's own: the last one wins, as for a JVM.
    fn read_options(&mut self, daemon: Daemons) -> Result<(), ConfigError> {
        let environment = self.environment();
        if let Some(file) = environment.spark_conf_dir().map(|folder| folder.join("java-opts"))
            && file.is_file()
        {
            for line in properties::read_text(&file, "make it readable, or remove it")?.lines() {
                self.take_options(&file.display().to_string(), line)?;
            }
        }
        let own = match daemon {
            Daemons::Master => "SPARK_MASTER_OPTS",
            Daemons::Shuffle => "SPARK_SHUFFLE_OPTS",
            _ => "SPARK_WORKER_OPTS",
        };
        for name in ["SPARK_DAEMON_JAVA_OPTS", own] {
            self.take_options(name, environment.value(name).unwrap_or_default())?;
        }
        Ok(())
    }

    fn take_options(&mut self, holder: &str, text: &str) -> Result<(), ConfigError> {
        for (key, value) in options::system_properties(holder, text)? {
            if key.starts_with("spark.") {
                self.properties.insert(key, (value, Origin::Option(holder.to_owned())));
            }
        }
        Ok(())
    }

    /// `Utils.loadDefaultSparkProperties` (3.5): only `spark.*`, and never over an option.
    fn read_properties_file(&mut self) -> Result<(), ConfigError> {
        let default = || self.environment().spark_conf_dir().map(|folder| folder.join("spark-defaults.conf"));
        let file = match self.sources.flags.value("--properties-file") {
            Some(file) => Some(Path::new(file).to_owned()),
            None => default().filter(|file| file.is_file()),
        };
        let Some(path) = file else { return Ok(()) };
        let mut from_file = BTreeMap::new();
        for entry in properties::read(&path)? {
            if entry.key.starts_with("spark.") {
                let origin = Origin::File { path: path.clone(), line: entry.line };
                from_file.insert(entry.key, (entry.value, origin));
            }
        }
        for (key, found) in from_file {
            self.properties.entry(key).or_insert(found);
        }
        Ok(())
    }

    /// `${spark.key}`, `${env:NAME}` and `${system:key}`; what names nothing, or itself, stays as it is
    /// (`ConfigReader.substitute`, 3.5). `within` are the names that are being replaced already.
    fn substituted(&self, text: &str, within: &mut Vec<String>) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, from)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, after)) = from.split_once('}') else {
                out.push_str("${");
                rest = from;
                continue;
            };
            match self.reference(name).filter(|_| !within.iter().any(|one| one == name)) {
                Some(value) => {
                    within.push(name.to_owned());
                    out.push_str(&self.substituted(value, within));
                    within.pop();
                }
                None => out.extend(["${", name, "}"]),
            }
            rest = after;
        }
        out.push_str(rest);
        out
    }

    fn reference(&self, name: &str) -> Option<&str> {
        let key = |key: &str| self.properties.get(key).map(|(value, _)| value.as_str());
        match name.split_once(':') {
            Some(("env", variable)) => self.environment().value(variable),
            Some(("system", name)) => key(name),
            Some(_) => None,
            None => key(name),
        }
    }
}

fn read<T>(setting: &Setting<T>, found: Found) -> Result<T, ConfigError> {
    let Found { origin, name, value } = found;
    (setting.kind.parse)(value.trim()).map_err(|problem| {
        let advice = format!("write e.g. {}", setting.kind.example);
        BadValue { origin, name, value, problem: problem.into_owned(), advice }.into()
    })
}
