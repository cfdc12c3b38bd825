//! `hearth explain` with a Master of the same program, and with whoever else may answer in its place.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;

use rustix::process::Signal;

use super::{Daemon, Place, place};

/// A Master and the addresses of its page and of its submission server.
fn master(place: &Place) -> (Daemon, String, String) {
    let mut master = place.start(&["master", "--port", "0", "--webui-port", "0"]);
    let page = master.logged("Bound MasterWebUI to").rsplit(' ').next().unwrap().to_owned();
    let rest = master.logged("Started REST server").rsplit(' ').next().unwrap().to_owned();
    (master, page, format!("spark://127.0.0.1:{rest}"))
}

fn with_rest() -> Place {
    let options = "-Dspark.master.rest.enabled=true -Dspark.master.rest.port=0";
    place().variable("SPARK_MASTER_OPTS", options).file("app.py", "print(1)\n")
}

fn stop(master: Daemon) {
    master.signal(Signal::TERM);
    assert_eq!(master.end().status, Some(0));
}

#[test]
fn one_is_explained_and_all_that_wait_are() {
    let place = with_rest();
    let (master, page, rest) = master(&place);
    let explain = |arguments: &[&str]| place.run(&[&["explain", "--master", &page], arguments].concat());
    let nobody = explain(&[]);
    assert_eq!(
        (nobody.status, nobody.stdout.as_str(), nobody.stderr.as_str()),
        (Some(0), "Nobody waits, and nobody runs.\n", "")
    );

    let id = place.run(&["submit", "--master", &rest, "app.py"]).stdout.trim_end().to_owned();
    let one = explain(&[&id]);
    assert_eq!((one.status, one.stderr.as_str()), (Some(0), ""));
    let head = format!("Driver {id} 'org.apache.spark.deploy.PythonRunner' ");
    assert!(one.stdout.starts_with(&head) && one.stdout.lines().count() == 1, "{one:?}");
    let json: serde_json::Value = serde_json::from_str(&explain(&["--json", &id]).stdout).unwrap();
    assert_eq!((&json["id"], &json["state"]), (&id.as_str().into(), &"SUBMITTED".into()));
    let all: serde_json::Value = serde_json::from_str(&explain(&["--json"]).stdout).unwrap();
    assert!(all["waiting"].is_array(), "{all}");

    place.run(&["kill", "--master", &rest, &id]);
    assert!(explain(&[&id]).stdout.contains("has ended: KILLED"));
    stop(master);
}

#[test]
fn who_is_not_known_is_a_sentence() {
    let place = with_rest();
    let (master, page, _) = master(&place);
    for json in [&[][..], &["--json"]] {
        let ran = place.run(&[&["explain", "--master", &page, "app/0"], json].concat());
        let text = ran.sentence(1);
        assert!(
            text.starts_with(&format!("hearth explain: {page} says: This Master knows no application")),
            "{text}"
        );
        assert!(text.contains("'app/0'"), "{text}");
    }
    stop(master);
}

#[test]
fn the_master_is_this_machines_where_none_is_named() {
    let place = with_rest();
    let (master, page, _) = master(&place);
    let port = page.rsplit(':').next().unwrap().to_owned();
    let place = place.variable("SPARK_MASTER_WEBUI_PORT", &port);
    assert_eq!(place.run(&["explain"]).stdout, "Nobody waits, and nobody runs.\n");
    let named = place.run(&["explain", "--master", "spark://127.0.0.1:7077"]);
    assert_eq!(named.stdout, "Nobody waits, and nobody runs.\n", "{named:?}");
    stop(master);
    let gone = place.run(&["explain"]);
    let text = gone.sentence(1);
    assert!(
        text.starts_with(&format!("hearth explain: http://127.0.0.1:{port} cannot be reached (")),
        "{text}"
    );
    assert!(
        text.ends_with("give the address of its page where that is another: --master http://HOST:PORT"),
        "{text}"
    );
}

/// The answer of a JVM's Master to any address that it does not know: its first page.
const SPARKS_PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html;charset=utf-8\r\ncontent-length: 6\r\n\
                           connection: close\r\n\r\n<html>";

#[test]
fn whoever_else_answers_is_told_from_a_master() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", other.local_addr().unwrap());
    let answers = thread::spawn(move || {
        let (mut connection, _) = other.accept().unwrap();
        let mut request = [0; 4096];
        let read = connection.read(&mut request).unwrap();
        connection.write_all(SPARKS_PAGE.as_bytes()).unwrap();
        String::from_utf8_lossy(&request[..read]).into_owned()
    });
    let ran = place().run(&["explain", "--master", &url, "app-1"]);
    assert_eq!(
        ran.sentence(1),
        format!(
            "hearth explain: {url} answers 200, but not as the page of a Hearth Master does; look whether the Master runs, \
             and whether this is the address of its page"
        )
    );
    assert!(answers.join().unwrap().starts_with("GET /explain/app-1 HTTP/1.1\r\n"));
}

#[test]
fn a_wrong_line_is_a_sentence() {
    let sentence = |arguments: &[&str]| place().run(arguments).sentence(2).to_owned();
    assert_eq!(
        sentence(&["explain", "--master", "yarn"]),
        "hearth explain: --master is 'yarn': it names no Standalone Master; name the Master's page, --master \
         http://HOST:8080, or the Master, --master spark://HOST:7077"
    );
    assert!(sentence(&["explain", "--master", "https://a:8080"]).contains("https is not spoken here"));
    assert!(sentence(&["explain", "a", "b"]).contains("'b' is one argument too many"));
}
