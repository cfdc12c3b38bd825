//! Which Spark a process gets, and what it finds there.

use std::path::PathBuf;

use edge_config::{Flags, LocalMachine, Sources};
use tempfile::TempDir;

use super::*;

/// A Worker with Sparks of these versions; the first is the usual one.
fn worker(folder: &TempDir, versions: &[&str], variables: &[(&str, &str)]) -> WorkerSettings {
    for version in versions {
        let scala = if version.starts_with('3') { "2.12" } else { "2.13" };
        let jars = folder.path().join(version).join("jars");
        fs::create_dir_all(&jars).unwrap();
        fs::write(jars.join(format!("spark-core_{scala}-{version}.jar")), "").unwrap();
        fs::write(jars.join("slf4j-api-2.0.17.jar"), "").unwrap();
    }
    let homes: Vec<String> =
        versions.iter().map(|version| folder.path().join(version).display().to_string()).collect();
    let homes = homes.join(":");
    let mut environment: edge_config::Environment =
        [("PATH", "/usr/bin:/bin"), ("SPARK_LOCAL_IP", "127.0.0.1"), ("SPARK_HOMES", &homes)]
            .into_iter()
            .collect();
    let java = folder.path().join("bin/java");
    fs::create_dir_all(java.parent().unwrap()).unwrap();
    fs::copy("/bin/true", &java).unwrap();
    environment.set("JAVA_HOME", folder.path().to_str().unwrap());
    variables.iter().for_each(|(name, value)| environment.set(*name, *value));
    let (environment, _) = edge_config::load_spark_env(&environment).unwrap();
    let flags = Flags::default().with("MASTER_URL", Some("spark://m:7077"));
    WorkerSettings::from_sources(&Sources { environment, flags, machine: &LocalMachine }).unwrap().0
}

fn naming(version: &str) -> Command {
    let environment = vec![("HEARTH_SPARK_VERSION".to_owned(), version.to_owned())];
    Command { environment, ..Command::default() }
}

fn chosen<'a>(installations: &'a Installations, planned: &str, command: &Command) -> Result<&'a str, String> {
    let planned = SparkVersion::parse(planned);
    installations.choose(planned.as_ref(), command).map(|found| found.version.as_str())
}

#[test]
fn the_master_chooses_before_the_application_and_that_before_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    let settings = worker(&folder, &["4.0.5", "3.5.7", "3.5.9", "4.3.0"], &[]);
    let installations = Installations::of(&settings).unwrap();
    assert_eq!(chosen(&installations, "3.5.7", &naming("4.3.0")), Ok("3.5.7"));
    assert_eq!(chosen(&installations, "", &naming("4.3.0")), Ok("4.3.0"));
    assert_eq!(chosen(&installations, "", &Command::default()), Ok("4.0.5"));
    assert_eq!(chosen(&installations, "", &naming("3.5")), Ok("3.5.9"), "a line is its newest release");
    assert_eq!(chosen(&installations, "", &naming("3.5.8")), Ok("3.5.9"), "releases of a line go together");
}

#[test]
fn one_that_is_not_there_is_refused_with_those_that_are() {
    let folder = tempfile::tempdir().unwrap();
    let installations = Installations::of(&worker(&folder, &["3.5.7", "4.0.5"], &[])).unwrap();
    let sentence = "Spark 4.3.0 is not on this Worker, which has 3.5.7, 4.0.5: name one of these, or add the folder of \
                    the other to SPARK_HOMES of the Worker";
    assert_eq!(chosen(&installations, "4.3.0", &Command::default()), Err(sentence.to_owned()));
    assert_eq!(chosen(&installations, "", &naming("4.3.0")), Err(sentence.to_owned()));
    assert!(chosen(&installations, "3.5", &Command::default()).is_err(), "a Master names a release");
    assert!(chosen(&installations, "", &naming("garbage")).unwrap_err().starts_with("Spark garbage is not"));
}

#[test]
fn each_has_its_own_folders_jars_and_options() {
    let folder = tempfile::tempdir().unwrap();
    let settings = worker(&folder, &["3.5.7", "4.0.5"], &[("SPARK_SCALA_VERSION", "2.12"), ("X", "y")]);
    let installations = Installations::of(&settings).unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for (version, scala, leading) in [("3.5.7", "2.12", 0), ("4.0.5", "2.13", 1)] {
        let one = installations.of_version(version).unwrap();
        assert_eq!(one.spark_home, at(version));
        let variable = |name: &str| one.environment[name].as_str();
        assert_eq!(variable("SPARK_HOME"), at(version));
        assert_eq!((variable("SPARK_SCALA_VERSION"), variable("X")), (scala, "y"));
        assert_eq!(variable("SPARK_CONF_DIR"), at(&format!("{version}/conf")));
        assert_eq!(one.leading_jars.len(), leading);
        assert_eq!(one.module_options, Installation::module_options(version));
    }
}

#[test]
fn a_configuration_folder_that_was_named_is_that_of_all() {
    let folder = tempfile::tempdir().unwrap();
    let settings = worker(&folder, &["3.5.7", "4.0.5"], &[("SPARK_CONF_DIR", "/etc/spark")]);
    let installations = Installations::of(&settings).unwrap();
    assert!(installations.all.iter().all(|one| one.environment["SPARK_CONF_DIR"] == "/etc/spark"));
}

#[test]
fn jars_that_cannot_be_listed_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = worker(&folder, &["3.5.7"], &[]);
    settings.sparks[0].path = PathBuf::from("/nowhere");
    let error = Installations::of(&settings).unwrap_err();
    assert!(error.starts_with("cannot list '/nowhere/jars': ") && error.contains("SPARK_HOMES"), "{error}");
}
