//! What an operator has set for every application: the keys that a submission begins with.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::ConfigError;
use crate::properties;
use crate::sources::Environment;

/// The `spark.*` keys of `file`, else of `spark-defaults.conf` in the configuration folder, where there is one
/// (`SparkSubmitArguments.mergeDefaultSparkProperties`, 3.5).
///
/// # Errors
/// When a file cannot be read or understood.
pub fn application_properties(
    environment: &Environment,
    file: Option<&Path>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let default = || environment.spark_conf_dir().map(|folder| folder.join("spark-defaults.conf"));
    let Some(path) = file.map(Path::to_owned).or_else(|| default().filter(|file| file.is_file())) else {
        return Ok(BTreeMap::new());
    };
    let entries = properties::read(&path)?.into_iter().filter(|entry| entry.key.starts_with("spark."));
    Ok(entries.map(|entry| (entry.key, entry.value)).collect())
}

/// A value as it may be shown: stars where its name looks like a secret's.
pub fn shown<'a>(name: &str, value: &'a str) -> &'a str {
    crate::error::shown(name, value)
}
