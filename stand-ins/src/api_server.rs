//! A stand-in for Kubernetes' API server: Leases of one namespace, compared by `resourceVersion`.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use crate::served::Served;
use conformance::Result;

/// The one namespace that there is.
pub const NAMESPACE: &str = "spark";

/// The one token that is known.
pub const TOKEN: &str = "let-me-in";

#[derive(Clone, Debug, Default)]
struct Leases(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    version: u64,
    known: BTreeMap<String, Value>,
    refuse: Option<u16>,
    requests: u64,
}

/// The server.
#[derive(Debug)]
pub struct ApiServer {
    served: Served,
    leases: Leases,
}

impl ApiServer {
    /// Starts one without any Lease.
    pub fn start() -> Result<Self> {
        let leases = Leases::default();
        let base = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases";
        let router = Router::new()
            .route(base, post(create))
            .route(&format!("{base}/{{name}}"), get(read).put(replace))
            .with_state(leases.clone());
        Ok(Self { served: Served::start(router)?, leases })
    }

    /// `127.0.0.1:PORT`
    pub fn address(&self) -> String {
        self.served.address()
    }

    /// A kubeconfig that leads here.
    pub fn kubeconfig(&self) -> String {
        let server = format!("http://{}", self.address());
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "test",
            "clusters": [{"name": "test", "cluster": {"server": server}}],
            "users": [{"name": "test", "user": {"token": TOKEN}}],
            "contexts": [{"name": "test", "context": {"cluster": "test", "user": "test", "namespace": NAMESPACE}}],
        });
        config.to_string()
    }

    /// Answers each request with this status, 0 with none at all, until `None`.
    pub fn refuse(&self, status: Option<u16>) {
        self.leases.book().refuse = status;
    }

    /// How many requests there were.
    pub fn requests(&self) -> u64 {
        self.leases.book().requests
    }

    /// A Lease as it lies there.
    pub fn object(&self, name: &str) -> Value {
        self.leases.book().known.get(name).cloned().unwrap_or_default()
    }

    /// Puts one there, as a chart does.
    pub fn put(&self, name: &str, object: Value) {
        self.leases.book().write(name, object);
    }

    /// Removes one.
    pub fn remove(&self, name: &str) {
        self.leases.book().known.remove(name);
    }
}

impl Book {
    fn write(&mut self, name: &str, mut object: Value) -> Value {
        self.version += 1;
        object["metadata"]["resourceVersion"] = json!(self.version.to_string());
        let held = self.known.get(name).map(|held| held["metadata"]["uid"].clone());
        object["metadata"]["uid"] = held.unwrap_or_else(|| json!(format!("uid-{}", self.version)));
        self.known.insert(name.to_owned(), object.clone());
        object
    }
}

/// A response; the other kind says no.
type Answer<Good = Response> = std::result::Result<Good, Response>;

fn status(code: u16, reason: &str, message: &str) -> Response {
    let body = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                      "message": message, "reason": reason, "code": code});
    (
        StatusCode::from_u16(code).unwrap_or_default(),
        [(header::CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}

fn found(code: u16, object: &Value) -> Response {
    (
        StatusCode::from_u16(code).unwrap_or_default(),
        [(header::CONTENT_TYPE, "application/json")],
        object.to_string(),
    )
        .into_response()
}

impl Leases {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Refuses who is not known, or all.
    async fn admit(&self, headers: &HeaderMap) -> Answer<()> {
        let refuse = {
            let mut book = self.book();
            book.requests += 1;
            book.refuse
        };
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

/// A Lease as it was sent, if it is one.
fn lease(body: &Bytes) -> std::result::Result<Value, Box<Response>> {
    let object: Value = serde_json::from_slice(body).unwrap_or_default();
    let spec = &object["spec"];
    let annotations = object["metadata"]["annotations"].as_object();
    let shape = object["kind"] == "Lease"
        && object["apiVersion"] == "coordination.k8s.io/v1"
        && object["metadata"]["name"].is_string()
        && spec["leaseDurationSeconds"].as_i64().is_some_and(|seconds| seconds > 0)
        && spec["leaseTransitions"].as_i64().is_some_and(|number| number >= 0)
        && is_micro_time(&spec["renewTime"])
        && is_micro_time(&spec["acquireTime"])
        && annotations.is_some_and(|annotations| annotations.values().all(Value::is_string));
    if shape {
        Ok(object)
    } else {
        Err(status(422, "Invalid", &format!("Lease is invalid: {object}")).into())
    }
}

/// `2006-01-02T15:04:05.000000Z`
fn is_micro_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() == 27 && text.ends_with('Z') && text.as_bytes()[19] == b'.')
}

async fn read(
    State(leases): State<Leases>,
    Path((namespace, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Answer {
    leases.admit(&headers).await?;
    match leases.book().known.get(&name).filter(|_| namespace == NAMESPACE) {
        Some(object) => Ok(found(200, object)),
        None => Err(status(404, "NotFound", &format!("leases.coordination.k8s.io \"{name}\" not found"))),
    }
}

async fn create(
    State(leases): State<Leases>,
    Path(namespace): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    leases.admit(&headers).await?;
    if namespace != NAMESPACE {
        return Err(status(404, "NotFound", &format!("namespaces \"{namespace}\" not found")));
    }
    let object = lease(&body).map_err(|refusal| *refusal)?;
    let name = object["metadata"]["name"].as_str().unwrap_or_default().to_owned();
    if object["metadata"].get("resourceVersion").is_some() {
        return Err(status(400, "BadRequest", "resourceVersion should not be set on objects to be created"));
    }
    let mut book = leases.book();
    if book.known.contains_key(&name) {
        return Err(status(409, "AlreadyExists", "it already exists"));
    }
    Ok(found(201, &book.write(&name, object)))
}

async fn replace(
    State(leases): State<Leases>,
    Path((_, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer {
    leases.admit(&headers).await?;
    let object = lease(&body).map_err(|refusal| *refusal)?;
    let mut book = leases.book();
    let (sent, nothing) = (&object["metadata"], Value::Null);
    let held = book.known.get(&name).map(|held| &held["metadata"]);
    // As Kubernetes does with Leases: one that is not there is made, unless the request says which one it means.
    if sent.get("uid").is_some_and(|uid| *uid != held.unwrap_or(&nothing)["uid"]) {
        return Err(status(409, "Conflict", "Precondition failed: UID in precondition"));
    }
    let Some(held) = held else { return Ok(found(201, &book.write(&name, object))) };
    if held["resourceVersion"] != sent["resourceVersion"] {
        return Err(status(409, "Conflict", "the object has been modified"));
    }
    Ok(found(200, &book.write(&name, object)))
}
