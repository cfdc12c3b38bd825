//! The server against real sockets: what it answers, and what clients cannot do to it.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::{Limits, add_slash, found, html, json, serve_within, text, with_fallbacks};

/// Far beyond what anything here takes; a test that reaches it has failed.
const PATIENCE: Duration = Duration::from_secs(30);

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits, router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve_within(limits, listener, router, async {
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        tokio::time::timeout(PATIENCE, self.task).await.expect("the server ends").unwrap();
    }

    /// Sends the bytes and reads until the server closes.
    async fn exchange(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // A server that refuses may close before it has read all.
        let _ = stream.write_all(request).await;
        read_all(&mut stream).await
    }

    async fn request(&self, method: &str, path: &str) -> String {
        let request = format!("{method} {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        self.exchange(request.as_bytes()).await
    }
}

async fn read_all(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _ = read.expect("the server closes the connection");
    String::from_utf8_lossy(&answer).into_owned()
}

fn page(title: &str, text: &str) -> String {
    format!("<h1>{title}</h1>{text}")
}

async fn slash(uri: Uri) -> Response {
    add_slash(StatusCode::MOVED_PERMANENTLY, &uri)
}

fn router() -> Router {
    let router = Router::new()
        .route("/", get(|| async { html("<p>home".into()) }))
        .route("/json/", get(|| async { json("{ }".into()) }))
        .route("/json", get(slash))
        .route("/log/", get(|| async { text("lines".into()) }))
        .route("/log", get(slash))
        .route("/echo", post(|body: String| async move { text(body) }))
        .route("/kill/", post(|| async { found("../") }))
        .route("/never", get(std::future::pending::<String>))
        .route(
            "/me",
            get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { text(peer.ip().to_string()) }),
        )
        .route("/large", get(|| async { text("x".repeat(64 << 20)) }));
    with_fallbacks(router, page)
}

fn lower(answer: &str) -> String {
    answer.to_ascii_lowercase()
}

#[tokio::test]
async fn answers_carry_their_type_and_the_security_headers() {
    let server = Server::start(Limits::default(), router()).await;
    for (path, content_type) in [
        ("/", "text/html;charset=utf-8"),
        ("/json/", "text/json;charset=utf-8"),
        ("/log/", "text/plain;charset=utf-8"),
    ] {
        let answer = lower(&server.request("GET", path).await);
        assert!(answer.starts_with("http/1.1 200 ok\r\n"), "{answer}");
        for header in [
            &format!("content-type: {content_type}"),
            "x-content-type-options: nosniff",
            "x-frame-options: sameorigin",
            "x-xss-protection: 0",
            "content-security-policy: default-src 'self'",
            "cache-control: no-cache, no-store, must-revalidate",
            "date: ",
        ] {
            assert!(answer.contains(&format!("\r\n{header}")), "{path} without {header}: {answer}");
        }
    }
    assert!(server.request("GET", "/me").await.ends_with("127.0.0.1"));
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_address_is_a_404_and_a_wrong_method_a_405() {
    let server = Server::start(Limits::default(), router()).await;
    let answer = server.request("GET", "/nosuch?x=1").await;
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.ends_with("<h1>Not found</h1>There is nothing at /nosuch on this server."), "{answer}");
    assert!(lower(&answer).contains("x-frame-options: sameorigin"), "{answer}");
    for (method, path) in [("POST", "/"), ("GET", "/kill/"), ("DELETE", "/json/")] {
        let answer = server.request(method, path).await;
        assert!(answer.starts_with("HTTP/1.1 405 "), "{method} {path}: {answer}");
        assert!(lower(&answer).contains("\r\nallow: "), "{method} {path}: {answer}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_address_without_its_slash_leads_to_the_one_with_it() {
    let server = Server::start(Limits::default(), router()).await;
    for (path, location) in [("/json", "/json/"), ("/log?a=1&b=2", "/log/?a=1&b=2")] {
        let answer = lower(&server.request("GET", path).await);
        assert!(answer.starts_with("http/1.1 301 "), "{answer}");
        assert!(answer.contains(&format!("\r\nlocation: {location}\r\n")), "{answer}");
    }
    let answer = lower(&server.request("POST", "/kill/").await);
    assert!(answer.starts_with("http/1.1 302 ") && answer.contains("\r\nlocation: ../\r\n"), "{answer}");
    server.stop().await;
}

#[tokio::test]
async fn head_and_body_are_bounded() {
    let server = Server::start(Limits::default(), router()).await;
    let long = "a".repeat(64 * 1024);
    let answer = server.exchange(format!("GET / HTTP/1.1\r\nHost: h\r\nX: {long}\r\n\r\n").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");

    let body = "b".repeat(64 * 1024);
    let head = |length: usize| {
        format!("POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n")
    };
    let answer = server.exchange((head(body.len()) + &body).as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.ends_with(&body), "{}", &answer[..40]);
    let answer = server.exchange((head(body.len() + 1) + &body + "b").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");

    for nonsense in [&b"\x00\x01\x02\xff\xfe\r\n\r\n"[..], b"GET\r\n\r\n", b"\r\n\r\n\r\n / \r\n\r\n"] {
        let answer = server.exchange(nonsense).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
    }
    assert!(server.request("GET", "/").await.ends_with("home"));
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_does_not_finish_its_request_is_dropped() {
    let limits = Limits { head: Duration::from_millis(200), ..Limits::default() };
    let server = Server::start(limits, router()).await;
    for (what, bytes) in [
        ("half a head", &b"GET / HTTP/1.1\r\nHost:"[..]),
        ("nothing", b""),
        ("an idle connection after an answer", b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    ] {
        let started = std::time::Instant::now();
        server.exchange(bytes).await;
        assert!(started.elapsed() >= Duration::from_millis(200), "{what} had its time");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_answer_that_takes_too_long_is_given_up() {
    let limits = Limits { answer: Duration::from_millis(100), ..Limits::default() };
    let server = Server::start(limits, router()).await;
    assert!(server.request("GET", "/never").await.starts_with("HTTP/1.1 503 "));
    let half = b"POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 10\r\n\r\nabc";
    assert!(server.exchange(half).await.starts_with("HTTP/1.1 503 "));
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_takes_nothing_loses_its_connection() {
    let limits = Limits { stall: Duration::from_millis(200), connections: 1, ..Limits::default() };
    let server = Server::start(limits, router()).await;
    let mut lazy = TcpStream::connect(server.address).await.unwrap();
    lazy.write_all(b"GET /large HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    // There is room for one: this answer proves that the lazy one is gone.
    assert!(server.request("GET", "/").await.ends_with("home"));
    server.stop().await;
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_room() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let server = Server::start(limits, router()).await;
    let first = TcpStream::connect(server.address).await.unwrap();
    let second = TcpStream::connect(server.address).await.unwrap();
    let mut third = TcpStream::connect(server.address).await.unwrap();
    third.write_all(b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut byte = [0];
    let early = tokio::time::timeout(Duration::from_millis(100), third.peek(&mut byte)).await;
    assert!(early.is_err(), "the third one was served while two were there");
    drop(first);
    assert!(read_all(&mut third).await.ends_with("home"));
    drop(second);
    server.stop().await;
}

#[tokio::test]
async fn the_end_waits_for_requests_under_way_but_not_for_ever() {
    let (asked, mut was_asked) = tokio::sync::mpsc::channel::<oneshot::Sender<()>>(1);
    let held = get(move || {
        let asked = asked.clone();
        async move {
            let (go, gone) = oneshot::channel();
            asked.send(go).await.unwrap();
            let _ = gone.await;
            text("at last".into())
        }
    });
    let limits = Limits { grace: Duration::from_secs(20), ..Limits::default() };
    let server = Server::start(limits, Router::new().route("/held", held)).await;
    let address = server.address;
    let mut idle = TcpStream::connect(address).await.unwrap();
    let mut held = TcpStream::connect(address).await.unwrap();
    held.write_all(b"GET /held HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    let go = was_asked.recv().await.unwrap();
    let ending = tokio::spawn(server.stop());
    assert_eq!(read_all(&mut idle).await, "", "an idle connection is closed at once");
    go.send(()).unwrap();
    assert!(read_all(&mut held).await.ends_with("at last"));
    ending.await.unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any longer");

    let limits = Limits { grace: Duration::from_millis(50), ..Limits::default() };
    let server = Server::start(limits, router()).await;
    let mut stuck = TcpStream::connect(server.address).await.unwrap();
    stuck.write_all(b"GET /never HTTP/1.1\r\nHost: h\r\n\r\n").await.unwrap();
    server.stop().await;
    assert_eq!(read_all(&mut stuck).await, "");
}
