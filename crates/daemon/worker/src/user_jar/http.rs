//! A jar from a web server.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderValue, LOCATION};
use hyper::{Response, Uri};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;

use crate::folders::said;

/// As many as Java follows (`http.maxRedirects`).
const MAX_REDIRECTS: usize = 20;

/// Writes what is at `url` into `to`. The server may be silent for `patience`, however long the whole takes.
/// For `https:` whoever this machine trusts is trusted.
///
/// # Errors
/// With a sentence; what was written until then is not the whole.
pub(super) async fn download(
    url: &Uri,
    to: &mut (impl AsyncWrite + Unpin),
    patience: Duration,
) -> Result<(), String> {
    // Reading them waits for disks.
    let known = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
    let known = known.map_err(|error| format!("reading this machine's certificates broke off: {error}"))?;
    let mut trusted = RootCertStore::empty();
    // Of some hundred certificates some are odd; what matters is whether there are any.
    trusted.add_parsable_certificates(known.certs);
    if trusted.is_empty() && url.scheme_str() == Some("https") {
        return Err(
            "this machine trusts no certificate: install its ca-certificates, or name a file of them in \
                    SSL_CERT_FILE"
                .to_owned(),
        );
    }
    download_trusting(trusted, url, to, patience).await
}

async fn download_trusting(
    trusted: RootCertStore,
    url: &Uri,
    to: &mut (impl AsyncWrite + Unpin),
    patience: Duration,
) -> Result<(), String> {
    let silent = || format!("the server was silent for {} s", patience.as_secs_f32());
    let client: Client<_, Empty<Bytes>> = Client::builder(TokioExecutor::new()).build(connector(trusted)?);
    let mut url = url.clone();
    for _ in 0..=MAX_REDIRECTS {
        let answer = timeout(patience, client.get(url.clone())).await.map_err(|_| silent())?;
        let answer = answer.map_err(|error| with_causes(&error))?;
        if let Some(location) = answer.headers().get(LOCATION).filter(|_| answer.status().is_redirection()) {
            url = redirected(&url, location)?;
            continue;
        }
        if !answer.status().is_success() {
            return Err(format!("the server answered {}", answer.status()));
        }
        return copy_body(answer, to, patience, silent).await;
    }
    Err(format!("the server sent it on more than {MAX_REDIRECTS} times"))
}

async fn copy_body(
    answer: Response<Incoming>,
    to: &mut (impl AsyncWrite + Unpin),
    patience: Duration,
    silent: impl Fn() -> String,
) -> Result<(), String> {
    let mut body = answer.into_body();
    while let Some(frame) = timeout(patience, body.frame()).await.map_err(|_| silent())? {
        let frame = frame.map_err(|error| format!("it broke off: {}", with_causes(&error)))?;
        if let Ok(data) = frame.into_data() {
            to.write_all(&data).await.map_err(|error| format!("cannot write what came: {}", said(&error)))?;
        }
    }
    Ok(())
}

fn connector(trusted: RootCertStore) -> Result<HttpsConnector<HttpConnector>, String> {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| format!("cannot prepare a protected connection: {error}"))?
        .with_root_certificates(trusted)
        .with_no_client_auth();
    Ok(HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build())
}

/// Where an answer sends the client on to; never from a protected to an open connection.
fn redirected(from: &Uri, location: &HeaderValue) -> Result<Uri, String> {
    let location = location.to_str().unwrap_or_default();
    let refuse = || format!("the server sent it on to '{location}', where it cannot be fetched");
    let mut parts = from.clone().into_parts();
    let to: Uri = if location.starts_with("//") {
        format!("{}:{location}", from.scheme_str().unwrap_or("http")).parse().map_err(|_| refuse())?
    } else if location.contains("://") {
        location.parse().map_err(|_| refuse())?
    } else {
        let folder = from.path().rfind('/').map_or("", |slash| &from.path()[..=slash]);
        let path =
            if location.starts_with('/') { location.to_owned() } else { format!("{folder}{location}") };
        parts.path_and_query = Some(path.parse().map_err(|_| refuse())?);
        Uri::from_parts(parts).map_err(|_| refuse())?
    };
    let spoken = matches!(to.scheme_str(), Some("http" | "https"));
    let opened = from.scheme_str() == Some("https") && to.scheme_str() == Some("http");
    if spoken && !opened { Ok(to) } else { Err(refuse()) }
}

/// Hyper's own sentences say little: what they come from says more.
fn with_causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |cause| Error::source(*cause));
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests;
