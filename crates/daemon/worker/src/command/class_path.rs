//! The class path of a Spark process (`AbstractCommandBuilder.buildClassPath`).

use model::Command;

use super::{Disk, Installation};

/// The entries, each once, in the order in which Java searches them.
pub(super) fn build(command: &Command, installation: &Installation, disk: &impl Disk) -> String {
    let mut entries = Entries { disk, found: Vec::new() };
    for of_application in &command.class_path_entries {
        entries.add(of_application);
    }
    entries.add(&installation.conf_dir(command));
    for jar in &installation.leading_jars {
        entries.add(&format!("{}/jars/{jar}", installation.spark_home));
    }
    entries.add(&format!("{}/jars/*", installation.spark_home));
    for name in ["HADOOP_CONF_DIR", "YARN_CONF_DIR", "SPARK_DIST_CLASSPATH"] {
        if let Some(of_environment) = installation.variable(command, name) {
            entries.add(of_environment);
        }
    }
    entries.found.join(":")
}

struct Entries<'a, D> {
    disk: &'a D,
    found: Vec<String>,
}

impl<D: Disk> Entries<'_, D> {
    /// Adds one or several entries; a directory gets a slash at its end, as Java's class loaders want it.
    fn add(&mut self, list: &str) {
        for entry in list.split(':').filter(|entry| !entry.is_empty()) {
            let slash = if !entry.ends_with('/') && self.disk.is_directory(entry) { "/" } else { "" };
            let entry = format!("{entry}{slash}");
            if !self.found.contains(&entry) {
                self.found.push(entry);
            }
        }
    }
}
