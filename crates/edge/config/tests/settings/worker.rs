//! A Worker's settings, and what must be there for it.

use std::path::PathBuf;

use edge_config::ShuffleOfWorker;

use super::{case, shown};

#[test]
fn nothing_set_offers_the_machine() {
    let case = case().ready_for_a_worker();
    let settings = case.quiet_worker();
    assert_eq!((settings.cores, settings.memory_mib), (8, 15_360));
    assert_eq!((settings.host.as_str(), settings.port, settings.web_ui_port), ("10.1.2.3", 0, 8081));
    assert_eq!(settings.masters.masters[0].to_string(), "master:7077");
    assert_eq!(settings.work_dir, case.path("spark/work"));
    assert_eq!(settings.local_dirs, [PathBuf::from("/tmp")]);
    assert_eq!(settings.java, case.path("java/bin/java"));
    assert_eq!((settings.spark.version.as_str(), settings.spark.scala.as_str()), ("3.5.7", "2.12"));
    assert_eq!((settings.initial_registration_retries, settings.max_registration_retries), (6, 16));
    assert_eq!((settings.executor_state_sync_max_attempts, settings.retained_executors), (5, 1000));
    assert!(!settings.prefer_configured_master_address && settings.resources.is_empty());
}

#[test]
fn little_or_unknown_memory_is_still_a_gibibyte() {
    let mut case = case().ready_for_a_worker();
    case.machine.memory_mib = Some(1500);
    assert_eq!(case.quiet_worker().memory_mib, 1024);
    case.machine.memory_mib = None;
    assert_eq!(case.quiet_worker().memory_mib, 1024);
}

#[test]
fn variables_and_flags_name_the_offer() {
    let case = case()
        .ready_for_a_worker()
        .variable("SPARK_WORKER_CORES", "3")
        .variable("SPARK_WORKER_MEMORY", "2g")
        .variable("SPARK_WORKER_PORT", "7078")
        .variable("SPARK_WORKER_WEBUI_PORT", "8082")
        .variable("SPARK_WORKER_DIR", "/data/work");
    let settings = case.quiet_worker();
    assert_eq!((settings.cores, settings.memory_mib, settings.port), (3, 2048, 7078));
    assert_eq!((settings.web_ui_port, settings.work_dir), (8082, PathBuf::from("/data/work")));
    let case = case.flag("--cores", "2").flag("--memory", "1000M").flag("--work-dir", "/flag");
    let settings = case.quiet_worker();
    assert_eq!((settings.cores, settings.memory_mib, settings.work_dir), (2, 1000, PathBuf::from("/flag")));
}

#[test]
fn scratch_folders_are_those_of_the_variables_first() {
    let case = case().ready_for_a_worker().defaults("spark.local.dir /key1,/key2");
    assert_eq!(case.quiet_worker().local_dirs, [PathBuf::from("/key1"), "/key2".into()]);
    let case = case.variable("SPARK_LOCAL_DIRS", "/a,/b");
    assert_eq!(case.quiet_worker().local_dirs, [PathBuf::from("/a"), "/b".into()]);
    let case = case.variable("SPARK_EXECUTOR_DIRS", "/c:/d");
    assert_eq!(case.quiet_worker().local_dirs, [PathBuf::from("/c"), "/d".into()]);
}

#[test]
fn executors_inherit_the_variables_and_spark_home() {
    let case = case().ready_for_a_worker().variable("PYSPARK_PYTHON", "python3");
    let environment = case.quiet_worker().environment;
    assert!(environment.contains(&("PYSPARK_PYTHON".into(), "python3".into())));
    assert!(environment.contains(&("SPARK_HOME".into(), shown(&case.path("spark")).into())));
}

#[test]
fn what_is_missing_is_named() {
    let bare = case();
    let error = bare.worker_error();
    assert_eq!(error, "no Master is named; give its URL, e.g. spark://host:7077");
    let error = bare.flag("MASTER_URL", "spark://m:7077").worker_error();
    assert!(
        error.starts_with("SPARK_HOME is not set, and PATH has no spark-submit; set SPARK_HOME"),
        "{error}"
    );
    let error = case().ready_for_a_worker().variable("JAVA_HOME", "/nowhere").worker_error();
    assert!(error.starts_with("JAVA_HOME is '/nowhere', which has no bin/java"), "{error}");
    let error = case().ready_for_a_worker().variable("JAVA_HOME", "").worker_error();
    assert_eq!(
        error,
        "JAVA_HOME is not set, and PATH has no java; install Java 17 and set JAVA_HOME to its folder: executors \
         are JVMs"
    );
    let case = case().ready_for_a_worker();
    let folder = case.path("java");
    let error = case.variable("SPARK_HOME", shown(&folder)).worker_error();
    assert!(error.contains("is not a Spark folder: it has no jars/spark-core_*.jar"), "{error}");
}

#[test]
fn shuffle_files_are_given_out_inside_or_outside_or_not_at_all() {
    let case = case().ready_for_a_worker();
    assert!(matches!(case.quiet_worker().shuffle, ShuffleOfWorker::Nobody));
    let enabled = "-Dspark.shuffle.service.enabled=true -Dspark.shuffle.service.port=7447";
    let case = case.variable("SPARK_WORKER_OPTS", enabled);
    assert!(matches!(case.quiet_worker().shuffle, ShuffleOfWorker::Inside(service) if service.port == 7447));
    let outside = format!("{enabled} -Dspark.hearth.worker.shuffleServiceOutside=true");
    let case = case.variable("SPARK_WORKER_OPTS", &outside);
    assert!(matches!(case.quiet_worker().shuffle, ShuffleOfWorker::Outside));
    let case = case.variable("SPARK_WORKER_OPTS", "-Dspark.hearth.worker.shuffleServiceOutside=true");
    assert!(matches!(case.quiet_worker().shuffle, ShuffleOfWorker::Nobody));
}
