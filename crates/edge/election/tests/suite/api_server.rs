//! A stand-in for Kubernetes' API server: Leases of one namespace, compared by `resourceVersion`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

/// The one namespace that there is.
pub(crate) const NAMESPACE: &str = "spark";

/// The one token that is known.
pub(crate) const TOKEN: &str = "let-me-in";

#[derive(Clone, Default)]
struct Leases {
    known: Arc<Mutex<(u64, BTreeMap<String, Value>)>>,
    refuse: Arc<Mutex<Option<u16>>>,
    requests: Arc<Mutex<u64>>,
}

/// The server.
pub(crate) struct ApiServer {
    pub(crate) address: String,
    leases: Leases,
    task: tokio::task::JoinHandle<()>,
}

impl ApiServer {
    pub(crate) async fn start() -> Self {
        let leases = Leases::default();
        let base = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases";
        let router = Router::new()
            .route(base, post(create))
            .route(&format!("{base}/{{name}}"), get(read).put(replace))
            .with_state(leases.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, leases, task }
    }

    /// Answers each request with this status, 0 with none at all, until `None`.
    pub(crate) fn refuse(&self, status: Option<u16>) {
        *self.leases.refuse.lock().unwrap() = status;
    }

    pub(crate) fn requests(&self) -> u64 {
        *self.leases.requests.lock().unwrap()
    }

    /// A Lease as it lies there.
    pub(crate) fn object(&self, name: &str) -> Value {
        self.leases.known.lock().unwrap().1.get(name).cloned().unwrap_or_default()
    }

    /// Puts one there, as a chart does.
    pub(crate) fn put(&self, name: &str, mut object: Value) {
        let mut known = self.leases.known.lock().unwrap();
        known.0 += 1;
        object["metadata"]["resourceVersion"] = json!(known.0.to_string());
        known.1.insert(name.to_owned(), object);
    }

    pub(crate) fn remove(&self, name: &str) {
        self.leases.known.lock().unwrap().1.remove(name);
    }
}

impl Drop for ApiServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn status(code: u16, reason: &str, message: &str) -> Response {
    let body = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                      "message": message, "reason": reason, "code": code});
    (StatusCode::from_u16(code).unwrap(), [(header::CONTENT_TYPE, "application/json")], body.to_string())
        .into_response()
}

fn found(code: u16, object: &Value) -> Response {
    (StatusCode::from_u16(code).unwrap(), [(header::CONTENT_TYPE, "application/json")], object.to_string())
        .into_response()
}

impl Leases {
    /// Refuses who is not known, or all.
    async fn admit(&self, headers: &HeaderMap) -> Result<(), Response> {
        *self.requests.lock().unwrap() += 1;
        let refuse = *self.refuse.lock().unwrap();
        match refuse {
            Some(0) => std::future::pending().await,
            Some(code @ 403) => Err(status(code, "Forbidden", "leases is forbidden: User \"x\" cannot")),
            Some(code) => Err(status(code, "Because", "as ordered")),
            None => {
                let token = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
                if token == Some(&format!("Bearer {TOKEN}")) {
                    return Ok(());
                }
                Err(status(401, "Unauthorized", "Unauthorized"))
            }
        }
    }
}

fn check(object: &Value) -> Result<(), Box<Response>> {
    let spec = &object["spec"];
    let shape = object["kind"] == "Lease"
        && object["apiVersion"] == "coordination.k8s.io/v1"
        && spec["leaseDurationSeconds"].as_i64().is_some_and(|seconds| seconds > 0)
        && spec["leaseTransitions"].as_i64().is_some_and(|number| number >= 0)
        && is_micro_time(&spec["renewTime"])
        && is_micro_time(&spec["acquireTime"])
        && object["metadata"]["annotations"].as_object().unwrap().values().all(Value::is_string);
    if shape { Ok(()) } else { Err(status(422, "Invalid", &format!("Lease is invalid: {object}")).into()) }
}

/// `2006-01-02T15:04:05.000000Z`
fn is_micro_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 27 && text.ends_with('Z') && text.as_bytes()[19] == b'.')
}

async fn read(
    State(leases): State<Leases>,
    Path((namespace, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Response> {
    leases.admit(&headers).await?;
    let known = leases.known.lock().unwrap();
    match known.1.get(&name).filter(|_| namespace == NAMESPACE) {
        Some(object) => Ok(found(200, object)),
        None => Err(status(404, "NotFound", &format!("leases.coordination.k8s.io \"{name}\" not found"))),
    }
}

async fn create(
    State(leases): State<Leases>,
    Path(namespace): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    leases.admit(&headers).await?;
    if namespace != NAMESPACE {
        return Err(status(404, "NotFound", &format!("namespaces \"{namespace}\" not found")));
    }
    let mut object: Value = serde_json::from_slice(&body).unwrap();
    check(&object).map_err(|refused| *refused)?;
    let name = object["metadata"]["name"].as_str().unwrap().to_owned();
    if object["metadata"].get("resourceVersion").is_some() {
        return Err(status(400, "BadRequest", "resourceVersion should not be set on objects to be created"));
    }
    let mut known = leases.known.lock().unwrap();
    if known.1.contains_key(&name) {
        return Err(status(409, "AlreadyExists", "it already exists"));
    }
    known.0 += 1;
    object["metadata"]["resourceVersion"] = json!(known.0.to_string());
    known.1.insert(name, object.clone());
    Ok(found(201, &object))
}

async fn replace(
    State(leases): State<Leases>,
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Response> {
    leases.admit(&headers).await?;
    let mut object: Value = serde_json::from_slice(&body).unwrap();
    check(&object).map_err(|refused| *refused)?;
    let mut known = leases.known.lock().unwrap();
    let Some(held) = known.1.get(&name) else { return Err(status(404, "NotFound", "not found")) };
    if held["metadata"]["resourceVersion"] != object["metadata"]["resourceVersion"] {
        return Err(status(409, "Conflict", "the object has been modified"));
    }
    known.0 += 1;
    object["metadata"]["resourceVersion"] = json!(known.0.to_string());
    known.1.insert(name, object.clone());
    Ok(found(200, &object))
}
