//! The submission server: drivers by HTTP, on a port of its own.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use edge_config::{MasterSettings, RestSettings};
use edge_http::{Bodies, BodyError, Limits, serve_within};
use edge_net::BindError;
use model::RpcAddress;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tracing::info;
use web::submission::{Answer, Content, Question, Route, SubmissionConfig, Submissions};

use crate::event_loop;
use crate::stopped;

/// How many of the longest bodies have room in the memory at the same time.
const LONGEST_BODIES: usize = 2;

/// A listening server that does not serve yet.
#[derive(Debug)]
pub(crate) struct Bound<'a> {
    listener: TcpListener,
    port: u16,
    settings: &'a RestSettings,
}

/// Listens where the settings want it; nowhere when it is switched off.
pub(crate) async fn bind(settings: &MasterSettings) -> Result<Option<Bound<'_>>, BindError> {
    let Some(rest) = &settings.rest else { return Ok(None) };
    let listener = edge_net::bind(&rest.host, rest.port, settings.port_max_retries).await?;
    let port = listener.local_addr().map_or(rest.port, |address| address.port());
    Ok(Some(Bound { listener, port, settings: rest }))
}

impl Bound<'_> {
    /// Where `spark-submit` finds it: `spark://HOST:PORT`.
    pub(crate) fn url(&self, master: &RpcAddress) -> String {
        RpcAddress::new(master.host.clone(), self.port).spark_url()
    }

    /// Serves until it is told to stop.
    pub(crate) fn serve(
        self,
        settings: &MasterSettings,
        master: RpcAddress,
        requests: mpsc::Sender<event_loop::Request>,
        stop: watch::Receiver<bool>,
    ) -> JoinHandle<()> {
        let RestSettings { host, max_body_bytes, max_threads, allowed_resources, .. } = self.settings;
        info!(target: "Utils", "Successfully started service on port {}.", self.port);
        info!(
            target: "StandaloneRestServer",
            "Started REST server for submitting applications on {host} with port {}", self.port
        );
        let submissions = Submissions::new(SubmissionConfig {
            spark_version: settings.spark_version.clone(),
            master,
            port: self.port,
            environment: settings.environment.clone(),
            allowed_resources: allowed_resources.clone(),
            max_body_bytes: *max_body_bytes,
        });
        let server = Server {
            submissions,
            bodies: Bodies::new(*max_body_bytes, max_body_bytes.saturating_mul(LONGEST_BODIES)),
            threads: Semaphore::new((*max_threads).clamp(1, Semaphore::MAX_PERMITS)),
            requests,
        };
        let router = Router::new().fallback(answer).with_state(Arc::new(server));
        let limits = Limits { body_bytes: *max_body_bytes, ..Limits::default() };
        tokio::spawn(serve_within(limits, self.listener, router, stopped(stop)))
    }
}

/// What every request needs.
struct Server {
    submissions: Submissions,
    bodies: Bodies,
    /// `spark.master.rest.maxThreads`: so many requests are worked on, the others wait.
    threads: Semaphore,
    requests: mpsc::Sender<event_loop::Request>,
}

async fn answer(State(server): State<Arc<Server>>, request: Request) -> Response {
    // It is never closed, so there is always a permit to wait for.
    let _permit = server.threads.acquire().await;
    let answer = server.answer(request).await.unwrap_or_else(|refusal| refusal);
    response(answer)
}

impl Server {
    async fn answer(&self, request: Request) -> Result<Answer, Answer> {
        match self.submissions.route(request.method().as_str(), request.uri().path()) {
            Route::Answer(answer) => Ok(answer),
            Route::Ask(question) => self.ask(question).await,
            Route::Create => {
                let question = self.read(request).await?;
                self.ask(question).await
            }
        }
    }

    async fn read(&self, request: Request) -> Result<Question, Answer> {
        let body = self.bodies.read(request.into_body()).await.map_err(|error| match error {
            BodyError::TooLong { .. } => self.submissions.too_large(),
            BodyError::NoRoom | BodyError::Broken(_) => self.submissions.unavailable(&error.to_string()),
        })?;
        self.submissions.create(body.bytes())
    }

    async fn ask(&self, question: Question) -> Result<Answer, Answer> {
        let gone = || self.submissions.unavailable("This Master is shutting down.");
        let (request, asked) = question.into_request();
        let (reply, response) = oneshot::channel();
        self.requests.send(event_loop::Request::Ask(request, reply)).await.map_err(|_| gone())?;
        let response = response.await.map_err(|_| gone())?;
        Ok(self.submissions.answer(asked, response))
    }
}

fn response(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let (content_type, body) = match answer.content {
        Content::Json(json) => ("application/json;charset=utf-8", json),
        Content::Html(page) => ("text/html;charset=iso-8859-1", page),
        Content::Empty => ("", String::new()),
    };
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.remove(CONTENT_TYPE);
    if !content_type.is_empty() {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    }
    if let Some(methods) = answer.allow {
        headers.insert(ALLOW, HeaderValue::from_static(methods));
    }
    response
}
