//! Folders that are and are not a Spark.

use super::*;
use std::os::unix::fs::PermissionsExt;

fn jar(folder: &Path, name: &str) {
    fs::create_dir_all(folder.join("jars")).unwrap();
    fs::write(folder.join("jars").join(name), "").unwrap();
}

fn program(file: &Path) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, "").unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
}

fn with(name: &str, value: &Path) -> Environment {
    [(name, value.to_str().unwrap())].into_iter().collect()
}

#[test]
fn version_and_scala_are_read_from_the_jar() {
    let folder = tempfile::tempdir().unwrap();
    jar(folder.path(), "spark-core_2.12-3.5.7-tests.jar");
    jar(folder.path(), "spark-core_2.12-3.5.7.jar");
    jar(folder.path(), "spark-common-utils_2.12-3.5.7.jar");
    let spark = SparkHome::find(&with("SPARK_HOME", folder.path())).unwrap();
    assert_eq!((spark.version.as_str(), spark.scala.as_str()), ("3.5.7", "2.12"));
    assert_eq!(spark.path, folder.path());
}

#[test]
fn a_folder_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = SparkHome::find(&with("SPARK_HOME", folder.path())).unwrap_err().to_string();
    assert!(error.contains(folder.path().to_str().unwrap()), "{error}");
    assert!(error.contains("is not a Spark folder") && error.contains("set SPARK_HOME"), "{error}");
    let error = SparkHome::find(&with("SPARK_HOME", &folder.path().join("no"))).unwrap_err().to_string();
    assert!(error.contains("does not exist"), "{error}");
}

#[test]
fn the_spark_of_spark_submit_is_found() {
    let venv = tempfile::tempdir().unwrap();
    let package = venv.path().join("lib/python3.11/site-packages/pyspark");
    program(&venv.path().join("bin/spark-submit"));
    assert!(SparkHome::find(&with("PATH", &venv.path().join("bin"))).is_err(), "no package yet");
    jar(&package, "spark-core_2.13-4.0.5.jar");
    assert_eq!(SparkHome::find(&with("PATH", &venv.path().join("bin"))).unwrap().path, package);

    let unpacked = tempfile::tempdir().unwrap();
    program(&unpacked.path().join("spark/bin/spark-submit"));
    jar(&unpacked.path().join("spark"), "spark-core_2.13-4.3.0.jar");
    fs::create_dir(unpacked.path().join("links")).unwrap();
    let link = unpacked.path().join("links/spark-submit");
    std::os::unix::fs::symlink(unpacked.path().join("spark/bin/spark-submit"), link).unwrap();
    let found = SparkHome::find(&with("PATH", &unpacked.path().join("links"))).unwrap();
    assert_eq!(found.version, "4.3.0");
}

#[test]
fn no_spark_at_all_says_where_it_was_looked_for() {
    let error = SparkHome::find(&Environment::default()).unwrap_err().to_string();
    assert!(
        error.starts_with("SPARK_HOME is not set, and PATH has no spark-submit; set SPARK_HOME"),
        "{error}"
    );
}
