//! Requests as flags and keys make them.

use std::collections::BTreeMap;

use clap::Parser;
use edge_config::Environment;
use serde_json::{Value, json};

use super::Application;
use crate::submit::arguments::SubmitArguments;
use crate::submit::masters;

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    arguments: SubmitArguments,
}

fn application(line: &[&str], properties: &[(&str, &str)]) -> Result<Application, String> {
    let line = Line::try_parse_from([&["submit"], line].concat()).unwrap();
    let properties: BTreeMap<String, String> =
        properties.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    let masters = masters::read("spark://a:7077,b:6066").unwrap();
    Application::new(&line.arguments, properties, &masters).map_err(|failure| failure.to_string())
}

fn environment() -> Environment {
    [
        ("PATH", "/nowhere"),
        ("SPARK_USER", "alice"),
        ("SPARK_CONF_DIR", "/nowhere"),
        ("SPARK_LOCAL_IP", "10.0.0.1"),
        ("PYSPARK_PYTHON", "python3.11"),
        ("HOME", "/home/alice"),
    ]
    .into_iter()
    .collect()
}

fn request(line: &[&str], properties: &[(&str, &str)]) -> Value {
    application(line, properties).unwrap().request(&environment())
}

#[test]
fn a_jar_is_sent_as_spark_submit_sends_it() {
    let line = [
        "--class",
        "org.App",
        "--jars",
        "/one.jar,http://files/two.jar",
        "--driver-memory",
        "2g",
        "--supervise",
    ];
    let request = request(
        &[&line[..], &["/shared/my app.jar", "--size", "5"]].concat(),
        &[("spark.driver.memory", "1g"), ("spark.x", "y")],
    );
    assert_eq!(request["action"], "CreateSubmissionRequest");
    assert_eq!(request["appResource"], "file:/shared/my%20app.jar");
    assert_eq!(request["mainClass"], "org.App");
    assert_eq!(request["appArgs"], json!(["--size", "5"]));
    let properties = &request["sparkProperties"];
    for (key, value) in [
        ("spark.app.name", "org.App"),
        ("spark.driver.memory", "2g"),
        ("spark.driver.supervise", "true"),
        ("spark.jars", "file:/one.jar,http://files/two.jar,file:/shared/my%20app.jar"),
        ("spark.master", "spark://a:6066,b:6066"),
        ("spark.submit.deployMode", "cluster"),
        ("spark.x", "y"),
    ] {
        assert_eq!(properties[key], value, "{key}");
    }
    assert_eq!(
        request["environmentVariables"],
        json!({"SPARK_USER": "alice", "PYSPARK_PYTHON": "python3.11"})
    );
}

#[test]
fn a_python_file_is_run_by_the_class_that_can() {
    let line = ["--name", "mine", "--py-files", "/lib/a.py,file:///lib/b.zip", "/shared/app.py", "in", "-o"];
    let sent = request(&line, &[("spark.files", "/data.csv")]);
    assert_eq!(sent["appResource"], "file:/shared/app.py");
    assert_eq!(sent["mainClass"], "org.apache.spark.deploy.PythonRunner");
    assert_eq!(sent["appArgs"], json!(["/shared/app.py", "/lib/a.py,/lib/b.zip", "in", "-o"]));
    let properties = &sent["sparkProperties"];
    assert_eq!(properties["spark.app.name"], "mine");
    assert_eq!(properties["spark.submit.pyFiles"], "/lib/a.py,/lib/b.zip");
    assert_eq!(properties["spark.files"], "/data.csv,file:/lib/a.py,file:/lib/b.zip");
    assert_eq!(properties.get("spark.jars"), None);
    let plain = request(&["http://files/app.py?v=2"], &[]);
    assert_eq!(plain["appArgs"], json!(["{{USER_JAR}}", ""]));
}

#[test]
fn all_variables_go_along_where_they_are_not_filtered() {
    let request = request(&["/app.py"], &[("spark.standalone.submit.filterEnvironment", "false")]);
    let variables = &request["environmentVariables"];
    assert_eq!(variables["HOME"], "/home/alice");
    assert_eq!(variables.get("SPARK_LOCAL_IP"), None);
}

#[test]
fn what_cannot_be_submitted_is_said() {
    let refused = |line: &[&str]| application(line, &[]).unwrap_err();
    assert!(refused(&["--deploy-mode", "client", "/a.py"]).contains("write cluster or use spark-submit"));
    assert!(refused(&["/a.jar"]).contains("the main class of '/a.jar' is not named; add --class"));
    assert!(refused(&["--class", "A", "/a.py"]).contains("a Python application has no main class"));
    assert!(
        refused(&["--class", "A", "--py-files", "/b.py", "/a.jar"])
            .contains("--py-files goes with a Python application")
    );
    assert!(refused(&["--py-files", "s3a://b.py", "/a.py"]).contains("no driver reads Python from there"));
    assert!(refused(&["--num-executors", "4", "/a.py"]).contains("unknown flag '--num-executors'"));
}

#[test]
fn waiting_is_asked_for_by_flag_or_by_key() {
    assert!(application(&["--wait", "/a.py"], &[]).unwrap().waits());
    let key = "spark.standalone.submit.waitAppCompletion";
    assert!(application(&["/a.py"], &[(key, "true")]).unwrap().waits());
    assert!(!application(&["/a.py"], &[(key, "false")]).unwrap().waits());
}

#[test]
fn secrets_are_not_shown() {
    let properties = [("spark.hadoop.fs.s3a.secret.key", "hush"), ("spark.x", "y")];
    let application = application(&["/a.py"], &properties).unwrap();
    let shown = application.shown(&application.request(&environment()));
    assert!(shown.contains("spark.x=y") && !shown.contains("hush"), "{shown}");
}
