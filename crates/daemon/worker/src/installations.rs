//! The Sparks that executors and drivers are launched from, and which of them a process gets.

use std::collections::BTreeMap;
use std::fs;

use edge_config::{SparkHome, WorkerSettings};
use model::{Command, SparkVersion};

use crate::command::{Installation, named_spark, text};

/// All Sparks of a Worker.
#[derive(Debug)]
pub(crate) struct Installations {
    /// The oldest first.
    all: Vec<Installation>,
    /// The version of the one for processes that name none.
    usual: SparkVersion,
}

impl Installations {
    /// The settings' Sparks and Java. Waits for disks.
    ///
    /// # Errors
    /// When a Spark's jars cannot be listed.
    pub(crate) fn of(settings: &WorkerSettings) -> Result<Self, String> {
        let all =
            settings.sparks.iter().map(|spark| installation(spark, settings)).collect::<Result<_, _>>()?;
        Ok(Self { all, usual: settings.spark.version.clone() })
    }

    /// The one that a process gets: which the Master names, else which its command names, or the newest of that line, else
    /// the usual one.
    ///
    /// # Errors
    /// With those that are there when the one that is named is not.
    pub(crate) fn choose(
        &self,
        planned: Option<&SparkVersion>,
        command: &Command,
    ) -> Result<&Installation, String> {
        let (found, name) = match (planned, named_spark(command)) {
            (Some(planned), _) => (self.of_version(planned.as_str()), planned.as_str()),
            (None, Some(named)) => (self.of_version(named).or_else(|| self.newest_of_line(named)), named),
            (None, None) => (self.of_version(self.usual.as_str()), self.usual.as_str()),
        };
        found.ok_or_else(|| {
            let there: Vec<&str> = self.all.iter().map(|one| one.version.as_str()).collect();
            format!(
                "Spark {name} is not on this Worker, which has {}: name one of these, or add the folder of the other to \
                 SPARK_HOMES of the Worker",
                there.join(", ")
            )
        })
    }

    fn of_version(&self, version: &str) -> Option<&Installation> {
        self.all.iter().find(|one| one.version.as_str() == version)
    }

    /// For one that names a release which is not there, or a line such as `3.5`.
    fn newest_of_line(&self, named: &str) -> Option<&Installation> {
        let line = SparkVersion::parse(named)?.line();
        self.all.iter().rfind(|one| one.version.line() == line)
    }
}

fn installation(spark: &SparkHome, settings: &WorkerSettings) -> Result<Installation, String> {
    let jars = spark.path.join("jars");
    let names = fs::read_dir(&jars).map_err(|error| {
        let jars = jars.display();
        format!(
            "cannot list '{jars}': {error}. Set SPARK_HOME and SPARK_HOMES to Sparks that this user can read"
        )
    })?;
    let names = names.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let version = spark.version.as_str();
    Ok(Installation {
        spark_home: text(&spark.path),
        leading_jars: Installation::leading_jars(version, names),
        java: text(&settings.java),
        environment: environment(spark, settings),
        module_options: Installation::module_options(version),
        properties: settings.properties.clone(),
        version: spark.version.clone(),
    })
}

/// The Worker's own environment with what Spark's start scripts would have put there (`bin/load-spark-env.sh`).
fn environment(spark: &SparkHome, settings: &WorkerSettings) -> BTreeMap<String, String> {
    let mut environment: BTreeMap<_, _> = settings.environment.iter().cloned().collect();
    environment.insert("SPARK_HOME".to_owned(), text(&spark.path));
    if *spark != settings.spark {
        // What was given is that of the usual one.
        environment.remove("SPARK_SCALA_VERSION");
    }
    environment.entry("SPARK_SCALA_VERSION".to_owned()).or_insert_with(|| spark.scala.clone());
    environment
        .entry("SPARK_CONF_DIR".to_owned())
        .or_insert_with(|| format!("{}/conf", spark.path.display()));
    environment
}

#[cfg(test)]
mod tests;
