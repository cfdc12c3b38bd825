//! Which Spark a driver is of, as its page says: `/api/v1/version`.
//!
//! The address comes from whoever registered. All that is done with it is one GET of that path, of whose answer a few bytes
//! are read and a version is taken.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use model::SparkVersion;
use serde::Deserialize;
use tokio::time::{sleep, timeout};
use tracing::debug;

const PATH: &str = "/api/v1/version";

/// A driver opens its page to others only after it was registered, which takes it a moment.
const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(250);

/// An answer is `{"spark" : "3.5.7"}`.
const LONGEST_ANSWER: usize = 4096;

#[derive(Deserialize)]
struct Answer {
    spark: String,
}

/// Asks the page at `url` until it says its version; none where it does not for too long.
pub(crate) async fn read(url: &str) -> Option<SparkVersion> {
    let asked = timeout(PATIENCE, async {
        loop {
            match ask(url).await {
                Ok(version) => return version,
                Err(reason) => debug!(target: "Master", "{url} does not say its version yet: {reason}"),
            }
            sleep(PAUSE).await;
        }
    });
    asked.await.ok()
}

async fn ask(url: &str) -> Result<SparkVersion, String> {
    let request = Request::get(PATH).body(Body::empty()).map_err(|error| error.to_string())?;
    let answer = edge_http::forward(url, "", request).await?;
    let bytes = to_bytes(answer.into_body(), LONGEST_ANSWER).await.map_err(|error| error.to_string())?;
    let answer: Answer = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
    SparkVersion::parse(&answer.spark).ok_or_else(|| format!("'{}' is no release", answer.spark))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::http::StatusCode;
    use axum::routing::get;

    use super::*;

    async fn serve(router: Router) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(edge_http::serve(listener, router, std::future::pending()));
        url
    }

    #[tokio::test]
    async fn it_is_asked_until_it_is_up() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let starting = async || match ASKED.fetch_add(1, Ordering::SeqCst) {
            0 => (
                StatusCode::SERVICE_UNAVAILABLE,
                "Spark is starting up. Please wait a while until it's ready.",
            ),
            _ => (StatusCode::OK, "{\n  \"spark\" : \"3.5.7\"\n}"),
        };
        let url = serve(Router::new().route(PATH, get(starting))).await;
        assert_eq!(read(&url).await, SparkVersion::parse("3.5.7"));
        assert_eq!(ASKED.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn what_is_no_answer_is_none() {
        let url = serve(Router::new().route("/api/v1/version", get(async || "x".repeat(100_000)))).await;
        for (url, said) in [
            (url.as_str(), "length"),
            ("http://127.0.0.1:1", "does not answer"),
            ("https://127.0.0.1:1", "http://"),
            ("what", "http://"),
        ] {
            let reason = ask(url).await.unwrap_err();
            assert!(reason.contains(said), "{url}: {reason}");
        }
    }
}
