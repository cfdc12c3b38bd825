//! The way to an object store: plain HTTP or TLS, and what its answers mean.
//!
//! `object_store` takes any 409 to a create for "there is one already" and repeats requests as it sees fit. Neither will
//! do for a log that fences, so answers are judged here, before it sees them.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Response, StatusCode};
use http_body_util::{BodyExt as _, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::{Client, connect::HttpConnector as Tcp};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpService,
};
use rustls::{ClientConfig, RootCertStore};

use crate::chain;

/// The longest answer that is read.
const LONGEST_ANSWER: usize = 256 << 20;

/// How often a request that met another one to the same object is sent.
const TRIES: u32 = 5;

/// The time before the second of them; each further one takes twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(15);

/// An answer that is an error, whatever was asked.
#[derive(Debug, thiserror::Error)]
pub(super) enum Answer {
    /// Later may be better.
    #[error("{0}")]
    Transient(String),
    /// Somebody has to change something.
    #[error("{why}")]
    Permanent {
        /// What the store said.
        why: String,
        /// What to do.
        remedy: String,
    },
    /// The service that should know this machine's credentials does not give any.
    #[error("no credentials were given, and this machine's metadata service knows none: {0}")]
    NoCredentials(String),
}

/// Makes connections.
#[derive(Clone, Debug)]
pub(super) struct Connector {
    client: Client<HttpsConnector<Tcp>, HttpRequestBody>,
    /// How the address of the service begins that knows this machine's credentials.
    metadata: Arc<str>,
}

impl Connector {
    /// # Errors
    /// When there is nothing that TLS could trust.
    pub(super) fn new(connect_timeout: Duration, tls: bool, metadata: &str) -> Result<Self, String> {
        let mut tcp = Tcp::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        let provider = rustls::crypto::ring::default_provider();
        let config = ClientConfig::builder_with_provider(provider.into())
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(if tls { trusted()? } else { RootCertStore::empty() })
            .with_no_client_auth();
        let https = HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1();
        let client = Client::builder(TokioExecutor::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_timer(TokioTimer::new())
            .build(https.wrap_connector(tcp));
        Ok(Self { client, metadata: metadata.into() })
    }
}

fn trusted() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        return Err("this machine has no certificates of authorities that TLS could trust".to_owned());
    }
    Ok(roots)
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Connector {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let host = request.uri().authority().map(ToString::to_string).unwrap_or_default();
        let mut pause = FIRST_PAUSE;
        for _ in 1..TRIES {
            let response = self.once(&host, request.clone()).await?;
            if response.status() != StatusCode::CONFLICT {
                return self.judge(&host, response);
            }
            // The request had no effect, since another one to the same object was under way.
            tokio::time::sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
            pause *= 2;
        }
        let response = self.once(&host, request).await?;
        self.judge(&host, response)
    }
}

impl Connector {
    async fn once(&self, host: &str, request: HttpRequest) -> Result<Response<Bytes>, HttpError> {
        let trouble = |why: String| self.error(host, Answer::Transient(format!("{host}: {why}")));
        let response = self.client.request(request).await.map_err(|error| trouble(chain(&error)))?;
        let (parts, body) = response.into_parts();
        let body = Limited::new(body, LONGEST_ANSWER).collect().await.map_err(|error| {
            trouble(format!("the answer with status {} broke off: {}", parts.status.as_u16(), chain(&*error)))
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }

    /// What is an answer to a verb goes on; what is an error whatever the verb ends here.
    fn judge(&self, host: &str, response: Response<Bytes>) -> Result<HttpResponse, HttpError> {
        let status = response.status();
        let body =
            String::from_utf8_lossy(response.body().get(..4096).unwrap_or(response.body())).into_owned();
        let code = element(&body, "Code").unwrap_or_default();
        let answer = match status {
            _ if status.is_success() => None,
            StatusCode::NOT_MODIFIED | StatusCode::PRECONDITION_FAILED => None,
            StatusCode::NOT_FOUND if code != "NoSuchBucket" => None,
            _ => Some(error_of(host, status, code, &body)),
        };
        match answer {
            None => Ok(response.map(Into::into)),
            Some(answer) => Err(self.error(host, answer)),
        }
    }

    fn error(&self, host: &str, answer: Answer) -> HttpError {
        let answer = if host.starts_with(&*self.metadata) {
            Answer::NoCredentials(answer.to_string())
        } else {
            answer
        };
        HttpError::new(HttpErrorKind::Unknown, answer)
    }
}

fn error_of(host: &str, status: StatusCode, code: &str, body: &str) -> Answer {
    let message = element(body, "Message").unwrap_or_default();
    let why = format!("{host} answered {} {code} {message}", status.as_u16());
    let why = why.trim_end().trim_end_matches('.').to_owned();
    let permanent = |remedy: &str| Answer::Permanent { why: why.clone(), remedy: remedy.to_owned() };
    match (status.as_u16(), code) {
        (400, "RequestTimeout") | (409 | 429 | 500.., _) => Answer::Transient(why),
        (_, "NoSuchBucket") => {
            permanent("Make the bucket, or name another one in spark.deploy.recoveryDirectory")
        }
        (_, "RequestTimeTooSkewed") => permanent("Set this machine's clock"),
        (301 | 307 | 308, _)
        | (400, "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException") => permanent(
            "Set spark.hadoop.fs.s3a.endpoint.region and spark.hadoop.fs.s3a.endpoint to those of the bucket",
        ),
        (401 | 403, _) | (400, "ExpiredToken" | "InvalidToken" | "InvalidAccessKeyId") => permanent(
            "Set spark.hadoop.fs.s3a.access.key and secret.key (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) to \
             credentials that may get, put, delete and list there",
        ),
        _ => permanent(
            "See whether spark.hadoop.fs.s3a.endpoint names an S3 store that knows conditional writes",
        ),
    }
}

/// The text of an element of a small XML document.
fn element<'a>(document: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = document.split_once(&format!("<{name}>"))?;
    rest.split_once("</").map(|(text, _)| text.trim())
}
