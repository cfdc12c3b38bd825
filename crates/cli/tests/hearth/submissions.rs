//! `hearth submit`, `status` and `kill` with a Master and a Worker of the same program, whose Java is a script.

use std::net::TcpListener;

use rustix::process::Signal;

use super::{Daemon, Place, Ran, place};

const ANY_PORT: [&str; 4] = ["--port", "0", "--webui-port", "0"];

/// A Master and, where there is a Java, a Worker.
struct Cluster {
    place: Place,
    master: Daemon,
    worker: Option<Daemon>,
    rest: String,
}

fn cluster(java: Option<&str>) -> Cluster {
    let place =
        place().variable("SPARK_MASTER_OPTS", "-Dspark.master.rest.enabled=true -Dspark.master.rest.port=0");
    let place = place.file("app.py", "print(1)\n").with_spark_and_java();
    let place = java.into_iter().fold(place, |place, script| place.file("java/bin/java", script));
    let mut master = place.start(&[&["master"], &ANY_PORT[..]].concat());
    let url = master.logged("Starting Spark master at ").rsplit(' ').next().unwrap().to_owned();
    let port = master.logged("Started REST server").rsplit(' ').next().unwrap().to_owned();
    let worker = java.map(|_| {
        let work = place.text("work");
        let offer = ["worker", &url, "--cores", "2", "--memory", "2g", "--work-dir", &work];
        let mut worker = place.start(&[&offer, &ANY_PORT[..]].concat());
        worker.logged("Successfully registered with master");
        worker
    });
    Cluster { place, master, worker, rest: format!("spark://127.0.0.1:{port}") }
}

impl Cluster {
    fn run(&self, command: &str, arguments: &[&str]) -> Ran {
        self.place.run(&[&[command, "--master", &self.rest], arguments].concat())
    }

    fn submit(&self, arguments: &[&str]) -> Ran {
        self.run("submit", &[arguments, &["app.py"]].concat())
    }

    fn stop(self) {
        for daemon in self.worker.into_iter().chain([self.master]) {
            daemon.signal(Signal::TERM);
            assert_eq!(daemon.end().status, Some(0));
        }
    }
}

#[test]
fn a_driver_is_submitted_asked_after_and_killed() {
    let cluster = cluster(None);
    let submitted = cluster.submit(&[]);
    assert_eq!(submitted.status, Some(0), "{submitted:?}");
    let id = submitted.stdout.trim_end();
    assert!(
        id.starts_with("driver-") && submitted.stderr.contains("app.py is with spark://127.0.0.1:"),
        "{submitted:?}"
    );

    let status = cluster.run("status", &[id]);
    assert_eq!((status.status, status.stdout), (Some(0), format!("driver   {id}\nstate    SUBMITTED\n")));
    let status: serde_json::Value =
        serde_json::from_str(&cluster.run("status", &["--json", id]).stdout).unwrap();
    assert_eq!(
        (&status["id"], &status["state"], &status["worker"]),
        (&id.into(), &"SUBMITTED".into(), &().into())
    );

    let killed = cluster.run("submit", &["--kill", id]);
    assert_eq!((killed.status, killed.stdout), (Some(0), format!("Kill request for {id} submitted\n")));
    assert!(cluster.run("submit", &["--status", id]).stdout.contains("state    KILLED"));
    let again = cluster.run("kill", &[id]);
    assert!(
        again.sentence(1).ends_with(&format!("says: Driver {id} has already finished or does not exist"))
    );
    let unknown = cluster.run("status", &["driver-0"]);
    assert!(unknown.sentence(1).contains("there is no driver 'driver-0'"), "{unknown:?}");
    cluster.stop();
}

#[test]
fn waiting_ends_as_the_driver_does() {
    let script = "#!/bin/sh\nfor one in \"$@\"; do case $one in -Dspark.app.name=bad) exit 3;; esac; done\n";
    let cluster = cluster(Some(script));
    let good = cluster.submit(&["--wait", "--driver-memory", "512m"]);
    assert_eq!(good.status, Some(0), "{good:?}");
    assert!(good.stderr.ends_with(&format!("{} finished\n", good.stdout.trim_end())), "{good:?}");
    let bad = cluster.submit(&["-c", "spark.standalone.submit.waitAppCompletion=true", "--name", "bad"]);
    assert_eq!(bad.status, Some(1), "{bad:?}");
    assert!(
        bad.stderr.contains("ended as FAILED on 127.0.0.1:") && bad.stderr.contains("where its log is"),
        "{bad:?}"
    );
    cluster.stop();
}

#[test]
fn the_next_master_is_asked_where_one_does_not_answer() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("spark://{}", free.local_addr().unwrap());
    drop(free);
    let lonely = place().file("app.py", "").run(&["submit", "--master", &nobody, "app.py"]);
    assert!(lonely.sentence(1).contains("cannot be reached"), "{lonely:?}");

    let mut cluster = cluster(None);
    cluster.rest = format!("{nobody},{}", cluster.rest.trim_start_matches("spark://"));
    assert_eq!(cluster.submit(&[]).status, Some(0));
    cluster.stop();
}

#[test]
fn keys_of_spark_defaults_count_and_flags_win() {
    let place = place().file("conf/spark-defaults.conf", "spark.driver.cores 3\nspark.driver.memory 3g\n");
    let conf = place.text("conf");
    let place = place.variable("SPARK_CONF_DIR", &conf).file("app.py", "");
    let line = [
        "submit",
        "--verbose",
        "--master",
        "spark://nowhere.invalid:7077",
        "--driver-memory",
        "1g",
        "app.py",
    ];
    let shown = place.run(&line).stderr;
    for part in ["port 7077 is the Master's own", "spark.driver.cores=3", "spark.driver.memory=1g", "/app.py"]
    {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
}

#[test]
fn a_wrong_line_is_a_sentence() {
    let sentence = |arguments: &[&str]| place().run(arguments).sentence(2).to_owned();
    assert!(sentence(&["submit", "app.py"]).contains("no Master is named; add --master spark://HOST:6066"));
    assert!(
        sentence(&["submit", "--master", "yarn", "app.py"])
            .contains("--master is 'yarn': it names no Standalone Master")
    );
    assert!(
        sentence(&["submit", "--master", "spark://a:6066", "-c", "x", "app.py"])
            .contains("--conf is 'x', which has no '='")
    );
    assert!(sentence(&["submit", "--master", "spark://a:6066"]).contains("is missing"));
    assert!(sentence(&["status", "--master", "spark://a:6066"]).contains("<ID> is missing"));
}
