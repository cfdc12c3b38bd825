//! What `hearth config` shows: each setting's value and who says so.

use edge_config::{Daemons, Known, Line, Origin, Report, Source, known};

use super::case;

fn line<'a>(report: &'a Report, name: &str) -> &'a Line {
    report.lines().find(|line| line.name == name).unwrap()
}

#[test]
fn each_line_says_who_says_so() {
    let case = case()
        .defaults("# ours\nspark.worker.timeout 90\n")
        .variable("SPARK_MASTER_OPTS", "-Dspark.deploy.retainedDrivers=7")
        .variable("SPARK_PUBLIC_DNS", "spark.example.com")
        .flag("--port", "7177");
    let report = Report::new(&case.sources(), Daemons::Master).unwrap();
    assert!(report.failure.is_none() && report.warnings.is_empty(), "{report:?}");
    let told = |name: &str| {
        let line = line(&report, name);
        (line.value.as_str(), line.source.to_string())
    };
    let file = case.path("conf/spark-defaults.conf");
    assert_eq!(told("spark.worker.timeout"), ("90", format!("{} line 2", file.display())));
    assert_eq!(told("spark.deploy.retainedDrivers"), ("7", "SPARK_MASTER_OPTS".into()));
    assert_eq!(told("SPARK_PUBLIC_DNS"), ("spark.example.com", "variable".into()));
    assert_eq!(told("--port"), ("7177", "flag".into()));
    assert_eq!(told("--host"), ("10.1.2.3", "this machine's address".into()));
    assert_eq!(told("spark.master.ui.port"), ("8080", "default".into()));
    assert_eq!(told("spark.master.rest.enabled"), ("true", "default of Spark 4.3.0".into()));
    assert_eq!(line(&report, "spark.master.ui.historyServerUrl").source, Source::Unset);
    assert!(report.lines().all(|line| line.about.daemons.include(Daemons::Master)));
}

#[test]
fn a_worker_is_shown_without_a_master_to_go_to() {
    let case = case().ready_for_a_worker().defaults("spark.worker.resource.gpu.discoveryScript /gpus\n");
    let mut sources = case.sources();
    sources.flags = edge_config::Flags::default();
    let report = Report::new(&sources, Daemons::Worker).unwrap();
    assert!(report.failure.is_none(), "{:?}", report.failure);
    assert_eq!(line(&report, "spark.worker.resource.gpu.discoveryScript").value, "/gpus");
    assert_eq!(line(&report, "spark.worker.cleanup.enabled").source, Source::DefaultOf("3.5.7".into()));
    let work = case.path("spark/work");
    assert_eq!(line(&report, "--work-dir").value, work.display().to_string());
}

#[test]
fn what_is_wrong_stands_at_its_line_and_hides_no_other() {
    let case =
        case().defaults("spark.worker.timeout soon\nspark.deploy.maxDrivers 0\nspark.ui.killEnabled false\n");
    let report = Report::new(&case.sources(), Daemons::Master).unwrap();
    assert_eq!(
        line(&report, "spark.worker.timeout").problem.as_deref(),
        Some("not a number of seconds; write e.g. 60")
    );
    assert_eq!(line(&report, "spark.deploy.maxDrivers").problem.as_deref(), Some("below 1; write e.g. 4"));
    assert_eq!(line(&report, "spark.ui.killEnabled").value, "false");
    assert!(report.failure.unwrap().to_string().contains("is 'soon'"));
}

#[test]
fn keys_without_effect_stand_below_with_the_reason() {
    let text = "spark.executor.memory 2g\nspark.worker.cleanup.enabled true\nspark.master.rest.prot 1\n\
                spark.metrics.namespace n\nspark.ssl.keyStore /k\n";
    let case = case().defaults(text);
    let report = Report::new(&case.sources(), Daemons::Master).unwrap();
    let notes: Vec<_> = report.others.iter().map(|one| (one.key.as_str(), one.note.as_str())).collect();
    assert_eq!(notes.len(), 5, "{notes:?}");
    for (key, note) in [
        ("spark.executor.memory", "of applications"),
        ("spark.worker.cleanup.enabled", "of the Worker"),
        ("spark.master.rest.prot", "unknown; did you mean spark.master.rest.port?"),
        ("spark.metrics.namespace", "before their metrics"),
        ("spark.ssl.keyStore", "TLS"),
    ] {
        assert!(notes.iter().any(|(one, told)| *one == key && told.contains(note)), "{key}: {notes:?}");
    }
    assert_eq!(
        report.others[0].source,
        Source::Given(Origin::File { path: case.path("conf/spark-defaults.conf"), line: 1 })
    );
}

#[test]
fn secrets_are_hidden_wherever_they_stand() {
    let case = case()
        .variable("SPARK_DAEMON_JAVA_OPTS", "-Dspark.authenticate.secret=hush -Xmx1g -Dmy.token=hush")
        .defaults(
            "spark.hadoop.fs.s3a.secret.key hush\nspark.own.pin hush\nspark.redaction.regex (?i)pin|secret\n",
        );
    let report = Report::new(&case.sources(), Daemons::Master).unwrap();
    assert!(!format!("{report:?}").contains("hush"), "{report:?}");
    assert!(line(&report, "SPARK_DAEMON_JAVA_OPTS").value.contains("-Xmx1g"));
}

#[test]
fn every_name_of_a_setting_is_known() {
    for name in
        ["spark.master.ui.port", "--webui-port", "SPARK_MASTER_IP", "spark.worker.resource.gpu.amount"]
    {
        assert!(matches!(known(name), Ok(Known::Setting(_))), "{name}");
    }
    for name in ["spark.acls.enable", "spark.rpc.io.serverThreads"] {
        assert!(matches!(known(name), Ok(Known::Unhonoured(_))), "{name}");
    }
    assert_eq!(known("spark.worker.timout").unwrap_err(), Some("spark.worker.timeout"));
    assert_eq!(known("entirely.else").unwrap_err(), None);
}
