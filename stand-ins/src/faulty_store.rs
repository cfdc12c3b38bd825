//! An object store that does not do what it is asked to: moto with somebody in front of it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Request, StatusCode, Uri, header};
use axum::response::Response;

use crate::served::Served;
use conformance::{Failure, Result};

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It answers with this status, and does nothing.
    Refuses(u16),
    /// It does what it is asked to, after this long.
    Takes(Duration),
}

/// The one in front. What is wrong concerns the writes of the recovery log; the lease beside it works.
#[derive(Debug)]
pub struct FaultyStore {
    served: Served,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    upstream: String,
    agent: ureq::Agent,
    fault: Mutex<(Option<Fault>, u64)>,
}

impl FaultyStore {
    /// In front of the store at this address.
    pub fn before(upstream: &str) -> Result<Self> {
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let shared = Shared { upstream: upstream.to_owned(), agent, fault: Mutex::default() };
        let shared = Arc::new(shared);
        let served = Served::start(Router::new().fallback(answer).with_state(shared.clone()))?;
        Ok(Self { served, shared })
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> String {
        self.served.address()
    }

    /// From now on this is wrong; or nothing any more.
    pub fn order(&self, fault: Option<Fault>) {
        *self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner) = (fault, 0);
    }

    /// How many requests have met what is wrong now.
    pub fn met(&self) -> u64 {
        self.shared.fault.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

impl Shared {
    fn fault_of(&self, method: &Method, uri: &Uri) -> Option<Fault> {
        if method != Method::PUT || !uri.path().contains("/log/") {
            return None;
        }
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        let found = fault.0?;
        fault.1 += 1;
        Some(found)
    }

    fn pass_on(&self, method: Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Result<Response> {
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::builder().method(method).uri(format!("http://{}{path}", self.upstream));
        for (name, value) in headers.iter().filter(|(name, _)| **name != header::CONTENT_LENGTH) {
            request = request.header(name, value);
        }
        let wrong = |error: &dyn std::fmt::Display| Failure::unexpected(format!("pass {path} on: {error}"));
        let request = request.body(&body[..]).map_err(|error| wrong(&error))?;
        let (head, mut body) = self.agent.run(request).map_err(|error| wrong(&error))?.into_parts();
        let bytes = body.read_to_vec().map_err(|error| wrong(&error))?;
        let mut response = Response::new(Body::from(bytes));
        *response.status_mut() = head.status;
        *response.headers_mut() = head.headers;
        response.headers_mut().remove(header::TRANSFER_ENCODING);
        Ok(response)
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match shared.fault_of(&method, &uri) {
        Some(Fault::Refuses(code)) => return refusal(code),
        Some(Fault::Takes(time)) => tokio::time::sleep(time).await,
        None => {}
    }
    let passed = tokio::task::spawn_blocking(move || shared.pass_on(method, &uri, &headers, &body)).await;
    passed.ok().and_then(Result::ok).unwrap_or_else(|| refusal(502))
}

/// As S3 puts it.
fn refusal(status: u16) -> Response {
    let code = match status {
        403 => "AccessDenied",
        409 => "ConditionalRequestConflict",
        412 => "PreconditionFailed",
        500 => "InternalError",
        503 => "SlowDown",
        507 => "XMinioStorageFull",
        _ => "Said",
    };
    let text =
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>as ordered</Message></Error>");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    response
}
