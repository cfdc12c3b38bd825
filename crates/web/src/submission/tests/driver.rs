//! The driver that a request describes.

use model::DriverDescription;
use serde_json::{Value, json};

use super::{Question, SubmissionConfig, Submissions, config, text};
use crate::submission::java_options::words;

fn body(properties: &Value) -> Value {
    json!({
        "action": "CreateSubmissionRequest",
        "appArgs": ["one", 2],
        "appResource": "file:/x.jar",
        "clientSparkVersion": "3.5.7",
        "environmentVariables": {
            "SPARK_ENV_LOADED": "1", "SPARK_LOCAL_IP": "10.0.0.1", "SPARK_LOCAL_HOSTNAME": "here", "WHERE": "{{BUCKET}}",
        },
        "mainClass": "Main",
        "sparkProperties": properties,
    })
}

fn description(config: SubmissionConfig, body: &Value) -> DriverDescription {
    match Submissions::new(config).create(body.to_string().as_bytes()) {
        Ok(Question::Create { description, .. }) => *description,
        other => panic!("{body} is not taken: {other:?}"),
    }
}

#[test]
fn a_driver_that_asks_for_nothing_gets_what_spark_gives() {
    let driver = description(config("4.3.0"), &body(&json!({"spark.app.name": "n"})));
    assert_eq!((driver.memory_mib, driver.cores, driver.supervise), (1024, 1, false));
    assert_eq!(driver.jar_url, "file:/x.jar");
    assert_eq!(driver.command.main_class, "org.apache.spark.deploy.worker.DriverWrapper");
    assert_eq!(driver.command.arguments, ["{{WORKER_URL}}", "{{USER_JAR}}", "Main", "one", "2"]);
    assert!(driver.command.java_options.contains(&"-Dspark.master=spark://master:7077".to_owned()));
    assert!(driver.resources.is_empty() && driver.command.class_path_entries.is_empty());
}

#[test]
fn properties_become_what_a_driver_gets() {
    let properties = json!({
        "spark.app.name": "my app",
        "spark.master": "spark://a:6066,b:6066,c:60660",
        "spark.driver.memory": "2g",
        "spark.driver.cores": "3",
        "spark.driver.supervise": "true",
        "spark.driver.defaultJavaOptions": "-Da=b",
        "spark.driver.extraJavaOptions": "-Dc='d e' -Df",
        "spark.driver.extraClassPath": "/one:/two::",
        "spark.driver.extraLibraryPath": "/lib",
        "spark.driver.resource.gpu.amount": "2",
        "spark.driver.resource.fpga.amount": "0",
        "spark.where": "{{BUCKET}}",
        "spark.nowhere": "{{NOWHERE}}",
    });
    let driver = description(config("4.3.0"), &body(&properties));
    assert_eq!((driver.memory_mib, driver.cores, driver.supervise), (2048, 3, true));
    assert_eq!(driver.command.class_path_entries, ["/one", "/two"]);
    assert_eq!(driver.command.library_path_entries, ["/lib"]);
    assert_eq!(driver.resources, [("gpu".to_owned(), 2)]);
    let options = &driver.command.java_options;
    assert!(options.starts_with(&["-XX:+IgnoreUnrecognizedVMOptions".to_owned()]));
    assert!(options.ends_with(&["-Da=b".to_owned(), "-Dc=d e".to_owned(), "-Df".to_owned()]), "{options:?}");
    for option in [
        "-Dspark.app.name=my app",
        "-Dspark.master=spark://a:7077,b:7077,c:60660",
        "-Dspark.driver.cores=3",
        "-Dspark.where=s3a://ours",
        "-Dspark.nowhere={{NOWHERE}}",
        "--add-opens=java.base/java.nio=ALL-UNNAMED",
    ] {
        assert!(options.contains(&option.to_owned()), "{option} is missing in {options:?}");
    }
    let old = description(config("3.5.7"), &body(&properties));
    assert!(old.command.java_options.contains(&"-Dspark.where={{BUCKET}}".to_owned()));
    assert!(!old.command.java_options.contains(&"--add-modules=jdk.incubator.vector".to_owned()));
}

#[test]
fn variables_of_the_clients_machine_stay_there() {
    let variables =
        |version| description(config(version), &body(&json!({"spark.app.name": "n"}))).command.environment;
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(variables("4.3.0"), [pair("SPARK_ENV_LOADED", "1"), pair("WHERE", "s3a://ours")]);
    assert_eq!(variables("3.5.7"), [pair("SPARK_ENV_LOADED", "1"), pair("WHERE", "{{BUCKET}}")]);
}

#[test]
fn an_application_of_spark_submits_is_told_its_name() {
    let mut body = body(&json!({"spark.app.name": "my app"}));
    body["mainClass"] = "org.apache.spark.deploy.SparkSubmit".into();
    let arguments = description(config("3.5.7"), &body).command.arguments;
    assert_eq!(
        arguments[2..],
        ["org.apache.spark.deploy.SparkSubmit", "-c", "spark.app.name=my app", "one", "2"]
    );
}

#[test]
fn a_resource_that_is_not_allowed_is_refused() {
    let allowed =
        ["^(?:file:/good/.*)$", "^(?:http://a|file:/b)$"].map(|one| regex::Regex::new(one).unwrap());
    let config = SubmissionConfig { allowed_resources: allowed.into(), ..config("4.3.0") };
    let mut body = body(&json!({"spark.app.name": "n"}));
    for (resource, is_allowed) in
        [("file:/good/x.jar", true), ("file:/b", true), ("file:/bb", false), ("x file:/good/x", false)]
    {
        body["appResource"] = resource.into();
        let created = Submissions::new(config.clone()).create(body.to_string().as_bytes());
        assert_eq!(created.is_ok(), is_allowed, "{resource}");
        if let Err(answer) = created {
            let told = text(&answer);
            assert!(
                answer.status == 400
                    && told
                        .ends_with("SubmitRestMissingFieldException: Valid application jar path is required"),
                "{told}"
            );
        }
    }
}

#[test]
fn memory_beyond_what_java_can_count_stays_there() {
    let driver =
        description(config("4.3.0"), &body(&json!({"spark.app.name": "n", "spark.driver.memory": "10p"})));
    assert_eq!(driver.memory_mib, i32::MAX.unsigned_abs());
}

#[test]
fn options_are_split_as_by_a_shell() {
    assert_eq!(words("  -Da=b\t-Dc=\"d \\\" e\" 'f \\ g'h \"\" "), ["-Da=b", "-Dc=d \" e", "f \\ gh", ""]);
    assert_eq!(words("a \"b c"), ["a", "b c"]);
    assert!(words(" \n").is_empty());
}
