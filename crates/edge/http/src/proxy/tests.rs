//! A server behind a server, over real sockets.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::*;
use crate::serve;

struct Server {
    address: String,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Server {
    async fn start(router: Router) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(serve(listener, router, async {
            let _ = stopped.await;
        }));
        Self { address, stop, task }
    }

    async fn stop(self) {
        let _ = self.stop.send(());
        self.task.await.unwrap();
    }

    async fn exchange(&self, head: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let length = body.len();
        let request =
            format!("{head}\r\nHost: front\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// What stands behind: it tells what it was asked, and leads elsewhere.
fn behind() -> Router {
    let location = |location: String| (StatusCode::FOUND, [(LOCATION, location)]);
    Router::new()
        .route(
            "/base/told",
            get(|uri: Uri, headers: HeaderMap| async move {
                let named = |name: &str| headers.contains_key(name);
                format!("{uri} host={:?} te={} own={}", headers.get(HOST), named("te"), named("x-own"))
            }),
        )
        .route("/base/sum", post(|body: String| async move { body.len().to_string() }))
        .route("/base/large", get(|| async { "x".repeat(8 << 20) }))
        .route(
            "/base/absolute",
            get(move |headers: HeaderMap| async move {
                let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
                location(format!("http://{host}/base/jobs/")).into_response()
            }),
        )
        .route("/base/rooted", get(move || async move { location("/json/".into()).into_response() }))
        .route("/base/through", get(move || async move { location("/way/x/jobs/".into()).into_response() }))
        .route(
            "/base/away",
            get(move || async move { location("http://example.org/".into()).into_response() }),
        )
}

/// The server in front: `/way/ID/REST` leads to REST behind.
async fn front(behind: &str) -> Server {
    let target = format!("http://{behind}/base/");
    let pass = |State(target): State<String>, Path((id, _)): Path<(String, String)>, request: Request| async move {
        match forward(&target, &format!("/way/{id}"), request).await {
            Ok(response) => response,
            Err(why) => (StatusCode::BAD_GATEWAY, why).into_response(),
        }
    };
    Server::start(Router::new().route("/way/{id}/{*rest}", any(pass)).with_state(target)).await
}

#[tokio::test]
async fn a_request_goes_behind_and_its_answer_comes_back() {
    let behind = Server::start(behind()).await;
    let front = front(&behind.address).await;
    let told = front.exchange("GET /way/x/told?a=%201&b HTTP/1.1\r\nTE: trailers\r\nX-Own: 1", "").await;
    let expected = format!("/base/told?a=%201&b host=Some(\"{}\") te=false own=true", behind.address);
    assert!(told.ends_with(&expected), "{told}");
    let sum = front.exchange("POST /way/x/sum HTTP/1.1", &"y".repeat(40_000)).await;
    assert!(sum.ends_with("\r\n\r\n40000"), "{sum}");
    let large = front.exchange("GET /way/x/large HTTP/1.1", "").await;
    assert!(large.len() > 8 << 20);
    let none = front.exchange("GET /way/x/nosuch HTTP/1.1", "").await;
    assert!(none.starts_with("HTTP/1.1 404 "), "{none}");
    front.stop().await;
    behind.stop().await;
}

#[tokio::test]
async fn what_leads_to_the_server_behind_leads_there_by_the_same_way() {
    let behind = Server::start(behind()).await;
    let front = front(&behind.address).await;
    for (path, location) in [
        ("absolute", "/way/x/base/jobs/"),
        ("rooted", "/way/x/json/"),
        ("through", "/way/x/jobs/"),
        ("away", "http://example.org/"),
    ] {
        let answer = front.exchange(&format!("GET /way/x/{path} HTTP/1.1"), "").await;
        assert!(answer.contains(&format!("location: {location}\r\n")), "{path}: {answer}");
    }
    front.stop().await;
    behind.stop().await;
}

#[tokio::test]
async fn who_does_not_answer_is_named() {
    let request = || Request::builder().uri("/way/x/").body(Body::empty()).unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let why = forward(&format!("http://{gone}"), "/way/x", request()).await.unwrap_err();
    assert!(why.starts_with(&format!("{gone} does not answer: ")), "{why}");
    for target in ["", "javascript:alert(1)", "file:///etc/passwd", "https://h:1", "//h", "host:80"] {
        assert!(forward(target, "/way/x", request()).await.is_err(), "{target}");
    }
}
