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
    assert_eq!(found.version.as_str(), "4.3.0");
}

#[test]
fn no_spark_at_all_says_where_it_was_looked_for() {
    let error = SparkHome::find(&Environment::default()).unwrap_err().to_string();
    assert!(
        error.starts_with("SPARK_HOME is not set, and PATH has no spark-submit; set SPARK_HOME"),
        "{error}"
    );
}

fn homes(pairs: &[(&str, String)]) -> Result<SparkHomes, String> {
    let environment = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    SparkHomes::find(&environment).map_err(|error| error.to_string())
}

fn versions(homes: &SparkHomes) -> Vec<&str> {
    homes.all.iter().map(|spark| spark.version.as_str()).collect()
}

/// A folder with Sparks of these names and versions, and with what else may lie there.
fn sparks(named: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, version) in named {
        jar(&folder.path().join(name), &format!("spark-core_2.13-{version}.jar"));
    }
    fs::create_dir(folder.path().join("lost+found")).unwrap();
    fs::write(folder.path().join("README"), "").unwrap();
    folder
}

#[test]
fn a_folder_may_hold_several_and_the_newest_is_the_usual_one() {
    let folder = sparks(&[("a", "3.5.7"), ("b", "4.10.0"), ("c", "4.9.1")]);
    std::os::unix::fs::symlink("a", folder.path().join("current")).unwrap();
    let list = folder.path().display().to_string();
    let found = homes(&[("SPARK_HOMES", list.clone())]).unwrap();
    assert_eq!(versions(&found), ["3.5.7", "4.9.1", "4.10.0"]);
    assert_eq!(found.default.path, folder.path().join("b"));
    assert_eq!(found.warnings, [], "a link to one of them is no second one");
    assert_eq!(SparkHome::find(&with("SPARK_HOMES", folder.path())).unwrap(), found.default);

    let first = folder.path().join("a").display().to_string();
    let found = homes(&[("SPARK_HOMES", format!("{first}:{list}"))]).unwrap();
    assert_eq!(found.default.version.as_str(), "3.5.7", "the first that is named");
    assert_eq!(versions(&found).len(), 3);
}

#[test]
fn spark_home_is_the_usual_one_and_among_them() {
    let folder = sparks(&[("a", "3.5.7"), ("b", "4.0.5")]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let found = homes(&[("SPARK_HOME", at("a")), ("SPARK_HOMES", at("b"))]).unwrap();
    assert_eq!((found.default.version.as_str(), versions(&found)), ("3.5.7", vec!["3.5.7", "4.0.5"]));
    let found =
        homes(&[("SPARK_HOME", at("a")), ("SPARK_HOMES", format!("{}:{}:", at("a"), at("b")))]).unwrap();
    assert_eq!((versions(&found).len(), found.warnings.len()), (2, 0));
    let found = homes(&[("SPARK_HOME", at("a"))]).unwrap();
    assert_eq!(versions(&found), ["3.5.7"]);
}

#[test]
fn of_two_of_one_version_the_first_counts_and_both_are_named() {
    let folder = sparks(&[("a", "3.5.7"), ("b", "3.5.7"), ("c", "4.0.5")]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    let found = homes(&[("SPARK_HOMES", format!("{}:{}:{}", at("c"), at("b"), at("a")))]).unwrap();
    assert_eq!(found.all[0].path, folder.path().join("b"));
    let warning = &found.warnings[0].0;
    assert!(warning.contains(&at("a")) && warning.contains(&format!("{} is used", at("b"))), "{warning}");
}

#[test]
fn what_is_none_and_holds_none_is_named() {
    let folder = sparks(&[("a", "3.5.7")]);
    let at = |name: &str| folder.path().join(name).display().to_string();
    for (name, problem) in
        [("lost+found", "is not a Spark folder and holds none"), ("gone", "cannot be looked into")]
    {
        let error = homes(&[("SPARK_HOME", at("a")), ("SPARK_HOMES", at(name))]).unwrap_err();
        let what = format!("SPARK_HOMES names '{}', which {problem}", at(name));
        assert!(error.starts_with(&what) && error.contains("; set SPARK_HOMES to"), "{error}");
    }
    let error = homes(&[("SPARK_HOMES", ":".into())]).unwrap_err();
    assert!(error.starts_with("SPARK_HOMES is ':': an empty list of folders; set SPARK_HOMES"), "{error}");
}
