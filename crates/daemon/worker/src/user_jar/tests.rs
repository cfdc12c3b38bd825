//! Jars from a folder and from small servers on loopback.

use std::fs;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

#[tokio::test]
async fn copies_once() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let source = from.path().join("app.jar");
    fs::write(&source, "one").unwrap();
    let url = format!("file:{}", source.display());
    let jar = fetch(&url, to.path()).await.unwrap();
    assert_eq!(jar, to.path().join("app.jar"));
    fs::write(&source, "two").unwrap();
    fetch(&url, to.path()).await.unwrap();
    assert_eq!(fs::read_to_string(&jar).unwrap(), "one", "a driver that is started again keeps its jar");
}

#[tokio::test]
async fn what_is_not_there_is_named_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    for url in
        ["/no/such.jar", "hdfs://nn/app.jar", "http://127.0.0.1:1/app.jar", "spark://127.0.0.1:1/app.jar"]
    {
        let reason = fetch(url, folder.path()).await.unwrap_err();
        assert!(reason.contains(&format!("the driver's jar '{url}'")), "{reason}");
        assert!(is_empty(folder.path()), "{url}");
    }
}

#[tokio::test]
async fn a_driver_without_a_jar_gets_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(fetch("", folder.path()).await.as_deref(), Ok(folder.path()));
}

/// Gives each connection one of these answers, in order, and keeps the last one open.
async fn serve(answers: Vec<Vec<u8>>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let server = tokio::spawn(async move {
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await.unwrap();
            stream.write_all(&answer).await.unwrap();
            if answer.ends_with(b"stay") {
                // Until the client has had enough.
                while stream.read(&mut request).await.is_ok_and(|count| count > 0) {}
            }
        }
    });
    (address, server)
}

fn http(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn downloads_from_where_it_is_sent_on_to() {
    let folder = tempfile::tempdir().unwrap();
    let moved = http("302 Found\r\nLocation: /mirror/other.jar\r\nContent-Length: 0", "");
    let (address, server) = serve(vec![moved, http("200 OK\r\nContent-Length: 5", "bytes")]).await;
    let jar = fetch(&format!("http://{address}/jars/app.jar"), folder.path()).await.unwrap();
    assert_eq!(jar, folder.path().join("app.jar"));
    assert_eq!(fs::read_to_string(jar).unwrap(), "bytes");
    server.await.unwrap();
}

#[tokio::test]
async fn what_breaks_off_leaves_no_jar() {
    for (answer, says) in [
        (http("200 OK\r\nContent-Length: 50", "half"), "broke off"),
        (http("404 Not Found\r\nContent-Length: 0", ""), "404 Not Found"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (address, server) = serve(vec![answer]).await;
        let url = format!("http://{address}/jars/app.jar");
        let reason = fetch(&url, folder.path()).await.unwrap_err();
        assert!(reason.contains(&url) && reason.contains(says), "{reason}");
        assert!(is_empty(folder.path()));
        server.await.unwrap();
    }
}

#[tokio::test]
async fn what_is_given_up_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (address, server) = serve(vec![http("200 OK\r\nContent-Length: 50", "stay")]).await;
    let url = format!("http://{address}/jars/app.jar");
    let part = folder.path().join("app.jar.part");
    let begun = async {
        while !fs::metadata(&part).is_ok_and(|part| part.len() > 0) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        outcome = fetch(&url, folder.path()) => panic!("{outcome:?}"),
        begun = tokio::time::timeout(Duration::from_secs(20), begun) => begun.unwrap(),
    }
    assert!(is_empty(folder.path()));
    tokio::time::timeout(Duration::from_secs(20), server).await.expect("the connection stays").unwrap();
}
