//! Which metrics servlets are on, as `MetricsConfig` and `MetricsSystem` decide (3.5).

use edge_config::{MetricsForm, MetricsInstance, MetricsSettings};

use super::{case, shown};

fn told(settings: &MetricsSettings) -> Vec<(&'static str, MetricsForm, &str)> {
    settings.servlets.iter().map(|one| (one.instance.name(), one.form, one.path.as_str())).collect()
}

#[test]
fn the_json_servlets_are_on_unless_told_otherwise() {
    assert_eq!(
        told(&case().quiet_master().metrics),
        [
            ("master", MetricsForm::Json, "/metrics/master/json"),
            ("applications", MetricsForm::Json, "/metrics/applications/json"),
        ]
    );
    let worker = case().ready_for_a_worker().quiet_worker();
    assert_eq!(told(&worker.metrics), [("worker", MetricsForm::Json, "/metrics/json")]);
}

const PROMETHEUS: &str = "*.sink.prometheusServlet.class=org.apache.spark.metrics.sink.PrometheusServlet\n\
                          *.sink.prometheusServlet.path=/metrics/prometheus\n\
                          master.sink.prometheusServlet.path=/metrics/master/prometheus\n";

#[test]
fn a_star_counts_for_instances_that_say_nothing_themselves() {
    let case = case().ready_for_a_worker().file("conf/metrics.properties", PROMETHEUS);
    assert_eq!(
        told(&case.quiet_master().metrics),
        [
            ("master", MetricsForm::Json, "/metrics/master/json"),
            ("master", MetricsForm::Prometheus, "/metrics/master/prometheus"),
            ("applications", MetricsForm::Json, "/metrics/applications/json"),
            ("applications", MetricsForm::Prometheus, "/metrics/prometheus"),
        ]
    );
    let worker = case.quiet_worker().metrics;
    assert_eq!(worker.servlets[1].instance, MetricsInstance::Worker);
    assert_eq!(worker.servlets[1].path, "/metrics/prometheus");
}

#[test]
fn keys_win_over_the_file_and_a_named_file_over_the_usual_one() {
    let case = case()
        .file("conf/metrics.properties", PROMETHEUS)
        .file("other.properties", "master.sink.servlet.path=/from/file\nworker.sink.servlet.path=/w\n");
    let file = case.path("other.properties");
    let options = format!("-Dspark.metrics.conf={}", shown(&file));
    let case = case.variable("SPARK_MASTER_OPTS", &options);
    assert_eq!(told(&case.quiet_master().metrics)[0].2, "/from/file");
    assert_eq!(case.quiet_master().metrics.servlets.len(), 2, "the usual file is not read");
    let case = case.defaults("spark.metrics.conf.master.sink.servlet.path /from/key\n");
    assert_eq!(told(&case.quiet_master().metrics)[0].2, "/from/key");
}

#[test]
fn what_is_no_servlet_is_named_with_what_to_use_instead() {
    let text = "*.sink.graphite.class=org.apache.spark.metrics.sink.GraphiteSink\n\
                *.sink.graphite.host=graphite\n\
                worker.source.jvm.class=org.apache.spark.metrics.source.JvmSource\n";
    let case = case().ready_for_a_worker().file("conf/metrics.properties", text);
    let (_, warnings) = case.master().unwrap();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    let told = &warnings[0].0;
    assert!(told.contains("sink.graphite is org.apache.spark.metrics.sink.GraphiteSink"), "{told}");
    assert!(told.contains("/metrics"), "{told}");
    let (_, warnings) = case.worker().unwrap();
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(warnings[1].0.contains("source.jvm"), "{warnings:?}");
}

#[test]
fn a_bad_file_or_path_is_a_warning() {
    let case = case().defaults("spark.metrics.conf /no/such/file\n");
    let (settings, warnings) = case.master().unwrap();
    assert_eq!(settings.metrics.servlets.len(), 2);
    assert!(warnings[0].0.contains("/no/such/file: cannot be read"), "{warnings:?}");

    let case = super::case().defaults("spark.metrics.conf.master.sink.servlet.path metrics\n");
    let (settings, warnings) = case.master().unwrap();
    assert_eq!(told(&settings.metrics).len(), 1);
    assert!(warnings[0].0.contains("'metrics', not a path"), "{warnings:?}");
}
