//! A server that a careless or hostile client cannot wear out.
//!
//! ```text
//!   accept ──► head within limits ──► router, within a time ──► answer taken within a time ──► next head or close
//!     ▲            431, 408, close       503                       close
//!     └── waits while all connections are in use
//! ```

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit};
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::patience::Patient;
use crate::response::secure;

/// What clients may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at once; the next ones wait in the system's queue.
    pub connections: usize,
    /// Bytes of a request's line and headers; more is answered 431.
    pub head_bytes: usize,
    /// Bytes of a request's body; more is answered 413.
    pub body_bytes: usize,
    /// How long a client may take to send a request's head; also how long an idle connection stays.
    pub head: Duration,
    /// How long an answer may take to be made, the reading of the body included; longer is answered 503.
    pub answer: Duration,
    /// How long a client may take nothing of an answer.
    pub stall: Duration,
    /// How long requests under way have at the end.
    pub grace: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 256,
            head_bytes: 16 * 1024,
            body_bytes: 64 * 1024,
            head: Duration::from_secs(15),
            answer: Duration::from_secs(30),
            stall: Duration::from_secs(20),
            grace: Duration::from_secs(3),
        }
    }
}

/// Serves until `shutdown` is done and the requests under way are answered, within the usual limits.
///
/// Handlers may ask for `ConnectInfo<SocketAddr>`. Dropping the future ends everything at once.
pub async fn serve(listener: TcpListener, router: Router, shutdown: impl Future<Output = ()>) {
    serve_within(Limits::default(), listener, router, shutdown).await;
}

/// The same within other limits.
pub async fn serve_within(
    limits: Limits,
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()>,
) {
    let router = router.layer(DefaultBodyLimit::max(limits.body_bytes));
    let (end, ended) = watch::channel(());
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            (stream, peer) = accept(&listener), if connections.len() < limits.connections => {
                connections.spawn(connection(limits, stream, peer, router.clone(), ended.clone()));
            }
        }
    }
    drop(listener);
    drop(end);
    let drained = async { while connections.join_next().await.is_some() {} };
    if timeout(limits.grace, drained).await.is_err() {
        tracing::debug!("{} connections were cut at the end", connections.len());
    }
}

/// A connection that failed before it was accepted is its client's affair; a machine out of file descriptors gets
/// a pause, so that the loop does not spin.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!("Could not accept a connection to the page: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connection(
    limits: Limits,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut ended: watch::Receiver<()>,
) {
    let _ = stream.set_nodelay(true);
    let router = TowerToHyperService::new(router);
    let service = service_fn(|mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        let made = router.call(request);
        async move {
            let mut response = match timeout(limits.answer, made).await {
                Ok(Ok(response)) => response,
                Ok(Err(never)) => match never {},
                Err(_) => too_slow(),
            };
            secure(response.headers_mut());
            Ok::<Response, Infallible>(response)
        }
    });
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(limits.head_bytes)
            .serve_connection(TokioIo::new(Patient::new(stream, limits.stall)), service)
    );
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        _ = ended.changed() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = outcome {
        tracing::debug!("A connection of {peer} to the page ended early: {error}");
    }
}

fn too_slow() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "The answer took too long to make: try again.\n").into_response()
}

#[cfg(test)]
mod tests;
