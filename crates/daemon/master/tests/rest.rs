//! The submission server of a running Master, over HTTP.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use daemon_master::Master;
use edge_config::{Flags, LocalMachine, MasterSettings, RestSettings, Sources};

const CREATE: &str = "/v1/submissions/create";

const GOOD: &str = r#"{"action":"CreateSubmissionRequest","appArgs":[],"appResource":"file:/x.jar",
    "clientSparkVersion":"4.3.0","environmentVariables":{},"mainClass":"Main",
    "sparkProperties":{"spark.app.name":"n"}}"#;

fn settings(change: impl FnOnce(&mut RestSettings)) -> MasterSettings {
    let sources = Sources {
        environment: [("SPARK_LOCAL_IP", "127.0.0.1")].into_iter().collect(),
        flags: Flags::default().with("--port", Some("0")).with("--webui-port", Some("0")),
        machine: &LocalMachine,
    };
    let (mut settings, _) = MasterSettings::from_sources(&sources).unwrap();
    let mut rest = RestSettings {
        host: "127.0.0.1".into(),
        port: 0,
        max_body_bytes: 4096,
        max_threads: 8,
        allowed_resources: Vec::new(),
    };
    change(&mut rest);
    settings.rest = Some(rest);
    settings
}

/// An answer: its status, its content type and its body.
#[derive(Debug)]
struct Answer {
    status: u16,
    content_type: String,
    body: String,
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        assert_eq!(self.content_type, "application/json;charset=utf-8", "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Sends a request as it stands and reads until the end.
async fn raw(master: &Master, request: String) -> String {
    let address = master.rest_url().unwrap().strip_prefix("spark://").unwrap().to_owned();
    let exchange = move || {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

async fn send(master: &Master, method: &str, path: &str, body: &str) -> Answer {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = raw(master, head + body).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let content_type = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap_or_default();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, content_type: content_type.to_owned(), body: body.to_owned() }
}

#[tokio::test]
async fn a_driver_is_submitted_asked_after_and_killed() {
    let master = Master::start(settings(|_| {})).await.unwrap();
    let created = send(&master, "POST", CREATE, GOOD).await.json();
    assert_eq!(created["success"], true, "{created}");
    let id = created["submissionId"].as_str().unwrap();
    assert_eq!(created["message"], format!("Driver successfully submitted as {id}"));
    assert_eq!(created["serverSparkVersion"], "4.3.0");

    let status = send(&master, "GET", &format!("/v1/submissions/status/{id}"), "").await.json();
    assert_eq!((&status["driverState"], &status["success"]), (&"SUBMITTED".into(), &true.into()));
    let killed = send(&master, "POST", &format!("/v1/submissions/kill/{id}"), "").await.json();
    assert_eq!(killed["message"], format!("Kill request for {id} submitted"));
    let status = send(&master, "GET", &format!("/v1/submissions/status/{id}"), "").await.json();
    assert_eq!(status["driverState"], "KILLED");
    let cleared = send(&master, "POST", "/v1/submissions/clear", "").await.json();
    assert_eq!((&cleared["action"], &cleared["success"]), (&"ClearResponse".into(), &true.into()));
    assert!(master.snapshot().await.unwrap().completed_drivers.is_empty());
    master.stop().await;
}

#[tokio::test]
async fn the_other_actions_answer_too() {
    let master = Master::start(settings(|_| {})).await.unwrap();
    let ready = send(&master, "GET", "/v1/submissions/readyz", "").await;
    assert_eq!((ready.status, &ready.json()["success"]), (200, &true.into()));
    send(&master, "POST", CREATE, GOOD).await;
    let all = send(&master, "POST", "/v1/submissions/killall", "").await.json();
    assert_eq!(all["message"], "Kill request for all drivers submitted");
    assert!(master.snapshot().await.unwrap().active_drivers.is_empty());
    let version = send(&master, "FOO", "/v2/submissions", "").await;
    assert_eq!((version.status, &version.json()["highestProtocolVersion"]), (468, &"v1".into()));
    let head = send(&master, "HEAD", "/v1/submissions/status/x", "").await;
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let put = send(&master, "PUT", CREATE, "").await;
    assert_eq!((put.status, put.content_type.as_str(), put.body.as_str()), (405, "", ""));
    let class = send(&master, "POST", CREATE, "{\"action\":\"Nothing\"}").await;
    assert_eq!((class.status, class.content_type.as_str()), (500, "text/html;charset=iso-8859-1"));
    master.stop().await;
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_however_it_comes() {
    let master = Master::start(settings(|rest| rest.max_body_bytes = 600)).await.unwrap();
    let fits = format!("{GOOD}{}", " ".repeat(600 - GOOD.len()));
    assert_eq!(send(&master, "POST", CREATE, &fits).await.status, 200);
    let too_long = send(&master, "POST", CREATE, &format!("{fits} ")).await;
    assert_eq!(too_long.status, 413);
    assert!(too_long.json()["message"].as_str().unwrap().contains("(600 bytes)"), "{too_long:?}");
    let head = format!(
        "POST {CREATE} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    let chunked = raw(&master, format!("{head}259\r\n{}\r\n0\r\n\r\n", " ".repeat(601))).await;
    assert!(chunked.starts_with("HTTP/1.1 413 "), "{chunked}");
    // Room was given back each time.
    for _ in 0..4 {
        assert_eq!(send(&master, "POST", CREATE, &fits).await.status, 200);
    }
    master.stop().await;
}

#[tokio::test]
async fn a_taken_port_is_passed_over_and_the_page_names_the_next() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let master = Master::start(settings(|rest| rest.port = port)).await.unwrap();
    let url = master.rest_url().unwrap();
    assert!(url.starts_with("spark://127.0.0.1:") && !url.ends_with(&format!(":{port}")), "{url}");
    let page_url = format!("{}/", master.web_ui_url());
    let page = tokio::task::spawn_blocking(move || {
        ureq::get(&page_url).call().unwrap().body_mut().read_to_string().unwrap()
    });
    assert!(page.await.unwrap().contains(&format!("<code>{url}</code> (cluster mode)")));
    master.stop().await;
}

#[tokio::test]
async fn a_master_without_the_server_has_no_address_for_it() {
    let settings = MasterSettings { rest: None, ..settings(|_| {}) };
    let master = Master::start(settings).await.unwrap();
    assert_eq!(master.rest_url(), None);
    master.stop().await;
}
