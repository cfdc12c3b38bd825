//! The way to a server behind this one: one request goes there, its answer comes back, neither is kept in memory.
//!
//! Location headers that name the server behind are written anew (`JettyUtils.createProxyLocationHeader`, 3.5).

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CONNECTION, CONTENT_LENGTH, HOST, LOCATION, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
    TRANSFER_ENCODING, UPGRADE,
};
use axum::http::uri::{Authority, PathAndQuery};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Uri};
use axum::response::Response;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the server behind may take until a connection stands.
const CONNECT: Duration = Duration::from_secs(5);

/// What concerns one connection and not the next (RFC 9110, 7.6.1).
const OF_A_CONNECTION: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

/// Passes a request on to the server at `target`, such as `http://10.0.0.7:8081`, as one for what follows `prefix`
/// in its path; `prefix` is an address on this server, such as `/proxy/worker-1`.
///
/// # Errors
/// With a sentence about why there is no answer.
pub async fn forward(target: &str, prefix: &str, mut request: Request) -> Result<Response, String> {
    let (authority, base) = web_server(target)?;
    let path = rest_of(request.uri(), prefix, &base)?;
    *request.uri_mut() = Uri::from(path);
    strip(request.headers_mut());
    let host = HeaderValue::from_str(authority.as_str())
        .map_err(|_| format!("'{authority}' cannot be named in a header"))?;
    request.headers_mut().insert(HOST, host);

    let no_answer = |why: String| format!("{authority} does not answer: {why}");
    let address = (authority.host().trim_matches(['[', ']']), authority.port_u16().unwrap_or(80));
    let stream = match timeout(CONNECT, TcpStream::connect(address)).await {
        Ok(connected) => connected.map_err(|error| no_answer(error.to_string()))?,
        Err(_) => return Err(no_answer("no connection came about in time".into())),
    };
    let (mut sender, connection) = http1::handshake::<_, Body>(TokioIo::new(stream))
        .await
        .map_err(|error| no_answer(error.to_string()))?;
    // It ends with the body of the answer, or when the answer is dropped.
    tokio::spawn(connection);
    let answer = sender.send_request(request).await.map_err(|error| no_answer(error.to_string()))?;
    let (mut parts, body) = answer.into_parts();
    strip(&mut parts.headers);
    if let Some(location) = parts.headers.get(LOCATION).and_then(|one| one.to_str().ok())
        && let Some(moved) = moved(location, &authority, prefix)
    {
        parts.headers.insert(LOCATION, moved);
    }
    Ok(Response::from_parts(parts, Body::new(body)))
}

/// The host and port of an address of the web, and its path.
fn web_server(target: &str) -> Result<(Authority, String), String> {
    let is_plain = |uri: &Uri| uri.scheme_str() == Some("http");
    let uri: Uri = target.parse().map_err(|_| format!("'{target}' is not an address of the web"))?;
    match uri.authority().cloned().filter(|_| is_plain(&uri)) {
        Some(authority) => Ok((authority, uri.path().trim_end_matches('/').to_owned())),
        None => Err(format!("'{target}' is not an address that begins with http://")),
    }
}

/// What to ask the server behind for.
fn rest_of(asked: &Uri, prefix: &str, base: &str) -> Result<PathAndQuery, String> {
    let rest = asked.path().strip_prefix(prefix).unwrap_or("/");
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    let query = asked.query().map(|query| format!("?{query}")).unwrap_or_default();
    PathAndQuery::try_from(format!("{base}{rest}{query}")).map_err(|error| format!("{asked}: {error}"))
}

/// Takes away what concerns one connection, and what `Connection` names besides. The body's length, where it is known,
/// stays and decides how it is framed anew.
fn strip(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .filter(|name| *name != CONTENT_LENGTH)
        .collect();
    for name in named.iter().chain(&OF_A_CONNECTION) {
        headers.remove(name);
    }
}

/// The same place by way of this server; none for a place elsewhere. A place without a host is one behind, too.
fn moved(location: &str, behind: &Authority, prefix: &str) -> Option<HeaderValue> {
    let path = match location.strip_prefix("http://") {
        Some(rest) => {
            rest.strip_prefix(behind.as_str()).filter(|path| path.is_empty() || path.starts_with('/'))?
        }
        None => Some(location).filter(|path| path.starts_with('/') && !path.starts_with("//"))?,
    };
    // Spark's own pages know that they stand behind a proxy and already lead through it.
    if path.starts_with(prefix) {
        return HeaderValue::from_str(path).ok();
    }
    HeaderValue::from_str(&format!("{prefix}{path}")).ok()
}

#[cfg(test)]
mod tests;
