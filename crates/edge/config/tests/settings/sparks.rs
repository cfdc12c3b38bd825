//! A Worker with several Sparks.

use super::{Case, case, shown};

/// A Worker with 3.5.7 as `SPARK_HOME`, and 4.0.5 and 4.3.0 in a folder.
fn three() -> Case {
    let case = case()
        .ready_for_a_worker()
        .file("sparks/new/jars/spark-core_2.13-4.3.0.jar", "")
        .file("sparks/old/jars/spark-core_2.13-4.0.5.jar", "");
    let folder = case.path("sparks");
    case.variable("SPARK_HOMES", shown(&folder))
}

#[test]
fn all_of_them_are_there_the_oldest_first() {
    let settings = three().quiet_worker();
    let versions: Vec<_> = settings.sparks.iter().map(|spark| spark.version.as_str()).collect();
    assert_eq!(versions, ["3.5.7", "4.0.5", "4.3.0"]);
    assert_eq!(settings.spark, settings.sparks[0]);
    assert_eq!(settings.sparks[0].scala, "2.12");
    let alone = case().ready_for_a_worker().quiet_worker();
    assert_eq!(alone.sparks, [alone.spark]);
}

#[test]
fn without_spark_home_the_first_is_the_usual_one() {
    let case = three().variable("SPARK_HOME", "");
    let settings = case.quiet_worker();
    assert_eq!(settings.spark.path, case.path("sparks/new"));
    assert_eq!((settings.sparks.len(), settings.work_dir), (2, case.path("sparks/new/work")));
    assert!(settings.environment.contains(&("SPARK_HOME".into(), shown(&case.path("sparks/new")).into())));
}

#[test]
fn two_of_one_version_are_warned_of_and_none_at_all_is_refused() {
    let case = three().file("again/jars/spark-core_2.12-3.5.7.jar", "");
    let again = case.path("again");
    let case = case.variable("SPARK_HOMES", shown(&again));
    let (settings, warnings) = case.worker().unwrap();
    assert_eq!((settings.sparks.len(), warnings.len()), (1, 1));
    assert!(warnings[0].0.starts_with("Spark 3.5.7 is in both "), "{warnings:?}");
    assert!(
        case.variable("SPARK_HOMES", "/nowhere").worker_error().starts_with("SPARK_HOMES names '/nowhere'")
    );
}

/// Each Spark has a configuration folder of its own, unless somebody named one for all.
#[test]
fn a_configuration_folder_is_inherited_where_it_was_given() {
    let named = |case: &Case| {
        let (environment, _) = edge_config::load_spark_env(&case.environment).unwrap();
        let sources = edge_config::Sources { environment, ..case.sources() };
        let (settings, _) = edge_config::WorkerSettings::from_sources(&sources).unwrap();
        settings.environment.into_iter().find(|(name, _)| name == "SPARK_CONF_DIR").map(|(_, folder)| folder)
    };
    let case = three().variable("SPARK_WORKER_PORT", "7078");
    assert_eq!(named(&case).as_deref(), Some(shown(&case.path("conf"))));
    let case = case.variable("SPARK_CONF_DIR", "").variable("PATH", &std::env::var("PATH").unwrap());
    assert_eq!(named(&case), None);
    let case = case.file("spark/conf/spark-env.sh", "SPARK_WORKER_CORES=3");
    assert_eq!(named(&case), None, "not even where spark-env.sh has seen it");
    let case = case.file("spark/conf/spark-env.sh", "SPARK_CONF_DIR=/etc/spark");
    assert_eq!(named(&case).as_deref(), Some("/etc/spark"));
}

#[test]
fn what_nobody_set_is_not_shown_as_set() {
    let case = three().variable("SPARK_HOME", "").variable("SPARK_CONF_DIR", "");
    let (environment, _) = edge_config::load_spark_env(&case.environment).unwrap();
    let sources = edge_config::Sources { environment, ..case.sources() };
    let report = edge_config::Report::new(&sources, edge_config::Daemons::Worker).unwrap();
    for (name, value) in [("SPARK_HOME", "sparks/new"), ("SPARK_CONF_DIR", "sparks/new/conf")] {
        let line = report.lines().find(|line| line.name == name).unwrap();
        assert!(matches!(line.source, edge_config::Source::Derived(_)), "{name}: {}", line.source);
        assert_eq!(line.value, shown(&case.path(value)));
    }
}
