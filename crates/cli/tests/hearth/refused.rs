//! What keeps a daemon from starting: one sentence, and exit status 1.

use std::net::TcpListener;

use super::{Place, place};

fn worker(place: &Place) -> String {
    place.run(&["worker", "spark://127.0.0.1:7077"]).sentence(1).to_owned()
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let place = place().with_spark_and_java();
    let quiet = ["--log-level", "off"];
    let ran = place.run(&[&["master", "--port", &port], &quiet[..]].concat());
    let text = ran.sentence(1);
    assert!(
        text.starts_with(&format!("hearth master: port {port} on 127.0.0.1 is in use: choose another")),
        "{text}"
    );
    let ran = place.run(&[&["up", "--port", &port], &quiet[..]].concat());
    assert!(
        ran.sentence(1).starts_with(&format!("hearth up: port {port} on 127.0.0.1 is in use")),
        "{ran:?}"
    );

    let place = place.variable("SPARK_WORKER_OPTS", "-Dspark.port.maxRetries=0");
    let ran = place.run(&[&["worker", "--port", &port, "spark://127.0.0.1:7077"], &quiet[..]].concat());
    assert!(ran.sentence(1).contains(&format!("port {port} on 127.0.0.1 is in use")), "{ran:?}");
}

#[test]
fn a_spark_folder_that_is_none_is_named() {
    let place = place().with_spark_and_java();
    let java = place.text("java");
    let place = place.variable("SPARK_HOME", &java);
    let text = worker(&place);
    assert!(
        text.starts_with(&format!("hearth worker: SPARK_HOME is '{java}', which is not a Spark folder")),
        "{text}"
    );
    let text = worker(&place.variable("SPARK_HOME", ""));
    assert!(
        text.contains("SPARK_HOME is not set, and PATH has no spark-submit; set SPARK_HOME to"),
        "{text}"
    );
}

#[test]
fn a_missing_java_is_named() {
    let place = place().with_spark_and_java();
    let spark = place.text("spark");
    let place = place.variable("JAVA_HOME", &spark);
    let text = worker(&place);
    assert!(
        text.contains(&format!("JAVA_HOME is '{spark}', which has no bin/java to run; install Java")),
        "{text}"
    );
    let text = worker(&place.variable("JAVA_HOME", ""));
    assert!(text.contains("JAVA_HOME is not set, and PATH has no java; install Java"), "{text}");
}

#[test]
fn a_bad_properties_file_is_named() {
    let place = place().file("bad.conf", "# ours\nspark.worker.timeout = soon\n");
    let file = place.text("bad.conf");
    let ran = place.run(&["master", "--properties-file", &file]);
    assert_eq!(
        ran.sentence(1),
        format!(
            "hearth master: {file} line 2: spark.worker.timeout is 'soon': not a number of seconds; write e.g. 60"
        )
    );
    let ran = place.run(&["master", "--properties-file", "missing.conf"]);
    assert!(ran.sentence(1).starts_with("hearth master: missing.conf: cannot be read"), "{ran:?}");
}

#[test]
fn a_bad_variable_is_named() {
    let ran = place().variable("SPARK_MASTER_PORT", "http").run(&["master"]);
    assert_eq!(
        ran.sentence(1),
        "hearth master: SPARK_MASTER_PORT is 'http': not a port between 0 and 65535; write e.g. 7077"
    );
}

#[test]
fn a_spark_env_that_fails_is_named() {
    let path = std::env::var("PATH").unwrap();
    let place = place().variable("PATH", &path).file("conf/spark-env.sh", "exit 3\n");
    let conf = place.text("conf");
    let ran = place.variable("SPARK_CONF_DIR", &conf).run(&["master"]);
    let text = ran.sentence(1);
    assert!(text.contains("conf/spark-env.sh: failed with exit status: 3; correct it"), "{text}");
}

#[test]
fn a_work_folder_that_cannot_be_made_is_named() {
    let place = place().with_spark_and_java().file("file", "");
    let folder = place.text("file/work");
    let arguments =
        ["worker", "spark://127.0.0.1:7077", "--port", "0", "--webui-port", "0", "--work-dir", &folder];
    let ran = place.run(&[&arguments[..], &["--log-level", "off"]].concat());
    assert!(ran.sentence(1).contains(&folder), "{ran:?}");
}
