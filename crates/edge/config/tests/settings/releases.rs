//! Defaults by the release of Spark beside the daemon, and what came with 4.x.

use edge_config::{CleanupSettings, DecommissionAllow};
use model::WorkerSelectionPolicy;
use model::{LogRolling, RollBy, TimeSuffix};

use super::{Case, case, shown};

fn beside(version: &str) -> Case {
    let case = case().ready_for_a_worker();
    let jars = case.path("spark/jars");
    std::fs::remove_dir_all(&jars).unwrap();
    case.file(&format!("spark/jars/spark-core_2.13-{version}.jar"), "")
}

#[test]
fn defaults_are_those_of_the_release_in_spark_home() {
    for (version, rest, cleanup, credential) in
        [("3.5.7", false, false, false), ("4.0.5", false, true, true), ("4.1.0", true, true, true)]
    {
        let case = beside(version);
        let master = case.quiet_master();
        assert_eq!((master.spark_version.as_str(), master.rest.is_some()), (version, rest));
        let worker = case.quiet_worker();
        assert_eq!(worker.cleanup.is_some(), cleanup, "{version}");
        assert_eq!(worker.redaction.is_match("my.credential"), credential, "{version}");
        assert!(worker.redaction.is_match("spark.ssl.keyPassword"), "{version}");
    }
    let newest = case().quiet_master();
    assert_eq!(newest.spark_version, edge_config::NEWEST_SPARK);
    assert!(newest.rest.is_some());
}

#[test]
fn the_submission_server_is_set_up_by_its_keys() {
    let text = "spark.master.rest.enabled true\nspark.master.rest.port 0\nspark.master.rest.maxThreads 8\n\
                spark.master.rest.maxRequestBodySize 1m\nspark.master.rest.host 127.0.0.2\n\
                spark.master.rest.allowedAppResourcePatterns hdfs://.*, s3a://ours/.*\\.jar\n";
    let rest = case().defaults(text).quiet_master().rest.unwrap();
    assert_eq!((rest.host.as_str(), rest.port, rest.max_threads), ("127.0.0.2", 0, 8));
    assert_eq!(rest.max_body_bytes, 1024 * 1024);
    let allowed = |resource: &str| rest.allowed_resources.iter().any(|one| one.is_match(resource));
    assert!(allowed("hdfs://a/b.jar") && allowed("s3a://ours/b.jar"));
    assert!(
        !allowed("file:/hdfs://a") && !allowed("s3a://theirs/b.jar"),
        "a pattern matches the whole or nothing"
    );
    let rest = case().flag("--host", "10.9.9.9").quiet_master().rest.unwrap();
    assert_eq!((rest.host.as_str(), rest.port, rest.max_body_bytes), ("10.9.9.9", 6066, 100 * 1024 * 1024));

    let error = case().defaults("spark.master.rest.allowedAppResourcePatterns (\n").master_error();
    assert!(error.contains("not a regular expression that is understood here: unclosed group"), "{error}");
}

#[test]
fn names_and_ids_are_set_up_by_their_keys() {
    let text = "spark.deploy.appIdPattern job-%2$d-%1$s\nspark.deploy.appNumberModulo 10000\n\
                spark.deploy.workerSelectionPolicy memory_free_asc\nspark.deploy.maxDrivers 3\n\
                spark.master.useAppNameAsAppId.enabled TRUE\n";
    let settings = case().defaults(text).quiet_master();
    assert_eq!(settings.application_id_pattern.as_str(), "job-%2$d-%1$s");
    assert_eq!(settings.driver_id_pattern.as_str(), "driver-%s-%04d");
    assert_eq!((settings.application_number_modulo, settings.max_drivers), (Some(10_000), 3));
    assert_eq!(settings.worker_selection_policy, WorkerSelectionPolicy::MemoryFreeAsc);
    assert!(settings.use_application_name_as_id && !settings.use_driver_id_as_application_name);

    let error = case().defaults("spark.deploy.appIdPattern my app-%s\n").master_error();
    assert!(error.contains("'my app-%s': white space is not allowed; write e.g. app-%s-%04d"), "{error}");
    let error = case().defaults("spark.deploy.appNumberModulo 10\n").master_error();
    assert!(error.contains("'10': below 1000"), "{error}");
    let error = case().defaults("spark.deploy.workerSelectionPolicy FASTEST\n").master_error();
    assert!(error.contains("none of CORES_FREE_ASC, CORES_FREE_DESC,"), "{error}");
}

#[test]
fn decommission_is_off_until_asked_for() {
    let off = case().ready_for_a_worker();
    assert_eq!(off.quiet_worker().decommission_signal, None);
    let on = off.defaults("spark.decommission.enabled true\nspark.master.ui.decommission.allow.mode deny\n");
    assert_eq!(on.quiet_worker().decommission_signal, Some(30), "PWR on Linux");
    let master = on.quiet_master();
    assert!(master.decommission_enabled && master.decommission_allow == DecommissionAllow::Deny);
    let error = on.variable("SPARK_WORKER_OPTS", "-Dspark.worker.decommission.signal=KILL").worker_error();
    assert!(error.contains("a signal that no process can catch"), "{error}");
}

#[test]
fn folders_are_cleaned_as_the_keys_say() {
    let text = "spark.worker.cleanup.enabled true\nspark.worker.cleanup.interval 60\nspark.worker.cleanup.appDataTtl 0\n\
                spark.worker.driverTerminateTimeout 500\n";
    let settings = case().ready_for_a_worker().defaults(text).quiet_worker();
    assert_eq!(settings.cleanup, Some(CleanupSettings { interval_ms: 60_000, application_ttl_ms: 0 }));
    assert_eq!(settings.driver_terminate_timeout_ms, 500, "without a unit it counts milliseconds");
}

fn rolling(text: &str) -> (Option<LogRolling>, Vec<String>) {
    let (settings, warnings) = case().ready_for_a_worker().defaults(text).worker().unwrap();
    (settings.log_rolling, warnings.into_iter().map(|warning| warning.0).collect())
}

#[test]
fn logs_roll_by_size_or_time() {
    assert_eq!(rolling(""), (None, vec![]));
    let by_size = "spark.executor.logs.rolling.strategy size\nspark.executor.logs.rolling.size.maxBytes 100000\n\
                   spark.executor.logs.rolling.maxRetainedFiles 3\n\
                   spark.executor.logs.rolling.enableCompression true\n";
    let by = RollBy::Size { bytes: 100_000 };
    assert_eq!(rolling(by_size), (Some(LogRolling { by, retained_files: Some(3), compress: true }), vec![]));

    for (interval, interval_ms, suffix) in [
        ("daily", 86_400_000, TimeSuffix::Daily),
        ("hourly", 3_600_000, TimeSuffix::Hourly),
        ("minutely", 60_000, TimeSuffix::Minutely),
        ("90", 90_000, TimeSuffix::Secondly),
    ] {
        let text = format!(
            "spark.executor.logs.rolling.strategy time\nspark.executor.logs.rolling.time.interval {interval}\n"
        );
        let by = RollBy::Time { interval_ms, suffix };
        let expected = LogRolling { by, retained_files: None, compress: false };
        assert_eq!(rolling(&text), (Some(expected), vec![]));
    }
}

#[test]
fn what_cannot_roll_is_a_warning_as_in_spark() {
    let (none, warnings) = rolling("spark.executor.logs.rolling.strategy weekly\n");
    assert_eq!(none, None);
    assert!(
        warnings[0].ends_with("strategy is 'weekly', so logs are not rolled; write size or time"),
        "{warnings:?}"
    );
    let text = "spark.executor.logs.rolling.strategy size\nspark.executor.logs.rolling.maxSize 1m\n";
    assert_eq!(rolling(text).0, None);
    let text = "spark.executor.logs.rolling.strategy size\nspark.executor.logs.rolling.maxSize 10\n";
    let (small, warnings) = rolling(text);
    assert_eq!(small.unwrap().by, RollBy::Size { bytes: 81_920 });
    assert!(
        warnings[0].contains("line 2") && warnings[0].contains("logs roll at 81920 bytes"),
        "{warnings:?}"
    );
}

#[test]
fn pages_are_set_up_by_their_keys() {
    let text = "spark.ui.reverseProxy true\nspark.ui.reverseProxyUrl https://front/spark/\n\
                spark.master.ui.visibleEnvVarPrefixes SPARK_, K8S\nspark.master.ui.historyServerUrl http://h:18080\n";
    let case = case().ready_for_a_worker().defaults(text);
    let master = case.quiet_master();
    assert_eq!(master.reverse_proxy.unwrap().url.as_deref(), Some("https://front/spark"));
    assert_eq!(master.visible_environment_prefixes, ["SPARK_", "K8S"]);
    assert_eq!(master.history_server_url.as_deref(), Some("http://h:18080"));
    assert!(master.properties.contains(&("spark.ui.reverseProxy".into(), "true".into())));
    let home = case.path("spark");
    assert!(master.environment.contains(&("SPARK_HOME".into(), shown(&home).into())));
    assert!(case.quiet_worker().reverse_proxy.is_some());
    for bad in ["https://a/proxy/b", "https://a/history"] {
        let error = super::case().defaults(&format!("spark.ui.reverseProxyUrl {bad}\n")).master_error();
        assert!(error.contains("proxy or history"), "{error}");
    }
}
