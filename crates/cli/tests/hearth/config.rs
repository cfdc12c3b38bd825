//! `hearth config`.

use super::place;

#[test]
fn each_setting_is_shown_with_who_says_so() {
    let place = place().with_spark_and_java().file("conf/spark-defaults.conf", "spark.worker.timeout 90\n");
    let conf = place.text("conf");
    let place = place.variable("SPARK_CONF_DIR", &conf).variable("SPARK_LOCAL_IP", "127.0.0.1");
    let ran = place.run(&["config", "master", "--port", "7177"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    let lines: Vec<Vec<&str>> = ran.stdout.lines().map(|line| line.split_whitespace().collect()).collect();
    assert!(lines.contains(&vec!["--port", "7177", "flag"]), "{}", ran.stdout);
    let from_file = format!("{conf}/spark-defaults.conf");
    assert!(lines.contains(&vec!["spark.worker.timeout", "90", &from_file, "line", "1"]), "{}", ran.stdout);
    assert!(lines.contains(&vec!["spark.deploy.retainedDrivers", "200", "default"]), "{}", ran.stdout);

    let set = place.run(&["config", "--set"]);
    assert_eq!(set.status, Some(0), "{set:?}");
    assert_eq!(set.stdout.matches("spark.worker.timeout").count(), 2, "for both daemons: {}", set.stdout);
    assert!(!set.stdout.contains("spark.deploy.retainedDrivers"), "{}", set.stdout);
}

#[test]
fn what_keeps_a_daemon_from_starting_is_the_last_line() {
    let place =
        place().variable("SPARK_MASTER_OPTS", "-Dspark.worker.timeout=soon -Dspark.master.ui.titel=x");
    let ran = place.run(&["config", "master"]);
    assert_eq!(ran.status, Some(1), "{ran:?}");
    let last = ran.stderr.lines().last().unwrap();
    assert_eq!(
        last,
        "hearth config: the Master would not start: SPARK_MASTER_OPTS: spark.worker.timeout is 'soon': not a number \
         of seconds; write e.g. 60"
    );
    assert!(ran.stdout.contains("wrong: not a number of seconds"), "{}", ran.stdout);
    assert!(ran.stdout.contains("unknown; did you mean spark.master.ui.title?"), "{}", ran.stdout);
}

#[test]
fn one_setting_is_explained() {
    let place = place().with_spark_and_java().variable("SPARK_LOCAL_IP", "127.0.0.1");
    let ran = place.run(&["config", "spark.master.rest.enabled"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.contains("false in releases before 4.1"), "{}", ran.stdout);
    let ran = place.run(&["config", "spark.acls.enable"]);
    assert!(ran.stdout.contains("does not start, unless it is false"), "{}", ran.stdout);
    assert_eq!(
        place.run(&["config", "spark.worker.timout"]).sentence(2),
        "hearth config: spark.worker.timout is no setting of the Master or the Worker, though it may be one of \
         applications; did you mean spark.worker.timeout?"
    );
}

#[test]
fn json_and_markdown_are_for_other_programs() {
    let place = place().with_spark_and_java().variable("SPARK_LOCAL_IP", "127.0.0.1");
    let ran = place.run(&["config", "worker", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let settings = all["worker"]["settings"].as_array().unwrap();
    let port = settings.iter().find(|one| one["name"] == "spark.worker.ui.port").unwrap();
    assert_eq!((&port["value"], &port["source"]), (&"8081".into(), &"default".into()));
    assert!(all["master"].is_null());

    let reference = place.run(&["config", "--markdown"]).stdout;
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operate/configuration.md");
    assert!(reference == std::fs::read_to_string(page).unwrap(), "hearth config --markdown is not the page");
}
