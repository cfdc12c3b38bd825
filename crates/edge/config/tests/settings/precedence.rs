//! Who wins, as in `MasterArguments`, `WorkerArguments` and `Utils.loadDefaultSparkProperties`.

use super::{case, shown};

#[test]
fn nothing_set_is_sparks_defaults() {
    let settings = case().quiet_master();
    assert_eq!((settings.host.as_str(), settings.port, settings.web_ui_port), ("10.1.2.3", 7077, 8080));
    assert_eq!(settings.web_ui_bind, "0.0.0.0");
    assert_eq!(settings.public_host, "10.1.2.3");
    assert_eq!(settings.ui_title, None);
    assert!(settings.ui_kill_enabled && settings.spread_out);
    assert_eq!(settings.default_cores, 2_147_483_647);
    assert_eq!(settings.worker_timeout_ms, 60_000);
    assert_eq!(settings.max_executor_retries, Some(10));
    assert_eq!((settings.retained_applications, settings.retained_drivers), (200, 200));
    assert_eq!((settings.dead_worker_persistence, settings.port_max_retries), (15, 16));
}

#[test]
fn flags_win_over_variables() {
    let case = case()
        .variable("SPARK_MASTER_HOST", "from-variable")
        .variable("SPARK_MASTER_PORT", "7177")
        .variable("SPARK_MASTER_WEBUI_PORT", "8180");
    let settings = case.quiet_master();
    assert_eq!((settings.host.as_str(), settings.port, settings.web_ui_port), ("from-variable", 7177, 8180));
    let case = case.flag("--host", "from-flag").flag("--port", "0").flag("--webui-port", "8280");
    let settings = case.quiet_master();
    assert_eq!((settings.host.as_str(), settings.port, settings.web_ui_port), ("from-flag", 0, 8280));
}

#[test]
fn the_ui_port_key_wins_over_the_flag() {
    let case = case().flag("--webui-port", "8280").defaults("spark.master.ui.port 8380\n");
    assert_eq!(case.quiet_master().web_ui_port, 8380);
    let case = case.variable("SPARK_MASTER_OPTS", "-Dspark.master.ui.port=8480");
    assert_eq!(case.quiet_master().web_ui_port, 8480);

    let worker = super::case().ready_for_a_worker().flag("--webui-port", "8281");
    assert_eq!(worker.quiet_worker().web_ui_port, 8281);
    let worker = worker.defaults("spark.worker.ui.port=8381");
    assert_eq!(worker.quiet_worker().web_ui_port, 8381);
}

#[test]
fn options_win_over_the_file_and_the_last_option_wins() {
    let case = case().defaults("spark.worker.timeout 10\nspark.deploy.retainedDrivers 7\n");
    assert_eq!(case.quiet_master().worker_timeout_ms, 10_000);
    let case = case.file("conf/java-opts", "-Dspark.worker.timeout=20\n");
    assert_eq!(case.quiet_master().worker_timeout_ms, 20_000);
    let case = case.variable("SPARK_DAEMON_JAVA_OPTS", "-Xmx1g -Dspark.worker.timeout=30");
    assert_eq!(case.quiet_master().worker_timeout_ms, 30_000);
    let case = case.variable("SPARK_WORKER_OPTS", "-Dspark.worker.timeout=50");
    assert_eq!(case.quiet_master().worker_timeout_ms, 30_000, "the Worker's options are not the Master's");
    let case = case.variable("SPARK_MASTER_OPTS", "-Dspark.worker.timeout=35 -Dspark.worker.timeout=40");
    let settings = case.quiet_master();
    assert_eq!(settings.worker_timeout_ms, 40_000);
    assert_eq!(settings.retained_drivers, 7, "what only the file says stays");
}

#[test]
fn a_named_properties_file_stands_in_for_the_default_one() {
    let case = case()
        .defaults("spark.worker.timeout 10\nspark.deploy.retainedDrivers 7\n")
        .file("mine.conf", "spark.worker.timeout 20\nworker.timeout 99\n");
    let path = case.path("mine.conf");
    let settings = case.flag("--properties-file", shown(&path)).quiet_master();
    assert_eq!(settings.worker_timeout_ms, 20_000);
    assert_eq!(settings.retained_drivers, 200);
}

#[test]
fn the_configuration_folder_may_be_that_of_spark_home() {
    let case = case().file("spark/conf/spark-defaults.conf", "spark.worker.timeout 10");
    let home = case.path("spark");
    let case = case.variable("SPARK_HOME", shown(&home)).variable("SPARK_CONF_DIR", "");
    assert_eq!(case.quiet_master().worker_timeout_ms, 10_000);
}

#[test]
fn the_older_name_counts_where_the_newer_is_absent() {
    let case = case().defaults("spark.deploy.spreadOut false");
    assert!(!case.quiet_master().spread_out);
    let case = case.defaults("spark.deploy.spreadOut false\nspark.deploy.spreadOutApps true");
    assert!(case.quiet_master().spread_out);
}

#[test]
fn the_deprecated_variable_counts_with_a_warning() {
    let case = case().variable("SPARK_MASTER_IP", "10.9.9.9");
    let (settings, warnings) = case.master().unwrap();
    assert_eq!(settings.host, "10.9.9.9");
    assert_eq!(warnings[0].0, "SPARK_MASTER_IP is deprecated; set SPARK_MASTER_HOST instead");
    assert_eq!(case.variable("SPARK_MASTER_HOST", "newer").quiet_master().host, "newer");
}

#[test]
fn empty_variables_are_not_set() {
    let settings = case().variable("SPARK_MASTER_PORT", "").variable("SPARK_MASTER_HOST", "").quiet_master();
    assert_eq!((settings.host.as_str(), settings.port), ("10.1.2.3", 7077));
}

#[test]
fn what_kubernetes_sets_for_a_service_is_passed_over() {
    let case = case().variable("SPARK_MASTER_PORT", "tcp://10.96.0.7:7077");
    let (settings, warnings) = case.master().unwrap();
    assert_eq!(settings.port, 7077);
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].0.contains("enableServiceLinks"), "{warnings:?}");
}

#[test]
fn values_refer_to_other_keys_and_to_variables() {
    let case = case().variable("TITLE", "of ours").variable("SPARK_MASTER_OPTS", "-Dspark.own=42").defaults(
        "spark.master.ui.title = ${env:TITLE} ${spark.own} ${system:spark.own} ${spark.none} ${open\n\
         spark.worker.timeout = ${spark.own}\nspark.deploy.retainedDrivers = ${spark.own}\n",
    );
    let settings = case.quiet_master();
    assert_eq!(settings.ui_title.as_deref(), Some("of ours 42 42 ${spark.none} ${open"));
    assert_eq!((settings.worker_timeout_ms, settings.retained_drivers), (42_000, 42));
    let error = super::case().defaults("spark.worker.timeout ${spark.a}\nspark.a ${spark.worker.timeout}");
    assert!(error.master_error().contains("'${spark.worker.timeout}'"), "{}", error.master_error());
}
