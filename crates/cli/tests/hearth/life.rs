//! Daemons that start, say so in Spark's words, and end cleanly by a signal.

use rustix::process::Signal;

use super::place;

const ANY_PORT: [&str; 4] = ["--port", "0", "--webui-port", "0"];

#[test]
fn a_master_speaks_as_sparks_does_and_ends_cleanly() {
    let mut master = place().start(&[&["master"], &ANY_PORT[..]].concat());
    let started = master.logged("Started daemon with process name: ");
    assert!(
        started.contains(&format!(" INFO Master: Started daemon with process name: {}@", master.pid())),
        "{started}"
    );
    master.logged("INFO Utils: Successfully started service 'sparkMaster' on port ");
    master.logged("INFO Master: I have been elected leader! New state: ALIVE");
    master.signal(Signal::TERM);
    let ran = master.end();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("INFO Master: RECEIVED SIGNAL TERM"), "{ran:?}");
    assert_eq!(ran.stdout, "");
}

#[test]
fn the_log_can_be_json() {
    let mut master = place().start(&[&["--log-format", "json", "master"], &ANY_PORT[..]].concat());
    let line = master.logged("I have been elected leader!");
    let value: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!((value["level"].as_str(), value["target"].as_str()), (Some("INFO"), Some("Master")));
    master.signal(Signal::INT);
    let ran = master.end();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(
        ran.stderr.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{ran:?}"
    );
}

#[test]
fn a_worker_joins_and_ends_cleanly() {
    let place = place().with_spark_and_java();
    let mut master = place.start(&[&["master"], &ANY_PORT[..]].concat());
    let url = master.logged("Starting Spark master at ").rsplit(' ').next().unwrap().to_owned();
    let mut worker =
        place.start(&[&["worker", &url, "--cores", "3", "--memory", "2g"], &ANY_PORT[..]].concat());
    worker.logged(&format!("INFO Worker: Successfully registered with master {url}"));
    let registered = master.logged("INFO Master: Registering worker 127.0.0.1:");
    assert!(registered.ends_with(" with 3 cores, 2.0 GiB RAM"), "{registered}");
    worker.signal(Signal::TERM);
    assert_eq!(worker.end().status, Some(0));
    master.logged("got disassociated, removing it.");
    master.signal(Signal::TERM);
    assert_eq!(master.end().status, Some(0));
}

#[test]
fn variables_of_spark_env_count() {
    let path = std::env::var("PATH").unwrap();
    let script = "SPARK_MASTER_OPTS='-Dspark.deploy.retainedAplications=3'\nSPARK_MASTER_HOST=127.0.0.1\n";
    let place = place().variable("PATH", &path).file("conf/spark-env.sh", script);
    let conf = place.text("conf");
    let place = place.variable("SPARK_CONF_DIR", &conf);
    let mut master = place.start(&[&["master"], &ANY_PORT[..]].concat());
    let warning = master.logged("WARN Configuration: ");
    assert!(warning.ends_with("did you mean spark.deploy.retainedApplications?"), "{warning}");
    master.logged("I have been elected leader!");
    master.signal(Signal::TERM);
    assert_eq!(master.end().status, Some(0));
}

#[test]
fn up_brings_a_cluster_and_takes_it_down() {
    let place = place().with_spark_and_java();
    let work = place.text("work");
    let arguments = ["up", "--workers", "2", "--cores", "1", "--memory", "1g", "--work-dir", &work];
    let mut up = place.start(&[&arguments[..], &["--webui-port", "0"]].concat());
    let url = up.told("Master ").rsplit(' ').next().unwrap().to_owned();
    assert!(url.starts_with("spark://127.0.0.1:7"), "{url}");
    assert!(up.told("Workers ").contains("2 Workers, each with 1 core and 1.0 GiB"));
    assert!(up.told("Connect ").contains(&format!("spark-submit --master {url} APP")));
    up.told("joined with 1 core and 1.0 GiB");
    up.told("joined with 1 core and 1.0 GiB");
    up.signal(Signal::INT);
    let ran = up.end();
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
}

#[test]
fn up_takes_the_next_port_when_the_usual_one_is_taken() {
    let place = place().with_spark_and_java();
    let mut first = place.start(&["up", "--webui-port", "0"]);
    let first_url = first.told("Master ").rsplit(' ').next().unwrap().to_owned();
    let mut second = place.start(&["up", "--webui-port", "0"]);
    let second_url = second.told("Master ").rsplit(' ').next().unwrap().to_owned();
    assert_ne!(first_url, second_url);
    for up in [first, second] {
        up.signal(Signal::TERM);
        assert_eq!(up.end().status, Some(0));
    }
}

#[test]
fn a_signal_that_was_ignored_at_the_start_stays_ignored() {
    let script = "trap '' HUP; exec \"$0\" master --port 0 --webui-port 0";
    let mut master = place().start_program("/bin/sh", &["-c", script, env!("CARGO_BIN_EXE_hearth")]);
    master.logged("I have been elected leader!");
    master.signal(Signal::HUP);
    master.signal(Signal::TERM);
    let ran = master.end();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("RECEIVED SIGNAL TERM") && !ran.stderr.contains("SIGNAL HUP"), "{ran:?}");
}

#[test]
fn the_end_of_the_terminal_is_a_clean_end() {
    let mut master = place().start(&[&["master"], &ANY_PORT[..]].concat());
    master.logged("I have been elected leader!");
    master.signal(Signal::HUP);
    let ran = master.end();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("RECEIVED SIGNAL HUP"), "{ran:?}");
}
