//! Which metrics servlets are on, and where: `metrics.properties`, `spark.metrics.conf` and `spark.metrics.conf.*`.
//!
//! The authorities are `MetricsConfig` and `MetricsSystem.registerSinks` (3.5): what is said of `*` counts for
//! every instance that does not say otherwise, and a sink is a servlet by its name, not by its class.

use std::collections::BTreeMap;

use crate::effective::Effective;
use crate::error::{ConfigError, Warning};
use crate::properties;
use crate::table;

/// Whose metrics they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MetricsInstance {
    /// The Master.
    Master,
    /// The applications, on the Master.
    Applications,
    /// The Worker.
    Worker,
}

impl MetricsInstance {
    /// Its name in `metrics.properties`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Applications => "applications",
            Self::Worker => "worker",
        }
    }
}

/// How a servlet writes metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MetricsForm {
    /// `MetricsServlet`: the JSON of the Dropwizard registry. On unless configured otherwise.
    Json,
    /// `PrometheusServlet`: Spark's own text for Prometheus.
    Prometheus,
}

/// A servlet that is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetricsServlet {
    /// Whose metrics.
    pub instance: MetricsInstance,
    /// In which form.
    pub form: MetricsForm,
    /// Where, such as `/metrics/master/json`.
    pub path: String,
}

/// The servlets of a daemon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetricsSettings {
    /// Those that are on.
    pub servlets: Vec<MetricsServlet>,
}

const PREFIX: &str = "spark.metrics.conf.";
const FILE: &str = "metrics.properties";
const INSTEAD: &str = "take the metrics from /metrics, which is always on, in OpenMetrics";

/// `MetricsConfig.setDefaultProperties`, 3.5.
const DEFAULTS: [(&str, &str); 4] = [
    ("*.sink.servlet.class", "org.apache.spark.metrics.sink.MetricsServlet"),
    ("*.sink.servlet.path", "/metrics/json"),
    ("master.sink.servlet.path", "/metrics/master/json"),
    ("applications.sink.servlet.path", "/metrics/applications/json"),
];

/// Options by name, such as `sink.servlet.path`, of one instance.
type Options = BTreeMap<String, String>;

/// What is on for these instances. Sinks and sources that are not servlets get a warning.
pub(crate) fn settings(
    effective: &mut Effective<'_>,
    instances: &[MetricsInstance],
) -> Result<MetricsSettings, ConfigError> {
    let by_instance = options(effective)?;
    let mut settings = MetricsSettings::default();
    let mut foreign = BTreeMap::new();
    for instance in instances {
        let own = by_instance.get(instance.name()).or_else(|| by_instance.get("*"));
        let Some(own) = own else { continue };
        for (name, form) in [("servlet", MetricsForm::Json), ("prometheusServlet", MetricsForm::Prometheus)] {
            if own.contains_key(&format!("sink.{name}.class"))
                && let Some(path) = path(effective, own, name)
            {
                settings.servlets.push(MetricsServlet { instance: *instance, form, path });
            }
        }
        foreign.extend(foreign_classes(own));
    }
    for (name, class) in foreign {
        effective.warn(Warning(format!(
            "metrics: {name} is {class}, which this build does not run and which has no effect; {INSTEAD}"
        )));
    }
    Ok(settings)
}

/// Where a servlet answers; Spark cannot start one without a path, and neither do we.
fn path(effective: &mut Effective<'_>, own: &Options, name: &str) -> Option<String> {
    match own.get(&format!("sink.{name}.path")) {
        Some(path) if path.starts_with('/') => Some(path.clone()),
        other => {
            let path = other.map(String::as_str).unwrap_or_default();
            effective.warn(Warning(format!(
                "metrics: sink.{name}.path is '{path}', not a path, so this servlet is off; write e.g. /metrics/{name}"
            )));
            None
        }
    }
}

/// The sinks and sources that are JVM classes and no servlets, by name.
fn foreign_classes(own: &Options) -> impl Iterator<Item = (String, String)> {
    own.iter().filter_map(|(option, class)| {
        let name = option.strip_suffix(".class")?;
        let kind = name.split_once('.')?.0;
        let servlet = matches!(name, "sink.servlet" | "sink.prometheusServlet");
        (matches!(kind, "sink" | "source") && !servlet).then(|| (name.to_owned(), class.clone()))
    })
}

/// The options of each instance, those of `*` filled in.
fn options(effective: &mut Effective<'_>) -> Result<BTreeMap<String, Options>, ConfigError> {
    let mut all: Options = DEFAULTS.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
    all.extend(from_file(effective)?);
    let keys: Vec<String> = effective.keys_under(PREFIX).map(str::to_owned).collect();
    for key in keys {
        if let Some(found) = effective.key(&format!("{PREFIX}{key}")) {
            all.insert(key, found.value);
        }
    }
    let mut by_instance: BTreeMap<String, Options> = BTreeMap::new();
    for (key, value) in all {
        let Some((instance, option)) = key.split_once('.') else { continue };
        let is_name = instance == "*" || instance.chars().all(|c| c.is_ascii_alphabetic());
        if is_name && !instance.is_empty() && !option.is_empty() {
            by_instance.entry(instance.to_owned()).or_default().insert(option.to_owned(), value);
        }
    }
    let general = by_instance.get("*").cloned().unwrap_or_default();
    for own in by_instance.values_mut() {
        for (option, value) in &general {
            own.entry(option.clone()).or_insert_with(|| value.clone());
        }
    }
    Ok(by_instance)
}

/// The file of `spark.metrics.conf`, else `metrics.properties` of the configuration folder. As in Spark, one that
/// cannot be read keeps nobody from starting (`MetricsConfig.loadPropertiesFromFile`).
fn from_file(effective: &mut Effective<'_>) -> Result<Options, ConfigError> {
    let usual = effective.environment().spark_conf_dir().map(|folder| folder.join(FILE));
    let named = effective.given(&table::METRICS_CONF)?;
    let file = named.or_else(|| usual.filter(|file| file.is_file()));
    let Some(file) = file else { return Ok(Options::new()) };
    match properties::read(&file) {
        Ok(entries) => Ok(entries.into_iter().map(|entry| (entry.key, entry.value)).collect()),
        Err(error) => {
            effective.warn(Warning(format!("metrics: {error}; the default servlets alone are on")));
            Ok(Options::new())
        }
    }
}
