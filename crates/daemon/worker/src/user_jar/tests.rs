//! Jars from a folder and from a small server on loopback.

use std::io::{Read, Write};
use std::net::TcpListener;

use super::*;

fn disk(url: &str) -> PathBuf {
    match Source::of(url).unwrap() {
        Source::Disk(path) => path,
        Source::Http(url) => panic!("{url} is not on this machine"),
    }
}

#[test]
fn all_spellings_of_a_path_are_the_same_file() {
    for url in ["/a/b c.jar", "file:/a/b%20c.jar", "file:///a/b%20c.jar", "file://localhost/a/b%20c.jar"] {
        assert_eq!(disk(url), Path::new("/a/b c.jar"), "{url}");
    }
    assert_eq!(disk("local:/a.jar"), Path::new("/a.jar"));
    assert_eq!(disk("file:/100%"), Path::new("/100%"));
}

#[test]
fn names_are_those_of_the_last_part() {
    let name = |url| Source::of(url).unwrap().name();
    assert_eq!(name("http://h:1/x/app-1.0.jar?token=a/b#c").as_deref(), Some("app-1.0.jar"));
    assert_eq!(name("/x/app.jar").as_deref(), Some("app.jar"));
    for url in ["http://h", "http://h/", "http://h/x/", "http://h/%2e%2e", "http://h/a%2fb", "/", "/x/.."] {
        assert_eq!(name(url), None, "{url}");
    }
}

#[test]
fn a_scheme_that_is_not_spoken_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let reason = fetch("hdfs://nn/app.jar", folder.path()).unwrap_err();
    assert!(reason.contains("hdfs://nn/app.jar") && reason.contains("'hdfs'"), "{reason}");
}

#[test]
fn copies_once() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let source = from.path().join("app.jar");
    fs::write(&source, "one").unwrap();
    let url = format!("file:{}", source.display());
    let jar = fetch(&url, to.path()).unwrap();
    assert_eq!(jar, to.path().join("app.jar"));
    fs::write(&source, "two").unwrap();
    fetch(&url, to.path()).unwrap();
    assert_eq!(fs::read_to_string(&jar).unwrap(), "one", "a driver that is started again keeps its jar");
    let missing = fetch("/no/such.jar", to.path()).unwrap_err();
    assert!(missing.contains("/no/such.jar"), "{missing}");
}

/// Answers one request with these bytes.
fn serve_once(answer: &'static [u8]) -> (String, std::thread::JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        stream.write_all(answer).unwrap();
    });
    (format!("http://{address}/jars/app.jar"), server)
}

#[test]
fn downloads() {
    let folder = tempfile::tempdir().unwrap();
    let (url, server) = serve_once(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nbytes");
    let jar = fetch(&url, folder.path()).unwrap();
    assert_eq!(fs::read_to_string(jar).unwrap(), "bytes");
    server.join().unwrap();
}

#[test]
fn what_breaks_off_leaves_no_jar() {
    for answer in [
        b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\nConnection: close\r\n\r\nhalf".as_slice(),
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (url, server) = serve_once(answer);
        let reason = fetch(&url, folder.path()).unwrap_err();
        assert!(reason.contains(&url), "{reason}");
        assert!(!folder.path().join("app.jar").exists());
        server.join().unwrap();
    }
}
