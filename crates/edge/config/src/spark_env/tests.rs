//! `spark-env.sh` files that set, refer, print, fail and leave.

use super::*;
use std::fs;

fn folder_with(script: &str) -> (tempfile::TempDir, Environment) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("spark-env.sh"), script).unwrap();
    let path = std::env::var("PATH").unwrap();
    let pairs =
        [("PATH", path.as_str()), ("SPARK_CONF_DIR", folder.path().to_str().unwrap()), ("PWD", "/kept")];
    let environment = pairs.into_iter().collect();
    (folder, environment)
}

#[test]
fn variables_are_set_whether_exported_or_not() {
    let script = "SPARK_WORKER_CORES=3\nexport SPARK_WORKER_DIR=\"$SPARK_CONF_DIR/work\"\n\
                  echo noise\nMULTI=$'two\\nlines'\nfalse\n";
    let (folder, environment) = folder_with(script);
    let (loaded, warnings) = load_spark_env(&environment).unwrap();
    assert!(warnings.is_empty());
    assert_eq!(loaded.value("SPARK_WORKER_CORES"), Some("3"));
    assert_eq!(loaded.path("SPARK_WORKER_DIR"), Some(folder.path().join("work")));
    assert_eq!(loaded.value("MULTI"), Some("two\nlines"));
    assert_eq!(loaded.value("SPARK_ENV_LOADED"), Some("1"));
    assert_eq!(loaded.value("PWD"), Some("/kept"));
    assert_eq!(loaded.value("_"), None);
}

#[test]
fn it_is_run_once() {
    let (_folder, mut environment) = folder_with("SPARK_WORKER_CORES=3");
    environment.set("SPARK_ENV_LOADED", "1");
    let (loaded, _) = load_spark_env(&environment).unwrap();
    assert_eq!(loaded, environment);
}

#[test]
fn a_file_that_fails_or_leaves_is_named() {
    let (folder, environment) = folder_with("exit 3");
    let error = load_spark_env(&environment).unwrap_err().to_string();
    assert!(error.starts_with(folder.path().to_str().unwrap()), "{error}");
    assert!(error.contains("exit status: 3") && error.contains("SPARK_ENV_LOADED=1"), "{error}");
    let (_folder, environment) = folder_with("exit 0");
    assert!(load_spark_env(&environment).unwrap_err().to_string().contains("ended before its end"));
}

#[test]
fn without_bash_there_is_a_warning() {
    let (_folder, mut environment) = folder_with("SPARK_WORKER_CORES=3");
    environment.set("PATH", "/nowhere");
    let (loaded, warnings) = load_spark_env(&environment).unwrap();
    assert_eq!(loaded.value("SPARK_WORKER_CORES"), None);
    assert!(warnings[0].0.contains("spark-env.sh") && warnings[0].0.contains("bash"), "{warnings:?}");
}

#[test]
fn without_a_folder_nothing_changes() {
    let environment: Environment = [("PATH", "/nowhere")].into_iter().collect();
    assert_eq!(load_spark_env(&environment).unwrap().0, environment);
}
